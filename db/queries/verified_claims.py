"""Claims that were verified: what was said, what was found, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedClaim:
    """A verified claim as the memory keeps it."""

    id: int
    body: str
    code: str
    label: str | None
    what_is_true: str
    said_on: date | None
    approved_at: datetime


def since(conn: Connection, moment: datetime | None = None) -> list[VerifiedClaim]:
    """Claims with a verdict in force, those approved after ``moment`` alone where it is given, oldest first."""
    return many(
        conn,
        VerifiedClaim,
        "SELECT c.id, c.body, f.code, f.what_is_true, c.said_on, f.approved_at,"
        " (SELECT e.data->>'title' FROM catalogue_entries e WHERE e.kind = 'label' AND e.name = f.code"
        "    AND (e.valid_from IS NULL OR e.valid_from <= f.approved_at::date)"
        "    AND (e.valid_to IS NULL OR e.valid_to >= f.approved_at::date) ORDER BY e.valid_from DESC NULLS LAST LIMIT 1) AS label"
        # asked with every event page: from those approved since to their verdicts, not through all verdicts
        " FROM (SELECT DISTINCT v.claim_id FROM verdict_decisions d JOIN verdicts v ON v.id = d.verdict_id"
        "   WHERE d.decision = 'approve' AND d.decided_at > coalesce(%(moment)s::timestamptz, '-infinity')) n"
        " JOIN LATERAL (SELECT v.id AS verdict_id, v.code, v.what_is_true, d.decided_at AS approved_at FROM verdicts v"
        "   JOIN verdict_decisions d ON d.verdict_id = v.id AND d.decision = 'approve' WHERE v.claim_id = n.claim_id"
        "   ORDER BY d.decided_at DESC, v.id DESC LIMIT 1) f ON true JOIN claims c ON c.id = n.claim_id"
        " WHERE f.code <> 'not_checkable' AND NOT withdrawn(f.verdict_id) ORDER BY f.approved_at, c.id",
        {"moment": moment},
    )
