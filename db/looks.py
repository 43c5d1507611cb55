"""Looks at stored articles, and the looks and captures that other rooms ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection, first, many


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


def requests(conn: Connection, *, most: int = 50) -> list[CaptureRequest]:
    """Open wishes, oldest first."""
    return many(
        conn,
        CaptureRequest,
        """SELECT id, article_id, kind, asked_at, asked_by FROM capture_requests
           WHERE answered_at IS NULL ORDER BY asked_at LIMIT %s""",
        [most],
    )


def answer(conn: Connection, request_id: int, *, outcome: str, capture_id: int | None) -> None:
    """A wish is answered."""
    conn.execute(
        "UPDATE capture_requests SET answered_at = now(), outcome = %s, capture_id = %s WHERE id = %s",
        [outcome, capture_id, request_id],
    )
