"""Full-text search over all articles: marks may be missing; what is written with the same marks comes first.

Within a page what has the words in its title stands first, then the newest: the archive's numbers are those of the
crawl, which is not always the order of publication. `article_words` holds each word twice, as written and without marks. A page of exact hits comes before the page of
hits that differ in marks only; both run newest first by the last key. The database reads shelf by shelf from the newest
on and stops when the page is full (migration 0010), so that no page reads with the size of the archive.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString

from db.core.connection import Connection, many
from db.core.text import is_marked, strip_marks

PAGE = 20
PATIENCE = timedelta(
    milliseconds=30
)  # of one look through the archive; where it ends, the page offers to go on
COUNTED = (
    100  # beyond this the page says "more than": counting further would read with the size of the archive
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
class SearchHit:
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


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", strip_marks(unicodedata.normalize("NFC", text)).lower()))


def in_order(hits: list[SearchHit], text: str) -> list[SearchHit]:
    """The hits of a page as they are read: agreeing marks first, then those with all the words in the title, then by the
    time of publication, the newest first."""
    wanted = _words(re.sub(r"(^|\s)-\S+|\bOR\b", " ", text))

    def place(hit: SearchHit) -> tuple[bool, bool, float, int]:
        return (
            not hit.marks,
            not wanted <= _words(hit.title),
            -(hit.published_at or hit.first_seen_at).timestamp(),
            -hit.id,
        )

    return sorted(hits, key=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page of hits. ``after``: (marks, id) where the next page begins, None where there is none; ``whole``: everything
    newer than that was read, which is not so where patience ended before the page was full."""

    hits: list[SearchHit]
    after: tuple[bool, int] | None
    whole: bool


NOTHING = SearchPage(hits=[], after=None, whole=True)
# the words as they were typed; or without marks, but for what agrees in marks too
_EXACT: LiteralString = "websearch_to_tsquery('simple', lower(%(text)s))"
_FOLDED: LiteralString = (
    "websearch_to_tsquery('simple', fold(%(text)s)) && !! websearch_to_tsquery('simple', lower(%(text)s))"
)
_ALL: LiteralString = "websearch_to_tsquery('simple', fold(%(text)s))"
_WHERE: LiteralString = (
    ", array_remove(ARRAY[CASE WHEN %(source)s <> '' THEN 's' || coalesce((SELECT id FROM sources WHERE name = %(source)s), 0) END,"
    " CASE WHEN %(language)s <> '' THEN 'l' || %(language)s END], NULL), %(times)s::text[],"
    " %(since)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh',"
    " (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh',"
    " coalesce(%(last)s::bigint, (SELECT max(article_id) + 1 FROM article_words)), %(limit)s, %(patience)s)"
)


def articles(
    conn: Connection, *, query: Query, after: tuple[bool, int] | None = None, limit: int = PAGE
) -> SearchPage:
    """A page of hits; ``after`` is that of the page before."""
    marks, last = after if after else (True, None)
    hits: list[SearchHit] = []
    if marks:
        hits, unread = _hits(conn, _EXACT, _parameters(query, last, limit, marks=True))
        if unread is not None:
            return SearchPage(hits=hits, after=(True, unread), whole=False)
        if len(hits) >= limit:
            return SearchPage(hits=hits, after=(True, hits[-1].id), whole=True)
        last = None
    if not is_marked(query.text):
        return SearchPage(hits=hits, after=None, whole=True)
    wanted = limit - len(hits)
    others, unread = _hits(conn, _FOLDED, _parameters(query, last, wanted, marks=False))
    if unread is not None:
        return SearchPage(hits=hits + others, after=(False, unread), whole=False)
    return SearchPage(
        hits=hits + others, after=(False, others[-1].id) if len(others) >= wanted else None, whole=True
    )


def count(conn: Connection, *, query: Query, restricted: bool = True) -> tuple[int, bool]:
    """How many articles hold the words, with or without the same marks, no further than ``COUNTED``; and whether there
    may be more. ``restricted``: those of restricted cases are among them."""
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE NOT unread), coalesce(bool_or(unread), false) FROM find_articles("
        + _ALL
        + _WHERE
        + " AS found WHERE unread OR %(restricted)s OR NOT EXISTS (SELECT FROM event_members m"
        " JOIN cases k ON k.event_id = m.event_id AND k.restricted WHERE m.article_id = found.article)",
        _parameters(query, None, COUNTED + 1, marks=False) | {"restricted": restricted},
    ).fetchone()
    found, unread = row if row else (0, False)
    return min(found, COUNTED), unread or found > COUNTED


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
        "patience": PATIENCE,
    }  # fmt: skip


def _hits(
    conn: Connection, words: LiteralString, parameters: dict[str, Any]
) -> tuple[list[SearchHit], int | None]:
    """The hits, and the number below which nothing was read where patience ended."""
    found = conn.execute("SELECT article, unread FROM find_articles(" + words + _WHERE, parameters).fetchall()
    unread = next((number for number, stopped in found if stopped), None)
    hits = many(
        conn,
        SearchHit,
        "SELECT id, title, lead, outlet, language, published_at, first_seen_at, event_id, state, %(marks)s AS marks"
        " FROM article_hits(%(ids)s) ORDER BY id DESC",
        parameters | {"ids": [number for number, stopped in found if not stopped]},
    ) if found else []  # fmt: skip
    return hits, unread
