"""Articles, their other addresses and their versions. A version is never overwritten; an edit is a new row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from db.core.connection import Connection, first, many, one

LONGEST_SEARCHED = 100_000  # code points of a text that search knows (a tsvector holds 1 MB)
LONGEST_LEAD = 5000  # code points of a lead that lists show


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with what its latest version says; ``state``: live | gone."""

    id: int
    source_id: int
    url: str
    identity: str
    canonical_url: str | None
    first_seen_at: datetime
    state: str
    gone_at: datetime | None
    gone_how: str | None
    partial: bool
    version_id: int | None
    title: str
    lead: str
    language: str
    published_at: datetime | None
    same_as: int | None
    watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an article said; ``body`` is the whole text, lead included, paragraphs parted by line feeds."""

    id: int
    article_id: int
    number: int
    seen_at: datetime
    capture_id: int | None
    title: str
    lead: str
    body: str
    authors: list[str]
    published_at: datetime | None
    published_raw: str | None
    published_from: str | None
    published_assumed: bool
    modified_at: datetime | None
    site_name: str | None
    language: str
    text_sha256: str
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What was read from a page or feed entry, ready to be stored as a version."""

    title: str
    lead: str
    body: str
    authors: Sequence[str] = ()
    published_at: datetime | None = None
    published_raw: str | None = None
    published_from: str | None = None
    published_assumed: bool = False
    modified_at: datetime | None = None
    site_name: str | None = None
    language: str = "und"
    reader: str = "page"

    @property
    def text_sha256(self) -> str:
        """SHA-256 of title, line feed, body in UTF-8."""
        return hashlib.sha256(f"{self.title}\n{self.body}".encode()).hexdigest()


_ARTICLES: Final = (
    "SELECT a.id, a.source_id, a.url, a.identity, a.canonical_url, a.first_seen_at, a.state, a.gone_at, a.gone_how,"
    " a.partial, a.version_id, a.title, a.lead, a.language, a.published_at, a.same_as, a.watched"
)
_VERSIONS: Final = (
    "SELECT id, article_id, number, seen_at, capture_id, title, lead, body, authors, published_at, published_raw,"
    " published_from, published_assumed, modified_at, site_name, language, text_sha256, reader FROM versions"
)


def get(conn: Connection, article_id: int) -> Article:
    """The article, or NotFound."""
    return one(
        conn,
        Article,
        _ARTICLES + " FROM articles a WHERE id = %s",
        [article_id],
    )


def find(conn: Connection, identities: Sequence[str]) -> Article | None:
    """The article that one of these keys leads to; the key named first counts first."""
    return first(
        conn,
        Article,
        _ARTICLES
        + """
           FROM article_addresses x JOIN articles a ON a.id = x.article_id
           WHERE x.identity = ANY (%(keys)s) ORDER BY array_position(%(keys)s, x.identity) LIMIT 1""",
        {"keys": list(identities)},
    )


def latest(conn: Connection, article_id: int) -> Version:
    """The newest version of an article, or NotFound."""
    return one(
        conn,
        Version,
        _VERSIONS + """ WHERE article_id = %s ORDER BY number DESC LIMIT 1""",
        [article_id],
    )


def versions(conn: Connection, article_id: int) -> list[Version]:
    """All versions of an article, oldest first."""
    return many(
        conn,
        Version,
        _VERSIONS + """ WHERE article_id = %s ORDER BY number""",
        [article_id],
    )


def add(
    conn: Connection, *, source_id: int, url: str, identity: str, canonical_url: str | None, reading: NewVersion,
    partial: bool, next_look_at: datetime, capture_id: int | None = None, number: str | None = None,
    also: Sequence[str] = (),
) -> int | None:  # fmt: skip
    """Stores a new article with its first version; None when somebody else has just stored it.

    ``number``: the article number in its address, where it has one. ``also``: further keys that lead to it. One
    statement writes it all: this is what a crawl does most.
    """
    row = conn.execute(
        """WITH made AS (
             INSERT INTO articles (source_id, url, identity, canonical_url, partial, title, lead, language, published_at,
                                   next_look_at, number, version_id)
             VALUES (%(source)s, %(url)s, %(identity)s, %(canonical)s, %(partial)s, %(title)s, %(short_lead)s, %(language)s,
                     %(published_at)s, %(next_look_at)s, %(number)s, nextval('versions_id_seq'))
             ON CONFLICT (identity) DO NOTHING
             RETURNING id, source_id, title, lead, language, published_at, version_id),
           addressed AS (
             INSERT INTO article_addresses (identity, article_id)
             SELECT key, made.id FROM made, unnest(%(keys)s::text[]) AS key ON CONFLICT (identity) DO NOTHING),
           told AS (
             INSERT INTO versions (id, article_id, number, capture_id, title, lead, body, authors, published_at, published_raw,
               published_from, published_assumed, modified_at, site_name, language, text_sha256, reader)
             OVERRIDING SYSTEM VALUE
             SELECT version_id, id, 1, %(capture)s::bigint, title, %(lead)s, %(body)s, %(authors)s::text[], published_at,
               %(published_raw)s, %(published_from)s, %(published_assumed)s, %(modified_at)s::timestamptz, %(site_name)s, language, %(text_sha256)s, %(reader)s
             FROM made),
           worded AS (
             INSERT INTO article_words (article_id, published_at, shelves, search)
             SELECT id, published_at, shelves(id, source_id, language, published_at), searched(title, lead, %(searched)s)
             FROM made)
           SELECT id FROM made""",
        {
            "source": source_id, "url": url, "identity": identity, "canonical": canonical_url, "partial": partial,
            "next_look_at": next_look_at, "number": number, "capture": capture_id,
            "keys": sorted({identity, *also}), "short_lead": reading.lead[:LONGEST_LEAD],
            "searched": reading.body[:LONGEST_SEARCHED], **_columns(reading),
        },
    ).fetchone()  # fmt: skip
    return int(row[0]) if row else None


