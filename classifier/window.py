"""What placing has at hand: by which keys the texts and events in the store are found, and the profiles of the events.

The tables are the truth. A window is filled from them when a worker starts and told what changed since before each
batch, by this worker or another; a bearer that is gone or was rolled back is a candidate that the store then does not
give out, and a profile is used only while the store names the same change of it. A profile takes about 2 kB.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

import db.grouping
from classifier.postings import Keys, Postings
from db.connection import Connection
from db.grouping import Standing, StoredProfile

SCORE = 20
MANY = 500  # rows changed from which they are sorted in at once


class Window:
    """Texts and events by their keys, as far as the last change seen of each."""

    def __init__(self) -> None:
        self.texts = Postings()
        self.events = Postings()
        self._profiles: dict[int, StoredProfile] = {}
        self._numbers: list[int] = []  # for events that will begin
        self._text_seen = self._event_seen = 0

    def catch_up(self, conn: Connection) -> None:
        """Takes in what was written since; complete for all that was committed, for writers take turns."""
        texts = db.grouping.texts_changed(conn, after=self._text_seen)
        _take_in(self.texts, [(text.bearer, text.keys) for text in texts])
        self._text_seen = max((text.change for text in texts), default=self._text_seen)
        events = db.grouping.events_changed(conn, after=self._event_seen)
        _take_in(self.events, [(event.origin, event.keys) for event in events])
        self._event_seen = max((event.change for event in events), default=self._event_seen)
        self._profiles.update({event.origin: event for event in events})

    def profiles(self, conn: Connection, standing: Sequence[Standing]) -> list[StoredProfile]:
        """The profiles as they stand, in the order asked for; read from the store where it has a newer one."""
        stale = [
            one.origin
            for one in standing
            if (held := self._profiles.get(one.origin)) is None or held.change != one.change
        ]
        if stale:
            for origin in stale:
                self._profiles.pop(origin, None)
            read = db.grouping.profiles(conn, event_ids=stale)
            self._profiles.update({profile.origin: profile for profile in read})
        return [self._profiles[one.origin] for one in standing if one.origin in self._profiles]

    def next_event(self, conn: Connection) -> int:
        """A number for an event that begins; they are drawn by the score, so that no article waits for its own."""
        if not self._numbers:
            self._numbers = db.grouping.numbers(conn, count=SCORE)
        return self._numbers.pop(0)

    def forget_before(self, moment: datetime) -> None:
        """Lets go of profiles of events that ended before; the store has them if they are asked for."""
        self._profiles = {
            origin: profile for origin, profile in self._profiles.items() if profile.last_at >= moment
        }


def _take_in(postings: Postings, changed: Sequence[tuple[int, bytes]]) -> None:
    if len(changed) >= MANY:
        postings.fill(
            [bearer for bearer, _ in changed],
            [len(keys) // 4 for _, keys in changed],
            unpacked(b"".join(keys for _, keys in changed)),
        )
    else:
        for bearer, keys in changed:
            postings.add(bearer, unpacked(keys).tolist())


def packed(keys: Sequence[int]) -> bytes:
    """Keys as the tables hold them: ascending, four bytes each, highest first."""
    return np.unique(np.array(keys, dtype=np.int32)).astype(">i4").tobytes()


def unpacked(data: bytes) -> Keys:
    """The inverse of ``packed``."""
    return np.frombuffer(data, dtype=">i4").astype(np.int32)
