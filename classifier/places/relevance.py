"""Is the item about the province: core, mention or none, by a rule whose every term is a reason one can read.

A name weighs by its role (a place where something happens more than the end of a railway), the title more than the
lead, the lead more than the rest; names of other provinces and marks of a round-up weigh against. The sum goes
through a logistic curve. The weights were set by hand from reading, none was fitted; ``learn`` moves them by staff's
decisions, as far as there are decisions.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from classifier.places.gazetteer import Gazetteer
from classifier.places.locate import PlaceMention, Places
from classifier.text.prepared_text import PreparedText
from db.core.errors import Invalid

Label = Literal["core", "mention", "none"]
LEAD = 500  # code points of the text that count as its lead: the summary and where the story proper begins
LONG = 900  # code points from which a text is an article, not a summary
CORE = 0.5
LEAST_DECISIONS = 50  # below this the hand's weights are better than learned ones (measured 2026-11)
_PRIOR = 4.0  # how firmly the hand's weights are held: as precision of a normal prior on each weight

_WEIGHT = {
    "place": 1.0, "authority": 1.0, "plain": 0.9, "venue": 0.6, "named": 0.5, "origin": 0.4, "list": 0.15, "passing": 0.15, "route": 0.1,
}  # fmt: skip
_ORIGIN_ALONE = 0.8  # "54 tuổi ở Lào Cai" with no other place: then it also happens there
_WITHIN = {"yes": 1.0, "partly": 0.7, "no": 0.0}
_UNKNOWN = 0.5  # what a commune outside every list counts against a province named
_ABROAD = 0.15  # and what a country does


@dataclass(frozen=True, slots=True, kw_only=True)
class RelevanceTerm:
    """One term of the sum: what, in the item's own words where there are any, and its weight (log-odds)."""

    rule: str
    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """``score`` estimates the probability of core; ``features`` are what learned weights weigh anew."""

    label: Label
    score: float
    reasons: tuple[RelevanceTerm, ...]
    features: dict[str, float]


# feature: (weight in log-odds, what the reason says)
_RULE: dict[str, tuple[float, str]] = {
    "title": (2.6, "named in the title"),
    "lead": (1.8, "named in the lead"),
    "density": (1.2, "how often the province is named"),
    "units": (1.0, "several places of the province"),
    "below": (0.7, "a place below the province is named"),
    "ruling": (2.6, "of all places those of the province rule the text"),
    "away_title": (-1.6, "another place in the title"),
    "away_first": (-1.2, "the title begins with another place"),
    "away_share": (-2.2, "share of other places"),
    "roundup": (-2.4, "a summary of many stories"),
    "abroad_focus": (-2.6, "it happens abroad: named in the headline, ours only further down"),
    "long": (-0.8, "a long text says a name more easily"),
}
FEATURES = tuple(_RULE)
_BASE = -2.0
_BESIDE = re.compile(r"(?:,| và| đến| -|、|和)? ?")
_HEADING = 3  # code points before a name that still begins the headline
_THERE = re.compile(r"(?:^|\W)(?:ở|tại|vào|ngoài khơi|khắp|in|at|near|off|across|hits|à|en|au|près de)\s?$")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|\n|[。！？]")
_BARS = re.compile(r"\s\|\s|;\s")


@dataclass(frozen=True, slots=True)
class Weights:
    """The base and one weight for each of ``FEATURES``, in log-odds; ``decisions``: how many they were learned from."""

    base: float
    each: tuple[float, ...]
    decisions: int = 0


HAND = Weights(_BASE, tuple(weight for weight, _ in _RULE.values()))


def judge(reading: PreparedText, places: Places, gazetteer: Gazetteer, weights: Weights = HAND) -> Relevance:
    """The relevance of an item whose places were found; ``weights`` as set by hand or by ``learn``."""
    counted = [hit for hit in places.hits if hit.within != "no"]
    if not counted:
        return Relevance(label="none", score=0.02, reasons=(), features=dict.fromkeys(FEATURES, 0.0))
    features = measure(reading, places, counted, gazetteer)
    total = weights.base + sum(
        weight * features[name] for name, weight in zip(FEATURES, weights.each, strict=True)
    )
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return Relevance(
        label="core" if score >= CORE else "mention",
        score=round(score, 4),
        reasons=_reasons(reading, counted, features, weights),
        features=features,
    )


def learn(rows: Sequence[dict[str, float]], core: Sequence[bool], start: Weights = HAND) -> Weights:
    """Weights moved by decisions: logistic regression drawn towards ``start``, so that few decisions move little.

    ``rows``: the features of decided items that named the province; ``core``: what was decided. Invalid below
    ``LEAST_DECISIONS``.
    """
    if len(rows) != len(core) or len(rows) < LEAST_DECISIONS:
        raise Invalid(
            "decisions", f"{len(rows)} decisions are too few to learn from; {LEAST_DECISIONS} are needed"
        )
    table = np.array([[1.0, *(row[name] for name in FEATURES)] for row in rows])
    wanted = np.array(core, dtype=float)
    prior = np.array([start.base, *start.each])
    weights = prior.copy()
    for _ in range(25):  # Newton's steps; the sum is convex, a few are enough
        chance = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        gradient = table.T @ (chance - wanted) + _PRIOR * (weights - prior)
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + _PRIOR * np.eye(len(prior))
        step = np.linalg.solve(curve, gradient)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return Weights(float(weights[0]), tuple(float(weight) for weight in weights[1:]), len(rows))


