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


def since(
    conn: Connection, moment: datetime | None = None, *, ids: list[int] | None = None
) -> list[VerifiedClaim]:
    """Claims with a verdict in force, oldest first; those approved after ``moment`` alone, and those of ``ids`` alone, where
    they are given."""
    return many(
        conn,
        VerifiedClaim,
        "SELECT c.id, c.body, c.code, c.what_is_true, c.said_on, c.approved_at,"
        " (SELECT e.data->>'title' FROM catalogue_entries e WHERE e.kind = 'label' AND e.name = c.code"
        "    AND (e.valid_from IS NULL OR e.valid_from <= c.approved_at::date)"
        "    AND (e.valid_to IS NULL OR e.valid_to >= c.approved_at::date) ORDER BY e.valid_from DESC NULLS LAST LIMIT 1) AS label"
        # asked with every event page: from those approved since to their verdicts, not through all verdicts
        " FROM (SELECT DISTINCT v.claim_id FROM verdict_decisions d JOIN verdicts v ON v.id = d.verdict_id"
        "   WHERE d.decision = 'approve' AND d.decided_at > coalesce(%(moment)s::timestamptz, '-infinity')"
        "   AND (%(ids)s::bigint[] IS NULL OR v.claim_id = ANY (%(ids)s))) n"
        " JOIN claims_in_force c ON c.id = n.claim_id WHERE c.code NOT IN ('not_checkable', 'withdrawn') ORDER BY c.approved_at, c.id",
        {"moment": moment, "ids": ids},
    )
