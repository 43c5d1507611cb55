"""Fact extraction: one pass over a prepared text gives all its facts."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.facts import (
    actors,
    attribution,
    counts,
    happenings,
    numbers,
    phrases,
    places,
    sentences,
    times,
)
from classifier.facts.phrases import PhraseHit
from classifier.facts.record import Facts
from classifier.facts.sentences import SentenceLookup
from classifier.places import locate
from classifier.places.gazetteer import Gazetteer
from classifier.places.locate import Places
from classifier.text.prepared_text import PreparedText

FACTS_READ = (
    2000  # code points of title and text that are read: what an article states stands in its beginning
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactReading:
    """A text whose facts were read: its places as located, its facts, the vocabulary's phrases by sentence."""

    places: Places
    facts: Facts
    phrases: dict[int, list[PhraseHit]]


class FactReader:
    """The vocabulary and the gazetteer made ready; ``read`` is pure, the same text gives the same facts."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._phrases = phrases.shipped()

    def located(self, reading: PreparedText) -> FactReading:
        """Places and facts together: who needs them twice reads them once."""
        found = locate.find(reading, self._gazetteer)
        facts, hits = self.read_with_phrases(reading, found)
        return FactReading(places=found, facts=facts, phrases=hits)

    def read(self, reading: PreparedText, found: Places | None = None, *, limit: int = FACTS_READ) -> Facts:
        """The facts of the first ``limit`` code points; ``found``: the text's places, where they were located already."""
        return self.read_with_phrases(reading, found, limit=limit)[0]

    def read_with_phrases(
        self, reading: PreparedText, found: Places | None = None, *, limit: int = FACTS_READ
    ) -> tuple[Facts, dict[int, list[PhraseHit]]]:
        """The facts, and the vocabulary's phrases by sentence for what judges by their structure."""
        spans = sentences.of(reading, limit)
        if not spans:
            return Facts(), {}
        sentence = SentenceLookup(spans)
        located = locate.find(reading, self._gazetteer) if found is None else found
        hits = self._phrases.find(reading, limit)
        by_sentence: dict[int, list[PhraseHit]] = {}
        for hit in hits:
            by_sentence.setdefault(sentence(hit.start), []).append(hit)
        said_times = times.find(reading, limit, sentence)
        voiced = attribution.find(reading, by_sentence)
        voices = {one.sentence: one.voice for one in voiced}
        return (
            Facts(
                sentences=spans,
                places=tuple(places.find(reading, located, self._gazetteer, limit, sentence)),
                times=tuple(said_times),
                counts=tuple(counts.find(reading, numbers.find(reading, limit), hits, said_times, sentence)),
                actors=tuple(actors.find(reading, limit, sentence)),
                happenings=tuple(happenings.find(reading, by_sentence, spans, voices)),
                attributions=tuple(voiced),
            ),
            by_sentence,
        )
