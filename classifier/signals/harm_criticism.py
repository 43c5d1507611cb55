"""Harm and criticism of one item: probability, band, and the words that made it so.

Each reason is a piece of the item with what it adds to the log-odds. No band above ``low`` stands without one: a score
that nothing in the text explains is held just below the threshold.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from classifier.places.relevance import RelevanceTerm
from classifier.signals import features, weights
from classifier.signals.features import SignalFeatures
from classifier.signals.model import SHARE, SIGNALS, Model, Scores, probability
from classifier.text.prepared_text import PreparedText

Band = Literal["low", "medium", "high"]

# From where a band begins. Chosen on the corpus, each hand judged by weights that never met it (2026-11-29, precision and
# recall there): harm .83, .78; criticism .74, .80; check .61, .82; refutation .80, .74. For checks recall counts more.
MEDIUM = {"harm": 0.55, "criticism": 0.4, "check": 0.25, "rebuttal": 0.4}
HIGH = {"harm": 0.75, "criticism": 0.7, "check": 0.7, "rebuttal": 0.75}
MOST_REASONS = 6
_LEAST = 0.05  # log-odds below which a word is no reason
_BENEATH = 0.01  # how far below the threshold an unexplained score is held


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalScore:
    """``score``: probability 0..1; ``reasons``: strongest first, offsets in code points of the reading's body."""

    score: float
    band: Band
    reasons: tuple[RelevanceTerm, ...]


def band(signal: str, score: float) -> Band:
    """The band of a score."""
    if score >= HIGH[signal]:
        return "high"
    return "medium" if score >= MEDIUM[signal] else "low"


def signal(name: str, score: float, reasons: list[RelevanceTerm]) -> SignalScore:
    """A signal with its strongest reasons; without any it stays low."""
    if not reasons:
        score = min(score, MEDIUM[name] - _BENEATH)
    strongest = sorted(reasons, key=lambda reason: (-reason.weight, reason.start))[:MOST_REASONS]
    return SignalScore(score=round(score, 4), band=band(name, round(score, 4)), reasons=tuple(strongest))


def harm_and_criticism(
    reading: PreparedText, evidence: SignalFeatures, scores: Scores, model: Model
) -> tuple[SignalScore, SignalScore]:
    """Both signals from the scores of a model, with the reasons found in the text."""
    found = []
    for place, (name, odds) in enumerate(zip(SIGNALS, (scores.harm, scores.criticism), strict=True)):
        reasons = _from_words(reading, evidence, place, drawn=model.trained is not None)
        reasons += _from_ngrams(reading, scores, model, place, known=reasons)
        found.append(signal(name, probability(odds), reasons))
    return found[0], found[1]


def _from_words(
    reading: PreparedText, evidence: SignalFeatures, place: int, *, drawn: bool
) -> list[RelevanceTerm]:
    """One reason for each term of the lexicon that speaks for the signal; ``drawn``: a harvest model has its share."""
    name = SIGNALS[place]
    slope = weights.CALIBRATION[name][0] * (1 - SHARE[name] if drawn else 1)
    reasons: dict[tuple[int, int], RelevanceTerm] = {}
    for feature, hits in evidence.hits.items():
        weight = weights.WEIGHTS.get(feature, (0.0, 0.0))[place]
        own = feature.startswith(name) or (place == 1 and feature.startswith(_ABOUT_OFFICES))
        if weight <= 0 or not own or not hits:
            continue
        adds = weight * slope * float(evidence.row[_COLUMN[feature]])
        whole = sum(hit.term.weight for hit in hits)
        for hit in hits:
            share = round(adds * hit.term.weight / whole, 3)
            if share < _LEAST:
                continue
            rule = (
                f"{name}: {hit.term.kind}"
                if hit.term.signal == name
                else f"{name}: {_RULES[feature.split('.')[0]]}"
            )
            spot = (hit.start, hit.end)
            if spot in reasons:
                share = round(share + reasons[spot].weight, 3)
            reasons[spot] = RelevanceTerm(
                rule=rule, text=reading.body[hit.start : hit.end], start=hit.start, end=hit.end, weight=share
            )
    return list(reasons.values())


_COLUMN = {name: place for place, name in enumerate(features.NAMES)}
_ABOUT_OFFICES = ("accused", "complainant", "office.former")
_RULES = {
    "accused": "an office-holder accused",
    "accused_title": "an office-holder accused",
    "complainant": "who complains",
    "office": "a former office-holder",
}


def _from_ngrams(
    reading: PreparedText, scores: Scores, model: Model, place: int, *, known: list[RelevanceTerm]
) -> list[RelevanceTerm]:
    """The words that the harvest model weighs most, where the lexicon has not named them already."""
    if model.trained is None or not len(scores.columns):
        return []
    names = model.trained.ngrams.word_names
    adds = scores.shares[place]
    words = scores.columns < len(names)
    order = np.argsort(-np.where(words, adds, 0.0))[:4]
    reasons: list[RelevanceTerm] = []
    for at in order:
        if not words[at] or adds[at] < _LEAST:
            break
        spot = _spot(reading, names[scores.columns[at]])
        if spot is None or any(reason.start < spot[1] and spot[0] < reason.end for reason in known + reasons):
            continue
        reasons.append(
            RelevanceTerm(
                rule=f"{SIGNALS[place]}: learned from the harvest",
                text=reading.body[spot[0] : spot[1]],
                start=spot[0],
                end=spot[1],
                weight=round(float(adds[at]), 3),
            )
        )
    return reasons


def _spot(reading: PreparedText, ngram: str) -> tuple[int, int] | None:
    """Where an n-gram of words stands first."""
    pattern = r"(?<!\w)" + r"\W+".join(re.escape(word) for word in ngram.split(" ")) + r"(?!\w)"
    match = re.search(pattern, reading.folded, re.IGNORECASE)
    return match.span() if match else None
