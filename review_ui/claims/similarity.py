"""Which verified claims does a text resemble? Suggested with the reasons, never applied by itself.

A rumour comes back in other words, with another date and another river. So what is compared is what is said to
happen (weighted syllables, pairs of them, and concepts that have many wordings); figures, dates and names count
little and are shown as differences. A verdict is never inherited: the world may have changed since.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from scipy import sparse

from db.queries.verified_claims import VerifiedClaim

HERE = Path(__file__).parent
Band = Literal["low", "medium", "high"]
# Chosen 2026-11 on the pairs of tests/quality/quality_claims.jsonl that we wrote; floors stand beside them.
HIGH, MEDIUM = 0.28, 0.17
SHOWN = 0.05  # what resembles less is no match at all
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

_SYLLABLE = re.compile(r"\d+(?:[.,/:-]\d+)*%?|[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_SMALL = {"ngày", "tháng", "năm", "giờ", "phút", "sáng", "chiều", "tối", "hôm", "nay", "qua", "rạng", "đêm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDifference:
    """Where the text and the old claim part: ``kind`` is figures, dates or names."""

    kind: Literal["figures", "dates", "names"]
    here: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMatch:
    """An earlier claim that resembles the text: how much (0..1), why, and in what it differs."""

    claim: VerifiedClaim
    score: float
    band: Band
    shared: tuple[str, ...]
    differences: tuple[ClaimDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a sentence says, taken apart: weighted features, and figures, dates, names beside them."""

    features: dict[str, float]
    figures: frozenset[str]
    dates: frozenset[str]
    names: frozenset[str]


class Memory:
    """Verified claims, ready to be asked. Adding is cheap; asking costs one sparse product over all claims."""

    def __init__(self, claims: Iterable[VerifiedClaim] = ()) -> None:
        self._claims: list[VerifiedClaim] = []
        self._vocabulary: dict[str, int] = {}
        self._matrix = sparse.csr_matrix((0, 0), dtype=np.float32)
        self._by_feature = self._matrix
        self.add(claims)

    def __len__(self) -> int:
        return len(self._claims)

    def add(self, claims: Iterable[VerifiedClaim]) -> None:
        """Takes further claims in; a claim judged anew is taken in again and the newer one counts."""
        fresh = list(claims)
        if not fresh:
            return
        again = {claim.id for claim in fresh}
        kept = [place for place, claim in enumerate(self._claims) if claim.id not in again]
        self._claims = [self._claims[place] for place in kept] + fresh
        rows = self._rows((taken_apart(claim.body) for claim in fresh), learning=True)
        old = self._matrix[kept] if self._matrix.shape[0] else self._matrix
        old.resize((len(kept), len(self._vocabulary)))
        self._matrix = sparse.vstack([old, rows], format="csr") if kept else rows
        self._by_feature = self._matrix.T.tocsr()

    def _rows(self, told: Iterable[Told], *, learning: bool = False) -> sparse.csr_matrix:
        """Sentences as rows of length 1 over the vocabulary; what is not in it is learned, or left out."""
        values, columns, ends = array("f"), array("q"), array("q", [0])
        for one in told:
            norm = _norm(one.features) or 1.0
            for name, weight in one.features.items():
                column = (
                    self._vocabulary.setdefault(name, len(self._vocabulary))
                    if learning
                    else self._vocabulary.get(name)
                )
                if column is not None:
                    columns.append(column)
                    values.append(weight / norm)
            ends.append(len(columns))
        return sparse.csr_matrix(
            (
                np.frombuffer(values, dtype=np.float32),
                np.frombuffer(columns, dtype=np.int64),
                np.frombuffer(ends, dtype=np.int64),
            ),
            shape=(len(ends) - 1, len(self._vocabulary)),
        )

    def match(self, text: str, *, limit: int = 5) -> list[ClaimMatch]:
        """The claims nearest to ``text`` (a sentence, a report, a whole article), best first."""
        if not self._claims:
            return []
        sentences = [taken_apart(piece) for piece in pieces(text)]
        # cosine of every sentence with every claim that shares a feature with it, in one product
        scores = self._rows(sentences) @ self._by_feature
        best = np.zeros(len(self._claims), dtype=np.float32)
        said_in = np.zeros(len(self._claims), dtype=np.int64)
        for place in range(len(sentences)):
            part = slice(scores.indptr[place], scores.indptr[place + 1])
            claims, score = scores.indices[part], scores.data[part]
            better = score > best[claims]
            best[claims[better]], said_in[claims[better]] = score[better], place
        # sorting a hundred thousand for the sake of five would cost more than the product did
        least = np.partition(best, -min(limit, len(best)))[-min(limit, len(best))]
        near = np.flatnonzero((best >= least) & (best > SHOWN))
        top = near[np.argsort(-best[near], kind="stable")][:limit]
        return [
            self._explained(int(place), float(best[place]), sentences[int(said_in[place])]) for place in top
        ]

    def _explained(self, place: int, score: float, told: Told) -> ClaimMatch:
        there = taken_apart(
            self._claims[place].body
        )  # kept for each claim it would be most of the memory's size
        shared = sorted(
            told.features.keys() & there.features.keys(),
            key=lambda name: -told.features[name] * there.features[name],
        )
        band: Band = "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"
        return ClaimMatch(
            claim=self._claims[place],
            score=round(score, 3),
            band=band,
            shared=tuple(dict.fromkeys(_spoken(name) for name in shared))[:8],
            differences=tuple(_differences(told, there)),
        )


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


