"""Facts: the records of what one text states, each with the span of words it rests on.

Offsets count code points of ``PreparedText.body`` (NFC title, line feed, NFC text). The records say what is written, not
what is true. ``Facts`` is made once for a text by ``classifier.facts.reader.FactReader`` and read by relevance, signals,
near-duplicates, clustering, claim memory and claim spotting alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

FactKind = Literal["place", "time", "count", "actor", "happening", "attribution"]
Modality = Literal[
    "asserted", "reported", "denied", "averted", "planned", "drilled", "commemorated", "improved", "forecast", "asked",
    "alleged",
]  # fmt: skip
Voice = Literal["official", "witness", "outlet", "social", "unnamed", "none"]
PlaceLevel = Literal["commune", "district", "province", "landmark", "hamlet", "elsewhere", "country"]

# Modalities in which the happening is not said to have happened, now, as told.
UNREAL: frozenset[str] = frozenset(
    {"denied", "averted", "planned", "drilled", "commemorated", "improved", "forecast", "asked"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSpan:
    """One sentence of the body: ``body[start:end]``; ``title``: it stands in the headline."""

    start: int
    end: int
    title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFact:
    """A place that is named.

    ``id``: of the catalogue for a place of the province, ``country:xx`` for a country or a town in it, else ``away:`` or
    ``hamlet:`` and the folded name. ``own``: in the province watched. ``districts``: ids of the districts (before the
    merger) it lies in, where known: two places of one district may be one, of two districts are two. ``role``: as in
    ``classifier.places.locate.Role`` (place, authority, origin, route, list ...), ``plain`` for places elsewhere.
    """

    start: int
    end: int
    text: str
    id: str
    name: str
    level: PlaceLevel
    own: bool
    role: str = "plain"
    districts: frozenset[str] = frozenset()
    sentence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFact:
    """A time that is said.

    ``first``, ``last``: the days it resolves to (the same for one day; a year or month is its whole span), None where the
    publication that a relative time counts from is unknown. ``minute``: of the day, 0..1439, where an hour is said.
    ``relative``: said from the day of publication ("sáng nay").
    """

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    minute: int | None = None
    relative: bool = False
    sentence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFact:
    """A number with what it counts.

    ``what``: dead missing injured ill trapped houses hectares vehicles animals money arrested persons millimetres metres
    percent ... ; ``number``: its value (0 for "không ai"), money in đồng where the unit says so; ``bound``: exact about least most
    (khoảng, hơn, dưới).
    """

    start: int
    end: int
    text: str
    what: str
    number: float
    bound: str = "exact"
    sentence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorFact:
    """Who acts: ``sort`` office | company | school | group; ``name`` folded, lower case. Never a person."""

    start: int
    end: int
    text: str
    sort: str
    name: str
    sentence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningFact:
    """Something said to happen: ``sort`` (flood landslide fire traffic collapse poisoning disease crime closure ...), in
    which modality, and the words that gave the modality (``cue``, "" for a plain assertion)."""

    start: int
    end: int
    text: str
    sort: str
    modality: Modality
    cue: str = ""
    cue_start: int = 0
    cue_end: int = 0
    sentence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionFact:
    """On whose word a sentence stands; one for each sentence that names a voice."""

    start: int
    end: int
    text: str
    voice: Voice
    sentence: int = 0


AnyFact = PlaceFact | TimeFact | CountFact | ActorFact | HappeningFact | AttributionFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All facts of one text, each kind in order of place; ``sentences`` are what the facts' ``sentence`` counts into."""

    sentences: tuple[SentenceSpan, ...] = ()
    places: tuple[PlaceFact, ...] = ()
    times: tuple[TimeFact, ...] = ()
    counts: tuple[CountFact, ...] = ()
    actors: tuple[ActorFact, ...] = ()
    happenings: tuple[HappeningFact, ...] = ()
    attributions: tuple[AttributionFact, ...] = ()

    def voice(self, sentence: int) -> Voice:
        """On whose word the sentence stands; ``none`` where nobody is named."""
        return next((one.voice for one in self.attributions if one.sentence == sentence), "none")

    def by_sentence(self) -> dict[int, Facts]:
        """The facts of each sentence that has any, without ``sentences``; one pass, for who asks of many."""
        parts: dict[int, dict[str, list[AnyFact]]] = {}
        for kind in ("places", "times", "counts", "actors", "happenings", "attributions"):
            for fact in getattr(self, kind):
                parts.setdefault(fact.sentence, {}).setdefault(kind, []).append(fact)
        return {
            number: Facts(**{kind: tuple(found) for kind, found in kinds.items()})  # type: ignore[arg-type]
            for number, kinds in parts.items()
        }

    def in_sentence(self, sentence: int) -> Iterator[AnyFact]:
        """The facts of one sentence."""
        kinds: tuple[tuple[AnyFact, ...], ...] = (
            self.places, self.times, self.counts, self.actors, self.happenings, self.attributions,
        )  # fmt: skip
        return (fact for facts in kinds for fact in facts if fact.sentence == sentence)

    def as_json(self) -> list[dict[str, Any]]:
        """The facts as ``kiemtin judge`` prints them, in order of place."""
        rows = [
            *(_row("place", one, one.id, name=one.name, level=one.level, own=one.own) for one in self.places),
            *(_row("time", one, _day(one), minute=one.minute, relative=one.relative) for one in self.times),
            *(_row("count", one, one.number, what=one.what, bound=one.bound) for one in self.counts),
            *(_row("actor", one, one.name, sort=one.sort) for one in self.actors),
            *(
                _row("happening", one, one.sort, modality=one.modality, cue=one.cue)
                for one in self.happenings
            ),
            *(_row("attribution", one, one.voice) for one in self.attributions),
        ]
        return sorted(rows, key=lambda row: (row["start"], row["end"], row["kind"]))


def _row(kind: FactKind, one: AnyFact, value: object, **more: object) -> dict[str, Any]:
    return {"kind": kind, "value": value, "start": one.start, "end": one.end, "text": one.text, **more}


def _day(one: TimeFact) -> str | None:
    if one.first is None:
        return None
    return one.first.isoformat() if one.first == one.last else f"{one.first}/{one.last}"
