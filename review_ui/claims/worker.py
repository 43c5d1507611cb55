"""What the desk's worker does for claims and reports: relations are proposed, what may not be kept longer is purged."""

from __future__ import annotations

from datetime import datetime

from db.catalogue import rows
from db.core.connection import Connection
from db.core.settings import Settings
from db.desk import claim_articles as stored
from db.desk import reports
from review_ui.claims import relations


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round: how new articles stand to the claims of open cases; contacts and address prefixes whose days, from the
    settings, are over."""
    proposed = 0
    for one in stored.unread(conn):
        found = relations.propose(
            one.claim, title=one.title, body=one.body, is_rebuttal=one.is_rebuttal, is_first=one.is_first
        )
        stored.propose(
            conn, claim_id=one.claim_id, article_id=one.article_id, version_id=one.version_id, relation=found.relation,
            quote=found.quote, start_at=found.start, end_at=found.end,
        )  # fmt: skip
        proposed += found.relation != "unrelated"
    return {
        "relations_proposed": proposed,
        "contacts_purged": reports.purge(
            conn,
            after_closing=int(rows.number(conn, "reports.contact_retention_days")),
            at_most=2 * int(rows.number(conn, "reports.contact_retention_days")),
            prefixes=int(rows.number(conn, "logins.retention_days")),
        ),
    }
