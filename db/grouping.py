"""What grouping remembers: prints of texts and profiles of events, with the keys by which both are found. Written by
classifier, by one worker at a time; rows carry the running number of their last change, so that others can catch up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg.rows import class_row

from db.connection import Connection, Parameters, Record

_ONE_AT_A_TIME = 0x6B74_6772  # advisory lock: placing an article reads what placing the one before it wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A text with its keys (ascending, four bytes each, highest first) and the number of its last change."""

    bearer: int
    keys: bytes
    change: int


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
    """The profile made of event ``origin``, with the keys it is found by and the number of its last change."""

    origin: int
    change: int
    parts: list[bytes]
    provinces: list[str]
    kinds: list[str]
    members: int
    roundup: bool
    started_at: datetime
    last_at: datetime
    keys: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a profile stands: the event it leads to (another than ``origin`` after a merge) and its last change."""

    origin: int
    event_id: int
    change: int


def _many(
    conn: Connection, record: type[Record], query: LiteralString, parameters: Parameters
) -> list[Record]:
    # binary: half the bytes of vectors and hashes on the way, and none of the work of writing them out
    with conn.cursor(row_factory=class_row(record), binary=True) as cursor:
        return cursor.execute(query, parameters).fetchall()


def one_at_a_time(conn: Connection) -> None:
    """Waits until no other worker places articles; holds until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def texts_changed(conn: Connection, *, after: int) -> list[Changed]:
    """Texts whose keys were written after change number ``after``; all for 0."""
    return _many(
        conn,
        Changed,
        "SELECT article_id AS bearer, keys, change FROM copy_prints WHERE change > %s",
        [after],
    )


def events_changed(conn: Connection, *, after: int) -> list[StoredProfile]:
    """Profiles that were written after change number ``after``; all for 0."""
    return _many(
        conn,
        StoredProfile,
        "SELECT event_id AS origin, change, parts, provinces, kinds, members, roundup, started_at, last_at, keys"
        " FROM event_profiles WHERE change > %s",
        [after],
    )


def prints(conn: Connection, *, article_ids: Sequence[int]) -> list[StoredPrint]:
    """The prints of these articles that are stored, in the order of the list."""
    return _many(
        conn,
        StoredPrint,
        "SELECT p.article_id, p.at, p.hashes, p.standing, a.title, s.name AS source, c.copy_of"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS w(id, n) JOIN copy_prints p ON p.article_id = w.id"
        " JOIN articles a ON a.id = w.id JOIN sources s ON s.id = a.source_id LEFT JOIN copies c ON c.article_id = w.id"
        " ORDER BY w.n",
        [list(article_ids)],
    )


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


def going_on(
    conn: Connection, *, event_ids: Sequence[int], earliest: datetime, latest: datetime, most: int
) -> list[Standing]:
    """Those of these events that went on between the two times, at most ``most``, in the order of the list."""
    return _many(
        conn,
        Standing,
        "SELECT p.event_id AS origin, coalesce(e.merged_into, e.id) AS event_id, p.change"
        " FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS w(id, n)"
        " JOIN event_profiles p ON p.event_id = w.id AND p.last_at >= %(earliest)s AND p.started_at <= %(latest)s"
        " JOIN events e ON e.id = w.id ORDER BY w.n LIMIT %(most)s",
        {"ids": list(event_ids), "earliest": earliest, "latest": latest, "most": most},
    )


def profiles(conn: Connection, *, event_ids: Sequence[int]) -> list[StoredProfile]:
    """The profiles made of these events that are stored."""
    return _many(
        conn,
        StoredProfile,
        "SELECT event_id AS origin, change, parts, provinces, kinds, members, roundup, started_at, last_at, keys"
        " FROM event_profiles WHERE event_id = ANY (%s)",
        [list(event_ids)],
    )


def keep_profile(
    conn: Connection, *, event_id: int, parts: Sequence[bytes], provinces: Sequence[str], kinds: Sequence[str], members: int, roundup: bool,
    started_at: datetime, last_at: datetime, keys: bytes,
) -> None:  # fmt: skip
    """Remembers an event in the place of what was remembered of it; ``keys`` are those it is found by."""
    conn.execute(
        "INSERT INTO event_profiles (event_id, parts, provinces, kinds, members, roundup, started_at, last_at, keys)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO UPDATE SET parts = excluded.parts,"
        " provinces = excluded.provinces, kinds = excluded.kinds, members = excluded.members, roundup = excluded.roundup,"
        " started_at = excluded.started_at, last_at = excluded.last_at, keys = excluded.keys, change = excluded.change",
        [event_id, list(parts), list(provinces), list(kinds), members, roundup, started_at, last_at, keys],
    )


