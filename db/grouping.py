"""What grouping remembers: prints of texts, profiles of events, and the keys by which both are found. Written by classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg.rows import class_row

from db.connection import Connection, Parameters, Record, first

# A key that very many share is a formula; the newest bearers are enough.
BEARERS = 64
_ONE_AT_A_TIME = 0x6B74_6772  # advisory lock: placing an article reads what placing the one before it wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrint:
    """A text's hashes with what decides on short texts; ``copy_of``: the first publication it copies, if any."""

    article_id: int
    at: datetime
    hashes: bytes
    standing: bool
    title: str
    source: str
    copy_of: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """An event's profile; ``event_id`` is the event it leads to, ``origin`` the one it was made of (before a merge)."""

    origin: int
    event_id: int
    parts: list[bytes]
    provinces: list[str]
    kinds: list[str]
    members: int
    roundup: bool
    started_at: datetime
    last_at: datetime


def _many(
    conn: Connection, record: type[Record], query: LiteralString, parameters: Parameters
) -> list[Record]:
    # binary: half the bytes of vectors and hashes on the way, and none of the work of writing them out
    with conn.cursor(row_factory=class_row(record), binary=True) as cursor:
        return cursor.execute(query, parameters).fetchall()


def one_at_a_time(conn: Connection) -> None:
    """Waits until no other worker places articles; holds until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def alike(conn: Connection, *, article_id: int, keys: Sequence[int]) -> list[StoredPrint]:
    """Prints that share at least two of the keys, most first; at most 40."""
    return _many(
        conn,
        StoredPrint,
        "SELECT p.article_id, p.at, p.hashes, p.standing, a.title, s.name AS source, c.copy_of FROM ("
        "  SELECT k.article_id, count(*) AS n FROM unnest(%(keys)s::int[]) AS w(key) CROSS JOIN LATERAL"
        "   (SELECT article_id FROM copy_keys WHERE key = w.key ORDER BY article_id DESC LIMIT %(bearers)s) k"
        "  WHERE k.article_id <> %(id)s GROUP BY k.article_id HAVING count(*) >= 2 ORDER BY n DESC, k.article_id DESC LIMIT 40) f"
        " JOIN copy_prints p ON p.article_id = f.article_id JOIN articles a ON a.id = f.article_id"
        " JOIN sources s ON s.id = a.source_id LEFT JOIN copies c ON c.article_id = f.article_id ORDER BY f.n DESC",
        {"keys": list(keys), "id": article_id, "bearers": BEARERS},
    )


def keep_print(
    conn: Connection, *, article_id: int, version_id: int, at: datetime, hashes: bytes, standing: bool, keys: Sequence[int],
    alone: bool,
) -> None:  # fmt: skip
    """Remembers a text; a later version takes the place of the earlier one. ``alone``: it copies none, whatever was said
    of an earlier version."""
    conn.execute(
        "WITH kept AS (INSERT INTO copy_prints (article_id, version_id, at, hashes, standing)"
        "   VALUES (%(id)s, %(version)s, %(at)s, %(hashes)s, %(standing)s)"
        "   ON CONFLICT (article_id) DO UPDATE SET version_id = excluded.version_id, hashes = excluded.hashes,"
        "   standing = excluded.standing, at = excluded.at RETURNING xmax <> 0 AS again),"
        " gone AS (DELETE FROM copy_keys k USING kept WHERE kept.again AND k.article_id = %(id)s"
        "   AND NOT k.key = ANY (%(keys)s::int[])),"
        " parted AS (DELETE FROM copies WHERE article_id = %(id)s AND %(alone)s)"
        " INSERT INTO copy_keys (key, article_id) SELECT unnest(%(keys)s::int[]), %(id)s"
        " ON CONFLICT (key, article_id) DO NOTHING",
        {"id": article_id, "version": version_id, "at": at, "hashes": hashes, "standing": standing, "keys": list(keys),
         "alone": alone},
    )  # fmt: skip


def copies_link(conn: Connection, *, article_id: int, copy_of: int, similarity: float, method: str) -> None:
    """Links an article to the first publication of its text; a link that stands already is renewed."""
    conn.execute(
        "INSERT INTO copies (article_id, copy_of, similarity, method) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (article_id) DO UPDATE SET copy_of = excluded.copy_of, similarity = excluded.similarity,"
        " method = excluded.method",
        [article_id, copy_of, similarity, method],
    )


def copies_unlink(conn: Connection, *, article_id: int) -> None:
    """Takes back that an article copies another."""
    conn.execute("DELETE FROM copies WHERE article_id = %s", [article_id])


def copies_move(conn: Connection, *, old_first: int, new_first: int) -> None:
    """All copies of ``old_first`` become copies of ``new_first``, an earlier publication; ``old_first`` itself not yet."""
    conn.execute("DELETE FROM copies WHERE article_id = %s", [new_first])
    conn.execute("UPDATE copies SET copy_of = %s WHERE copy_of = %s", [new_first, old_first])


def published_at(conn: Connection, *, article_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of the articles was published, or first seen."""
    rows = conn.execute(
        "SELECT article_id, at FROM copy_prints WHERE article_id = ANY (%s)", [list(article_ids)]
    ).fetchall()
    return {int(number): at for number, at in rows}


