"""Is the item about the province: core, mention or none, by a rule whose every term is a reason one can read.

A name weighs by its role (a place where something happens more than the end of a railway), the title more than the
lead, the lead more than the rest; names of other provinces and marks of a round-up weigh against. The sum goes
through a logistic curve. Weights are whole and half numbers set by hand from reading, none was fitted.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from classifier.gazetteer import Gazetteer
from classifier.places import Hit, Places
from classifier.text import Reading

Label = Literal["core", "mention", "none"]
LEAD = 320  # code points of the text that count as its lead: a feed summary is lead altogether
CORE = 0.5

_WEIGHT = {
    "place": 1.0,
    "authority": 1.0,
    "plain": 0.9,
    "venue": 0.6,
    "origin": 0.35,
    "list": 0.15,
    "route": 0.1,
}
_WITHIN = {"yes": 1.0, "partly": 0.7, "no": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One term of the sum: what, in the item's own words where there are any, and its weight (log-odds)."""

    rule: str
    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """``score`` estimates the probability of core; ``features`` are what a learned model may weigh anew."""

    label: Label
    score: float
    reasons: tuple[Reason, ...]
    features: dict[str, float]


FEATURES = (
    "title", "lead", "body", "density", "units", "chain", "elsewhere_title", "elsewhere_share", "roundup", "long",
)  # fmt: skip
_SUM = {
    "title": 2.6, "lead": 1.8, "body": 0.6, "density": 1.2, "units": 0.6, "chain": 0.7, "elsewhere_title": -1.6,
    "elsewhere_share": -2.4, "roundup": -2.2, "long": -0.6,
}  # fmt: skip
_BASE = -2.0
_BARS = re.compile(r"\s\|\s|;\s")


def judge(reading: Reading, places: Places, gazetteer: Gazetteer) -> Relevance:
    """The relevance of an item whose places were found."""
    counted = [hit for hit in places.hits if hit.within != "no"]
    if not counted:
        return Relevance(label="none", score=0.02, reasons=(), features=dict.fromkeys(FEATURES, 0.0))
    features = measure(reading, places, counted, gazetteer)
    total = _BASE + sum(weight * features[name] for name, weight in _SUM.items())
    score = 1 / (1 + math.exp(-total))
    return Relevance(
        label="core" if score >= CORE else "mention",
        score=round(score, 4),
        reasons=_reasons(reading, counted, features),
        features=features,
    )


def weight_of(hit: Hit) -> float:
    """How much one hit speaks for the province being the place, 0 to 1."""
    return _WEIGHT[hit.role] * _WITHIN[hit.within]


def measure(
    reading: Reading, places: Places, counted: Sequence[Hit], gazetteer: Gazetteer
) -> dict[str, float]:
    """The row of features of an item with at least one hit."""
    middle = len(reading.title)
    lead_end = middle + 1 + LEAD
    length = max(len(reading.text), 1)
    title = max((weight_of(hit) for hit in counted if hit.start < middle), default=0.0)
    lead = max((weight_of(hit) for hit in counted if middle < hit.start < lead_end), default=0.0)
    rest = sum(weight_of(hit) for hit in counted if hit.start >= lead_end)
    mass = sum(weight_of(hit) for hit in counted)
    firm = [hit for hit in counted if weight_of(hit) >= 0.6]
    away_title = sum(start < middle for start, _ in places.elsewhere)
    away = len(places.elsewhere)
    title_text = reading.folded[:middle].lower()
    roundup = bool(gazetteer.roundup and gazetteer.roundup.search(title_text)) or (
        len(_BARS.findall(title_text)) >= 1 and len(reading.text) < 600
    )
    per_thousand = mass * 1000 / max(length, 700)
    return {
        "title": title,
        "lead": lead,
        "body": min(rest, 3.0) / 3.0,
        "density": min(per_thousand, 3.0) / 3.0,
        "units": min(len({hit.id for hit in firm}) - 1, 3) / 3.0 if firm else 0.0,
        "chain": 1.0 if any(hit.level in ("district", "commune", "landmark") for hit in firm) else 0.0,
        "elsewhere_title": min(away_title, 2) / 2.0,
        "elsewhere_share": away / (away + mass + 0.5),
        "roundup": 1.0 if roundup else 0.0,
        "long": 1.0 if length > 900 else 0.0,
    }


_SAID = {
    "density": "how often the province is named",
    "elsewhere_title": "another place in the title",
    "elsewhere_share": "share of other places",
    "roundup": "a summary of many stories",
    "long": "a long text says a name more easily",
    "body": "named further down",
    "units": "several places of the province",
    "chain": "a place below the province is named",
}


def _reasons(reading: Reading, counted: Sequence[Hit], features: dict[str, float]) -> tuple[Reason, ...]:
    middle = len(reading.title)
    reasons: list[Reason] = []
    for name, low, high in (("title", 0, middle), ("lead", middle + 1, middle + 1 + LEAD)):
        within = [hit for hit in counted if low <= hit.start < high]
        if within:
            best = max(within, key=weight_of)
            rule = f"{name}: {best.role}"
            weight = round(_SUM[name] * features[name], 3)
            reasons.append(
                Reason(rule=rule, text=best.as_written, start=best.start, end=best.end, weight=weight)
            )
    for name, said in _SAID.items():
        if features[name]:
            weight = round(_SUM[name] * features[name], 3)
            reasons.append(Reason(rule=said, text="", start=0, end=0, weight=weight))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))