def taken_apart(text: str) -> Told:
    """The features of one sentence, and the figures, dates and names that differences are shown by."""
    words = _SYLLABLE.findall(unicodedata.normalize("NFC", text))
    lower = [word.lower() for word in words]
    features: defaultdict[str, float] = defaultdict(float)
    figures: set[str] = set()
    dates: set[str] = set()
    names: set[str] = set()
    before = ""
    name: list[str] = []
    for place, (word, small) in enumerate(zip(words, lower, strict=True)):
        if word[0].isdigit():
            (
                dates if "/" in word or before in _SMALL or (len(word) == 4 and word.isdigit()) else figures
            ).add(word)
            kind = "number"
        elif (
            word[0].isupper()
            and (place > 0 or (len(words) > 1 and words[1][0].isupper()))
            and not word.isupper()
        ):
            kind = "name"
        else:
            kind = "word"
        if kind == "name":
            name.append(word)
            features[f"n:{_bare(small)}"] += NAME_WEIGHT * _weight(small)
        elif name:
            names.add(" ".join(name))
            name = []
        if kind == "word":
            weight = _weight(small)
            if weight:
                features[f"s:{small}"] = weight
                # typed without marks it is still the same word, a little less surely
                features[f"b:{_bare(small)}"] = 0.5 * weight
            if before and not before[0].isdigit() and (weight or _weight(before)):
                features[f"p:{before} {small}"] = PAIR_WEIGHT * (weight + _weight(before))
        before = small if kind == "word" else ""
        if kind == "number":
            before = small
    if name:
        names.add(" ".join(name))
    for concept in _concepts_in(lower):
        features[f"c:{concept}"] = CONCEPT_WEIGHT
    return Told(
        features=dict(features), figures=frozenset(figures), dates=frozenset(dates), names=frozenset(names)
    )


def _differences(here: Told, there: Told) -> Iterable[ClaimDifference]:
    for kind, mine, theirs in (
        ("figures", here.figures, there.figures),
        ("dates", here.dates, there.dates),
        ("names", here.names, there.names),
    ):
        if mine != theirs and (mine or theirs):
            yield ClaimDifference(
                kind=kind,  # type: ignore[arg-type]
                here=tuple(sorted(mine - theirs)),
                there=tuple(sorted(theirs - mine)),
            )


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


def _norm(features: dict[str, float]) -> float:
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
