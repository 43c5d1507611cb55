"""What grouping remembers: prints of texts and profiles of events, with the keys by which both are found. Written by
classifier, by one worker at a time; rows carry the running number of their last change, so that others can catch up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg.rows import class_row

from db.core.connection import Connection, Parameters, Record

_ONE_AT_A_TIME = 0x6B74_6772  # advisory lock: placing an article reads what placing the one before it wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A text or an event's profile with its keys (ascending, four bytes each, highest first), the number of its last
    change, and the first and last publication it speaks of."""

    bearer: int
    keys: bytes
    change: int
    started_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrint:
    """A text's hashes with what decides on short texts; ``copy_of``: the first publication it copies, if any, and
    ``first_at``: the time of that."""

    article_id: int
    at: datetime
    hashes: bytes
    standing: bool
    title: str
    source: str
    marks: list[str]
    copy_of: int | None
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPrint:
    """A text's hashes and keys to be remembered; a later version takes the place of the earlier one."""

    article_id: int
    version_id: int
    at: datetime
    hashes: bytes
    standing: bool
    keys: bytes
    marks: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProfile:
    """A profile to be remembered in the place of what was remembered of event ``origin``."""

    origin: int
    parts: list[bytes]
    provinces: list[str]
    kinds: list[str]
    marks: list[str]
    members: int
    roundup: bool
    started_at: datetime
    last_at: datetime
    keys: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile(KeptProfile):
    """The profile made of event ``origin``, with the keys it is found by and the number of its last change."""

    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileState:
    """Where a profile stands: the event it leads to (another than ``origin`` after a merge), its last change."""

    origin: int
    event_id: int
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An event that begins, with a number from ``numbers`` and its first article."""

    event_id: int
    title: str
    at: datetime
    article_id: int


def _many(
    conn: Connection, record: type[Record], query: LiteralString, parameters: Parameters
) -> list[Record]:
    # binary: half the bytes of vectors and hashes on the way, and none of the work of writing them out
    with conn.cursor(row_factory=class_row(record), binary=True) as cursor:
        return cursor.execute(query, parameters).fetchall()


def one_at_a_time(conn: Connection) -> None:
    """Waits until no other worker places articles; holds until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def texts_changed(conn: Connection, *, after: int, most: int) -> list[Changed]:
    """Texts whose keys were written after change number ``after``, the earliest changes first, at most ``most``."""
    return _many(
        conn,
        Changed,
        "SELECT article_id AS bearer, keys, change, at AS started_at, at AS last_at FROM copy_prints"
        " WHERE change > %s ORDER BY change LIMIT %s",
        [after, most],
    )


def events_changed(conn: Connection, *, after: int, most: int) -> list[Changed]:
    """Profiles whose keys were written after change number ``after``, the earliest changes first, at most ``most``."""
    return _many(
        conn,
        Changed,
        "SELECT event_id AS bearer, keys, change, started_at, last_at FROM event_profiles"
        " WHERE change > %s ORDER BY change LIMIT %s",
        [after, most],
    )


