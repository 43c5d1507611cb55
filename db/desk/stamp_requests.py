"""Time stamps asked of authorities: waiting until a token came. ``subject`` is pack:ID, capture:ID or audit:ID."""

from __future__ import annotations

from datetime import timedelta

from db.core.connection import Connection


def authorities(conn: Connection) -> str:
    """The setting that names the authorities' addresses; empty where none is set."""
    row = conn.execute(
        "SELECT data->>'value' FROM catalogue_entries WHERE kind = 'setting' AND name = 'timestamp_authorities'"
        " AND (valid_to IS NULL OR valid_to >= current_date) ORDER BY valid_from DESC NULLS LAST LIMIT 1"
    ).fetchone()
    return str(row[0] or "") if row else ""


def ask(conn: Connection, *, subject: str, data: bytes) -> None:
    """Queues a stamp of ``data``."""
    conn.execute("INSERT INTO stamp_requests (subject, data) VALUES (%s, %s)", [subject, data])


def ask_for_head(conn: Connection) -> int:
    """Queues a stamp of the audit's head, at most one a day; how many were queued (0 or 1)."""
    done = conn.execute(
        "INSERT INTO stamp_requests (subject, data)"
        " SELECT 'audit:' || a.id, convert_to(a.hash, 'UTF8') FROM audit a WHERE a.id = (SELECT max(id) FROM audit)"
        " AND NOT EXISTS (SELECT FROM stamp_requests s WHERE s.subject LIKE 'audit:%' AND s.asked_at > now() - interval '1 day')"
        " RETURNING id"
    ).fetchone()
    return 1 if done else 0


def due(conn: Connection, *, limit: int) -> list[tuple[int, bytes, int]]:
    """Number, data and tries so far of stamps that are due; locked until the transaction ends."""
    return conn.execute(
        "SELECT id, data, tries FROM stamp_requests WHERE token IS NULL AND next_try_at <= now() ORDER BY next_try_at"
        " LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    ).fetchall()


def failed(conn: Connection, number: int, *, why: str, pause: timedelta) -> None:
    """Notes that an authority did not answer; the next try is after ``pause``."""
    conn.execute(
        "UPDATE stamp_requests SET tries = tries + 1, why = %s, next_try_at = now() + %s WHERE id = %s",
        [why, pause, number],
    )


def given(conn: Connection, number: int, *, authority: str, token: bytes) -> None:
    """Keeps a token that came."""
    conn.execute(
        "UPDATE stamp_requests SET tries = tries + 1, why = NULL, authority = %s, token = %s, given_at = now() WHERE id = %s",
        [authority, token, number],
    )


def token_of(conn: Connection, subject: str) -> bytes | None:
    """The first token that came for a subject; None while there is none."""
    row = conn.execute(
        "SELECT token FROM stamp_requests WHERE subject = %s AND token IS NOT NULL ORDER BY id LIMIT 1",
        [subject],
    ).fetchone()
    return bytes(row[0]) if row else None
