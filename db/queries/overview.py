"""What needs somebody now: open cases by state, clocks, source health. Reads partial indexes, never the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTally:
    """Open cases of one state; of them, those of one person, and those past their time."""

    state: str
    cases: int
    mine: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeadline:
    """A case and its time; ``due_at`` None where none is set."""

    case_id: int
    title: str
    state: str
    agency: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ill:
    """A source that needs a look, in one sentence."""

    source_id: int
    title: str
    state: str
    sentence: str
    sentence_en: str
    since_at: datetime


def cases_by_state(conn: Connection, *, user_id: int, now: datetime, restricted: bool) -> list[StateTally]:
    """How many open cases stand in each state, and whose they are and how late. ``restricted``: those of the narrower
    view are counted too."""
    plain: LiteralString = "" if restricted else " AND NOT restricted"
    return many(
        conn,
        StateTally,
        "SELECT state, count(*) AS cases, count(*) FILTER (WHERE assigned_to = %s) AS mine,"
        " count(*) FILTER (WHERE due_at < %s) AS overdue FROM cases WHERE state <> 'closed'"
        " AND NOT elsewhere" + plain + " GROUP BY state",
        [user_id, now],
    )


def own(conn: Connection, *, user_id: int, most: int, restricted: bool) -> list[CaseDeadline]:
    """The open cases assigned to a person, those whose time ends first before those without. ``restricted``: those of
    the narrower view too."""
    return many(
        conn,
        CaseDeadline,
        "SELECT c.id AS case_id, c.title, c.state, c.agency, c.due_at FROM cases c"
        " WHERE c.state <> 'closed' AND c.assigned_to = %s AND (%s OR NOT c.restricted)"
        " ORDER BY c.due_at NULLS LAST, c.priority DESC, c.id LIMIT %s",
        [user_id, restricted, most],
    )


def clocks(conn: Connection, *, most: int, restricted: bool) -> list[CaseDeadline]:
    """The open cases whose time ends first; overdue ones stand before. ``restricted``: those of the narrower view too."""
    return many(
        conn,
        CaseDeadline,
        "SELECT c.id AS case_id, c.title, c.state, coalesce((SELECT data->>'title' FROM catalogue_entries"
        " WHERE kind = 'agency' AND name = c.agency ORDER BY valid_from DESC NULLS LAST LIMIT 1), c.agency) AS agency, c.due_at"
        " FROM cases c WHERE c.state <> 'closed' AND c.due_at IS NOT NULL AND (%(restricted)s OR NOT c.restricted)"
        " ORDER BY c.due_at, c.id LIMIT %(most)s",
        {"restricted": restricted, "most": most},
    )


def health(conn: Connection) -> dict[str, int]:
    """Enabled sources by state of health; sources nobody has looked at yet count as unprobed."""
    rows = conn.execute(
        "SELECT coalesce(h.state, 'unprobed'), count(*) FROM sources s LEFT JOIN source_health h ON h.source_id = s.id"
        " WHERE s.status = 'enabled' GROUP BY 1"
    ).fetchall()
    return dict(rows)


def ill(conn: Connection, *, most: int) -> list[Ill]:
    """Enabled sources that are not well, longest first."""
    return many(
        conn,
        Ill,
        "SELECT h.source_id, s.title, h.state, h.sentence, h.sentence_en, h.since_at FROM source_health h JOIN sources s ON s.id = h.source_id"
        " WHERE s.status = 'enabled' AND h.state NOT IN ('ok', 'unprobed') ORDER BY h.since_at LIMIT %s",
        [most],
    )
