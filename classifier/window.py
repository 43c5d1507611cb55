"""What placing has at hand: by which keys the texts and events in the store are found.

The tables are the truth. A window is filled from them when a worker starts and told what changed since before each
batch, by this worker or another; a bearer that is gone or was rolled back is a candidate that the store then does not
give out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import db.grouping
from classifier.postings import Keys, Postings
from db.connection import Connection

MANY = 500  # rows changed from which they are sorted in at once


class Window:
    """Texts and events by their keys, as far as the last change seen of each."""

    def __init__(self) -> None:
        self.texts = Postings()
        self.events = Postings()
        self._text_seen = self._event_seen = 0

    def catch_up(self, conn: Connection) -> None:
        """Takes in what was written since; complete for all that was committed, for writers take turns."""
        self._text_seen = _take_in(
            self.texts, db.grouping.texts_changed(conn, after=self._text_seen), self._text_seen
        )
        self._event_seen = _take_in(
            self.events, db.grouping.events_changed(conn, after=self._event_seen), self._event_seen
        )


def _take_in(postings: Postings, changed: Sequence[db.grouping.Changed], seen: int) -> int:
    if len(changed) >= MANY:
        postings.fill(
            [row.bearer for row in changed],
            [len(row.keys) // 4 for row in changed],
            unpacked(b"".join(row.keys for row in changed)),
        )
    else:
        for row in changed:
            postings.add(row.bearer, unpacked(row.keys).tolist())
    return max((row.change for row in changed), default=seen)


def packed(keys: Sequence[int]) -> bytes:
    """Keys as the tables hold them: ascending, four bytes each, highest first."""
    return np.unique(np.array(keys, dtype=np.int32)).astype(">i4").tobytes()


def unpacked(data: bytes) -> Keys:
    """The inverse of ``packed``."""
    return np.frombuffer(data, dtype=">i4").astype(np.int32)
