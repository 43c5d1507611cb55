"""Pace: at most one request start per gap at a host, for all workers together, and a few in flight.

The gap stands in the host's row (db/press/hosts.py); here is only the waiting for it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from db.core.connection import Connection
from db.core.errors import TryLater
from db.press import hosts

IN_FLIGHT = (
    3  # requests at one host at once per process (at most 4 are polite; one is left for a second process)
)
PATIENCE = 60.0  # seconds of Retry-After that `crawl --once` waits out (contract)
AFTER_429 = 30.0  # seconds of quiet after a 429 without Retry-After (story-indexer)
LONGEST_START = 20.0  # seconds an answer may take to begin before the next request may start all the same
MARGIN = 0.03  # seconds added to each gap: a start is stamped here before it is seen there


class RetryAfter(TryLater):
    """The server asks for a longer pause than we wait out now; ``seconds`` of it are left."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asks to be left alone for {seconds:.0f} s more (Retry-After)")
        self.seconds = seconds


class Pace:
    """Turns at hosts; ``patience`` in seconds is how long a server's own wish is waited out."""

    def __init__(self, conn: Connection, *, patience: float = PATIENCE) -> None:
        self._conn = conn
        self._patience = patience
        self._known: set[str] = set()
        self._starting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(IN_FLIGHT))

    @asynccontextmanager
    async def turn(self, host: str, *, gap: float) -> AsyncIterator[Callable[[], None]]:
        """Waits for a turn at ``host`` and holds a place in flight until the answer is in.

        Yields what is to be called when the answer begins: only then was the request surely there, and only then
        may the next one start, ``gap`` seconds later. Raises Asked when the server wants more quiet than we are
        patient.
        """
        if gap <= 0:
            yield _nothing
            return
        if host not in self._known:
            hosts.know(self._conn, host)
            self._known.add(host)
        async with self._slots[host]:
            starting = self._starting[host]
            await starting.acquire()
            open_ = [True]

            def begun() -> None:
                if open_:
                    open_.clear()
                    hosts.seen(self._conn, host, gap=gap + MARGIN)
                    starting.release()

            timer = None
            try:
                await self._wait(host, gap)
                timer = asyncio.get_running_loop().call_later(max(gap, LONGEST_START), begun)
                yield begun
            finally:
                if timer is not None:
                    timer.cancel()
                    begun()
                elif open_:
                    starting.release()

    async def _wait(self, host: str, gap: float) -> None:
        while True:
            turn = hosts.take_turn(self._conn, host, gap=gap + MARGIN)
            if turn.granted:
                return
            if turn.quiet > self._patience:
                raise RetryAfter(host, turn.quiet)
            await asyncio.sleep(min(turn.wait + 0.005, 15.0))

    def quiet(self, host: str, *, seconds: float, why: str) -> None:
        """The server asks for quiet: nobody asks there until it is over."""
        hosts.quiet(self._conn, host, until=datetime.now(UTC) + timedelta(seconds=seconds + 0.2), why=why)


def _nothing() -> None:
    """There is no pace to keep."""