def keep_print(
    conn: Connection, *, article_id: int, version_id: int, at: datetime, hashes: bytes, standing: bool, keys: bytes,
    alone: bool,
) -> None:  # fmt: skip
    """Remembers a text; a later version takes the place of the earlier one. ``alone``: it copies none, whatever was said
    of an earlier version."""
    conn.execute(
        "WITH parted AS (DELETE FROM copies WHERE article_id = %(id)s AND %(alone)s)"
        " INSERT INTO copy_prints (article_id, version_id, at, hashes, standing, keys)"
        "   VALUES (%(id)s, %(version)s, %(at)s, %(hashes)s, %(standing)s, %(keys)s)"
        "   ON CONFLICT (article_id) DO UPDATE SET version_id = excluded.version_id, hashes = excluded.hashes,"
        "   standing = excluded.standing, at = excluded.at, keys = excluded.keys, change = excluded.change",
        {"id": article_id, "version": version_id, "at": at, "hashes": hashes, "standing": standing, "keys": keys,
         "alone": alone},
    )  # fmt: skip


def numbers(conn: Connection, *, count: int) -> list[int]:
    """Numbers for events that will begin; those left over are never given again."""
    rows = conn.execute(
        "SELECT nextval(pg_get_serial_sequence('events', 'id')) FROM generate_series(1, %s)", [count]
    ).fetchall()
    return [int(number) for (number,) in rows]


def enter(
    conn: Connection, *, article_id: int, title: str, at: datetime, event_id: int, begins: bool, origin: int,
    parts: Sequence[bytes], provinces: Sequence[str], kinds: Sequence[str], members: int, roundup: bool,
    started_at: datetime, last_at: datetime, keys: bytes,
) -> None:  # fmt: skip
    """Puts an article into an event and remembers the event's profile; nothing is waited for.

    ``begins``: the event is new, and ``event_id`` one of ``numbers``. ``origin``: whose profile it is, another than
    ``event_id`` after a merge.
    """
    conn.execute(
        "WITH begun AS (INSERT INTO events (id, title, started_at, last_at, first_article_id) OVERRIDING SYSTEM VALUE"
        "   SELECT %(event)s, %(title)s, %(at)s, %(at)s, %(article)s WHERE %(begins)s),"
        " member AS (INSERT INTO event_members (article_id, event_id) VALUES (%(article)s, %(event)s)"
        "   ON CONFLICT (article_id) DO NOTHING)"
        " INSERT INTO event_profiles (event_id, parts, provinces, kinds, members, roundup, started_at, last_at, keys)"
        "   VALUES (%(origin)s, %(parts)s, %(provinces)s, %(kinds)s, %(members)s, %(roundup)s, %(started)s, %(last)s, %(keys)s)"
        "   ON CONFLICT (event_id) DO UPDATE SET parts = excluded.parts, provinces = excluded.provinces,"
        "   kinds = excluded.kinds, members = excluded.members, roundup = excluded.roundup,"
        "   started_at = excluded.started_at, last_at = excluded.last_at, keys = excluded.keys, change = excluded.change",
        {"article": article_id, "title": title, "at": at, "event": event_id, "begins": begins, "origin": origin,
         "parts": list(parts), "provinces": list(provinces), "kinds": list(kinds), "members": members,
         "roundup": roundup, "started": started_at, "last": last_at, "keys": keys},
    )  # fmt: skip


def forget_profile(conn: Connection, *, event_id: int) -> None:
    """Takes an event's profile away, so that no article joins it any more."""
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
    """Drops what grouping remembers of texts and events that ended more than ``days`` ago; how many of both went."""
    texts = conn.execute(
        "DELETE FROM copy_prints WHERE article_id IN (SELECT article_id FROM copy_prints"
        " WHERE at < now() - make_interval(days => %s) ORDER BY at LIMIT 5000)",
        [days],
    ).rowcount
    events = conn.execute(
        "DELETE FROM event_profiles WHERE event_id IN (SELECT event_id FROM event_profiles"
        " WHERE last_at < now() - make_interval(days => %s) ORDER BY last_at LIMIT 5000)",
        [days],
    ).rowcount
    return texts + events
