"""The ledger of listed addresses: every one has exactly one fate, and the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, first, many

FLAPPING = 24  # changes of what a list says about one address before it is left alone (reader's number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAddress:
    """An address on a list: its key, the address to fetch, what the list says of it."""

    identity: str
    url: str
    entry: dict[str, Any]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A row of the ledger."""

    identity: str
    source_id: int
    url: str
    entry: dict[str, Any]
    fate: str
    kind: str | None
    why: str | None
    tries: int
    article_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """An address set aside, with the reason."""

    url: str
    kind: str | None
    why: str | None
    found_at: datetime


def note(conn: Connection, source_id: int, *, list_url: str, found: Sequence[ListedAddress]) -> list[str]:
    """Enters what a list named; returns the keys that were new.

    A known address of which the list now says something else is to be looked at again, unless it flaps.
    """
    if not found:
        return []
    keys = [f.identity for f in found]
    urls = [f.url for f in found]
    entries = [Jsonb(f.entry) for f in found]
    digests = [f.digest for f in found]
    fresh = conn.execute(
        """INSERT INTO links (identity, source_id, list_url, url, entry, digest)
           SELECT i, %s, %s, u, e, d FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::text[]) AS t(i, u, e, d)
           ORDER BY i ON CONFLICT (identity) DO NOTHING RETURNING identity""",
        [source_id, list_url, keys, urls, entries, digests],
    ).fetchall()
    known = {row[0] for row in fresh}
    rest = [f for f in found if f.identity not in known]
    if rest:
        conn.execute(
            """UPDATE links l SET entry = t.e, digest = t.d, digests = l.digests + 1, fate = 'pending', tries = 0,
                 next_try_at = '-infinity', listed_at = now()
               FROM unnest(%s::text[], %s::jsonb[], %s::text[]) AS t(i, e, d)
               WHERE l.identity = t.i AND l.source_id = %s AND l.list_url = %s AND l.digest <> t.d AND l.digests < %s
                 AND l.fate IN ('stored', 'set_aside')""",
            [
                *([f.identity for f in rest], [Jsonb(f.entry) for f in rest], [f.digest for f in rest]),
                *(source_id, list_url, FLAPPING),
            ],
        )
        conn.execute(
            """UPDATE links SET listed_at = now()
               WHERE identity = ANY (%s) AND fate = 'set_aside' AND next_try_at < 'infinity'""",
            [[f.identity for f in rest]],
        )
    return sorted(known)


def still_listed(conn: Connection, source_id: int, *, since: datetime | None) -> None:
    """A list has not changed: what it named before, it names still."""
    conn.execute(
        """UPDATE links SET listed_at = now()
           WHERE source_id = %s AND fate = 'set_aside' AND next_try_at < 'infinity' AND listed_at >= %s""",
        [source_id, since],
    )


def hand_over(conn: Connection, source_id: int, *, list_url: str, found: ListedAddress) -> None:
    """Enters an address that another source's list or page led to."""
    conn.execute(
        """INSERT INTO links (identity, source_id, list_url, url, entry, digest) VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT (identity) DO NOTHING""",
        [found.identity, source_id, list_url, found.url, Jsonb(found.entry), found.digest],
    )


def open_ones(
    conn: Connection, source_id: int, *, all_now: bool, since: datetime, most: int = 100_000
) -> list[LedgerEntry]:
    """What is to be fetched for a source: new ones, those to be tried again, those set aside for a while.

    ``all_now`` ignores back-off from earlier rounds (``crawl --once``), of those set aside only what a list has
    named since ``since``.
    """
    return many(
        conn,
        LedgerEntry,
        """SELECT identity, source_id, url, entry, fate, kind, why, tries, article_id FROM links
           WHERE source_id = %(source)s AND fate IN ('pending', 'retry') AND (%(all)s OR next_try_at <= now())
           UNION ALL
           SELECT identity, source_id, url, entry, fate, kind, why, tries, article_id FROM links
           WHERE source_id = %(source)s AND fate = 'set_aside' AND next_try_at < 'infinity' AND listed_at >= %(since)s
             AND (%(all)s OR next_try_at <= now())
           LIMIT %(most)s""",
        {"source": source_id, "all": all_now, "since": since, "most": most},
    )


def reload(conn: Connection, identity: str) -> LedgerEntry | None:
    """The row as it is now."""
    return first(
        conn,
        LedgerEntry,
        "SELECT identity, source_id, url, entry, fate, kind, why, tries, article_id FROM links WHERE identity = %s",
        [identity],
    )


def addresses_of(conn: Connection, article_id: int, *, besides: str, most: int) -> list[str]:
    """Addresses under which lists named an article, the latest first, without ``besides``."""
    rows = conn.execute(
        "SELECT url FROM links WHERE article_id = %s AND url <> %s ORDER BY found_at DESC LIMIT %s",
        [article_id, besides, most],
    ).fetchall()
    return [str(url) for (url,) in rows]


def stored(conn: Connection, identity: str, *, article_id: int) -> None:
    """Its article is stored."""
    conn.execute(
        "UPDATE links SET fate = 'stored', kind = NULL, why = NULL, article_id = %s, next_try_at = 'infinity' WHERE identity = %s",
        [article_id, identity],
    )


def set_aside(
    conn: Connection,
    identity: str,
    *,
    kind: str,
    why: str,
    again_hours: float | None,
    article_id: int | None = None,
) -> None:
    """Not stored, with the reason; tried again after ``again_hours`` while a list still names it, None: never."""
    conn.execute(
        """UPDATE links SET fate = 'set_aside', kind = %s, why = %s, tries = tries + 1,
             next_try_at = CASE WHEN %s::float IS NULL THEN 'infinity' ELSE now() + make_interval(secs => %s * 3600) END,
             article_id = coalesce(%s, article_id) WHERE identity = %s""",
        [kind, why, again_hours, again_hours or 0, article_id, identity],
    )


def retry(conn: Connection, identity: str, *, kind: str, why: str, seconds: float) -> None:
    """To be tried again after ``seconds``; counted."""
    conn.execute(
        """UPDATE links SET fate = 'retry', kind = %s, why = %s, tries = tries + 1,
             next_try_at = now() + make_interval(secs => %s) WHERE identity = %s""",
        [kind, why, seconds, identity],
    )


def asides(conn: Connection, source_id: int, *, most: int = 200) -> list[Aside]:
    """The newest addresses of a source that were set aside."""
    return many(
        conn,
        Aside,
        """SELECT url, kind, why, found_at FROM links WHERE source_id = %s AND fate = 'set_aside'
           ORDER BY found_at DESC LIMIT %s""",
        [source_id, most],
    )


def untried(conn: Connection, source_ids: list[int]) -> set[int]:
    """Those of the sources that hold links nobody has tried yet."""
    rows = conn.execute(
        "SELECT DISTINCT source_id FROM links WHERE source_id = ANY (%s) AND fate = 'pending' AND tries = 0",
        [source_ids],
    ).fetchall()
    return {int(number) for (number,) in rows}
