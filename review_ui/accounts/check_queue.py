"""Password checks one after another: each takes 64 MB and both cores for a moment, so only a few run at once.

Who waits is let in network by network, in turn; where the queue is full, the network with the most in it gives up its
newest. One network cannot keep the others out, and memory does not grow with the number of visitors.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from db.core.errors import TryLater

AT_ONCE, WAITING = 2, 16  # argon2id as this library sets it: 64 MiB a check; chosen 2026-11-29


class QueueFull(TryLater):
    """Too many sign-ins at this moment: nothing was checked."""

    def __init__(self) -> None:
        super().__init__("too many sign-ins at this moment; try again in some seconds", code="sign_in.busy")


@dataclass(eq=False, slots=True, kw_only=True)
class Visitor:
    """One who waits for a check."""

    network: str
    told: threading.Event = field(default_factory=threading.Event)
    turned_away: bool = False


class CheckQueue:
    """A queue before password checks: ``at_once`` run, ``most`` wait."""

    def __init__(self, *, at_once: int = AT_ONCE, most: int = WAITING) -> None:
        self._at_once, self._most = at_once, most
        self._running = 0
        self._waiting: list[Visitor] = []
        self._turns: Counter[str] = Counter()  # checks begun by network, while the queue is not empty
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, network: str) -> Iterator[None]:
        """Waits for a place; raises QueueFull where there is none, now or because others of the network pressed in."""
        self._enter(network)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, network: str) -> None:
        with self._lock:
            if self._running < self._at_once and not self._waiting:
                self._running += 1
                return
            visitor = Visitor(network=network)
            self._waiting.append(visitor)
            self._turn_away_beyond()
        visitor.told.wait()
        if visitor.turned_away:
            raise QueueFull

    def _turn_away_beyond(self) -> None:
        while len(self._waiting) > self._most:
            crowd = Counter(visitor.network for visitor in self._waiting)
            largest = max(crowd.values())
            newest = next(v for v in reversed(self._waiting) if crowd[v.network] == largest)
            self._waiting.remove(newest)
            newest.turned_away = True
            newest.told.set()

    def _leave(self) -> None:
        with self._lock:
            if not self._waiting:
                self._running -= 1
                if not self._running:
                    self._turns.clear()
                return
            # the network that had the fewest turns, then who came first
            following = min(self._waiting, key=lambda visitor: self._turns[visitor.network])
            self._waiting.remove(following)
            self._turns[following.network] += 1
            following.told.set()
