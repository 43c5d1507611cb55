"""The office's own sign-in provider (OpenID Connect), as the environment names it. Off until all that is needed is given;
each thing wrong with it is one sentence."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MATCHES = ("email", "name")
PREFIX = "KIEMTIN_OIDC_"
NAMES = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "MATCH", "TITLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where to ask and as whom. ``match`` says by what a person is found the first time: a verified mail address or the
    preferred user name. ``faults`` are sentences; with any of them nobody can sign in this way."""

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    match: str = "email"
    title: str = ""
    faults: tuple[str, ...] = ()


def from_environment(environment: Mapping[str, str]) -> Provider | None:
    """The provider of ``KIEMTIN_OIDC_…``; None where none of the names is set."""
    given = {name: environment.get(PREFIX + name, "").strip() for name in NAMES}
    if not any(given.values()):
        return None
    faults = [
        f"{PREFIX}{name} is not set; sign-in through the provider needs it"
        for name in ("ISSUER", "CLIENT_ID")
        if not given[name]
    ]
    faults += _issuer_faults(given["ISSUER"])
    match = given["MATCH"] or MATCHES[0]
    if match not in MATCHES:
        faults.append(
            f"{PREFIX}MATCH is {match!r}; write email (a verified address) or name (the preferred user name)"
        )
    secret = given["CLIENT_SECRET"] or None
    if given["CLIENT_SECRET_FILE"]:
        if secret:
            faults.append(f"{PREFIX}CLIENT_SECRET and {PREFIX}CLIENT_SECRET_FILE are both set; keep one")
        secret, wrong = _from_file(Path(given["CLIENT_SECRET_FILE"]))
        faults += wrong
    if secret and not secret.isascii():
        faults.append(
            f"the client secret holds letters that no provider gives out; copy it again into {PREFIX}CLIENT_SECRET"
        )
    return Provider(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        client_secret=secret,
        match=match,
        title=given["TITLE"][:60],
        faults=tuple(faults),
    )


def _issuer_faults(issuer: str) -> list[str]:
    if not issuer:
        return []
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
    except ValueError:
        return [f"{PREFIX}ISSUER {issuer!r} is no address; write it as https://login.example.vn/realm"]
    if parts.scheme not in ("http", "https") or not host:
        return [f"{PREFIX}ISSUER {issuer!r} is no address; write it as https://login.example.vn/realm"]
    if parts.query or parts.fragment or parts.username:
        return [
            f"{PREFIX}ISSUER carries more than an address; leave out everything from ? or # on, and any name"
        ]
    if parts.scheme == "http" and not _loopback(host):
        return [f"{PREFIX}ISSUER {issuer} is not encrypted; only https is taken, but for this machine itself"]
    return []


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _from_file(path: Path) -> tuple[str | None, list[str]]:
    try:
        secret = path.read_text(encoding="utf-8").strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as why:
        said = why.strerror if isinstance(why, OSError) else "it is no text"
        return None, [f"{PREFIX}CLIENT_SECRET_FILE {path} cannot be read ({said})"]
    if not secret:
        return None, [f"{PREFIX}CLIENT_SECRET_FILE {path} is empty"]
    if mode & 0o077:
        return secret, [f"{path} can be read by others; chmod 600 {path}"]
    return secret, []
