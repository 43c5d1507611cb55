"""Closed cases that come back because their event tells something new: written by classifier through the database's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, first


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCase:
    """The closed case of an event: since when it is closed, and its version as seen."""

    case_id: int
    closed_at: datetime
    version: int


def closed(conn: Connection, *, event_id: int) -> ClosedCase | None:
    """The event's case where a person closed it and its matter goes on nowhere else."""
    return first(
        conn,
        ClosedCase,
        "SELECT id AS case_id, changed_at AS closed_at, version FROM cases"
        " WHERE event_id = %s AND state = 'closed' AND outcome IS DISTINCT FROM 'merge' AND outcome IS DISTINCT FROM 'joined'",
        [event_id],
        often=True,
    )


def bring_back(conn: Connection, *, case: ClosedCase, news: Sequence[dict[str, Any]]) -> bool:
    """Puts the case on the queue again with what is new; False where somebody moved it meanwhile."""
    row = conn.execute(
        "SELECT bring_back(%s, %s, %s)", [case.case_id, case.version, Jsonb(list(news))]
    ).fetchone()
    return row is not None and bool(row[0])
