"""The verified claims as they stand in the database, and a memory that keeps up with them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

import db.judging.claim_lookups
from classifier.claims.memory import ClaimMemory, KnownClaim
from classifier.facts.reader import FactReader
from classifier.meaning import heads
from classifier.places.gazetteer import Gazetteer
from db.catalogue import Catalogue
from db.core.connection import Connection
from db.queries.verified_claims import VerifiedClaim, since

OVERLAP = timedelta(minutes=5)


class StoredClaims:
    """One memory per process, brought up to date before each question. Vectors that were kept are not made again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._memory = ClaimMemory(FactReader(Gazetteer.from_catalogue(catalogue)))
        self._seen: datetime | None = None
        self.known: dict[int, VerifiedClaim] = {}

    def memory(self, conn: Connection, *, keep: bool = False) -> ClaimMemory:
        """The memory with everything approved until now; ``keep``: new vectors are kept in the database."""
        # an approval may become visible a little after its time: its transaction was still open
        moment = self._seen - OVERLAP if self._seen else None
        fresh = [claim for claim in since(conn, moment) if self._new(claim)]
        if fresh:
            self._memory.add(
                [KnownClaim(key=claim.id, body=claim.body, truth=claim.what_is_true) for claim in fresh],
                self._vectors(conn, fresh, keep=keep),
            )
            self.known |= {claim.id: claim for claim in fresh}
            newest = max(claim.approved_at for claim in fresh)
            self._seen = max(newest, self._seen) if self._seen else newest
        return self._memory

    def _new(self, claim: VerifiedClaim) -> bool:
        held = self.known.get(claim.id)
        return held is None or held.approved_at != claim.approved_at

    def _vectors(
        self, conn: Connection, claims: list[VerifiedClaim], *, keep: bool
    ) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
        weights = heads.shipped()
        if weights is None or not self._memory.embeds:
            return np.zeros((len(claims), 0), np.int8)
        name = weights.digest
        kept = db.judging.claim_lookups.kept_vectors(conn, weights=name, ids=[claim.id for claim in claims])
        lacking = [claim for claim in claims if claim.id not in kept]
        made = self._memory.vectors_of(claim.body for claim in lacking)
        new = {claim.id: row.tobytes() for claim, row in zip(lacking, made, strict=True)}
        if keep and new:
            db.judging.claim_lookups.keep_vectors(conn, weights=name, vectors=new)
        kept |= new
        return np.array([np.frombuffer(kept[claim.id], np.int8) for claim in claims])
