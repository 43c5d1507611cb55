"""What the desk's worker does for the public side: what may not be kept any longer is purged."""

from __future__ import annotations

from datetime import datetime

from db import reports
from db.catalogue import rows
from db.connection import Connection
from db.settings import Settings


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round: contacts and address prefixes whose days, from the settings, are over."""
    return {
        "contacts_purged": reports.purge(
            conn,
            after_closing=int(rows.number(conn, "reports.contact_retention_days")),
            at_most=2 * int(rows.number(conn, "reports.contact_retention_days")),
            prefixes=int(rows.number(conn, "logins.retention_days")),
        )
    }
