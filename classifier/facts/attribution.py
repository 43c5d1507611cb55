"""Attribution: on whose word each sentence stands, by the voices it names and whether they are said to speak."""

from __future__ import annotations

from collections.abc import Iterator

from classifier.facts.phrases import PhraseHit
from classifier.facts.record import AttributionFact, Voice
from classifier.text.prepared_text import PreparedText

# Of several voices in one sentence the first of these that is there; an official that speaks ("cho biết") comes before all.
_ORDER: tuple[Voice, ...] = ("unnamed", "social", "outlet", "witness", "official")
_NEAR = 60  # code points between an official's name and the word of saying


def find(reading: PreparedText, by_sentence: dict[int, list[PhraseHit]]) -> list[AttributionFact]:
    """One attribution for each sentence that names a voice."""
    return list(_facts(reading.body, by_sentence))


def _facts(body: str, by_sentence: dict[int, list[PhraseHit]]) -> Iterator[AttributionFact]:
    for number, hits in by_sentence.items():
        voices = [hit for hit in hits if hit.role == "voice"]
        if not voices:
            continue
        chosen = _chosen(voices, [hit for hit in hits if hit.role == "saying"])
        yield AttributionFact(
            start=chosen.start, end=chosen.end, text=body[chosen.start : chosen.end], voice=_voice(chosen), sentence=number
        )  # fmt: skip


def _voice(hit: PhraseHit) -> Voice:
    return next(voice for voice in _ORDER if voice == hit.value)


def _chosen(voices: list[PhraseHit], sayings: list[PhraseHit]) -> PhraseHit:
    for voice in voices:
        if voice.value == "official" and any(
            0 <= saying.start - voice.end <= _NEAR or 0 <= voice.start - saying.end <= 2 for saying in sayings
        ):
            return voice
    return min(voices, key=lambda hit: (_ORDER.index(_voice(hit)), hit.start))
