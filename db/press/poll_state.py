"""Polls of lists and their rhythm: when next, what the server said last, whether its validators can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What is remembered about one list between polls."""

    url: str
    source_id: int
    address_id: int | None = None
    interval_minutes: float = 30.0
    etag: str | None = None
    last_modified: str | None = None
    validators_trusted: bool = True
    proofs: int = 0
    polls_since_full: int = 0
    last_full_at: datetime | None = None
    body_sha256: str | None = None
    moved_to: str | None = None
    failure_score: float = 0.0
    failures: int = 0
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    last_outcome: str | None = None
    last_kind: str | None = None
    last_why: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll, for the log."""

    source_id: int
    url: str
    started_at: datetime
    ended_at: datetime
    status: int | None = None
    bytes: int = 0
    entries: int = 0
    fresh: int = 0
    outcome: str = "ok"
    kind: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledList:
    """A list that is polled for a source, and how its last poll went; None: not polled yet."""

    url: str
    kind: str | None
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    last_outcome: str | None
    last_kind: str | None
    last_why: str | None


def of_source(conn: Connection, source_id: int) -> list[PolledList]:
    """What is polled for a source: its addresses, and the front page or maps that were asked besides."""
    return many(
        conn,
        PolledList,
        """SELECT coalesce(a.url, r.url) AS url, a.kind, r.last_poll_at, r.next_poll_at, r.last_outcome, r.last_kind, r.last_why
           FROM (SELECT id, url, kind FROM source_addresses WHERE source_id = %(id)s AND retired_at IS NULL) a
           FULL JOIN (SELECT url, address_id, last_poll_at, nullif(next_poll_at, '-infinity') AS next_poll_at, last_outcome,
                             last_kind, last_why FROM rhythms WHERE source_id = %(id)s) r ON r.url = a.url
           WHERE a.id IS NOT NULL OR r.address_id IS NULL ORDER BY a.id NULLS LAST, r.url""",
        {"id": source_id},
    )


def get(conn: Connection, url: str) -> Rhythm | None:
    """What is remembered about a list, or None before its first poll."""
    return first(
        conn,
        Rhythm,
        """SELECT url, source_id, address_id, interval_minutes, etag, last_modified, validators_trusted, proofs,
                  polls_since_full, last_full_at, body_sha256, moved_to, failure_score, failures, last_poll_at,
                  last_ok_at, last_new_at, last_outcome, last_kind, last_why, pinned
           FROM rhythms WHERE url = %s""",
        [url],
    )


def keep(conn: Connection, rhythm: Rhythm, *, next_poll_at: datetime) -> None:
    """Remembers a list's rhythm after a poll."""
    conn.execute(
        """INSERT INTO rhythms (url, source_id, address_id, next_poll_at, interval_minutes, etag, last_modified,
             validators_trusted, proofs, polls_since_full, last_full_at, body_sha256, moved_to, failure_score, failures,
             polls, last_poll_at, last_ok_at, last_new_at, last_outcome, last_kind, last_why, pinned)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (url) DO UPDATE SET source_id = excluded.source_id, address_id = excluded.address_id,
             next_poll_at = excluded.next_poll_at, interval_minutes = excluded.interval_minutes, etag = excluded.etag,
             last_modified = excluded.last_modified, validators_trusted = excluded.validators_trusted,
             proofs = excluded.proofs, polls_since_full = excluded.polls_since_full,
             last_full_at = excluded.last_full_at, body_sha256 = excluded.body_sha256, moved_to = excluded.moved_to,
             failure_score = excluded.failure_score, failures = excluded.failures, polls = rhythms.polls + 1,
             last_poll_at = excluded.last_poll_at, last_ok_at = excluded.last_ok_at, last_new_at = excluded.last_new_at,
             last_outcome = excluded.last_outcome, last_kind = excluded.last_kind, last_why = excluded.last_why""",
        [
            *(
                rhythm.url,
                rhythm.source_id,
                rhythm.address_id,
                next_poll_at,
                rhythm.interval_minutes,
                rhythm.etag,
            ),
            *(rhythm.last_modified, rhythm.validators_trusted, rhythm.proofs, rhythm.polls_since_full),
            *(
                rhythm.last_full_at,
                rhythm.body_sha256,
                rhythm.moved_to,
                rhythm.failure_score,
                rhythm.failures,
            ),
            *(
                rhythm.last_poll_at,
                rhythm.last_ok_at,
                rhythm.last_new_at,
                rhythm.last_outcome,
                rhythm.last_kind,
            ),
            *(rhythm.last_why, rhythm.pinned),
        ],
    )


def log(conn: Connection, poll: Poll) -> None:
    """Enters one poll into the log."""
    conn.execute(
        """INSERT INTO polls (source_id, url, started_at, ended_at, status, bytes, entries, fresh, outcome, kind, why)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            *(
                poll.source_id,
                poll.url,
                poll.started_at,
                poll.ended_at,
                poll.status,
                poll.bytes,
                poll.entries,
            ),
            *(poll.fresh, poll.outcome, poll.kind, poll.why),
        ],
    )


def is_due(conn: Connection, url: str, now: datetime) -> bool:
    """Whether an address may be polled at ``now``: never polled, or its pause is over."""
    row = conn.execute("SELECT FROM rhythms WHERE url = %s AND next_poll_at > %s", [url, now]).fetchone()
    return row is None
