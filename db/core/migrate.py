"""Brings a database to this program's schema, run as the owner: numbered plain SQL files, forward only, for tables and rows
(db/migrations/); functions, views and triggers as they stand in db/sql/ (see sql_files)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import procrastinate.schema
import yoyo
from psycopg.errors import LockNotAvailable

from db.core import grants, session_key, sql_files
from db.core.connection import Connection, connect
from db.core.errors import Conflict, Unavailable

FOLDER = Path(__file__).parent.parent / "migrations"
HALF_RESTORED = "a restore into this database did not end: run kiemtin db restore FILE again (it begins anew, nothing of it is kept)"
_MIGRATING = 0x6B74_6D67  # advisory lock


def migrate(owner_url: str, folder: Path = FOLDER, *, secret: str | None = None) -> list[str]:
    """Applies what is missing of ``folder``, in order, each in its own transaction, and the functions where
    they differ; returns the names applied. ``secret``: the installation's session key, which the database then knows.

    Raises Unavailable when the database cannot be reached and Conflict when it was written by a newer program.
    """
    with connect(owner_url, autocommit=True) as conn:  # one clear sentence when it is not there
        if half_restored(conn):
            raise Conflict(HALF_RESTORED)
        foreign = unknown(conn, folder)
        if foreign:
            raise Conflict(
                f"the database was written by a newer kiemtin (it holds {foreign[-1]}); update the program, not the database"
            )
        _alone(conn)
        with _backend(owner_url) as backend:
            migrations = yoyo.read_migrations(str(folder))
            backend.ensure_internal_schema_updated()
            backend.break_lock()  # yoyo's own lock is a row that outlives whoever was killed while he held it
            with backend.lock():
                waiting = backend.to_apply(migrations)
                names = [migration.id for migration in waiting]
                backend.apply_migrations(waiting)
    with connect(owner_url, autocommit=True) as conn:
        _jobs(conn)
        conn.execute("GRANT SELECT ON _yoyo_migration TO kiemtin_app")  # doctor asks which schema this is
        grants.hold(conn)
        names += sql_files.apply(conn)
        conn.execute("SELECT ensure_months()")
        if secret is not None and conn.execute("SELECT to_regclass('public.gate')").fetchone() != (None,):
            session_key.store(conn, secret)
    return names


def _alone(conn: Connection) -> None:
    """Waits until nobody else migrates; holds until the connection closes, also when its process is killed."""
    conn.execute("SET lock_timeout = '60s'")
    try:
        conn.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
    except LockNotAvailable as why:
        raise Unavailable(
            "another migration has been running for a minute; try again when it is done"
        ) from why


def unknown(conn: Connection, folder: Path = FOLDER) -> list[str]:
    """Migrations that the database holds and this program does not know."""
    if conn.execute("SELECT to_regclass('public._yoyo_migration')").fetchone() == (None,):
        return []
    known = {path.stem for path in folder.glob("*.sql")}
    rows = conn.execute("SELECT migration_id FROM _yoyo_migration ORDER BY migration_id").fetchall()
    return [str(name) for (name,) in rows if name not in known]


def half_restored(conn: Connection) -> bool:
    """Whether a restore into this database began and did not end (it was killed, or what it brought differs)."""
    return conn.execute("SELECT to_regnamespace('kiemtin_restore')").fetchone() != (None,)


def has_schema(conn: Connection) -> bool:
    """Whether the tables are there at all."""
    return conn.execute("SELECT to_regclass('public.models')").fetchone() != (None,)


def pending(conn: Connection) -> list[str]:
    """Migrations of this program that the database has not seen yet."""
    known = sorted(path.stem for path in FOLDER.glob("*.sql"))
    if conn.execute("SELECT to_regclass('public._yoyo_migration')").fetchone() == (None,):
        return known
    done = {name for (name,) in conn.execute("SELECT migration_id FROM _yoyo_migration").fetchall()}
    return [name for name in known if name not in done]


def _jobs(conn: Connection) -> None:
    """The job engine's own tables beside ours; the application may use them and owns none."""
    if conn.execute("SELECT to_regclass('public.procrastinate_jobs')").fetchone() == (None,):
        conn.execute(procrastinate.schema.SchemaManager.get_schema())
    conn.execute(
        "DO $$ DECLARE t record; BEGIN"
        " FOR t IN SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        "  AND relname LIKE 'procrastinate%' AND relkind IN ('r', 'S') LOOP"
        " EXECUTE format(CASE t.relkind WHEN 'S' THEN 'GRANT USAGE ON SEQUENCE %I TO kiemtin_app'"
        "  ELSE 'GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kiemtin_app' END, t.relname); END LOOP; END $$"
    )


@contextmanager
def _backend(owner_url: str) -> Iterator[Any]:
    # yoyo wants its driver in the scheme; it hands the query on, so the socket's folder stays where it is
    parts = urlsplit(owner_url)
    url = urlunsplit(("postgresql+psycopg", parts.netloc, parts.path, urlencode(parse_qsl(parts.query)), ""))
    backend = yoyo.get_backend(url)
    try:
        yield backend
    finally:
        backend.connection.close()
