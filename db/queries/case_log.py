"""All that was done to a case, by whom: its movements and everything written into it, oldest first.

The movements alone tell half: evidence added and withdrawn, attempts to reach somebody, articles related, notes and
opinions are work too, and the second person must see it before signing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLogEntry:
    """Something that a person wrote into a case: ``what`` is claim, evidence, withdrawn, attempt, relation or note;
    ``said`` its words, ``code`` the kind of evidence or the relation."""

    what: str
    at: datetime
    user_id: int
    display_name: str
    role: str
    code: str | None
    said: str


def written(conn: Connection, *, case_id: int, restricted: bool) -> list[CaseLogEntry]:
    """What was written into the case, oldest first. Titles of articles in restricted cases only where ``restricted`` says
    that they may be read."""
    return many(
        conn,
        CaseLogEntry,
        "SELECT x.what, x.at, x.by AS user_id, u.display_name, u.role, x.code, x.said FROM ("
        " SELECT 'claim' AS what, created_at AS at, created_by AS by, NULL AS code, body AS said FROM claims WHERE case_id = %(case)s"
        " UNION ALL SELECT CASE WHEN e.withdrawn THEN 'withdrawn' ELSE 'evidence' END, e.added_at, e.added_by, e.kind, e.title"
        "   FROM evidence e JOIN claims c ON c.id = e.claim_id WHERE c.case_id = %(case)s"
        " UNION ALL SELECT 'attempt', t.at, t.made_by, t.how, t.whom FROM contact_attempts t JOIN claims c ON c.id = t.claim_id WHERE c.case_id = %(case)s"
        " UNION ALL SELECT 'relation', k.at, k.set_by, k.relation, s.title || ': ' || a.title FROM claim_articles k JOIN claims c ON c.id = k.claim_id"
        "   JOIN articles a ON a.id = k.article_id JOIN sources s ON s.id = a.source_id WHERE c.case_id = %(case)s AND k.set_by IS NOT NULL"
        "   AND (%(restricted)s OR NOT EXISTS (SELECT FROM event_members m JOIN cases n ON n.event_id = m.event_id AND n.restricted"
        "     WHERE m.article_id = k.article_id))"
        " UNION ALL SELECT 'note', at, user_id, NULL, left(body, 200) FROM notes WHERE case_id = %(case)s"
        ") x JOIN users u ON u.id = x.by ORDER BY x.at, x.what",
        {"case": case_id, "restricted": restricted},
    )