def profiles(
    conn: Connection,
    *,
    keys: Sequence[int],
    weights: Sequence[float],
    earliest: datetime,
    latest: datetime,
    most: int = 60,
) -> list[StoredProfile]:
    """Profiles whose keys in common weigh most, of events between the two times; those of merged events lead to the whole."""
    return _many(
        conn,
        StoredProfile,
        "SELECT p.event_id AS origin, coalesce(e.merged_into, e.id) AS event_id, p.parts, p.provinces, p.kinds, p.members, p.roundup,"
        "  p.started_at, p.last_at FROM ("
        "  SELECT k.event_id, sum(w.weight) AS n FROM unnest(%(keys)s::int[], %(weights)s::real[]) AS w(key, weight)"
        "   CROSS JOIN LATERAL"
        "   (SELECT event_id FROM event_keys WHERE key = w.key ORDER BY event_id DESC LIMIT %(bearers)s) k"
        "  GROUP BY k.event_id ORDER BY n DESC, k.event_id DESC LIMIT 4 * %(most)s) f"
        " JOIN event_profiles p ON p.event_id = f.event_id AND p.last_at >= %(earliest)s AND p.started_at <= %(latest)s"
        " JOIN events e ON e.id = f.event_id ORDER BY f.n DESC, f.event_id DESC LIMIT %(most)s",
        {"keys": list(keys), "weights": list(weights), "earliest": earliest, "latest": latest, "most": most,
         "bearers": BEARERS},
    )  # fmt: skip


def profile(conn: Connection, *, event_id: int) -> StoredProfile | None:
    """The profile made of one event, or None where it has none."""
    return first(
        conn,
        StoredProfile,
        "SELECT p.event_id AS origin, coalesce(e.merged_into, e.id) AS event_id, p.parts, p.provinces, p.kinds, p.members, p.roundup,"
        " p.started_at, p.last_at FROM event_profiles p JOIN events e ON e.id = p.event_id WHERE p.event_id = %s",
        [event_id],
    )


def keep_profile(
    conn: Connection, *, event_id: int, parts: Sequence[bytes], provinces: Sequence[str], kinds: Sequence[str], members: int, roundup: bool,
    started_at: datetime, last_at: datetime, keys: Sequence[int],
) -> None:  # fmt: skip
    """Remembers an event; ``keys`` are added to those it is found by."""
    conn.execute(
        "INSERT INTO event_profiles (event_id, parts, provinces, kinds, members, roundup, started_at, last_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO UPDATE SET parts = excluded.parts,"
        " provinces = excluded.provinces, kinds = excluded.kinds, members = excluded.members, roundup = excluded.roundup,"
        " started_at = excluded.started_at, last_at = excluded.last_at",
        [event_id, list(parts), list(provinces), list(kinds), members, roundup, started_at, last_at],
    )
    conn.execute(
        "INSERT INTO event_keys (key, event_id) SELECT unnest(%s::int[]), %s ON CONFLICT (key, event_id) DO NOTHING",
        [list(keys), event_id],
    )


