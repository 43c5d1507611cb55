"""Answers the questions that the desk and the public form put to the memory of verified claims, within a second.

A thread of the classifier's worker with a connection of its own: it waits to be told of a question, answers what waits
and waits again. The memory, and with it the embedding, is made at the first question.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

import db.judging.claim_lookups
from classifier.claims.memory import ClaimMatch
from classifier.claims.stored import StoredClaims
from db.catalogue import Catalogue
from db.core.connection import Connection, connect

PATIENCE = 5.0  # seconds without a word after which the table is looked at all the same
FORGETS = 3600.0  # seconds between looks for what is to be forgotten
PAUSE = 5.0  # after the database was lost

log = logging.getLogger(__name__)


def answer_all(conn: Connection, kept: StoredClaims) -> int:
    """Answers what waits; how many. Commits where the connection does so by itself."""
    done = 0
    with conn.transaction():
        waiting = db.judging.claim_lookups.waiting(conn)
        if waiting:
            memory = kept.memory(conn, keep=True)
            for question in waiting:
                found = [_row(one) for one in memory.match(question.body) if one.band != "low"]
                db.judging.claim_lookups.answered(conn, question.text_sha256, found)
                done += 1
    return done


def _row(one: ClaimMatch) -> dict[str, Any]:
    return {
        "claim": one.claim.key, "score": one.score, "band": one.band, "shared": list(one.shared),
        "differs": [{"what": each.what, "here": each.here, "there": each.there} for each in one.differs],
    }  # fmt: skip


class LookupAnswerer:
    """Runs until ``stop`` says so; what fails is said in the log and tried again."""

    def __init__(
        self, url: str, catalogue: Callable[[Connection], Catalogue], stop: Callable[[], bool]
    ) -> None:
        self._url, self._catalogue, self._stop = url, catalogue, stop
        self._kept: StoredClaims | None = None

    def start(self) -> threading.Thread:
        """Begins in a thread of its own, which ends with the process."""
        thread = threading.Thread(target=self.run, name="claim lookups", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Listens and answers."""
        pause = threading.Event()
        while not self._stop():
            try:
                self._listen()
            except psycopg.Error as why:
                log.warning("claim lookups wait for the database (%s)", type(why).__name__)
                pause.wait(PAUSE)

    def _listen(self) -> None:
        with connect(self._url, autocommit=True, application="kiemtin classify") as conn:
            db.judging.claim_lookups.listen(conn)
            forgot = datetime.min.replace(tzinfo=UTC)
            while not self._stop():
                while self._answer(conn):
                    pass
                if (datetime.now(UTC) - forgot).total_seconds() > FORGETS:
                    db.judging.claim_lookups.forget(conn)
                    forgot = datetime.now(UTC)
                for _ in conn.notifies(timeout=PATIENCE, stop_after=1):
                    pass

    def _answer(self, conn: Connection) -> int:
        if self._kept is None:
            self._kept = StoredClaims(self._catalogue(conn))
        return answer_all(conn, self._kept)