def _columns(reading: NewVersion) -> dict[str, Any]:
    """A reading by the names of the columns of a version."""
    return {
        "title": reading.title, "lead": reading.lead, "body": reading.body, "authors": list(reading.authors),
        "published_at": reading.published_at, "published_raw": reading.published_raw,
        "published_from": reading.published_from, "published_assumed": reading.published_assumed,
        "modified_at": reading.modified_at, "site_name": reading.site_name, "language": reading.language,
        "text_sha256": reading.text_sha256, "reader": reading.reader,
    }  # fmt: skip


def add_version(
    conn: Connection, article_id: int, *, number: int, reading: NewVersion, capture_id: int | None = None
) -> int:
    """Stores what an article says now and lets lists and search show it; returns the version's number in the table."""
    row = conn.execute(
        """INSERT INTO versions (article_id, number, capture_id, title, lead, body, authors, published_at, published_raw,
             published_from, published_assumed, modified_at, site_name, language, text_sha256, reader)
           VALUES (%(article)s, %(number)s, %(capture)s, %(title)s, %(lead)s, %(body)s, %(authors)s, %(published_at)s,
             %(published_raw)s, %(published_from)s, %(published_assumed)s, %(modified_at)s, %(site_name)s, %(language)s,
             %(text_sha256)s, %(reader)s) RETURNING id""",
        {"article": article_id, "number": number, "capture": capture_id, **_columns(reading)},
    ).fetchone()
    assert row is not None
    conn.execute(
        """WITH told AS (UPDATE articles SET version_id = %(version)s, title = %(title)s, lead = %(lead)s,
             language = %(language)s, published_at = %(published)s WHERE id = %(id)s
             RETURNING id, source_id, title, lead, language, published_at)
           INSERT INTO article_words (article_id, published_at, shelves, search)
           SELECT id, published_at, shelves(id, source_id, language, published_at), searched(title, lead, %(body)s) FROM told
           ON CONFLICT (article_id) DO UPDATE
             SET published_at = EXCLUDED.published_at, shelves = EXCLUDED.shelves, search = EXCLUDED.search""",
        {
            "version": row[0],
            "title": reading.title,
            "lead": reading.lead[:LONGEST_LEAD],
            "language": reading.language,
            "published": reading.published_at,
            "body": reading.body[:LONGEST_SEARCHED],
            "id": article_id,
        },  # fmt: skip
    )
    return int(row[0])


def add_alias(conn: Connection, identities: Sequence[str], *, article_id: int) -> None:
    """Remembers other addresses of an article; one that leads elsewhere already stays there."""
    conn.execute(
        """INSERT INTO article_addresses (identity, article_id) SELECT unnest(%s::text[]), %s
           ON CONFLICT (identity) DO NOTHING""",
        [sorted(set(identities)), article_id],
    )


def change_url(conn: Connection, article_id: int, *, url: str, canonical_url: str | None) -> None:
    """The article lives at another address now."""
    conn.execute(
        "UPDATE articles SET url = %s, canonical_url = %s WHERE id = %s", [url, canonical_url, article_id]
    )


def mark_complete(conn: Connection, article_id: int, *, url: str, canonical_url: str | None) -> None:
    """The page itself could be read at last: no longer only the feed's words."""
    conn.execute(
        "UPDATE articles SET partial = false, url = %s, canonical_url = %s WHERE id = %s",
        [url, canonical_url, article_id],
    )


def mark_gone(conn: Connection, article_id: int, *, how: str) -> None:
    """It was removed: ``how`` 404 | 410 | soft_404 | home; the last version stays."""
    conn.execute(
        "UPDATE articles SET state = 'gone', gone_at = now(), gone_how = %s WHERE id = %s AND state = 'live'",
        [how, article_id],
    )


def mark_restored(conn: Connection, article_id: int) -> None:
    """It can be read again."""
    conn.execute(
        "UPDATE articles SET state = 'live', gone_at = NULL, gone_how = NULL WHERE id = %s AND state = 'gone'",
        [article_id],
    )


def merge_into(conn: Connection, article_id: int, *, as_id: int) -> None:
    """Its address leads to another stored article now: one article from here on."""
    conn.execute(
        "UPDATE articles SET same_as = %s, next_look_at = 'infinity' WHERE id = %s", [as_id, article_id]
    )


