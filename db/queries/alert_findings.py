"""What alert rules look for: events that were judged, sources that fell silent, cases whose time runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent:
    """An event that a rule is about; ``last_at`` when its newest article came."""

    id: int
    title: str
    outlets: int
    last_at: datetime


def events(
    conn: Connection,
    *,
    since: datetime,
    now: datetime,
    signal: str | None,
    place: str | None,
    topic: str | None,
    most: int,
) -> list[FoundEvent]:
    """Unrestricted events about the province with news after ``since``: of a high band in ``signal``, of a place, of a topic."""
    return many(
        conn,
        FoundEvent,
        """
        SELECT e.id, e.title, e.outlets, e.last_at FROM events e
          LEFT JOIN cases c ON c.event_id = e.id
         WHERE e.last_at > %(since)s AND e.last_at <= %(now)s AND e.merged_into IS NULL AND e.relevance = 'core'
           AND NOT coalesce(c.restricted, false)
           AND (%(signal)s::text IS NULL
             OR CASE %(signal)s WHEN 'check' THEN e.check_band WHEN 'harm' THEN e.harm_band ELSE e.criticism_band END = 'high')
           AND (%(place)s::text IS NULL OR %(place)s = ANY (e.places))
           AND (%(topic)s::text IS NULL OR %(topic)s = ANY (e.topics))
         ORDER BY e.last_at, e.id LIMIT %(most)s
        """,
        {"since": since, "now": now, "signal": signal, "place": place, "topic": topic, "most": most},
    )


def silent_sources(
    conn: Connection, *, silent: timedelta, since: datetime, now: datetime, most: int
) -> list[tuple[int, str, datetime]]:
    """Number, title and beginning of the silence of enabled sources whose silence reached ``silent`` in that time."""
    return conn.execute(
        "SELECT h.source_id, s.title, h.since_at FROM source_health h JOIN sources s ON s.id = h.source_id"
        " WHERE s.status = 'enabled' AND h.state IN ('silent', 'failing') AND h.since_at + %(long)s BETWEEN %(since)s AND %(now)s"
        " ORDER BY h.since_at LIMIT %(most)s",
        {"long": silent, "since": since, "now": now, "most": most},
    ).fetchall()


def due_cases(
    conn: Connection, *, ahead: timedelta, since: datetime, now: datetime, most: int
) -> list[tuple[int, str, datetime]]:
    """Number, title and deadline of open, unrestricted cases whose deadline came within ``ahead`` in that time."""
    return conn.execute(
        "SELECT id, title, due_at FROM cases WHERE state <> 'closed' AND due_at - %(ahead)s BETWEEN %(since)s AND %(now)s"
        " AND NOT restricted ORDER BY due_at LIMIT %(most)s",
        {"ahead": ahead, "since": since, "now": now, "most": most},
    ).fetchall()
