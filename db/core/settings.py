"""Settings from the environment: read once at the door, then passed on as one frozen object."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from db.core import durable_files
from db.core import oidc_settings as provider
from db.core.errors import Unavailable
from db.core.oidc_settings import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where this installation keeps its data and which database it uses (docs: README, section Settings)."""

    home: Path
    database_url: str | None = None
    owner_database_url: str | None = None
    secret_key: str | None = None
    province: str = "laocai"
    allowed_hosts: tuple[
        str, ...
    ] = ()  # names the office's address has, beside loopback and the bound address
    webhook_hosts: tuple[str, ...] = ()  # inner hosts to which alerts may be posted
    provider: Provider | None = None  # the office's own sign-in, off where None

    @property
    def captures(self) -> Path:
        """The folder of received bytes; shared by all machines of an installation."""
        return self.home / "captures"


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings named in README; makes the home folder.

    Raises Unavailable when the home folder cannot be made.
    """
    home = (
        Path(environment.get("KIEMTIN_HOME") or platformdirs.user_data_path("kiemtin")).expanduser().resolve()
    )
    try:
        durable_files.make_folder(home)
    except OSError as why:
        raise Unavailable(
            f"KIEMTIN_HOME {home} cannot be made ({why.strerror}); name a folder you may write"
        ) from why
    return Settings(
        home=home,
        database_url=environment.get("KIEMTIN_DATABASE_URL") or None,
        owner_database_url=environment.get("KIEMTIN_OWNER_DATABASE_URL") or None,
        secret_key=environment.get("KIEMTIN_SECRET_KEY") or None,
        province=environment.get("KIEMTIN_PROVINCE") or "laocai",
        allowed_hosts=tuple(environment.get("KIEMTIN_ALLOWED_HOSTS", "").replace(",", " ").split()),
        webhook_hosts=tuple(
            environment.get("KIEMTIN_WEBHOOK_HOSTS", "").casefold().replace(",", " ").split()
        ),
        provider=provider.from_environment(environment),
    )


def session_key(settings: Settings) -> str:
    """The key that signs sessions and encrypts contacts; made on first use, mode 0600, under the home folder."""
    if settings.secret_key:
        return settings.secret_key
    return kept_secret(settings.home / "secret-key")


def kept_secret(path: Path) -> str:
    """The secret in ``path``; made (256 bits, mode 0600) by whoever asks first."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made := secrets.token_urlsafe(32))
    return made
