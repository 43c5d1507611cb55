"""Whether the news has moved away from what the model knows: distances between this week and the weeks before.

An alarm doubles the random audit and is shown; it never retrains or changes a threshold by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10
# The customary reading of a population stability index: below .1 nothing, from .25 a change (Siddiqi, Credit Risk
# Scorecards, 2006).
ALARM_PSI = 0.25
ALARM_FLAGS = 2.0  # times more or less flags than before
ALARM_OUTLETS = 0.3  # share of items from outlets not seen before
LEAST = 50  # items on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Scores of the items of a span of days, how many were flagged, and from which outlets they came."""

    harm: Sequence[float]
    criticism: Sequence[float]
    flagged: int
    outlets: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """``psi`` of both scores, flag rates then and now, share of items from new outlets; ``alarms``: plain sentences."""

    psi_harm: float | None
    psi_criticism: float | None
    flag_rate: float | None
    flag_rate_before: float | None
    new_outlets: float | None
    alarms: tuple[str, ...]


def psi(before: Sequence[float], now: Sequence[float]) -> float:
    """Population stability index over ten bins of equal content before; empty bins count as half an item."""
    edges = np.quantile(np.array(before), np.linspace(0, 1, BINS + 1))[1:-1]
    shares = []
    for values in (before, now):
        counts = np.bincount(np.searchsorted(edges, np.array(values), side="right"), minlength=BINS)
        shares.append((counts + 0.5) / (len(values) + BINS / 2))
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))


def compare(before: Week, now: Week) -> Drift:
    """This span against the one before; all None with too few items on either side."""
    if min(len(before.harm), len(now.harm)) < LEAST:
        return Drift(
            psi_harm=None,
            psi_criticism=None,
            flag_rate=None,
            flag_rate_before=None,
            new_outlets=None,
            alarms=(),
        )
    harm, criticism = psi(before.harm, now.harm), psi(before.criticism, now.criticism)
    rate, rate_before = now.flagged / len(now.harm), before.flagged / len(before.harm)
    known = set(before.outlets)
    new = sum(outlet not in known for outlet in now.outlets) / len(now.outlets)
    alarms: list[str] = []
    for name, value in (("harm", harm), ("criticism", criticism)):
        if value >= ALARM_PSI:
            alarms.append(f"scores of {name} are spread otherwise than before (PSI {value:.2f})")
    ratio = (rate + 1 / len(now.harm)) / (rate_before + 1 / len(before.harm))
    if not 1 / ALARM_FLAGS <= ratio <= ALARM_FLAGS:
        alarms.append(f"{rate:.1%} of the items are flagged, {rate_before:.1%} were before")
    if new >= ALARM_OUTLETS:
        alarms.append(f"{new:.0%} of the items come from outlets not seen before")
    return Drift(
        psi_harm=round(harm, 3), psi_criticism=round(criticism, 3), flag_rate=round(rate, 4),
        flag_rate_before=round(rate_before, 4), new_outlets=round(new, 3), alarms=tuple(alarms),
    )  # fmt: skip
