"""Sentences of a body with their offsets, and which sentence an offset stands in."""

from __future__ import annotations

from bisect import bisect_right

from classifier.facts.record import SentenceSpan
from classifier.text.prepared_text import PreparedText
from db.core.sentences import spans


def of(reading: PreparedText, limit: int) -> tuple[SentenceSpan, ...]:
    """The sentences of the first ``limit`` code points; the headline is one or more of them."""
    middle = len(reading.title)
    return tuple(
        SentenceSpan(start=start, end=end, title=start < middle) for start, end in spans(reading.body[:limit])
    )


class SentenceLookup:
    """The number of the sentence that an offset stands in; 0 before the first."""

    def __init__(self, sentences: tuple[SentenceSpan, ...]) -> None:
        self._starts = [one.start for one in sentences]

    def __call__(self, offset: int) -> int:
        return max(bisect_right(self._starts, offset) - 1, 0)
