"""Full-text search over all articles: marks may be missing; what is written with the same marks comes first.

`articles.search` holds each word twice, as written and without marks. A page of exact hits comes before the page of
hits that differ in marks only; both run newest first by the last key, so that no page reads with the size of the
archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.connection import Connection, many

PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for; empty values do not filter. ``since`` and ``until`` are days of publication in Vietnam."""

    text: str
    source: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that holds the words. ``marks`` tells whether the marks agree too."""

    id: int
    title: str
    lead: str
    outlet: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    event_id: int | None
    state: str
    marks: bool


def articles(
    conn: Connection, *, query: Query, after: tuple[bool, int] | None = None, limit: int = PAGE
) -> list[Hit]:
    """A page of hits; ``after`` is (marks, id) of the last hit of the page before."""
    marks, last = after if after else (True, None)
    found: list[Hit] = []
    if marks:
        found = _exact(conn, query, last, limit)
        if len(found) >= limit:
            return found
        last = None
    return found + _folded(conn, query, last, limit - len(found))


def _parameters(query: Query, last: int | None, limit: int) -> dict[str, Any]:
    return {
        "text": query.text, "source": query.source, "language": query.language, "since": query.since,
        "until": query.until, "last": last, "limit": limit,
    }  # fmt: skip


def _exact(conn: Connection, query: Query, last: int | None, limit: int) -> list[Hit]:
    return many(
        conn,
        Hit,
        "WITH hits AS MATERIALIZED (SELECT a.id FROM articles a WHERE a.search @@ websearch_to_tsquery('simple', lower(%(text)s))"
        " AND (%(last)s::bigint IS NULL OR a.id < %(last)s)"
        " AND (%(language)s = '' OR a.language = %(language)s)"
        " AND (%(source)s = '' OR a.source_id = (SELECT id FROM sources WHERE name = %(source)s))"
        " AND (%(since)s::date IS NULL OR a.published_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
        " AND (%(until)s::date IS NULL OR a.published_at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
        " ORDER BY a.id DESC LIMIT %(limit)s)"
        " SELECT a.id, a.title, a.lead, s.title AS outlet, a.language, a.published_at, a.first_seen_at, m.event_id, a.state, true AS marks"
        " FROM hits JOIN articles a ON a.id = hits.id JOIN sources s ON s.id = a.source_id"
        " LEFT JOIN event_members m ON m.article_id = a.id ORDER BY a.id DESC",
        _parameters(query, last, limit),
    )


def _folded(conn: Connection, query: Query, last: int | None, limit: int) -> list[Hit]:
    return many(
        conn,
        Hit,
        "WITH hits AS MATERIALIZED (SELECT a.id FROM articles a WHERE a.search @@ websearch_to_tsquery('simple', fold(%(text)s))"
        " AND NOT a.search @@ websearch_to_tsquery('simple', lower(%(text)s))"
        " AND (%(last)s::bigint IS NULL OR a.id < %(last)s)"
        " AND (%(language)s = '' OR a.language = %(language)s)"
        " AND (%(source)s = '' OR a.source_id = (SELECT id FROM sources WHERE name = %(source)s))"
        " AND (%(since)s::date IS NULL OR a.published_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
        " AND (%(until)s::date IS NULL OR a.published_at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
        " ORDER BY a.id DESC LIMIT %(limit)s)"
        " SELECT a.id, a.title, a.lead, s.title AS outlet, a.language, a.published_at, a.first_seen_at, m.event_id, a.state, false AS marks"
        " FROM hits JOIN articles a ON a.id = hits.id JOIN sources s ON s.id = a.source_id"
        " LEFT JOIN event_members m ON m.article_id = a.id ORDER BY a.id DESC",
        _parameters(query, last, limit),
    )
