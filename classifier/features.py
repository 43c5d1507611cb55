"""What the words of the catalogue say about one item, as a short row of numbers the signals are weighed from.

Terms are grouped by signal and kind; each group is counted in the title, the lead and the body, each term once.
Counts grow like a logarithm, and the body counts by density, so that a long article is not worse than a short one.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.lexicon import Hit

LEAD = 350  # code points of the body that count as its lead: a feed summary is read whole (2026-11-21)
_NEAR = 60  # code points between an office-holder and what is said to have been done, in either direction
_WORD = re.compile(r"\w+")

GROUPS: tuple[tuple[str, str], ...] = (
    ("harm", "death"), ("harm", "injury"), ("harm", "accident"), ("harm", "disaster"), ("harm", "crime"),
    ("harm", "judicial"), ("harm", "health"),
    ("criticism", "complaint"), ("criticism", "failure"), ("criticism", "wrongdoing"), ("criticism", "accused"),
    ("criticism", "opinion"),
    ("actor", "people"), ("office", "body"), ("office", "holder"), ("office", "former"),
    ("benign", "relief"), ("benign", "forecast"), ("benign", "travel"), ("benign", "governance"),
    ("benign", "sport"), ("benign", "lifestyle"), ("benign", "abroad"),
    ("rebuttal", "denial"),
)  # fmt: skip
_INDEX = {group: place for place, group in enumerate(GROUPS)}
EXTRA = ("long", "question", "complainant", "accused", "accused_title")
NAMES: tuple[str, ...] = (
    *(f"{signal}.{kind}.{part}" for part in ("title", "lead", "body") for signal, kind in GROUPS),
    *EXTRA,
)
_BLAMED = {("criticism", "wrongdoing"), ("harm", "judicial")}
_HOLDERS = {("office", "holder"), ("office", "former")}


@dataclass(frozen=True, slots=True)
class Parts:
    """Where title, lead and body of an item end, in code points of title + line feed + text."""

    title: int
    lead: int
    whole: int


def parts(title: str, text: str) -> Parts:
    """The three parts of an item; the lead ends at a paragraph within reach, else after LEAD code points."""
    start = len(title) + 1
    return Parts(len(title), min(start + LEAD, start + len(text)), start + len(text))


def row(whole: str, where: Parts, hits: list[Hit]) -> NDArray[np.float64]:
    """The features of one item, in the order of ``NAMES``; ``whole`` is title + line feed + text."""
    sums = np.zeros((3, len(GROUPS)))
    seen: set[tuple[int, str]] = set()
    blamed: list[Hit] = []
    holders: list[Hit] = []
    actors: list[Hit] = []
    complaints: list[Hit] = []
    for hit in hits:
        group = (hit.term.signal, hit.term.kind or "")
        place = _INDEX.get(group)
        if place is None:
            continue
        part = 0 if hit.start < where.title else 1 if hit.start < where.lead else 2
        if (part, hit.term.term) not in seen:
            seen.add((part, hit.term.term))
            sums[part, place] += hit.term.weight
        if part < 2:
            if group in _BLAMED:
                blamed.append(hit)
            elif group in _HOLDERS:
                holders.append(hit)
            elif group[0] == "actor":
                actors.append(hit)
            elif group == ("criticism", "complaint"):
                complaints.append(hit)
    body_words = max(len(whole) - where.lead, 0) / 4.5  # syllables, roughly
    sums[2] *= 100.0 / max(body_words, 100.0)
    accused = _pairs(holders, blamed)
    title = whole[: where.title]
    extra = np.array(
        [
            1.0 if body_words > 60 else 0.0,
            1.0 if "?" in title else 0.0,
            min(len(_pairs(actors, complaints)), 3) / 2.0,
            min(len(accused), 3) / 2.0,
            1.0 if any(place < where.title for place in accused) else 0.0,
        ]
    )
    return np.concatenate([np.log1p(sums).ravel(), extra])


def _pairs(ones: list[Hit], others: list[Hit]) -> list[int]:
    """Places where a hit of one kind stands near one of the other."""
    return [
        one.start
        for one in ones
        if any(abs(other.start - one.end) < _NEAR or abs(one.start - other.end) < _NEAR for other in others)
    ]


def log_odds(probability: float) -> float:
    """The logarithm of the odds, kept finite."""
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
