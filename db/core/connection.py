"""Connections, and the few ways in which a query is asked.

``often``: asked on nearly every page, by keys: the database plans it once a connection. Not for questions with filters,
where a plan made for one filter is a bad plan for another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, TypeAlias, TypeVar

import psycopg
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
        raise NotFound(f"{record.__name__} not found")
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


def named_error(why: psycopg.Error) -> KiemtinError | None:
    """The error a rule of the database stands for (SQLSTATE ``KT403``…) or a state of it that an administrator can mend;
    None for any other failure."""
    said = why.diag.message_primary or str(why)
    match why.sqlstate:
        case "KT403":
            return Forbidden(said)
        case "KT404":
            return NotFound(said)
        case "KT409":
            return Conflict(said)
        case "KT422":
            return Invalid(why.diag.column_name or "", said)
        case "42501":
            return Forbidden(said)
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


def mendable(why: Exception) -> KiemtinError | None:
    """What an administrator is told about a failure of the database that reached the command line; None for a mistake
    of ours."""
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
