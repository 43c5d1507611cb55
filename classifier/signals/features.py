"""What the words of the catalogue say about one item, as a short row of numbers the signals are weighed from.

Terms are grouped by signal and kind; each group is counted in the title, the lead and the body, each term once.
Counts grow like a logarithm, and the body counts by density, so that a long article is not worse than a short one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.text.lexicon import TermHit
from classifier.text.prepared_text import WORDS_READ, PreparedText

LEAD = 350  # code points of the body that count as its lead: a feed summary is read whole (2026-11-21)
_NEAR = 60  # code points between an office-holder and what is said to have been done, in either direction

GROUPS: tuple[tuple[str, str], ...] = (
    ("harm", "death"), ("harm", "injury"), ("harm", "accident"), ("harm", "disaster"), ("harm", "crime"),
    ("harm", "judicial"), ("harm", "health"),
    ("criticism", "complaint"), ("criticism", "failure"), ("criticism", "wrongdoing"), ("criticism", "accused"),
    ("criticism", "opinion"),
    ("actor", "people"), ("office", "body"), ("office", "holder"), ("office", "former"),
    ("benign", "relief"), ("benign", "forecast"), ("benign", "travel"), ("benign", "governance"),
    ("benign", "sport"), ("benign", "lifestyle"), ("benign", "abroad"),
    ("rebuttal", "denial"), ("rebuttal", "handled"),
)  # fmt: skip
_INDEX = {group: place for place, group in enumerate(GROUPS)}
PARTS = ("title", "lead", "body")
EXTRA = ("long", "question", "complainant", "accused", "accused_title")
NAMES: tuple[str, ...] = (
    *(f"{signal}.{kind}.{part}" for part in PARTS for signal, kind in GROUPS),
    *EXTRA,
)
_ROLES = {
    ("criticism", "wrongdoing"): "blamed",
    ("harm", "judicial"): "blamed",
    ("office", "holder"): "holder",
    ("office", "former"): "holder",
    ("actor", "people"): "actor",
    ("criticism", "complaint"): "complaint",
}


@dataclass(frozen=True, slots=True)
class SignalFeatures:
    """The features of one item (order of ``NAMES``) and the hits behind them, by their feature's name."""

    row: NDArray[np.float64]
    hits: dict[str, list[TermHit]]


def measure(reading: PreparedText, hits: list[TermHit]) -> SignalFeatures:
    """The features of one item."""
    title_end = len(reading.title)
    lead_end = min(title_end + 1 + LEAD, len(reading.body))
    sums = np.zeros((3, len(GROUPS)))
    seen: set[tuple[int, str]] = set()
    near: dict[str, list[TermHit]] = {"blamed": [], "holder": [], "actor": [], "complaint": []}
    behind: dict[str, list[TermHit]] = {}
    for hit in hits:
        group = (hit.term.signal, hit.term.kind or "")
        place = _INDEX.get(group)
        if place is None:
            continue
        part = 0 if hit.start < title_end else 1 if hit.start < lead_end else 2
        if (part, hit.term.term) not in seen:
            seen.add((part, hit.term.term))
            sums[part, place] += hit.term.weight
            behind.setdefault(f"{group[0]}.{group[1]}.{PARTS[part]}", []).append(hit)
        if part < 2 and group in _ROLES:
            near[_ROLES[group]].append(hit)
    if not reading.text.strip():  # a headline alone is its own lead
        sums[1] = sums[0]
    body = max(min(len(reading.body), WORDS_READ) - lead_end, 0) / 4.5  # syllables, roughly
    sums[2] *= 100.0 / max(body, 100.0)
    accused = _pairs(near["holder"], near["blamed"])
    complaining = _pairs(near["actor"], near["complaint"])
    extra = (
        1.0 if body > 60 else 0.0,
        1.0 if "?" in reading.title else 0.0,
        min(len(complaining), 3) / 2.0,
        min(len(accused), 3) / 2.0,
        1.0 if any(hit.start < title_end for hit in accused) else 0.0,
    )
    behind |= {"complainant": complaining, "accused": accused, "accused_title": accused[:1]}
    return SignalFeatures(np.concatenate([np.log1p(sums).ravel(), np.array(extra)]), behind)


def row(reading: PreparedText, hits: list[TermHit]) -> NDArray[np.float64]:
    """The features of one item, in the order of ``NAMES``."""
    return measure(reading, hits).row


def _pairs(ones: list[TermHit], others: list[TermHit]) -> list[TermHit]:
    """Hits of one kind that stand near one of the other."""
    return [
        one
        for one in ones
        if any(abs(other.start - one.end) < _NEAR or abs(one.start - other.end) < _NEAR for other in others)
    ]
