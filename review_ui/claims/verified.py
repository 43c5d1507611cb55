"""The verified claims as they stand in the database, and a memory that keeps up with them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from db.core.connection import Connection, many
from review_ui.claims.similarity import Memory, VerifiedClaim

OVERLAP = timedelta(minutes=5)


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


class ClaimMemory:
    """One memory per process, brought up to date before each question; safe for the threads of a web server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._memory = Memory()
        self._seen: datetime | None = None
        self._held: dict[int, datetime] = {}

    def memory(self, conn: Connection) -> Memory:
        """The memory with everything approved until now."""
        with self._lock:
            # an approval may become visible a little after its time: its transaction was still open
            moment = self._seen - OVERLAP if self._seen else None
            fresh = [claim for claim in since(conn, moment) if self._held.get(claim.id) != claim.approved_at]
            if fresh:
                self._memory.add(fresh)
                self._held.update((claim.id, claim.approved_at) for claim in fresh)
                newest = max(claim.approved_at for claim in fresh)
                self._seen = max(newest, self._seen) if self._seen else newest
            return self._memory
