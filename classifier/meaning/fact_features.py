"""What the fact layer says about one text or sentence, as named numbers that weights are learned on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from classifier.facts.phrases import PhraseHit
from classifier.facts.record import UNREAL, Facts
from classifier.text.prepared_text import PreparedText

_VALUED = frozenset({"mod", "voice", "refutes", "unit", "outcome"})  # roles whose value is told apart
_SIGNS = "?!…"
_WHOLE = 900  # code points up to which counts stand as they are: the corpus' texts are hardly longer
Named = dict[str, float]


def of_text(facts: Facts, phrases: dict[int, list[PhraseHit]], reading: PreparedText) -> Named:
    """The named numbers of a whole text; counts grow like a logarithm, those of a long text by density."""
    found = _counted(facts, (hit for hits in phrases.values() for hit in hits), None)
    told: dict[str, set[float]] = {}
    for count in facts.counts:
        told.setdefault(count.what, set()).add(count.number)
    for what, numbers in told.items():
        if len(numbers) > 1:  # figures that differ inside one text
            found["differ"] += 1
            found[f"differ:{what}"] += 1
    for voice in facts.attributions:
        if voice.sentence <= 1:
            found[f"first voice:{voice.voice}"] += 1
    for sign in _SIGNS:
        found[f"sign:{sign}"] += reading.body.count(sign)
    share = min(1.0, _WHOLE / max(len(reading.body), 1))
    return {name: math.log1p(value * share) for name, value in found.items() if value}


def of_sentence(facts: Facts, phrases: dict[int, list[PhraseHit]], number: int, text: str) -> Named:
    """The named numbers of sentence ``number``, whose words are ``text``."""
    found = _counted(facts, phrases.get(number, ()), number)
    found["digits"] += sum(map(str.isdigit, text))
    for sign in _SIGNS:
        found[f"sign:{sign}"] += text.count(sign)
    found["place in text"] = number
    found["size"] = len(text) / 20
    return {name: math.log1p(value) for name, value in found.items() if value}


def _counted(facts: Facts, hits: Iterable[PhraseHit], only: int | None) -> defaultdict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for hit in hits:
        found[f"phrase:{hit.role}:{hit.value}" if hit.role in _VALUED else f"phrase:{hit.role}"] += 1
    for happening in facts.happenings:
        if only is None or happening.sentence == only:
            unreal = happening.modality in UNREAL
            found[f"modality:{happening.modality}"] += 1
            found["unreal" if unreal else "real"] += 1
            found[f"{'unreal' if unreal else 'real'}:{happening.sort}"] += 1
    for voice in facts.attributions:
        if only is None or voice.sentence == only:
            found[f"voice:{voice.voice}"] += 1
    for count in facts.counts:
        if only is None or count.sentence == only:
            found[f"count:{count.what}"] += 1
    for actor in facts.actors:
        if only is None or actor.sentence == only:
            found[f"actor:{actor.sort}"] += 1
    found["places"] += sum(only is None or one.sentence == only for one in facts.places)
    found["times"] += sum(only is None or one.sentence == only for one in facts.times)
    return found
