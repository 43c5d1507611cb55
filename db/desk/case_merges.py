"""Cases whose events became one: which case leads on to which. Written by the database (migration 0014) alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The case that goes on with a case's matter; ``asked_name`` None where the machine saw it."""

    case_id: int
    title: str
    state: str
    at: datetime
    asked_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A case whose matter goes on here, with the claims that stand in it."""

    case_id: int
    title: str
    state: str
    assigned_name: str | None
    claims: int
    at: datetime


def onward(conn: Connection, *, case_id: int) -> Onward | None:
    """Where the matter of this case goes on, or None where it goes on here."""
    return first(
        conn,
        Onward,
        "SELECT c.id AS case_id, c.title, c.state, j.at, u.display_name AS asked_name FROM case_joins j"
        " JOIN cases c ON c.id = j.into_case LEFT JOIN users u ON u.id = j.asked_by"
        " WHERE j.case_id = %s ORDER BY j.id DESC LIMIT 1",
        [case_id],
    )


def joined_here(conn: Connection, *, case_id: int) -> list[Joined]:
    """The cases that lead here, newest first."""
    return many(
        conn,
        Joined,
        "SELECT DISTINCT ON (c.id) c.id AS case_id, c.title, c.state, u.display_name AS assigned_name, j.at,"
        " (SELECT count(*) FROM claims WHERE case_id = c.id)::int AS claims FROM case_joins j JOIN cases c ON c.id = j.case_id"
        " LEFT JOIN users u ON u.id = c.assigned_to WHERE j.into_case = %s ORDER BY c.id DESC, j.id DESC",
        [case_id],
    )
