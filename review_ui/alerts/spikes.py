"""A spike: far more items on a day than that subject's own ordinary days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

BASELINE_DAYS = 28  # four whole weeks, so that each weekday counts the same
FEWEST = 4  # items: below, nothing is a spike however quiet the subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A subject's day beside its own baseline (mean items a day over the days before)."""

    name: str
    on: date
    items: int
    baseline: float

    @property
    def factor(self) -> float:
        """How many times the baseline; items themselves where there was nothing before."""
        return self.items / self.baseline if self.baseline else float(self.items)


def find(
    counts: Iterable[tuple[str, date, int]], *, on: date, factor: float, days: int = BASELINE_DAYS
) -> list[Spike]:
    """Subjects whose items on ``on`` are at least ``factor`` times their mean day, at least FEWEST, and beyond what
    chance does to small counts (mean and three Poisson deviations); strongest first."""
    by_name: dict[str, dict[date, int]] = {}
    for name, day, items in counts:
        by_name.setdefault(name, {})[day] = items
    found = []
    for name, series in by_name.items():
        spike = judge(
            name, on=on, items=series.get(on, 0), mean=baseline(series, on=on, days=days), factor=factor
        )
        if spike is not None:
            found.append(spike)
    return sorted(found, key=lambda spike: (-spike.factor, -spike.items, spike.name))


def judge(
    name: str, *, on: date, items: int, mean: float, factor: float, days: int = BASELINE_DAYS
) -> Spike | None:
    """The spike, or None where ``items`` are too few, too near the ``mean`` of ``days`` days, or could be chance."""
    if items >= FEWEST and items >= factor * mean and items > mean + 3 * math.sqrt(max(mean, 1 / days)):
        return Spike(name=name, on=on, items=items, baseline=round(mean, 2))
    return None


def baseline(series: Mapping[date, int], *, on: date, days: int = BASELINE_DAYS) -> float:
    """Mean items a day over the ``days`` days before ``on``; missing days count as none."""
    return sum(series.get(on - timedelta(days=n), 0) for n in range(1, days + 1)) / days
