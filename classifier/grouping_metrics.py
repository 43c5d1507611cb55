"""How well items were grouped: precision, recall and F1 over pairs, and of links to copies."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Counts of pairs: rightly together, wrongly together, wrongly apart."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of the pairs put together, the share that belongs together; 1 where none was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that belong together, the share put together; 1 where there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else 1.0


def pairs(true: Mapping[str, Hashable | None], found: Mapping[str, Hashable]) -> Pairs:
    """Compares groups by id. An id that ``true`` lacks, or gives None for, belongs with nobody; pairs of two such ids
    are left out, for whether they tell of one event was never asked."""
    names = sorted(name for name in true if true[name] is not None)
    others = sorted(name for name in found if true.get(name) is None)
    right = wrong = missed = 0
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            together = found.get(one) is not None and found.get(one) == found.get(other)
            if true[one] == true[other]:
                right += together
                missed += not together
            else:
                wrong += together
        wrong += sum(found[one] == found[other] for other in others) if one in found else 0
    return Pairs(right=right, wrong=wrong, missed=missed)
