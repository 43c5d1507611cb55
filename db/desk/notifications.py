"""What needs a person: mentions, assignments, cases routed to their office, events that became one. Written by the
database's own triggers (migration 0014); here they are read and marked as seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many

COUNTED = 99  # beyond this the bar says "99+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing to know about a case, or (kind ``account``) what was ``done`` with an account that decides. ``said`` is the note's text for a mention; ``other_case`` the case that goes on
    for one that was joined; ``by_name`` None where it was the machine."""

    id: int
    kind: str
    case_id: int | None
    title: str | None
    state: str | None
    agency: str | None
    by_name: str | None
    said: str | None
    other_case: int | None
    at: datetime
    account: str | None
    done: str | None


def unseen(conn: Connection, *, user_id: int, restricted: bool, limit: int = 30) -> list[Notification]:
    """What the person has not seen yet, newest first. What is about a restricted case (also one that became restricted
    after it was told) only where ``restricted`` says that they may be read."""
    return many(
        conn,
        Notification,
        "SELECT n.id, n.kind, n.case_id, c.title, c.state, c.agency, u.display_name AS by_name, left(o.body, 300) AS said,"
        " n.other_case, n.at, a.display_name AS account, n.done FROM staff_notices n LEFT JOIN cases c ON c.id = n.case_id"
        " LEFT JOIN users u ON u.id = n.by_user LEFT JOIN users a ON a.id = n.about_user LEFT JOIN notes o ON o.id = n.note_id"
        " WHERE n.user_id = %s AND n.seen_at IS NULL AND (%s OR c.restricted IS NOT TRUE)"
        " ORDER BY n.id DESC LIMIT %s",
        [user_id, restricted, limit],
    )


def count(conn: Connection, *, user_id: int, restricted: bool) -> int:
    """How many notices ``unseen`` holds for the person, no further than ``COUNTED`` + 1."""
    row = conn.execute(
        "SELECT count(*) FROM (SELECT FROM staff_notices n WHERE user_id = %s AND seen_at IS NULL"
        " AND (%s OR NOT EXISTS (SELECT FROM cases c WHERE c.id = n.case_id AND c.restricted)) LIMIT %s) n",
        [user_id, restricted, COUNTED + 1],
        prepare=True,
    ).fetchone()
    return int(row[0]) if row else 0


def see(conn: Connection, *, user_id: int, numbers: list[int] | None = None) -> int:
    """Marks one's own notices as seen (all of them without ``numbers``); returns how many."""
    return conn.execute(
        "UPDATE staff_notices SET seen_at = clock_timestamp() WHERE user_id = %(user)s AND seen_at IS NULL"
        " AND (%(numbers)s::bigint[] IS NULL OR id = ANY (%(numbers)s))",
        {"user": user_id, "numbers": numbers},
    ).rowcount


def see_case(conn: Connection, *, user_id: int, case_id: int) -> int:
    """Whoever opens a case has seen what there was to know about it; returns how many notices that were."""
    return conn.execute(
        "UPDATE staff_notices SET seen_at = clock_timestamp() WHERE user_id = %s AND case_id = %s AND seen_at IS NULL",
        [user_id, case_id],
    ).rowcount
