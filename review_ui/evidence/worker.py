"""What the desk's worker does for evidence: stamps that are due, and once a day the head of the audit chain."""

from __future__ import annotations

from datetime import datetime

from db.core.connection import Connection
from db.core.settings import Settings
from db.desk import stamp_requests
from db.press import evidence_captures
from review_ui.evidence import authorities
from review_ui.evidence.material import statement


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round; without a configured authority nothing is asked and no head is queued."""
    configured = authorities.configured(conn, settings.home)
    if not configured.urls:
        return {"stamps": 0}
    return {
        "heads_queued": stamp_requests.ask_for_head(conn),
        "captures_queued": queue_captures(conn),
        "stamps": authorities.work_off(conn, configured),
    }


def queue_captures(conn: Connection) -> int:
    """Asks for a stamp of each exact capture that has none asked for, oldest first; returns how many were asked for."""
    waiting = evidence_captures.unstamped(conn)
    for one in waiting:
        stamp_requests.ask(conn, subject=f"capture:{one.capture_id}", data=statement(one))
    return len(waiting)
