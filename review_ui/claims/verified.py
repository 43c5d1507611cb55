"""The verified claims as they stand in the database, and a memory that keeps up with them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from db.core.connection import Connection
from db.queries.verified_claims import since
from review_ui.claims.similarity import Memory

OVERLAP = timedelta(minutes=5)


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
