"""Figures of merit with intervals: ranking, thresholds, calibration. Pure arithmetic on labels and scores.

Intervals are percentiles of a bootstrap that draws whole groups (stories), never single items: ten reports on one crash
are one piece of evidence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RESAMPLES = 400
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with the bounds of its 95 % interval; all None where the data cannot tell (no positives, no negatives)."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def as_json(self) -> list[float | None]:
        """[value, low, high], rounded to three places."""
        return [None if number is None else round(number, 3) for number in (self.value, self.low, self.high)]


def auc(labels: Flags, scores: Reals) -> float | None:
    """Area under the ROC curve (ties count half)."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    ranks = _ranks(scores)
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _ranks(scores: Reals) -> Reals:
    """Ranks from 1, ties share their mean."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Reals = (last - (counts - 1) / 2)[inverse].astype(np.float64)
    return ranks


def average_precision(labels: Flags, scores: Reals) -> float | None:
    """Mean precision at each positive, ties taken together."""
    if not labels.any():
        return None
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    found = np.diff(np.concatenate([[0], hits[ends]]))
    return float((found * hits[ends] / (ends + 1)).sum() / labels.sum())


def precision(labels: Flags, taken: Flags) -> float | None:
    """Share of the taken that are right."""
    return float(labels[taken].mean()) if taken.any() else None


def recall(labels: Flags, taken: Flags) -> float | None:
    """Share of the right that are taken."""
    return float(taken[labels].mean()) if labels.any() else None


def f1(labels: Flags, taken: Flags) -> float | None:
    """Harmonic mean of precision and recall."""
    both = float((labels & taken).sum())
    either = float(labels.sum() + taken.sum())
    return 2 * both / either if either else None


def brier(labels: Flags, scores: Reals) -> float | None:
    """Mean squared distance of probability and outcome."""
    return float(np.mean((scores - labels) ** 2)) if len(labels) else None


def calibration_error(labels: Flags, scores: Reals) -> float | None:
    """Expected calibration error over ten equal bins of probability."""
    if not len(labels):
        return None
    bins = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    return float(
        sum(
            abs(scores[bins == place].mean() - labels[bins == place].mean()) * (bins == place).mean()
            for place in range(BINS)
            if (bins == place).any()
        )
    )


def with_interval(
    measure: Callable[[Flags, Reals], float | None],
    labels: Flags,
    scores: Reals,
    groups: Sequence[str],
    *,
    resamples: int = RESAMPLES,
) -> Figure:
    """A figure with its interval; resamples in which it has no value are left out."""
    value = measure(labels, scores)
    if value is None:
        return Figure(value=None)
    names = np.unique(np.array(groups), return_inverse=True)[1]
    members = [np.flatnonzero(names == place) for place in range(names.max() + 1)]
    random = np.random.default_rng(20_261_121)
    found: list[float] = []
    for _ in range(resamples):
        drawn = np.concatenate([members[place] for place in random.integers(0, len(members), len(members))])
        again = measure(labels[drawn], scores[drawn])
        if again is not None:
            found.append(again)
    if len(found) < 20:
        return Figure(value=value)
    low, high = np.percentile(found, [2.5, 97.5])
    return Figure(value=value, low=float(low), high=float(high))
