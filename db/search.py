"""Full-text search over all articles: marks may be missing; what is written with the same marks comes first.

`article_words` holds each word twice, as written and without marks. A page of exact hits comes before the page of
hits that differ in marks only; both run newest first by the last key. The database reads shelf by shelf from the newest
on and stops when the page is full (migration 0010), so that no page reads with the size of the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString

from db.connection import Connection, many

PAGE = 20
COUNTED = (
    200  # beyond this the page says "more than": counting further would read with the size of the archive
)
MONTHS = 24  # a longer range is found by its years
OLDEST_YEAR = 1990  # before the press was on the net


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


# the words as they were typed; or without marks, but for what agrees in marks too
_EXACT: LiteralString = "websearch_to_tsquery('simple', lower(%(text)s))"
_FOLDED: LiteralString = (
    "websearch_to_tsquery('simple', fold(%(text)s)) && !! websearch_to_tsquery('simple', lower(%(text)s))"
)
_WHERE: LiteralString = (
    ", array_remove(ARRAY[CASE WHEN %(source)s <> '' THEN 's' || coalesce((SELECT id FROM sources WHERE name = %(source)s), 0) END,"
    " CASE WHEN %(language)s <> '' THEN 'l' || %(language)s END], NULL), %(times)s::text[],"
    " %(since)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh',"
    " (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', %(last)s::bigint, %(limit)s)"
)
_HIT: LiteralString = (
    "SELECT a.id, a.title, a.lead, s.title AS outlet, a.language, a.published_at, a.first_seen_at, m.event_id, a.state,"
    " %(marks)s AS marks FROM articles a JOIN sources s ON s.id = a.source_id LEFT JOIN event_members m ON m.article_id = a.id"
    " WHERE a.id = ANY (ARRAY(SELECT find_articles("
)


def articles(
    conn: Connection, *, query: Query, after: tuple[bool, int] | None = None, limit: int = PAGE
) -> list[Hit]:
    """A page of hits; ``after`` is (marks, id) of the last hit of the page before."""
    marks, last = after if after else (True, None)
    found: list[Hit] = []
    if marks:
        found = _hits(conn, _EXACT, _parameters(query, last, limit, marks=True))
        if len(found) >= limit:
            return found
        last = None
    return found + _hits(conn, _FOLDED, _parameters(query, last, limit - len(found), marks=False))


def count(conn: Connection, *, query: Query) -> int:
    """How many articles hold the words, with or without the same marks; ``COUNTED`` + 1 for more than that."""
    row = conn.execute(
        "SELECT count(*) FROM find_articles(websearch_to_tsquery('simple', lower(%(text)s))"
        " || websearch_to_tsquery('simple', fold(%(text)s))" + _WHERE,
        _parameters(query, None, COUNTED + 1, marks=False),
    ).fetchone()
    return int(row[0]) if row else 0


def times(since: date | None, until: date | None) -> list[str] | None:
    """The shelves by month, or by year where it is long, that a range of days touches; None for no range."""
    if since is None and until is None:
        return None
    newest = datetime.now(UTC).date() + timedelta(days=32)
    first, last = since or date(OLDEST_YEAR, 1, 1), min(until or newest, newest)
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    if end - begin < MONTHS:
        return [f"m{month}" for month in range(begin, end + 1)]
    return [f"y{year}" for year in range(first.year, last.year + 1)]


def _parameters(query: Query, last: int | None, limit: int, *, marks: bool) -> dict[str, Any]:
    return {
        "text": query.text, "source": query.source, "language": query.language, "since": query.since,
        "until": query.until, "times": times(query.since, query.until), "last": last, "limit": limit, "marks": marks,
    }  # fmt: skip


def _hits(conn: Connection, words: LiteralString, parameters: dict[str, Any]) -> list[Hit]:
    return many(conn, Hit, _HIT + words + _WHERE + ")) ORDER BY a.id DESC", parameters)
