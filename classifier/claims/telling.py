"""A telling: one sentence or short text with the facts and words that claims are compared by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from classifier.facts.phrases import PhraseHit
from classifier.facts.reader import FactReader
from classifier.facts.record import Facts
from classifier.text.item import Item
from classifier.text.prepared_text import PreparedText, read
from db.core import claim_words
from db.core.claim_words import Features
from db.core.text import plain

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """``numbers``: all that are written, as text without separators; ``folded``: lower case without marks."""

    reading: PreparedText
    facts: Facts
    roles: frozenset[str]  # of the vocabulary's phrases: refutes, mod:denied ...
    features: Features
    numbers: frozenset[str]
    folded: str


def told(text: str, reader: FactReader, *, lang: str | None = None) -> Telling:
    """A text taken apart."""
    reading = read(Item(id="", title="", text=text, lang=lang))
    facts, phrases = reader.read_with_phrases(reading)
    return Telling(
        reading=reading, facts=facts, roles=frozenset(_roles(phrases)), features=claim_words.features_of(text),
        numbers=frozenset(re.sub(r"[.,]", "", found) for found in _DIGITS.findall(text)), folded=plain(text),
    )  # fmt: skip


def _roles(phrases: dict[int, list[PhraseHit]]) -> set[str]:
    return {
        f"{hit.role}:{hit.value}" if hit.role == "mod" else hit.role
        for hits in phrases.values()
        for hit in hits
    }
