"""What the desk's worker does for evidence: stamps that are due, and once a day the head of the audit chain."""

from __future__ import annotations

from datetime import datetime

from db.core.connection import Connection
from db.core.settings import Settings
from db.press import evidence_captures
from review_ui.evidence import authorities
from review_ui.evidence.material import statement


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round; without a configured authority nothing is asked and no head is queued."""
    configured = authorities.configured(conn, settings.home)
    if not configured.urls:
        return {"stamps": 0}
    return {
        "heads_queued": queue_head(conn),
        "captures_queued": queue_captures(conn),
        "stamps": authorities.work_off(conn, configured),
    }


def queue_head(conn: Connection) -> int:
    """Asks for a stamp of the chain's head, at most one a day; returns how many were asked for (0 or 1)."""
    done = conn.execute(
        "INSERT INTO stamp_requests (subject, data)"
        " SELECT 'audit:' || a.id, convert_to(a.hash, 'UTF8') FROM audit a WHERE a.id = (SELECT max(id) FROM audit)"
        " AND NOT EXISTS (SELECT FROM stamp_requests s WHERE s.subject LIKE 'audit:%' AND s.asked_at > now() - interval '1 day')"
        " RETURNING id"
    ).fetchone()
    return 1 if done else 0


def queue_captures(conn: Connection) -> int:
    """Asks for a stamp of each exact capture that has none asked for, oldest first; returns how many were asked for."""
    waiting = evidence_captures.unstamped(conn)
    for one in waiting:
        conn.execute(
            "INSERT INTO stamp_requests (subject, data) VALUES (%s, %s)",
            [f"capture:{one.capture_id}", statement(one)],
        )
    return len(waiting)
