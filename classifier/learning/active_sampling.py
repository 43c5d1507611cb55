"""Which events people see beyond those the rules flag: the week's budget, and an honest estimate of what is missed.

Rule hits and public reports come on top. Of the places that are left, most go by priority, some to what the machine is
least sure of, some to a random audit with a known probability of being drawn: more often where the score lies just under
the threshold, where misses are likeliest. From the audit follows how much is missed, with an interval; recall is
estimated, never claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

How = Literal["priority", "uncertainty", "audit"]

NEAR_SHARE = 0.7  # of the audit: drawn from the upper half of what is left
_UPPER = 0.5
LEAST = 0.05  # probability below which an event takes no place of its own
RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An event that no rule flagged; ``score``: probability that it deserves an eye; ``reach``: outlets that tell it."""

    event: int
    score: float
    reach: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An event to be shown, why, and the probability with which it was chosen (1 where nothing was drawn)."""

    event: int
    how: How
    inclusion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A randomly drawn event that somebody looked at: was it wanted, and how likely was it to be drawn."""

    wanted: bool
    inclusion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Estimated share of the wanted events that were shown, with a 95 % interval; ``missed``: estimated number."""

    found: int
    audited: int
    missed: float
    recall: float | None
    low: float | None
    high: float | None


def choose(
    candidates: Sequence[Candidate], *, budget: int, uncertain: float, audit: float, seed: int
) -> list[Chosen]:
    """The events to show: ``budget`` places, ``uncertain`` and ``audit`` as shares of it. The same seed, the same draw.

    What has hardly a chance (below ``LEAST``) is shown by the audit alone, however many places are left.
    """
    if budget <= 0 or not candidates:
        return []
    random_places = max(1, round(budget * audit)) if audit else 0
    unsure_places = round(budget * uncertain)
    by_priority = sorted(candidates, key=lambda one: (-one.score * np.log1p(one.reach), one.event))
    likely = [one for one in by_priority if one.score >= LEAST]
    first = likely[: max(0, budget - random_places - unsure_places)]
    unsure = sorted(likely[len(first) :], key=lambda one: (abs(one.score - 0.5), one.event))[:unsure_places]
    taken = {one.event for one in (*first, *unsure)}
    return [
        *(Chosen(event=one.event, how="priority", inclusion=1.0) for one in first),
        *(Chosen(event=one.event, how="uncertainty", inclusion=1.0) for one in unsure),
        *_audit([one for one in by_priority if one.event not in taken], random_places, seed),
    ]


def _audit(rest: Sequence[Candidate], places: int, seed: int) -> list[Chosen]:
    """A random draw in two layers of the rest (ordered by priority), the upper one more densely."""
    if not rest or not places:
        return []
    cut = max(1, round(len(rest) * _UPPER))
    layers = [rest[:cut], rest[cut:]]
    upper = min(len(layers[0]), max(1, round(places * NEAR_SHARE)))
    wanted = [upper, min(len(layers[1]), places - upper)]
    random = np.random.default_rng(seed)
    drawn: list[Chosen] = []
    for layer, number in zip(layers, wanted, strict=True):
        if number > 0:
            picks = random.choice(len(layer), size=number, replace=False)
            share = number / len(layer)
            drawn += [
                Chosen(event=layer[place].event, how="audit", inclusion=share) for place in sorted(picks)
            ]
    return drawn


def recall(found: int, audited: Sequence[Audited]) -> Recall:
    """The recall that ``found`` wanted events and an audit of the rest tell of.

    Horvitz-Thompson: an event drawn with probability p stands for 1/p events. The interval is a bootstrap of the audit;
    where the audit found nothing, the bound is that of 0 in n (1 - .05^(1/n) of all that it stands for).
    """
    if not audited:
        return Recall(found=found, audited=0, missed=0.0, recall=None, low=None, high=None)
    weights = np.array([1 / one.inclusion for one in audited])
    wanted = np.array([one.wanted for one in audited])
    missed = float(weights[wanted].sum())
    value = found / (found + missed) if found + missed else None
    if not wanted.any():
        most = float((1 - 0.05 ** (1 / len(audited))) * weights.sum())
        low = found / (found + most) if found + most else None
        return Recall(found=found, audited=len(audited), missed=0.0, recall=value, low=low, high=value)
    random = np.random.default_rng(20_261_121)
    draws = random.integers(0, len(audited), (RESAMPLES, len(audited)))
    totals = (weights * wanted)[draws].sum(axis=1)
    values = found / np.maximum(found + totals, 1e-9)
    low, high = (float(one) for one in np.percentile(values, [2.5, 97.5]))
    return Recall(
        found=found, audited=len(audited), missed=round(missed, 1), recall=value, low=low, high=high
    )
