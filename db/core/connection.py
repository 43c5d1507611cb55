"""Connections, and the few ways in which a query is asked.

``often``: asked on nearly every page, by keys: the database plans it once a connection. Not for questions with filters,
where a plan made for one filter is a bad plan for another.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, TypeAlias, TypeVar

import psycopg
from psycopg import pq
from psycopg.rows import class_row

from db.core.errors import Conflict, Forbidden, Invalid, KiemtinError, NotFound, Unavailable

Connection: TypeAlias = psycopg.Connection[Any]
Parameters: TypeAlias = Sequence[Any] | dict[str, Any] | None
Record = TypeVar("Record")


def connect(url: str, *, autocommit: bool = False, application: str = "kiemtin") -> Connection:
    """A connection to ``url``; raises Unavailable with one sentence when nobody answers there."""
    try:
        return psycopg.connect(url, autocommit=autocommit, application_name=application, connect_timeout=10)
    except (
        psycopg.OperationalError,
        psycopg.ProgrammingError,
    ) as why:  # nobody there; or no connection string at all
        said = (str(why).strip().splitlines() or ["no answer"])[0].removeprefix("connection failed: ")
        raise Unavailable(
            f"the database cannot be reached ({said}); check KIEMTIN_DATABASE_URL and that PostgreSQL runs"
        ) from why


def answers(conn: Connection) -> None:
    """Asks the database for nothing; raises what psycopg raises when it does not answer."""
    conn.execute("SELECT 1")


def recovering(conninfo: str) -> bool:
    """Whether a server answers there that takes nobody in yet (or no more): starting, recovering, shutting down."""
    return pq.PGconn.ping(conninfo.encode()) == pq.Ping.REJECT


def one(
    conn: Connection,
    record: type[Record],
    query: LiteralString,
    parameters: Parameters = None,
    *,
    often: bool = False,
) -> Record:
    """The only row of ``query`` as a ``record``; raises NotFound when there is none."""
    with conn.cursor(row_factory=class_row(record)) as cursor:
        found = cursor.execute(query, parameters, prepare=often or None).fetchone()
    if found is None:
        raise NotFound(f"{record.__name__} not found", code="row.not_found")
    return found


def first(
    conn: Connection,
    record: type[Record],
    query: LiteralString,
    parameters: Parameters = None,
    *,
    often: bool = False,
) -> Record | None:
    """The first row of ``query`` as a ``record``, or None where absence is normal."""
    with conn.cursor(row_factory=class_row(record)) as cursor:
        return cursor.execute(query, parameters, prepare=often or None).fetchone()


def many(
    conn: Connection,
    record: type[Record],
    query: LiteralString,
    parameters: Parameters = None,
    *,
    often: bool = False,
) -> list[Record]:
    """All rows of ``query`` as ``record``s."""
    with conn.cursor(row_factory=class_row(record)) as cursor:
        return cursor.execute(query, parameters, prepare=often or None).fetchall()


# SQLSTATE of a rule of ours -> the class of the error it stands for
_RULES: dict[str, type[KiemtinError]] = {
    "KT403": Forbidden,
    "KT404": NotFound,
    "KT409": Conflict,
    "42501": Forbidden,
}


def named_error(why: psycopg.Error) -> KiemtinError | None:
    """The error a rule of the database stands for (SQLSTATE ``KT403``…, its code as the constraint's name, its values as
    JSON in the detail) or a state of it that an administrator can mend; None for any other failure."""
    said, state = why.diag.message_primary or str(why), why.sqlstate or ""
    code, values = why.diag.constraint_name or "", _values(why.diag.message_detail)
    if state == "KT422":
        return Invalid(why.diag.column_name or "", said, code=code, values=values)
    if state in _RULES:
        return _RULES[state](said, code=code, values=values)
    match state:
        case "25006":
            return Unavailable(
                f"the database takes no writes now ({said}); ask its administrator, then try again"
            )
        case "42P01" | "42703" | "42883":
            return Unavailable(
                f"the database does not have this program's schema ({said}); run kiemtin db migrate"
            )
        case "53100":
            return Unavailable(f"the database's disk is full ({said}); free some space, then try again")
        case _:
            return None


def _values(detail: str | None) -> dict[str, object]:
    """What a rule names beside its code; empty where the detail is PostgreSQL's own."""
    try:
        found = json.loads(detail or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


# What a disk says, and what it means to who runs the machine.
DISK_FAULTS = {
    errno.EROFS: "the disk can only be read, not written",
    errno.EACCES: "this account may not write here",
    errno.EPERM: "this account may not do this here",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota of this account is used up",
    errno.EIO: "the disk reports a fault",
}


def mendable(why: Exception) -> KiemtinError | None:
    """What an administrator is told about a failure of the database or the disk that reached the command line; None for a
    mistake of ours."""
    if isinstance(why, OSError) and why.errno in DISK_FAULTS:
        place = f" ({os.fsdecode(why.filename)})" if isinstance(why.filename, str | bytes) else ""
        return Unavailable(f"{DISK_FAULTS[why.errno]}{place}; mend that and try again")
    if not isinstance(why, psycopg.Error):
        return None
    if (named := named_error(why)) is not None:
        return named
    if isinstance(why, psycopg.OperationalError):
        said = (str(why).strip().splitlines() or ["it went away"])[0]
        return Unavailable(
            f"the database stopped answering ({said}); see that PostgreSQL runs, then try again"
        )
    return None


@contextmanager
def rules() -> Iterator[None]:
    """Inside it, what a rule of the database refuses is raised as Forbidden, Conflict, Invalid or NotFound."""
    try:
        yield
    except psycopg.Error as why:
        if (named := named_error(why)) is not None:
            raise named from why
        raise


def act_as(conn: Connection, actor: str) -> None:
    """Names who acts in this transaction, for the audit of catalogue and accounts."""
    conn.execute("SELECT set_config('kiemtin.actor', %s, true)", [actor])
