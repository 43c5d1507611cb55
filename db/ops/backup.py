"""One file that brings an installation back: the database, the kept bytes, the keys.

The file is a plain tar: ``database.dump`` (pg_dump's custom format, a consistent picture while everything runs),
``home/…`` (captures, evidence, keys), ``backup.json`` (what it is, and of each table the rows and the sum of their
hashes at the very moment of the dump; a restore counts and hashes again before anything else may write).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import psutil
from psycopg import sql

from db.core.connection import Connection, connect
from db.core.durable_files import sync
from db.core.errors import Conflict, Unavailable
from db.core.postgres_programs import run

FORMAT = 1
_WORK = ".kiemtin-backup-"  # a work folder beside the target, then the process that writes there
# what lies under the home folder and cannot be made again
KEPT = ("captures", "evidence", "digests", "keys", "uploads", "secret-key")


def backup(owner_url: str, home: Path, target: Path) -> dict[str, Any]:
    """Writes ``target`` whole or not at all; returns what it counted.

    Raises Conflict when the file exists, Unavailable when the database or the disk refuses.
    """
    if target.exists():
        raise Conflict(f"{target} exists already; name another file")
    draft = target.with_name(target.name + ".part")
    try:
        _clear(target.parent)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{_WORK}{os.getpid()}-") as folder:
            dump = Path(folder) / "database.dump"
            with connect(owner_url) as conn:
                # one picture for the dump and for what is counted, whatever is written meanwhile
                conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                (snapshot,) = conn.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
                # files first would miss what is captured meanwhile: rows in the dump name only bytes already on disk
                run(
                    "pg_dump",
                    ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}"],
                    owner_url,
                )
                tables = fingerprints(conn)
            about = {
                "format": FORMAT,
                "made_at": datetime.now(UTC).isoformat(),
                "rows": {name: rows for name, (rows, _) in tables.items()},
                "hashes": {name: total for name, (_, total) in tables.items()},
                "database_sha256": sha256_of(dump),
            }
            (Path(folder) / "backup.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
            draft.unlink(missing_ok=True)  # of a backup that was killed
            # private from its first byte, on disk before it is believed
            with (
                open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written,
                tarfile.open(fileobj=written, mode="w") as tar,
            ):
                tar.add(Path(folder) / "backup.json", "backup.json")
                tar.add(dump, "database.dump")
                for name in KEPT:
                    _add(tar, home / name, f"home/{name}")
            sync(draft)
        draft.rename(target)
        sync(target.parent)
    except OSError as why:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            f"the backup {target} cannot be written ({why.strerror}); free some space or name another folder"
        ) from why
    return about


def _clear(folder: Path) -> None:
    """Removes the work folders of backups that were killed: named by their process, which is no more."""
    for left in folder.glob(f"{_WORK}*"):
        owner = left.name.removeprefix(_WORK).partition("-")[0]
        if not (owner.isdigit() and psutil.pid_exists(int(owner))):
            shutil.rmtree(left, ignore_errors=True)


def counts(owner_url: str) -> dict[str, int]:
    """Rows per table, without the job engine's and the migration tool's own."""
    with connect(owner_url) as conn:
        return {name: int(_value(conn, "SELECT count(*)::text FROM {}", name) or 0) for name in _tables(conn)}


def fingerprints(conn: Connection) -> dict[str, tuple[int, str]]:
    """Of each table the rows and the sum of the rows' hashes (60 bits of MD5, any order), as this transaction sees them."""
    conn.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex'")
    found = {}
    for name in _tables(conn):
        said = _value(
            conn,
            "SELECT count(*) || ' ' || coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM {} t",
            name,
        )
        rows, total = (said or "0 0").split()
        found[name] = (int(rows), total)
    return found


def _tables(conn: Connection) -> list[str]:
    return [
        str(name)
        for (name,) in conn.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND c.relnamespace = 'public'::regnamespace AND c.relname !~ 'yoyo|procrastinate' ORDER BY 1"
        ).fetchall()
    ]


def _value(conn: Connection, query: LiteralString, table: str) -> str | None:
    row = conn.execute(sql.SQL(query).format(sql.Identifier(table))).fetchone()
    return str(row[0]) if row else None


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """A file or folder as it stands; what is taken away meanwhile (a draft, an expired capture) is left out."""
    try:
        if path.is_dir():
            tar.add(path, name, recursive=False)
            for each in sorted(path.iterdir()):
                _add(tar, each, f"{name}/{each.name}")
        else:
            tar.add(path, name)
    except FileNotFoundError:
        return


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