def enter(
    conn: Connection, *, article_id: int, title: str, at: datetime, event_id: int | None, origin: int | None,
    parts: Sequence[bytes], provinces: Sequence[str], kinds: Sequence[str], members: int, roundup: bool,
    started_at: datetime, last_at: datetime, keys: Sequence[int],
) -> int:  # fmt: skip
    """Puts an article into an event and remembers the event's profile, all in one round trip; the event's number.

    ``event_id`` None begins an event. ``origin``: whose profile it is, another than ``event_id`` after a merge.
    """
    row = conn.execute(
        "WITH begun AS (INSERT INTO events (title, started_at, last_at, first_article_id)"
        "   SELECT %(title)s, %(at)s, %(at)s, %(article)s WHERE %(event)s::bigint IS NULL RETURNING id),"
        " place AS (SELECT coalesce(%(event)s::bigint, (SELECT id FROM begun)) AS id,"
        "   coalesce(%(origin)s::bigint, (SELECT id FROM begun)) AS origin),"
        " member AS (INSERT INTO event_members (article_id, event_id) SELECT %(article)s, id FROM place"
        "   ON CONFLICT (article_id) DO NOTHING),"
        " profile AS (INSERT INTO event_profiles (event_id, parts, provinces, kinds, members, roundup, started_at, last_at)"
        "   SELECT origin, %(parts)s, %(provinces)s, %(kinds)s, %(members)s, %(roundup)s, %(started)s, %(last)s FROM place"
        "   ON CONFLICT (event_id) DO UPDATE SET parts = excluded.parts, provinces = excluded.provinces,"
        "   kinds = excluded.kinds, members = excluded.members, roundup = excluded.roundup,"
        "   started_at = excluded.started_at, last_at = excluded.last_at),"
        " found_by AS (INSERT INTO event_keys (key, event_id) SELECT unnest(%(keys)s::int[]), origin FROM place"
        "   ON CONFLICT (key, event_id) DO NOTHING)"
        " SELECT id FROM place",
        {"article": article_id, "title": title, "at": at, "event": event_id, "origin": origin, "parts": list(parts),
         "provinces": list(provinces), "kinds": list(kinds), "members": members, "roundup": roundup,
         "started": started_at, "last": last_at, "keys": list(keys)},
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def forget_profile(conn: Connection, *, event_id: int) -> None:
    """Takes an event's profile away, so that no article joins it any more."""
    conn.execute("DELETE FROM event_keys WHERE event_id = %s", [event_id])
    conn.execute("DELETE FROM event_profiles WHERE event_id = %s", [event_id])


def background(conn: Connection, *, name: str = "stories") -> bytes | None:
    """The stored counts, or None before any."""
    row = conn.execute("SELECT data FROM backgrounds WHERE name = %s", [name]).fetchone()
    return None if row is None else bytes(row[0])


def keep_background(conn: Connection, *, data: bytes, name: str = "stories") -> None:
    """Stores the counts."""
    conn.execute(
        "INSERT INTO backgrounds (name, data) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET data = excluded.data, made_at = now()",
        [name, data],
    )


def forget_older(conn: Connection, *, days: int) -> int:
    """Drops what grouping remembers of texts and events that ended more than ``days`` ago; how many rows of keys went."""
    gone = 0
    for query in (
        "DELETE FROM copy_keys WHERE article_id IN (SELECT article_id FROM copy_prints"
        " WHERE at < now() - make_interval(days => %s) ORDER BY at LIMIT 5000)",
        "DELETE FROM event_keys WHERE event_id IN (SELECT event_id FROM event_profiles"
        " WHERE last_at < now() - make_interval(days => %s) ORDER BY last_at LIMIT 5000)",
    ):
        gone += conn.execute(query, [days]).rowcount
    conn.execute(
        "DELETE FROM copy_prints WHERE article_id IN (SELECT article_id FROM copy_prints"
        " WHERE at < now() - make_interval(days => %s) ORDER BY at LIMIT 5000)",
        [days],
    )
    conn.execute(
        "DELETE FROM event_profiles WHERE event_id IN (SELECT event_id FROM event_profiles"
        " WHERE last_at < now() - make_interval(days => %s) ORDER BY last_at LIMIT 5000)",
        [days],
    )
    return gone
