"""Brings a backup back into an empty database and home folder.

The database comes in one transaction: a restore that is killed leaves it as it was. From its first step to its last the
schema ``kiemtin_restore`` stands in the database; while it does, nothing else works on it, and a restore may begin anew.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from db.core.connection import Connection, connect
from db.core.durable_files import sync
from db.core.errors import Conflict, Invalid, Unavailable
from db.core.migrate import half_restored
from db.core.postgres_programs import environment, folder, without_password
from db.ops.backup import FORMAT, KEPT, fingerprints, sha256_of

# What the wheel's pg_restore (18) says before everything else and servers before 17 do not know.
_UNKNOWN_TO_OLD = b"SET transaction_timeout = 0;"


def restore(owner_url: str, home: Path, source: Path) -> dict[str, Any]:
    """Brings ``source`` back; returns what the backup counted.

    Raises Invalid for a file that is no backup of ours, Conflict when articles or accounts are already there.
    """
    try:
        with tarfile.open(source) as tar, tempfile.TemporaryDirectory(prefix="kiemtin-restore-") as opened:
            tar.extractall(opened, filter="data")
            about = json.loads((Path(opened) / "backup.json").read_text(encoding="utf-8"))
            if about.get("format") != FORMAT:
                raise Invalid(
                    "file",
                    f"{source} was made by another version (format {about.get('format')}); use the kiemtin that made it",
                )
            dump = Path(opened) / "database.dump"
            if sha256_of(dump) != about["database_sha256"]:
                raise Invalid(
                    "file", f"{source} is damaged: the database in it does not match its own checksum"
                )
            with connect(owner_url, autocommit=True) as conn:
                if _occupied(conn) and not half_restored(conn):
                    raise Conflict(
                        "this database already holds accounts or articles; restore into a fresh KIEMTIN_HOME or an empty database"
                    )
                conn.execute("CREATE SCHEMA IF NOT EXISTS kiemtin_restore")
            _bring_in(dump, owner_url)
            _compare(owner_url, about, source)
            for name in KEPT:
                kept = Path(opened) / "home" / name
                if kept.exists():
                    _move(kept, home / name)
            with connect(owner_url, autocommit=True) as conn:
                conn.execute("DROP SCHEMA kiemtin_restore")
    except (tarfile.TarError, KeyError, json.JSONDecodeError) as why:
        raise Invalid("file", f"{source} is no kiemtin backup, or was cut short; take another copy") from why
    except FileNotFoundError as why:
        raise Invalid("file", f"{source} is no kiemtin backup or does not exist") from why
    return dict(about)


def _bring_in(dump: Path, url: str) -> None:
    """What the dump holds, as SQL through psql in one transaction; Unavailable with the first fault, nothing kept then.

    As SQL, because pg_restore itself speaks only to servers that know every parameter of its own version.
    """
    told = subprocess.Popen(
        [str(folder() / "pg_restore"), "--no-owner", "--schema=public", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(url),
    )
    taken = subprocess.Popen(
        [str(folder() / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-", "--dbname", without_password(url)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(url),
    )  # fmt: skip
    assert told.stdout is not None
    assert taken.stdin is not None
    assert told.stderr is not None
    assert taken.stderr is not None
    try:
        taken.stdin.write(
            b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\nGRANT USAGE ON SCHEMA public TO kiemtin_app;\n"
        )
        preamble = True
        for line in told.stdout:
            if preamble and line.strip() == _UNKNOWN_TO_OLD:
                preamble = False  # a row that reads like it is a row
                continue
            taken.stdin.write(line)
        # an end of the input alone is none of the transaction: whoever is killed in between has changed nothing
        if told.wait() == 0:
            taken.stdin.write(b"COMMIT;\n")
        taken.stdin.close()
    except BrokenPipeError:
        told.kill()
    refused = taken.stderr.read().decode(errors="replace")
    broken = told.stderr.read().decode(errors="replace")
    if taken.wait() or told.wait():
        said = next(
            (line for line in (refused + broken).splitlines() if "ERROR" in line or "error" in line),
            "no reason given",
        )
        raise Unavailable(f"the database refused the backup: {said.strip()}")


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


def _occupied(conn: Connection) -> bool:
    if conn.execute("SELECT to_regclass('public.articles')").fetchone() == (None,):
        return False
    return conn.execute("SELECT EXISTS (SELECT FROM articles) OR EXISTS (SELECT FROM users)").fetchone() == (
        True,
    )


def _move(source: Path, target: Path) -> None:
    """Copies a file or folder, on disk before the restore is believed."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
        for path in (target, *target.rglob("*")):
            sync(path)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        target.chmod(0o600)
        sync(target)
