"""The memory of verified claims: which of them a text tells again, best first, with why and in what it differs.

Ranking joins weighted words, sentence embedding and shared facts. Bands come from facts and shared words, never from a
cosine alone: another place, the opposite polarity, another number or another subject is never high. Without the
embedding words and facts rank alone. Suggested, never applied by itself: a verdict is not inherited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from classifier.claims import differences, vector_index
from classifier.claims.differences import PARTING, ClaimDifference
from classifier.claims.lexical_index import LexicalIndex
from classifier.claims.telling import Telling, told
from classifier.claims.vector_index import VectorIndex
from classifier.facts.reader import FactReader
from classifier.meaning import embedding, heads
from db.core import claim_words

Band = Literal["low", "medium", "high"]

MOST = 10
EMBEDDED = 6  # pieces of a long text
LOOKED_AT = 14  # claims whose facts are compared
WORDS_WEIGHT = 1.5  # beside the cosine of embeddings (own retellings, 2026-11-29)
FACT_WEIGHT = 0.08  # for each of place, count, kind of happening that both say
NEAR, NEAR_WITH_FACT = (
    0.5,
    0.38,
)  # joined scores from which a band is medium: alone, and where a fact is shared
# Cosines of embeddings from which it is medium where text and claim are in two languages and share hardly a word: alone, and
# where a fact is shared (own retellings; of 68 unrelated sentences in foreign languages the nearest was .37, 2026-11-29).
FOREIGN, FOREIGN_WITH_FACT = 0.38, 0.32
ALWAYS = 3  # the nearest are told even where they are far: a person sees at a glance that they are others
SHOWN = 0.1  # what is nearer than this, besides
# Shares of the weighted words of one side that the other says, in band high.
CLAIM_COVERED, TEXT_COVERED = 0.7, 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """A verified claim as the memory keeps it; ``key`` says whose it is."""

    key: Any
    body: str
    truth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMatch:
    """An earlier claim that a text may tell again: how near (0..1), which words and facts both say, what differs."""

    claim: KnownClaim
    score: float
    band: Band
    shared: tuple[str, ...]
    differs: tuple[ClaimDifference, ...]


class ClaimMemory:
    """Claims ready to be asked for. ``add`` takes vectors where they were kept; the rest is embedded then."""

    def __init__(self, reader: FactReader, *, embed: bool = True) -> None:
        self._reader = reader
        self._claims: list[KnownClaim] = []
        self._lexical = LexicalIndex()
        self._heads = heads.shipped() if embed else None
        self._embedder = embedding.load() if self._heads is not None else None
        self._vectors = VectorIndex(0 if self._heads is None else self._heads.claim_turn.shape[1])
        self._told = lru_cache(maxsize=4096)(self._tell)

    @property
    def embeds(self) -> bool:
        """Whether claims and texts are embedded here."""
        return self._embedder is not None

    def __len__(self) -> int:
        return len(self._claims)

    def add(self, claims: Iterable[KnownClaim], vectors: vector_index.Bytes | None = None) -> None:
        """Takes further claims in; of one ``key`` the newer counts. ``vectors``: of their bodies (``vectors_of``)."""
        fresh = list(claims)
        if not fresh:
            return
        again = {claim.key for claim in fresh}
        kept = [place for place, claim in enumerate(self._claims) if claim.key not in again]
        self._claims = [self._claims[place] for place in kept] + fresh
        self._lexical.replace(kept, (claim_words.features_of(claim.body) for claim in fresh))
        if self._embedder is not None:
            self._vectors.replace(
                kept, self.vectors_of(claim.body for claim in fresh) if vectors is None else vectors
            )

    def vectors_of(self, bodies: Iterable[str]) -> vector_index.Bytes:
        """The turned vectors of claims, in 8 bits; none without the embedding."""
        texts = list(bodies)
        if self._embedder is None or self._heads is None:
            return np.zeros((len(texts), 0), np.int8)
        return vector_index.to_bytes(vector_index.turned(self._heads, self._embedder(texts)))

    def match(self, text: str, *, limit: int = MOST, lang: str | None = None) -> list[ClaimMatch]:
        """The claims nearest to ``text`` (a sentence, a report, a whole article), best first."""
        if not self._claims or not text.strip():
            return []
        pieces = claim_words.pieces(text)
        lexical, said_in = self._lexical.scores([claim_words.features_of(piece) for piece in pieces])
        meant = np.zeros(len(self._claims), np.float32)
        if self._embedder is not None and self._heads is not None:
            asked = vector_index.turned(self._heads, self._embedder(pieces[:EMBEDDED]))
            meant = self._vectors.scores(asked)
        joined = meant + WORDS_WEIGHT * lexical
        nearest = _top(joined, LOOKED_AT)
        found = [
            self._compared(
                self._claims[place],
                pieces,
                int(said_in[place]),
                float(lexical[place]),
                float(meant[place]),
                lang,
            )
            for place in nearest
        ]
        ranked = [one for _, one in sorted(found, key=lambda pair: -pair[0])][:limit]
        return [one for place, one in enumerate(ranked) if place < ALWAYS or one.score >= SHOWN]

    def _compared(
        self,
        claim: KnownClaim,
        pieces: Sequence[str],
        said_in: int,
        lexical: float,
        meant: float,
        lang: str | None,
    ) -> tuple[float, ClaimMatch]:
        there, truth = self._told(claim.body, None), self._told(claim.truth, None)
        # of a long text the sentence that says it; of a short one all of it, for the place may stand beside
        here = self._told(pieces[said_in] if len(pieces) > 2 else " ".join(pieces), lang)
        differs = differences.between(here, there, truth)
        facts = _common_facts(here, there)
        parting = sum(one.what in PARTING for one in differs)
        score = (meant + WORDS_WEIGHT * lexical) / (1 + WORDS_WEIGHT / 2) + FACT_WEIGHT * len(facts)
        shared = (*facts, *claim_words.shared(here.features, there.features))
        return score, ClaimMatch(
            claim=claim, score=round(min(max(score, 0.0), 1.0), 3), band=_band(here, there, score, lexical, meant, bool(facts), parting),
            shared=shared[:8], differs=differs,
        )  # fmt: skip

    def _tell(self, text: str, lang: str | None) -> Telling:
        return told(text, self._reader, lang=lang)


def _band(
    here: Telling, there: Telling, score: float, lexical: float, meant: float, factual: bool, parting: int
) -> Band:
    if not parting and lexical >= claim_words.CLOSE and _says_all(here, there):
        return "high"
    near = score >= (NEAR_WITH_FACT if factual else NEAR)
    if here.reading.language.code != there.reading.language.code:
        near |= meant >= (FOREIGN_WITH_FACT if factual else FOREIGN)
    return "medium" if near or lexical >= claim_words.CLOSE else "low"


def _says_all(here: Telling, there: Telling) -> bool:
    """Whether the text says what the claim says, and hardly anything else: words, happenings, a place where one is named."""
    if (
        there.facts.places
        and not here.facts.places
        and not differences.says_place(here, list(there.facts.places))
    ):
        return False
    if {one.sort for one in there.facts.happenings} - {one.sort for one in here.facts.happenings}:
        return False
    return (
        claim_words.coverage(there.features, here.features) >= CLAIM_COVERED
        and claim_words.coverage(here.features, there.features) >= TEXT_COVERED
    )


def _common_facts(here: Telling, there: Telling) -> tuple[str, ...]:
    """What both say: a place, a number of something, a kind of happening."""
    places = {one.id: one.text for one in here.facts.places if one.level not in ("province", "country")}
    mine = [text for key, text in places.items() if any(one.id == key for one in there.facts.places)]
    mine += [
        one.text
        for one in here.facts.places
        if one.level == "hamlet" and differences.says_place(there, [one])
    ]
    mine += [
        one.text
        for one in there.facts.places
        if one.level != "province" and differences.says_place(here, [one])
    ]
    numbers = [
        one.text for one in here.facts.counts
        if any(one.what == other.what and one.number == other.number for other in there.facts.counts)
    ]  # fmt: skip
    sorts = {one.sort for one in there.facts.happenings}
    happened = [one.text for one in here.facts.happenings if one.sort in sorts]
    return (*mine[:1], *numbers[:1], *happened[:1])


def _top(scores: embedding.Vectors, count: int) -> list[int]:
    if len(scores) > count:
        near = np.argpartition(-scores, count)[:count]
    else:
        near = np.arange(len(scores))
    return [int(place) for place in near[np.argsort(-scores[near], kind="stable")]]
