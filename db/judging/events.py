"""Events, their members and staff's corrections to them. Written by classifier (corrections are asked for by review_ui)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many

MOST_MEMBERS = 400  # read when an event's summary is made anew; the newest of a larger one


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of an event with its latest text and judgement; ``head`` is the beginning of the body, ``number`` which
    version it is (from 1), ``gone_how`` how it was removed if it was, ``reports`` how many of the public named it, ``came_at``
    when it came to the event or its latest text was judged, whichever was later."""

    article_id: int
    version_id: int
    title: str
    head: str
    source: str
    scope: str
    language: str
    at: datetime
    copy_of: int | None
    by_staff: bool
    result: dict[str, Any] | None
    territories: list[str]
    number: int = 1
    gone_how: str | None = None
    reports: int = 0
    came_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The columns that queue and digests read of an event; bands are those of its members and of their differences."""

    title: str
    started_at: datetime
    last_at: datetime
    first_article_id: int
    articles: int
    outlets: int
    languages: list[str]
    scopes: list[str]
    source_names: list[str]
    places: list[str]
    territories: list[str]
    topics: list[str]
    relevance: str
    harm_band: str
    criticism_band: str
    check_band: str
    is_rebuttal: bool
    priority: float
    reasons: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCorrection:
    """A wish of staff about an event: ``kind`` split, merge or move."""

    id: int
    kind: str
    event_id: int
    article_ids: list[int]
    into_event: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOutcome:
    """What became of such a wish: a line for logs, and the code and values that the screen words."""

    words: str
    code: str
    values: dict[str, int] = field(default_factory=dict)


def begin(conn: Connection, *, title: str, at: datetime, article_id: int) -> int:
    """A new event with nothing but its first article's title and time; its number."""
    row = conn.execute(
        "INSERT INTO events (title, started_at, last_at, first_article_id) VALUES (%s, %s, %s, %s) RETURNING id",
        [title, at, at, article_id],
    ).fetchone()
    assert row is not None
    return int(row[0])


def current_events(conn: Connection, *, article_ids: Sequence[int]) -> dict[int, int]:
    """The event of each of these articles that stands in one."""
    rows = conn.execute(
        "SELECT article_id, event_id FROM event_members WHERE article_id = ANY (%s)", [list(article_ids)]
    ).fetchall()
    return {int(article): int(event) for article, event in rows}


def put(conn: Connection, *, event_id: int, article_ids: Sequence[int]) -> list[int]:
    """Moves articles into an event on staff's word; the events they left."""
    rows = conn.execute(
        "WITH before AS (SELECT article_id, event_id FROM event_members WHERE article_id = ANY (%(ids)s) FOR UPDATE),"
        " moved AS (INSERT INTO event_members (article_id, event_id, by_staff) SELECT id, %(event)s, true"
        "   FROM articles WHERE id = ANY (%(ids)s)"
        "   ON CONFLICT (article_id) DO UPDATE SET event_id = excluded.event_id, by_staff = true, joined_at = now())"
        " SELECT DISTINCT event_id FROM before WHERE event_id <> %(event)s",
        {"ids": list(article_ids), "event": event_id},
    ).fetchall()
    return [int(number) for (number,) in rows]


def member_ids(conn: Connection, event_id: int) -> list[int]:
    """The articles of an event."""
    rows = conn.execute(
        "SELECT article_id FROM event_members WHERE event_id = %s ORDER BY article_id", [event_id]
    ).fetchall()
    return [int(number) for (number,) in rows]


def members(conn: Connection, event_id: int, *, head: int = 2500) -> list[Member]:
    """The articles of an event, first published first; ``head`` code points of each body."""
    return many(
        conn,
        Member,
        "SELECT a.id AS article_id, v.id AS version_id, v.title, left(v.body, %(head)s) AS head, s.name AS source, s.scope,"
        " a.language, coalesce(a.published_at, a.first_seen_at) AS at, c.copy_of, m.by_staff, j.result,"
        " coalesce((SELECT array_agg(DISTINCT territory) FROM mentions x WHERE x.version_id = v.id AND territory IS NOT NULL), '{}')"
        "  AS territories, v.number, a.gone_how, greatest(m.joined_at, v.seen_at, f.judged_at) AS came_at,"
        " (SELECT count(*) FROM reports r WHERE r.article_id = a.id AND NOT r.quarantined"
        "   AND NOT EXISTS (SELECT FROM report_refusals f WHERE f.report_id = r.id)) AS reports"
        " FROM (SELECT article_id, by_staff, joined_at FROM event_members WHERE event_id = %(event)s ORDER BY article_id DESC LIMIT %(most)s) m"
        " JOIN articles a ON a.id = m.article_id JOIN sources s ON s.id = a.source_id JOIN versions v ON v.id = a.version_id"
        " LEFT JOIN copies c ON c.article_id = a.id"
        " LEFT JOIN LATERAL (SELECT result FROM judgements WHERE version_id = v.id ORDER BY id DESC LIMIT 1) j ON true"
        " LEFT JOIN LATERAL (SELECT min(judged_at) AS judged_at FROM judgements WHERE version_id = v.id) f ON true"
        " ORDER BY at, a.id",
        {"event": event_id, "head": head, "most": MOST_MEMBERS},
    )