def watch(conn: Connection, article_id: int) -> None:
    """It was flagged: it is looked at sooner and longer, beginning now."""
    conn.execute("UPDATE articles SET watched = true WHERE id = %s", [article_id])


def look_again(conn: Connection, article_id: int, *, at: datetime | None) -> None:
    """When the next look is due; None: no more by itself."""
    conn.execute(
        "UPDATE articles SET next_look_at = coalesce(%s, 'infinity') WHERE id = %s", [at, article_id]
    )


def due_looks(
    conn: Connection, *, everything: bool, source_id: int | None = None, most: int = 100_000
) -> list[Article]:
    """Articles whose look is due; ``everything``: all that are not merged into another.

    Partial ones are left to the ledger of links, which asks for their page again.
    """
    return many(
        conn,
        Article,
        _ARTICLES
        + """ FROM articles a
           WHERE same_as IS NULL AND NOT partial AND (%(all)s OR next_look_at <= now())
             AND (%(source)s::integer IS NULL OR source_id = %(source)s)
           ORDER BY next_look_at, id LIMIT %(most)s""",
        {"all": everything, "source": source_id, "most": most},
    )


def sources_with_looks(conn: Connection, *, group: str | None = None) -> list[int]:
    """Enabled sources, and those that another took over, of which an article's look is due."""
    rows = conn.execute(
        """SELECT DISTINCT a.source_id FROM articles a JOIN sources s ON s.id = a.source_id
           WHERE a.next_look_at <= now() AND a.same_as IS NULL AND NOT a.partial
             AND (s.status = 'enabled' OR s.merged_into IS NOT NULL)
             AND (%(group)s::text IS NULL OR %(group)s = ANY (s.groups))""",
        {"group": group},
    ).fetchall()
    return [int(number) for (number,) in rows]


def rename_candidates(
    conn: Connection, source_id: int, *, number: str | None, text_sha256: str, title: str
) -> list[Article]:
    """Articles of a source that may be this one under an older address: same text, title or number in the address.

    Those of the same text come first; a number counts for 60 days, a redesign keeps text and title of any age.
    """
    return many(
        conn,
        Article,
        _ARTICLES
        + """
           FROM (
             (SELECT id FROM articles WHERE source_id = %(source)s AND number = %(number)s
                AND first_seen_at > now() - interval '60 days' ORDER BY id DESC LIMIT 3)
             UNION
             (SELECT id FROM articles WHERE source_id = %(source)s AND md5(title) = md5(%(title)s) ORDER BY id DESC LIMIT 3)
             UNION
             (SELECT article_id FROM versions WHERE text_sha256 = %(sha)s ORDER BY id DESC LIMIT 20)
           ) AS like_it (id) JOIN articles a ON a.id = like_it.id
           WHERE a.source_id = %(source)s AND a.same_as IS NULL
           ORDER BY a.version_id IN (SELECT id FROM versions WHERE text_sha256 = %(sha)s) DESC, a.id DESC LIMIT 3""",
        {"source": source_id, "sha": text_sha256, "title": title, "number": number},
    )


def says_the_same(conn: Connection, source_id: int, *, text_sha256: str, besides: int | None) -> bool:
    """Whether another article of the source has said exactly this, title and text."""
    row = conn.execute(
        """SELECT FROM versions v JOIN articles a ON a.id = v.article_id
           WHERE v.text_sha256 = %(sha)s AND a.source_id = %(source)s AND a.same_as IS NULL
             AND (%(besides)s::bigint IS NULL OR a.id <> %(besides)s) LIMIT 1""",
        {"sha": text_sha256, "source": source_id, "besides": besides},
    ).fetchone()
    return row is not None


def export(conn: Connection) -> Iterator[dict[str, Any]]:
    """All articles in the contract's form, oldest first, in pages by key; what was merged is shown once.

    A feed's words that stood in for a page are no version of it once the page itself could be read.
    """
    after = 0
    query = """
        SELECT a.id, s.name AS source, a.url, a.canonical_url, a.title, a.lead, v.body AS text, v.authors, v.published_at,
               v.published_from, a.first_seen_at, a.language, a.state,
               (SELECT json_agg(json_build_object('seen_at', x.seen_at, 'title', x.title, 'text_sha256', x.text_sha256)
                                ORDER BY x.number)
                FROM versions x WHERE x.article_id = a.id AND (a.partial OR x.reader NOT LIKE 'entry%%')) AS versions,
               c.copy_of, coalesce(e.merged_into, e.id) AS event
        FROM articles a JOIN sources s ON s.id = a.source_id JOIN versions v ON v.id = a.version_id
             LEFT JOIN copies c ON c.article_id = a.id
             LEFT JOIN event_members m ON m.article_id = a.id LEFT JOIN events e ON e.id = m.event_id
        WHERE a.id > %s AND a.same_as IS NULL ORDER BY a.id LIMIT 500"""
    while True:
        with conn.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(query, [after]).fetchall()
        yield from rows
        if len(rows) < 500:
            return
        after = rows[-1]["id"]
