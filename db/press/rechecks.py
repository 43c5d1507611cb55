"""Looks at stored articles, and the looks and captures that other rooms ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look; ``outcome``: unchanged | changed | missing | back | failed."""

    id: int
    article_id: int
    at: datetime
    outcome: str
    how: str | None
    capture_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRequest:
    """A fresh look or capture that another room wishes; ``kind``: recheck | flag | decision."""

    id: int
    article_id: int
    kind: str
    asked_at: datetime
    asked_by: str
    tries: int


def note(
    conn: Connection, article_id: int, *, outcome: str, how: str | None = None, capture_id: int | None = None
) -> None:
    """Enters a look."""
    conn.execute(
        "INSERT INTO looks (article_id, outcome, how, capture_id) VALUES (%s, %s, %s, %s)",
        [article_id, outcome, how, capture_id],
    )


def last(conn: Connection, article_id: int) -> Look | None:
    """The newest look that saw something (failed ones apart), or None."""
    return first(
        conn,
        Look,
        """SELECT id, article_id, at, outcome, how, capture_id FROM looks
           WHERE article_id = %s AND outcome <> 'failed' ORDER BY at DESC, id DESC LIMIT 1""",
        [article_id],
    )


def newest(conn: Connection, article_id: int) -> Look | None:
    """The newest look of any outcome, or None."""
    return first(
        conn,
        Look,
        """SELECT id, article_id, at, outcome, how, capture_id FROM looks
           WHERE article_id = %s ORDER BY at DESC, id DESC LIMIT 1""",
        [article_id],
    )


def last_outcomes(conn: Connection, source_id: int, *, days: int = 14) -> dict[str, int]:
    """How many live articles of a source had which outcome when they were last seen, in the last ``days``."""
    rows = conn.execute(
        """SELECT outcome, count(*) FROM (
             SELECT DISTINCT ON (l.article_id) l.outcome FROM looks l JOIN articles a ON a.id = l.article_id
             WHERE a.source_id = %s AND a.state = 'live' AND a.same_as IS NULL AND l.outcome <> 'failed'
               AND l.at > now() - make_interval(days => %s)
             ORDER BY l.article_id, l.at DESC, l.id DESC) AS newest
           GROUP BY outcome""",
        [source_id, days],
    ).fetchall()
    return {str(outcome): int(count) for outcome, count in rows}


def requests(conn: Connection, *, most: int = 50) -> list[CaptureRequest]:
    """Open wishes that are due, oldest first."""
    return many(
        conn,
        CaptureRequest,
        """SELECT id, article_id, kind, asked_at, asked_by, tries FROM capture_requests
           WHERE answered_at IS NULL AND next_try_at <= now() ORDER BY asked_at LIMIT %s""",
        [most],
    )


def open_request(conn: Connection, request_id: int) -> CaptureRequest | None:
    """The wish of that number while nobody has answered it."""
    return first(
        conn,
        CaptureRequest,
        """SELECT id, article_id, kind, asked_at, asked_by, tries FROM capture_requests
           WHERE id = %s AND answered_at IS NULL""",
        [request_id],
    )


def answer(
    conn: Connection, request_id: int, *, outcome: str, capture_id: int | None, why: str | None = None
) -> None:
    """A wish is answered; ``why``: the reason where nothing could be kept."""
    conn.execute(
        "UPDATE capture_requests SET answered_at = now(), outcome = %s, capture_id = %s, why = %s WHERE id = %s",
        [outcome, capture_id, why, request_id],
    )


def put_off(conn: Connection, request_id: int, *, seconds: float, why: str) -> None:
    """A wish could not be fulfilled now: tried again in ``seconds``."""
    conn.execute(
        """UPDATE capture_requests SET tries = tries + 1, next_try_at = now() + make_interval(secs => %s), why = %s
           WHERE id = %s""",
        [seconds, why, request_id],
    )
