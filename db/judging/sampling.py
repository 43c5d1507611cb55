"""What is shown beyond the rules' flags, what the audit found, and each night's look at the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many

MOST = 20_000  # events or scores read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Unflagged:
    """A live event that no rule flagged."""

    id: int
    priority: float
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A decided event: whether staff took it up, how it had been chosen, and with which probability."""

    event_id: int
    wanted: bool
    selected_by: str
    inclusion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The judgement of one article."""

    harm: float
    criticism: float
    flagged: bool
    outlet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyWatch:
    """What one night's look at the model said."""

    on_day: date
    model: str
    report: dict[str, Any]
    made_at: datetime


def unflagged(conn: Connection, *, since: datetime) -> list[Unflagged]:
    """Events with news since then that nobody has been shown, newest first."""
    return many(
        conn,
        Unflagged,
        "SELECT id, priority, outlets FROM events WHERE last_at >= %s AND NOT flagged AND merged_into IS NULL"
        " AND articles > 0 ORDER BY last_at DESC LIMIT %s",
        [since, MOST],
    )


def show(conn: Connection, *, event_id: int, how: str, inclusion: float) -> None:
    """Shows an event to staff (its case is opened by the database), with why and how likely it was to be chosen."""
    conn.execute(
        "UPDATE events SET flagged = true, selected_by = %(how)s, inclusion = %(inclusion)s, updated_at = now()"
        " WHERE id = %(id)s AND NOT flagged",
        {"id": event_id, "how": how, "inclusion": inclusion},
    )


def opinions(conn: Connection, *, since: datetime) -> list[Opinion]:
    """Decided events since then, each by its last standing opinion."""
    return many(
        conn,
        Opinion,
        "SELECT DISTINCT ON (e.id) e.id AS event_id, r.outcome <> 'dismiss' AS wanted,"
        " coalesce(e.selected_by, 'rule') AS selected_by, coalesce(e.inclusion, 1) AS inclusion"
        " FROM standing_reviews r JOIN events e ON e.id = r.event_id WHERE r.at >= %s AND r.only_article IS NULL"
        " AND r.outcome IN ('dismiss', 'escalate', 'route_critical') ORDER BY e.id, r.id DESC",
        [since],
    )


def scores(conn: Connection, *, begin: datetime, end: datetime) -> list[Scored]:
    """Judgements made in a span, newest first; at most ``MOST``."""
    return many(
        conn,
        Scored,
        "SELECT j.harm, j.criticism, coalesce(e.flagged, false) AS flagged, s.name AS outlet FROM judgements j"
        " JOIN articles a ON a.id = j.article_id JOIN sources s ON s.id = a.source_id"
        " LEFT JOIN event_members m ON m.article_id = a.id LEFT JOIN events e ON e.id = m.event_id"
        " WHERE j.judged_at >= %s AND j.judged_at < %s ORDER BY j.id DESC LIMIT %s",
        [begin, end, MOST],
    )


def keep_watch(conn: Connection, *, on_day: date, model: str, report: dict[str, Any]) -> None:
    """Keeps what the night's look said; a day's first look stands."""
    conn.execute(
        "INSERT INTO model_watch (on_day, model, report) VALUES (%s, %s, %s) ON CONFLICT (on_day) DO NOTHING",
        [on_day, model, Jsonb(report)],
    )


def watched(conn: Connection, *, limit: int = 30) -> Sequence[NightlyWatch]:
    """The last looks at the model, newest first."""
    return many(
        conn,
        NightlyWatch,
        "SELECT on_day, model, report, made_at FROM model_watch ORDER BY on_day DESC LIMIT %s",
        [limit],
    )
