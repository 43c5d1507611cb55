"""Whether an item tells again what was found false: a reason to check it, never a verdict.

A claim is near where one sentence of the item holds most of its words and pairs, weighed by rarity. An item that refutes
the claim is near it too; there the refutation lowers the check (``classifier.signals.check_rebuttal``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from classifier.events import vectors
from classifier.events.inverted_index import Postings
from classifier.events.vectors import Ids, Reals
from classifier.places.relevance import RelevanceTerm
from classifier.text.prepared_text import PreparedText
from db.core import sentences
from db.judging.false_claims import FoundFalse

# Shares of a claim's weight that one sentence must hold; set by hand on invented claims and retellings (2026-11-21):
# the same claim in other words holds .5 to .7, another item about the same dam .4 and less.
NEAR = 0.45
LIKE = 0.6
WEIGHT = {
    LIKE: 3.2,
    NEAR: 1.8,
}  # log-odds: the first asks for a check by itself, the second beside another reason
_READ = 6000  # code points of the item that are searched
_LONGEST = 400  # code points of one sentence
_LEAST = 4  # words and pairs below which a claim is too short to be told by its words
_MOST = 5


class Claims:
    """The claims found false, ready to be looked for."""

    def __init__(self, claims: Sequence[FoundFalse] = ()) -> None:
        self._words: dict[int, Ids] = {}
        self._postings = Postings()
        for claim in claims:
            words = vectors.words_of(claim.body)
            if len(words) >= _LEAST:
                self._words[claim.id] = words
                self._postings.add(claim.id, words.tolist())

    def reasons(self, reading: PreparedText, rarity: Reals) -> list[RelevanceTerm]:
        """The sentence that is nearest to a claim, as a reason to check; none where no sentence is near one."""
        if not self._words:
            return []
        best: tuple[float, int, int] | None = None
        for start, end in _sentences(reading.body):
            share = self._share(vectors.words_of(reading.body[start:end]), rarity)
            if share >= NEAR and (best is None or share > best[0]):
                best = share, start, end
        if best is None:
            return []
        share, start, end = best
        weight = WEIGHT[LIKE if share >= LIKE else NEAR]
        text = reading.body[start:end]
        return [
            RelevanceTerm(
                rule="check: near a claim found false", text=text, start=start, end=end, weight=weight
            )
        ]

    def _share(self, words: Ids, rarity: Reals) -> float:
        best = 0.0
        for claim in self._postings.shared(words, rarity[words], most=_MOST):
            mine = self._words[claim]
            common = mine[np.isin(mine, words, assume_unique=True)]
            best = max(best, float(rarity[common].sum() / rarity[mine].sum()))
        return best


def _sentences(body: str) -> Iterator[tuple[int, int]]:
    for start, stop in sentences.spans(body[:_READ]):
        said = body[start : min(stop, start + _LONGEST)].rstrip(
            ".!?… "
        )  # the claim's words, without what ends them
        end = start + len(said)
        if end - start > 10:
            yield start, end
