"""Claim spotting: the sentences of a text that somebody could look up, the most worth checking first, each with why.

A checkable sentence says who, what, how many, where or when; opinion, forecast, wish and experience are not checkable.
Facts of the sentence are weighed for all; of the sentences that were embedded, the embedding too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from classifier.facts.phrases import PhraseHit
from classifier.facts.record import Facts
from classifier.meaning import fact_features
from classifier.meaning.heads import Heads, Reals
from classifier.meaning.leading import EmbeddedLead
from classifier.text.prepared_text import PreparedText

MOST = 10
_LEAST = -1.0  # log-odds below which a sentence is not proposed
_SHORTEST = 12  # code points


@dataclass(frozen=True, slots=True, kw_only=True)
class SpottedSentence:
    """A sentence worth checking: ``why`` names what it says that can be looked up; ``score`` in log-odds."""

    start: int
    end: int
    text: str
    why: str
    score: float

    def as_json(self) -> dict[str, Any]:
        """As ``kiemtin judge`` prints it."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "why": self.why,
            "score": round(self.score, 3),
        }


def spot(
    heads: Heads,
    reading: PreparedText,
    facts: Facts,
    phrases: dict[int, list[PhraseHit]],
    lead: EmbeddedLead | None,
) -> tuple[SpottedSentence, ...]:
    """At most ``MOST`` sentences, best first."""
    vectors = {} if lead is None else _centred(heads, reading, lead)
    parts, nothing = facts.by_sentence(), Facts()
    found: list[tuple[float, int, int, str, int]] = []
    for number, one in enumerate(facts.sentences):
        text = reading.body[one.start : one.end]
        if len(text) < _SHORTEST and not any("\u3400" <= sign <= "\u9fff" for sign in text):
            continue
        named = fact_features.of_sentence(parts.get(number, nothing), phrases, number, text)
        score = heads.checkable(named, vectors.get(one.start))
        if score >= _LEAST:
            found.append((-score, one.start, one.end, text, number))
    return tuple(
        SpottedSentence(
            start=start, end=end, text=text, why=_why(parts.get(number, nothing), number), score=-score
        )
        for score, start, end, text, number in sorted(found)[:MOST]
    )


def _centred(heads: Heads, reading: PreparedText, lead: EmbeddedLead) -> dict[int, Reals]:
    code = "plain" if reading.language.plain else reading.language.code
    rows = heads.centred(lead.vectors, code)
    return {start: row for (start, _), row in zip(lead.spans, rows, strict=True)}


def _why(facts: Facts, number: int) -> str:
    """What of the sentence can be looked up, in the order who, what, how many, where, when, on whose word."""
    parts: dict[str, str] = {}
    for actor in facts.actors:
        if actor.sentence == number:
            parts.setdefault("who", actor.text)
    for happening in facts.happenings:
        if happening.sentence == number:
            parts.setdefault("what", happening.text)
    for count in facts.counts:
        if count.sentence == number:
            parts.setdefault("how many", count.text)
    for place in facts.places:
        if place.sentence == number:
            parts.setdefault("where", place.text)
    for time in facts.times:
        if time.sentence == number:
            parts.setdefault("when", time.text)
    for voice in facts.attributions:
        if voice.sentence == number:
            parts.setdefault("on whose word", voice.text)
    return (
        "; ".join(f"{name}: {text}" for name, text in parts.items()) or "an assertion that can be looked up"
    )
