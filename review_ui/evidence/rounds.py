"""What the desk's worker does for evidence: stamps that are due, and once a day the head of the audit chain."""

from __future__ import annotations

from datetime import datetime

from db.connection import Connection
from db.settings import Settings
from review_ui.evidence import authorities


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round; without a configured authority nothing is asked and no head is queued."""
    configured = authorities.configured(conn, settings.home)
    if not configured.urls:
        return {"stamps": 0}
    return {"heads_queued": queue_head(conn), "stamps": authorities.work_off(conn, configured)}


def queue_head(conn: Connection) -> int:
    """Asks for a stamp of the chain's head, at most one a day; returns how many were asked for (0 or 1)."""
    done = conn.execute(
        "INSERT INTO stamp_requests (subject, data)"
        " SELECT 'audit:' || a.id, convert_to(a.hash, 'UTF8') FROM audit a WHERE a.id = (SELECT max(id) FROM audit)"
        " AND NOT EXISTS (SELECT FROM stamp_requests s WHERE s.subject LIKE 'audit:%' AND s.asked_at > now() - interval '1 day')"
        " RETURNING id"
    ).fetchone()
    return 1 if done else 0
