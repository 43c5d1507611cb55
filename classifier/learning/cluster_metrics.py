"""How well items were grouped: precision, recall and F1 over pairs, and of links to copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any


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
    """Compares groups by id. An id that ``true`` lacks, or gives None for, belongs with nobody: a labelled one put beside
    it is wrong; pairs of two such ids are left out, for whether they tell of one event was never asked. A labelled id
    that ``found`` lacks stands alone."""
    named = {name: group for name, group in true.items() if group is not None}
    placed = [(group, found.get(name, ("alone", name))) for name, group in named.items()]
    strangers = Counter(group for name, group in found.items() if name not in named)
    inside = Counter(group for _, group in placed)
    right = _couples(Counter(placed))
    together = _couples(inside) + sum(count * strangers[group] for group, count in inside.items())
    wanted = _couples(Counter(group for group, _ in placed))
    return Pairs(right=right, wrong=together - right, missed=wanted - right)


def _couples(sizes: Counter[Any]) -> int:
    """How many pairs groups of these sizes hold."""
    return sum(count * (count - 1) // 2 for count in sizes.values())
