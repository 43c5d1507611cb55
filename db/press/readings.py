"""Readings: what later readers say of kept pages, beside the version that was stored of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, many
from db.press.articles import LONGEST_LEAD, LONGEST_SEARCHED, NewVersion, Version

FIELDS = ("title", "lead", "body", "authors", "published_at", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """The newest version of an article whose page is kept: version, capture file and offset, and whose it is."""

    article_id: int
    version_id: int
    source_id: int
    identity: str
    final_url: str
    status: int
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a version last."""

    title: str
    lead: str
    body: str
    authors: list[str]
    published_at: datetime | None
    language: str


def kept_pages(conn: Connection, *, source_id: int | None = None, batch: int = 500) -> Iterator[KeptPage]:
    """Pages that can be read again, oldest article first, a batch of rows at a time."""
    last = 0
    while True:
        found = many(
            conn,
            KeptPage,
            """SELECT a.id AS article_id, v.id AS version_id, a.source_id, a.identity, c.final_url, c.status, c.warc_file, c.warc_offset
               FROM articles a JOIN versions v ON v.id = a.version_id JOIN captures c ON c.id = v.capture_id
               WHERE a.id > %(last)s AND a.same_as IS NULL AND NOT a.partial
                 AND (%(source)s::integer IS NULL OR a.source_id = %(source)s)
               ORDER BY a.id LIMIT %(batch)s""",
            {"last": last, "source": source_id, "batch": batch},
        )
        yield from found
        if len(found) < batch:
            return
        last = found[-1].article_id


def last(conn: Connection, version_id: int) -> Reading | None:
    """The newest reading of a version, or None."""
    return first(
        conn,
        Reading,
        """SELECT title, lead, body, authors, published_at, language FROM readings
           WHERE version_id = %s ORDER BY id DESC LIMIT 1""",
        [version_id],
    )


def differing(known: Reading | Version, new: NewVersion) -> list[str]:
    """The fields in which a new reading differs from what is known."""
    return [
        name
        for name in FIELDS
        if (list(new.authors) if name == "authors" else getattr(new, name)) != getattr(known, name)
    ]


def add(
    conn: Connection, *, article_id: int, version_id: int, reading: NewVersion, changed: Sequence[str]
) -> None:
    """Notes a reading and lets lists and search show it; the version stays as it was stored."""
    conn.execute(
        """INSERT INTO readings (version_id, reader, changed, title, lead, body, authors, published_at, published_raw,
             published_from, language) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            *(version_id, reading.reader, list(changed), reading.title, reading.lead, reading.body),
            *(list(reading.authors), reading.published_at, reading.published_raw, reading.published_from),
            reading.language,
        ],
    )
    conn.execute(
        """WITH told AS (UPDATE articles SET title = %(title)s, lead = %(lead)s, language = %(language)s,
             published_at = %(published)s WHERE id = %(id)s
             RETURNING id, source_id, title, lead, language, published_at)
           INSERT INTO article_words (article_id, published_at, shelves, search)
           SELECT id, published_at, shelves(id, source_id, language, published_at), searched(title, lead, %(body)s) FROM told
           ON CONFLICT (article_id) DO UPDATE
             SET published_at = EXCLUDED.published_at, shelves = EXCLUDED.shelves, search = EXCLUDED.search""",
        {
            "title": reading.title, "lead": reading.lead[:LONGEST_LEAD], "language": reading.language,
            "published": reading.published_at, "body": reading.body[:LONGEST_SEARCHED], "id": article_id,
        },
    )  # fmt: skip
