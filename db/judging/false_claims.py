"""Claims that two persons found false, for the classifier to notice when one is told again. Written by review_ui."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFalse:
    """A claim with a verdict in force that says "not true", wholly or in part."""

    id: int
    body: str


def mark(conn: Connection) -> tuple[int, datetime | None]:
    """Changes whenever the list does: how many there are and when the last verdict was approved."""
    row = conn.execute(
        "SELECT count(*), max(approved_at) FROM claims_in_force WHERE code IN ('fabricated', 'partly_false')"
    ).fetchone()
    assert row is not None
    return int(row[0]), row[1]


def listed(conn: Connection) -> list[FoundFalse]:
    """All of them, oldest first."""
    return many(
        conn,
        FoundFalse,
        "SELECT c.id, c.body FROM claims_in_force c"
        " WHERE c.code IN ('fabricated', 'partly_false') ORDER BY c.id",
    )