def stirred(conn: Connection, *, days: int = 30) -> list[int]:
    """Events of whose articles one was removed or reported by the public since they were summed up last, in the last
    ``days``. Within a minute of it an event may be named twice, for two transactions may cross."""
    rows = conn.execute(
        "SELECT m.event_id FROM articles a JOIN event_members m ON m.article_id = a.id JOIN events e ON e.id = m.event_id"
        " WHERE a.gone_at > now() - make_interval(days => %(days)s) AND a.gone_at > e.updated_at - interval '1 minute'"
        " UNION SELECT m.event_id FROM reports r JOIN event_members m ON m.article_id = r.article_id"
        " JOIN events e ON e.id = m.event_id"
        " WHERE r.received_at > now() - make_interval(days => %(days)s) AND r.received_at > e.updated_at - interval '1 minute'",
        {"days": days},
    ).fetchall()
    return sorted(int(number) for (number,) in rows)


def summarise(conn: Connection, *, event_id: int, summary: Summary) -> None:
    """Writes an event's columns anew. A flag once set stays: a case has been opened for it; so does a title that a person
    wrote."""
    conn.execute(
        "UPDATE events SET title = coalesce(written_title, %(title)s), started_at = %(started_at)s, last_at = %(last_at)s,"
        " first_article_id = %(first)s, articles = %(articles)s, outlets = %(outlets)s, languages = %(languages)s,"
        " scopes = %(scopes)s, source_names = %(sources)s, places = %(places)s, territories = %(territories)s,"
        " topics = %(topics)s, relevance = %(relevance)s, harm_band = %(harm)s, criticism_band = %(criticism)s,"
        " check_band = %(check)s, is_rebuttal = %(rebuttal)s, priority = %(priority)s, reasons = %(reasons)s,"
        " differences = %(differences)s, flagged = flagged OR %(flagged)s,"
        " selected_by = CASE WHEN %(flagged)s AND selected_by IS NULL THEN 'rule' ELSE selected_by END,"
        " inclusion = CASE WHEN %(flagged)s AND selected_by IS NULL THEN 1 ELSE inclusion END,"
        " updated_at = now() WHERE id = %(id)s",
        {
            "id": event_id, "title": summary.title, "started_at": summary.started_at, "last_at": summary.last_at,
            "first": summary.first_article_id, "articles": summary.articles, "outlets": summary.outlets,
            "languages": summary.languages, "scopes": summary.scopes, "sources": summary.source_names,
            "places": summary.places, "territories": summary.territories, "topics": summary.topics,
            "relevance": summary.relevance, "harm": summary.harm_band, "criticism": summary.criticism_band,
            "check": summary.check_band, "rebuttal": summary.is_rebuttal, "priority": summary.priority,
            "reasons": Jsonb(summary.reasons), "differences": Jsonb(summary.differences), "flagged": summary.flagged,
        },
    )  # fmt: skip


def empty(conn: Connection, *, event_id: int) -> None:
    """An event that lost all its articles: it counts none and is found by none; its case, if any, stays."""
    conn.execute("UPDATE events SET articles = 0, outlets = 0, updated_at = now() WHERE id = %s", [event_id])


def merge(conn: Connection, *, event_id: int, into: int) -> None:
    """Says that an event went into another, also for the events that had gone into it."""
    conn.execute(
        "UPDATE events SET merged_into = %(into)s, updated_at = now() WHERE id = %(id)s OR merged_into = %(id)s",
        {"id": event_id, "into": into},
    )


def in_other_languages(
    conn: Connection,
    *,
    language: str,
    places: Sequence[str],
    earliest: datetime,
    latest: datetime,
    limit: int = 20,
) -> list[int]:
    """Events about the province between the two times that nobody tells in ``language`` and that name one of the
    places; newest first."""
    rows = conn.execute(
        "SELECT id FROM events WHERE last_at BETWEEN %(earliest)s AND %(latest)s + interval '10 days' AND started_at <= %(latest)s"
        " AND articles > 0 AND merged_into IS NULL AND relevance <> 'none' AND NOT %(language)s = ANY (languages)"
        " AND places && %(places)s ORDER BY last_at DESC LIMIT %(limit)s",
        {
            "language": language,
            "places": list(places),
            "earliest": earliest,
            "latest": latest,
            "limit": limit,
        },
    ).fetchall()
    return [int(number) for (number,) in rows]


def unite(conn: Connection, *, event_id: int, into: int) -> None:
    """The machine's own merge: all articles go over, as if they had been placed there."""
    conn.execute("UPDATE event_members SET event_id = %s WHERE event_id = %s", [into, event_id])
    merge(conn, event_id=event_id, into=into)


def current_id(conn: Connection, event_id: int) -> int | None:
    """The event itself, or the one it went into; None when there is no such event."""
    row = conn.execute("SELECT coalesce(merged_into, id) FROM events WHERE id = %s", [event_id]).fetchone()
    return None if row is None else int(row[0])


def merged_here(conn: Connection, event_id: int) -> list[int]:
    """The events that went into this one."""
    rows = conn.execute("SELECT id FROM events WHERE merged_into = %s ORDER BY id", [event_id]).fetchall()
    return [int(number) for (number,) in rows]


def corrections(conn: Connection, *, limit: int = 50) -> list[EventCorrection]:
    """Open wishes, oldest first; locked until the transaction ends, other workers pass them by."""
    return many(
        conn,
        EventCorrection,
        "SELECT id, kind, event_id, article_ids, into_event FROM event_corrections WHERE applied_at IS NULL"
        " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    )


def applied(conn: Connection, *, correction_id: int, outcome: CorrectionOutcome) -> None:
    """Notes that a wish was dealt with, and how."""
    conn.execute(
        "UPDATE event_corrections SET applied_at = clock_timestamp(), outcome = %s, outcome_code = %s, outcome_values = %s"
        " WHERE id = %s",
        [outcome.words, outcome.code, Jsonb(outcome.values), correction_id],
    )