def prints(conn: Connection, *, article_ids: Sequence[int]) -> list[StoredPrint]:
    """The prints of these articles that are stored."""
    return _many(
        conn,
        StoredPrint,
        "SELECT p.article_id, p.at, p.hashes, p.standing, p.marks, a.title, s.name AS source, c.copy_of, f.at AS first_at"
        " FROM copy_prints p JOIN articles a ON a.id = p.article_id JOIN sources s ON s.id = a.source_id"
        " LEFT JOIN copies c ON c.article_id = p.article_id LEFT JOIN copy_prints f ON f.article_id = c.copy_of"
        " WHERE p.article_id = ANY (%s)",
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


def copies_unlink(conn: Connection, *, article_ids: Sequence[int]) -> None:
    """Takes back that these articles copy others."""
    conn.execute("DELETE FROM copies WHERE article_id = ANY (%s)", [list(article_ids)])


def copies_move(conn: Connection, *, old_first: int, new_first: int) -> None:
    """All copies of ``old_first`` become copies of ``new_first``, an earlier publication; ``old_first`` itself not yet."""
    conn.execute("DELETE FROM copies WHERE article_id = %s", [new_first])
    conn.execute("UPDATE copies SET copy_of = %s WHERE copy_of = %s", [new_first, old_first])


def current_profiles(conn: Connection, *, event_ids: Sequence[int]) -> list[ProfileState]:
    """Where the profiles made of these events stand, as far as they are stored."""
    return _many(
        conn,
        ProfileState,
        "SELECT p.event_id AS origin, coalesce(e.merged_into, e.id) AS event_id, p.change"
        " FROM event_profiles p JOIN events e ON e.id = p.event_id WHERE p.event_id = ANY (%s)",
        [list(event_ids)],
    )


def profiles(conn: Connection, *, event_ids: Sequence[int]) -> list[StoredProfile]:
    """The profiles made of these events that are stored."""
    return _many(
        conn,
        StoredProfile,
        "SELECT event_id AS origin, change, parts, provinces, kinds, marks, members, roundup, started_at, last_at, keys"
        " FROM event_profiles WHERE event_id = ANY (%s)",
        [list(event_ids)],
    )


def keep_profiles(conn: Connection, profiles: Sequence[KeptProfile]) -> None:
    """Remembers events in the place of what was remembered of them."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO event_profiles (event_id, parts, provinces, kinds, marks, members, roundup, started_at, last_at, keys)"
            " VALUES (%s, %b, %s, %s, %s, %s, %s, %s, %s, %b) ON CONFLICT (event_id) DO UPDATE SET parts = excluded.parts,"
            " provinces = excluded.provinces, kinds = excluded.kinds, marks = excluded.marks, members = excluded.members, roundup = excluded.roundup,"
            " started_at = excluded.started_at, last_at = excluded.last_at, keys = excluded.keys, change = excluded.change",
            [
                (
                    p.origin,
                    p.parts,
                    p.provinces,
                    p.kinds,
                    p.marks,
                    p.members,
                    p.roundup,
                    p.started_at,
                    p.last_at,
                    p.keys,
                )
                for p in profiles
            ],
        )


def keep_prints(conn: Connection, prints: Sequence[KeptPrint]) -> None:
    """Remembers texts; a later version takes the place of the earlier one."""
    conn.execute(
        "INSERT INTO copy_prints (article_id, version_id, at, hashes, standing, keys, marks)"
        " SELECT article, version, at, hashes, standing, keys, string_to_array(marks, chr(10))"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %b::bytea[], %s::boolean[], %b::bytea[], %s::text[])"
        " AS p(article, version, at, hashes, standing, keys, marks)"
        " ON CONFLICT (article_id) DO UPDATE SET version_id = excluded.version_id, hashes = excluded.hashes,"
        " standing = excluded.standing, at = excluded.at, keys = excluded.keys, marks = excluded.marks,"
        " change = excluded.change",
        [
            [p.article_id for p in prints], [p.version_id for p in prints], [p.at for p in prints],
            [p.hashes for p in prints], [p.standing for p in prints], [p.keys for p in prints],
            # an array of arrays must be even: the marks of a text travel as lines
            ["\n".join(p.marks) for p in prints],
        ],
    )  # fmt: skip


def numbers(conn: Connection, *, count: int) -> list[int]:
    """Numbers for events that will begin; those left over are never given again."""
    rows = conn.execute(
        "SELECT nextval(pg_get_serial_sequence('events', 'id')) FROM generate_series(1, %s)", [count]
    ).fetchall()
    return [int(number) for (number,) in rows]


def begin_events(conn: Connection, begun: Sequence[Begun]) -> None:
    """New events with nothing but their first article's title and time."""
    conn.execute(
        "INSERT INTO events (id, title, started_at, last_at, first_article_id) OVERRIDING SYSTEM VALUE"
        " SELECT id, title, at, at, article FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::bigint[])"
        " AS b(id, title, at, article)",
        [
            [b.event_id for b in begun], [b.title for b in begun], [b.at for b in begun],
            [b.article_id for b in begun],
        ],
    )  # fmt: skip


def enter(conn: Connection, members: Sequence[tuple[int, int]]) -> None:
    """Puts articles into events, (article, event) each, unless they stand in one: what was placed stays."""
    conn.execute(
        "INSERT INTO event_members (article_id, event_id) SELECT article, event"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS m(article, event)"
        " ON CONFLICT (article_id) DO NOTHING",
        [[article for article, _ in members], [event for _, event in members]],
    )


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
