"""Weighted words of a telling: what a sentence says to happen, for comparing it with another telling.

A rumour comes back in other words, with another date and another river. So what is compared is what is said to
happen (weighted syllables, pairs of them, and concepts that have many wordings); figures, dates and names count little.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
# Cosines of two tellings, chosen 2026-11 on the pairs of tests/quality/quality_claims.jsonl that we wrote.
CLOSE, ALIKE = 0.28, 0.17
UNKNOWN_SHARE = (
    0.0008  # a syllable outside the table of the 1,500 commonest stands in fewer texts than the last of them
)
COMMON_SHARE = 0.12  # what stands in an eighth of all texts says nothing by itself
CONCEPT_WEIGHT = 9.0
CONCEPT_WINDOW = (
    9  # syllables within which the parts of a concept may lie apart ("đập thủy điện Nậm Pung bị vỡ")
)
NAME_WEIGHT = 0.35
PAIR_WEIGHT = 0.6
SENTENCES = 14  # of a long text are looked at; a rumour is told in its first paragraphs

Features = dict[str, float]

_SYLLABLE = re.compile(r"\d+(?:[.,/:-]\d+)*%?|[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def pieces(text: str) -> list[str]:
    """The sentences a text is compared by; neighbours that are short are read together."""
    sentences = [
        piece.strip()
        for piece in _SENTENCE.split(unicodedata.normalize("NFC", text[:20_000]))
        if piece.strip()
    ]
    joined: list[str] = []
    for sentence in sentences[: SENTENCES * 2]:
        if joined and len(joined[-1]) < 60:
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined[:SENTENCES] or [text[:2000]]


def features_of(text: str) -> Features:
    """The weighted features of one sentence: syllables (``s:``), the same without marks (``b:``), pairs (``p:``), names
    (``n:``), concepts (``c:``)."""
    words = _SYLLABLE.findall(unicodedata.normalize("NFC", text))
    lower = [word.lower() for word in words]
    features: defaultdict[str, float] = defaultdict(float)
    before = ""
    for place, (word, small) in enumerate(zip(words, lower, strict=True)):
        kind = _kind(words, place, word)
        if kind == "name":
            features[f"n:{_bare(small)}"] += NAME_WEIGHT * _weight(small)
        if kind == "word":
            weight = _weight(small)
            if weight:
                features[f"s:{small}"] = weight
                # typed without marks it is still the same word, a little less surely
                features[f"b:{_bare(small)}"] = 0.5 * weight
            if before and not before[0].isdigit() and (weight or _weight(before)):
                features[f"p:{before} {small}"] = PAIR_WEIGHT * (weight + _weight(before))
        before = "" if kind == "name" else small
    for concept in _concepts_in(lower):
        features[f"c:{concept}"] = CONCEPT_WEIGHT
    return dict(features)


def _kind(words: Sequence[str], place: int, word: str) -> str:
    if word[0].isdigit():
        return "number"
    begins = place == 0 and not (len(words) > 1 and words[1][0].isupper())
    return "name" if word[0].isupper() and not begins and not word.isupper() else "word"


def likeness(one: Features, other: Features) -> float:
    """Cosine of two tellings, 0..1."""
    common = sum(weight * other[name] for name, weight in one.items() if name in other)
    return common / (norm(one) * norm(other)) if common else 0.0


def coverage(of: Features, by: Features) -> float:
    """The share of what ``of`` says (names apart) that ``by`` says too, 0..1; read without marks where ``by`` has none."""
    kind = "s:" if any(name.startswith("s:") and not name.isascii() for name in by) else "b:"
    whole = {name: weight for name, weight in of.items() if name.startswith(kind)}
    total = sum(whole.values())
    return sum(weight for name, weight in whole.items() if name in by) / total if total else 0.0


def shared(one: Features, other: Features, *, most: int = 8) -> tuple[str, ...]:
    """The words that two tellings have in common, weightiest first."""
    common = sorted(one.keys() & other.keys(), key=lambda name: -one[name] * other[name])
    return tuple(dict.fromkeys(map(_spoken, common)))[:most]


def _concepts_in(words: Sequence[str]) -> set[str]:
    bare = [_bare(word) for word in words]
    marked = any(plain != word for plain, word in zip(bare, words, strict=True))
    at: dict[str, list[int]] = {}
    for place, word in enumerate(words if marked else bare):
        at.setdefault(word, []).append(place)
    found: set[str] = set()
    forms = _forms(marked)
    for word in at:
        for concept, parts in forms.get(word, ()):
            if concept not in found and _together([at.get(part, []) for part in parts]):
                found.add(concept)
    return found


def _together(places: list[list[int]]) -> bool:
    """Does one place of each list lie within the window?"""
    if not all(places):
        return False
    return any(
        all(any(abs(other - start) <= CONCEPT_WINDOW for other in rest) for rest in places[1:])
        for start in places[0]
    )


def _weight(syllable: str) -> float:
    share = _shares().get(syllable, UNKNOWN_SHARE)
    return 0.0 if share > COMMON_SHARE else -math.log(share)


def norm(features: Features) -> float:
    """The length of a telling's features."""
    return math.sqrt(sum(weight * weight for weight in features.values()))


def _spoken(feature: str) -> str:
    kind, _, rest = feature.partition(":")
    return " / ".join(" ".join(form) for form in _concepts()[rest][:2]) if kind == "c" else rest


@cache
def _bare(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable.lower()).replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _shares() -> dict[str, float]:
    with (HERE / "frequencies.csv").open(encoding="utf-8", newline="") as file:
        return {row["syllable"]: float(row["share"]) for row in csv.DictReader(file)}


@cache
def _concepts() -> dict[str, list[tuple[str, ...]]]:
    with (HERE / "concepts.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["concept"]: [tuple(form.split()) for form in row["forms"].split("|")]
            for row in csv.DictReader(file)
        }


@cache
def _forms(marked: bool) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Wordings of concepts, with marks or without, by the syllable of each that the press uses least: a text is asked
    for the few wordings that it may hold."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for concept, forms in _concepts().items():
        for form in forms:
            rarest = min(range(len(form)), key=lambda place: _shares().get(form[place], UNKNOWN_SHARE))
            parts = form if marked else tuple(_bare(part) for part in form)
            found.setdefault(parts[rarest], []).append((concept, parts))
    return found
