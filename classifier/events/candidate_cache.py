"""What placing has at hand: by which keys the texts and events in the store are found, and the profiles used last.

The tables are the truth. A window is filled from them when a worker starts and told what changed since before each
batch, by this worker or another; a bearer that is gone or was rolled back is a candidate that the store then does not
give out, and a profile is used only while the store names the same change of it. Keys take some ten bytes each, an event's
times 200, a profile about 3 kB; of profiles only those used last are held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

import db.judging.event_index
from classifier.events.inverted_index import Keys, Postings
from db.core.connection import Connection
from db.judging.event_index import Changed, ProfileState, StoredProfile

HELD = 20_000  # profiles
SCORE = 20
PORTION = 10_000  # changes read at once


class Window:
    """Texts and events by their keys, as far as the last change seen of each."""

    def __init__(self) -> None:
        self.texts = Postings()
        self.events = Postings()
        self._times: dict[int, tuple[float, float]] = {}  # of each event, seconds: first and last publication
        self._profiles: dict[int, StoredProfile] = {}  # used last stands last
        self._numbers: list[int] = []  # for events that will begin
        self._text_seen = self._event_seen = 0

    def catch_up(self, conn: Connection) -> None:
        """Takes in what was written since; complete for all that was committed, for writers take turns."""
        for texts in _portions(conn, db.judging.event_index.texts_changed, self._text_seen):
            self.texts.take_in([(one.bearer, unpacked(one.keys)) for one in texts])
            self._text_seen = texts[-1].change
        self.texts.settle()
        for events in _portions(conn, db.judging.event_index.events_changed, self._event_seen):
            self.events.take_in([(one.bearer, unpacked(one.keys)) for one in events])
            self._event_seen = events[-1].change
            self._times.update(
                (one.bearer, (one.started_at.timestamp(), one.last_at.timestamp())) for one in events
            )
        self.events.settle()

    def going_on(self, origins: Iterable[int], *, earliest: datetime, latest: datetime) -> list[int]:
        """Those of these events that went on between the two times, in their order."""
        begin, end = earliest.timestamp(), latest.timestamp()
        return [
            origin
            for origin in origins
            if (times := self._times.get(origin)) is not None and times[1] >= begin and times[0] <= end
        ]

    def profiles(self, conn: Connection, standing: Iterable[ProfileState]) -> dict[int, StoredProfile]:
        """The profiles that stand so by their origin; those not held, or held as of another change, are read."""
        found: dict[int, StoredProfile] = {}
        missing: list[int] = []
        for one in standing:
            held = self._profiles.pop(one.origin, None)
            if held is not None and held.change == one.change:
                found[one.origin] = held
            else:
                missing.append(one.origin)
        if missing:
            found.update(
                {read.origin: read for read in db.judging.event_index.profiles(conn, event_ids=missing)}
            )
        self._profiles.update(found)
        for origin in list(self._profiles)[: max(0, len(self._profiles) - HELD)]:
            del self._profiles[origin]
        return found

    def numbers(self, conn: Connection, most: int) -> list[int]:
        """Numbers for up to ``most`` events that may begin, to be taken from the front; those left serve the next time."""
        if len(self._numbers) < most:
            self._numbers += db.judging.event_index.numbers(conn, count=max(SCORE, most))
        return self._numbers


def _portions(conn: Connection, changed: Callable[..., list[Changed]], seen: int) -> Iterator[list[Changed]]:
    """What changed after ``seen``, in order, so many at a time that a full window is read in little memory."""
    while found := changed(conn, after=seen, most=PORTION):
        yield found
        seen = found[-1].change
        if len(found) < PORTION:
            return


def packed(keys: Sequence[int]) -> bytes:
    """Keys as the tables hold them: ascending, four bytes each, highest first."""
    return np.unique(np.array(keys, dtype=np.int32)).astype(">i4").tobytes()


def unpacked(data: bytes) -> Keys:
    """The inverse of ``packed``."""
    return np.frombuffer(data, dtype=">i4").astype(np.int32)