def weight_of(hit: PlaceMention, *, alone: bool = False) -> float:
    """How much one hit speaks for the province being the place, 0 to 1; ``alone``: no other province is named."""
    weight = _ORIGIN_ALONE if alone and hit.role == "origin" else _WEIGHT[hit.role]
    return weight * _WITHIN[hit.within]


def measure(
    reading: PreparedText, places: Places, counted: Sequence[PlaceMention], gazetteer: Gazetteer
) -> dict[str, float]:
    """The row of features of an item with at least one hit in the province."""
    middle = len(reading.title)
    lead_end = middle + 1 + LEAD
    length = max(len(reading.text), 1)
    # Hekou across the border is a place that is not ours, like any other.
    away_names = [*places.elsewhere, *((hit.start, hit.end) for hit in places.hits if hit.within == "no")]
    away = len(away_names) + _UNKNOWN * len(places.unknown_units)
    alone = not away and length < LONG
    weights = [(hit, weight_of(hit, alone=alone)) for hit in counted]
    mass = sum(weight for _, weight in weights)
    firm = {hit.id for hit, weight in weights if weight >= 0.6}
    below = {hit.id for hit, weight in weights if weight >= 0.6 and hit.level != "province"}
    title_text = reading.folded[:middle].lower()
    away_title = sum(start < middle for start, _ in away_names) + _UNKNOWN * sum(
        start < middle for start in places.unknown_units
    )
    roundup = _is_roundup(
        title_text, gazetteer, ours=any(hit.start < middle for hit in counted), away=away_title > 0,
        short=len(reading.text) < LONG,
    )  # fmt: skip
    away += _ABROAD * len(places.abroad)
    share = mass / (mass + away) if mass else 0.0
    return {
        "title": max((weight for hit, weight in weights if hit.start < middle), default=0.0),
        "lead": max((weight for hit, weight in weights if middle < hit.start < lead_end), default=0.0),
        "density": min(mass * 1000 / max(length, 700), 3.0) / 3.0,
        "units": min(max(len(firm) - 1, 0), 3) / 3.0,
        "below": 1.0 if below else 0.0,
        "ruling": max(0.0, 2 * share - 1) * min(mass, 5.0) / 5.0,
        "away_title": min(away_title, 2.0) / 2.0,
        "away_first": _away_first(reading, counted, away_names),
        "away_share": away / (away + mass + 0.5),
        "roundup": 1.0 if roundup else 0.0,
        "abroad_focus": _abroad_focus(reading, counted, places),
        "long": 1.0 if length > LONG else 0.0,
    }


def _is_roundup(title: str, gazetteer: Gazetteer, *, ours: bool, away: bool, short: bool) -> bool:
    """Whether a headline in lower case announces many stories. A running story ("Trực tiếp: …") and two halves of one
    headline are one where the headline names a place of ours and none elsewhere."""
    if gazetteer.roundup is not None and gazetteer.roundup.search(title):
        return True
    one_story = ours and not away
    if gazetteer.live is not None and gazetteer.live.search(title) and not one_story:
        return True
    parts = len(_BARS.findall(title)) + 1
    return short and (parts > 2 or (parts == 2 and not one_story))


def _abroad_focus(reading: PreparedText, counted: Sequence[PlaceMention], places: Places) -> float:
    """1 when the headline begins with a place abroad or says something happens there, and ours stands neither in the
    headline nor in the first sentence."""
    middle = len(reading.title)
    first = _SENTENCE_END.search(reading.folded, middle + 1)
    end = len(reading.folded) if first is None else first.end()
    if any(hit.start < end and hit.role != "passing" for hit in counted):
        return 0.0
    for name in places.others:
        if name.abroad and name.start < middle:
            before = reading.folded[max(0, name.start - 14) : name.start].lower()
            if name.start < _HEADING or _THERE.search(before):
                return 1.0
    return 0.0


def _away_first(
    reading: PreparedText, counted: Sequence[PlaceMention], away: Sequence[tuple[int, int]]
) -> float:
    """1 when the first place of the title is another's and ours does not stand beside it ("Đà Nẵng, Sa Pa …")."""
    middle = len(reading.title)
    start, end = min((span for span in away if span[0] < middle), default=(middle, middle))
    ours = min((hit.start for hit in counted if hit.start < middle), default=None)
    if start == middle or (ours is not None and ours < start):
        return 0.0
    beside = ours is not None and _BESIDE.fullmatch(reading.folded[end:ours]) is not None
    return 0.0 if beside else 1.0


def _reasons(
    reading: PreparedText, counted: Sequence[PlaceMention], features: dict[str, float], weights: Weights
) -> tuple[RelevanceTerm, ...]:
    middle = len(reading.title)
    spans = {"title": (0, middle), "lead": (middle + 1, middle + 1 + LEAD)}
    reasons: list[RelevanceTerm] = []
    for name, weight in zip(FEATURES, weights.each, strict=True):
        if not features[name]:
            continue
        rule, text, start, end = _RULE[name][1], "", 0, 0
        if name in spans:
            low, high = spans[name]
            best = max((hit for hit in counted if low <= hit.start < high), key=weight_of)
            rule, text, start, end = f"{rule} ({best.role})", best.as_written, best.start, best.end
        reasons.append(
            RelevanceTerm(
                rule=rule, text=text, start=start, end=end, weight=round(weight * features[name], 3)
            )
        )
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))
