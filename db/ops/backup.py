"""One file that brings an installation back: the database, the kept bytes, the keys.

The file is a plain tar: ``database.dump`` (pg_dump's custom format, a consistent picture while everything runs),
``home/…`` (captures, evidence, keys), ``backup.json`` (what it is, and of each table the rows and the sum of their
hashes at the very moment of the dump; a restore counts and hashes again before anything else may write).
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

from psycopg import sql

from db.core.connection import Connection, connect
from db.core.errors import Conflict, Invalid, Unavailable
from db.core.postgres_programs import run

FORMAT = 1
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
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kiemtin-backup-") as folder:
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
                "database_sha256": _sha256(dump),
            }
            (Path(folder) / "backup.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
            with tarfile.open(draft, "w") as tar:
                tar.add(Path(folder) / "backup.json", "backup.json")
                tar.add(dump, "database.dump")
                for name in KEPT:
                    _add(tar, home / name, f"home/{name}")
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
            run("pg_restore", ["--no-owner", "--exit-on-error", "--schema=public", str(dump)], owner_url)
            _compare(owner_url, about, source)
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


def _compare(owner_url: str, about: dict[str, Any], source: Path) -> None:
    """Raises Invalid when the restored rows are not those that the backup saw."""
    if "hashes" not in about:  # written before backups told their rows' hashes
        return
    with connect(owner_url) as conn:
        found = fingerprints(conn)
    wanted = {name: (rows, about["hashes"][name]) for name, rows in about["rows"].items()}
    if other := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise Invalid(
            "file",
            f"{source}: after the restore the rows of {', '.join(other)} are not those of the backup; take another copy",
        )


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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
