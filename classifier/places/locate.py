"""Where an item speaks of the province: every name found, accepted or refused, each with its reason and offsets.

What settles a name stands in ``classifier.places.disambiguation``; here is what it means: which unit, in what role.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from classifier.places.candidates import LONGEST, PlaceCandidate, names_in, unknown_units
from classifier.places.disambiguation import PlaceEvidence, disambiguate
from classifier.places.gazetteer import Gazetteer
from classifier.places.name_forms import Unit
from classifier.text.prepared_text import PreparedText

Role = Literal["place", "authority", "plain", "named", "origin", "venue", "route", "list", "passing"]
_PASSING = 70  # code points between a word for the past or a comparison and the place
_STOPS = re.compile(r"[.!?…](?=\s|$)|\n|[。！？]")
_BEFORE_MERGER = {
    "huyện",
    "thị xã",
    "thành phố",
    "thị trấn",
}  # kinds that only units of before the merger have


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A name taken as a place: ``body[start:end]`` is ``as_written``; ``why`` says what settled it."""

    id: str
    name: str
    as_written: str
    start: int
    end: int
    territory: str | None
    level: str  # province, district, commune, landmark
    within: str  # yes, partly, no: landmarks may straddle or lie outside
    role: Role
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A name that is none of the province's, and why."""

    as_written: str
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereName:
    """A name of another province, of a country or of a place abroad."""

    name: str
    start: int
    end: int
    abroad: bool
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What was found in one item; ``elsewhere`` are (start, end) of names of other provinces and countries."""

    hits: tuple[PlaceMention, ...]
    refused: tuple[Refusal, ...]
    elsewhere: tuple[tuple[int, int], ...] = ()
    abroad: tuple[tuple[int, int], ...] = ()
    unknown_units: tuple[int, ...] = ()  # starts of communes and districts that are not the province's
    local_source: bool = False
    others: tuple["ElsewhereName", ...] = ()  # all names of elsewhere, with what they are


def find(reading: PreparedText, gazetteer: Gazetteer) -> Places:
    """Every place name of the item, settled; in order of place."""
    local = gazetteer.is_local(reading.item.source, reading.item.url)
    found = names_in(reading, gazetteer)
    own = [one for one in found if one.name.own]
    if not own:
        return Places(hits=(), refused=(), local_source=local, others=_elsewhere(found))
    others = [one for one in found if one.name.elsewhere and not (one.name.own and one.unit_fits)]
    verdicts = disambiguate(
        gazetteer,
        PlaceEvidence(
            folded=reading.folded,
            own=own,
            away=[one.start for one in others if not (one.route or one.listed)],
            region=gazetteer.region is not None
            and gazetteer.region.search(reading.folded, 0, LONGEST) is not None,
            local=local,
            foreign=reading.language.code not in ("vi", "und"),
        ),
    )
    on = reading.item.date.date() if reading.item.date else None
    hits = tuple(
        _hit(reading, one, on, verdicts[one.start][1], gazetteer) for one in own if verdicts[one.start][0]
    )
    if all(hit.within == "no" for hit in hits):
        hits = ()  # a partner across the border says nothing without a place of ours
    refused = tuple(
        Refusal(
            as_written=reading.body[one.start : one.end],
            start=one.start,
            end=one.end,
            why=verdicts[one.start][1],
        )
        for one in own
        if not verdicts[one.start][0]
    )
    return Places(
        hits=hits,
        refused=refused,
        elsewhere=tuple((one.start, one.end) for one in others if not one.name.abroad),
        abroad=tuple((one.start, one.end) for one in others if one.name.abroad),
        unknown_units=unknown_units(reading.folded, found, [hit.start for hit in hits]) if hits else (),
        local_source=local,
        others=_elsewhere(others),
    )


def _elsewhere(found: list[PlaceCandidate]) -> tuple[ElsewhereName, ...]:
    return tuple(
        ElsewhereName(
            name=one.name.bare,
            start=one.start,
            end=one.end,
            abroad=one.name.abroad,
            role="route" if one.route else "list" if one.listed else "plain",
        )
        for one in found
        if one.name.elsewhere
    )


def _hit(
    reading: PreparedText, one: PlaceCandidate, on: date | None, why: str, gazetteer: Gazetteer
) -> PlaceMention:
    unit = _unit_of(one, on)
    return PlaceMention(
        id=unit.id,
        name=unit.name,
        as_written=reading.body[one.start : one.end],
        start=one.start,
        end=one.end,
        territory=unit.territory,
        level=unit.level,
        within=unit.within,
        role="passing" if _passing(reading, one, gazetteer) else _role(one),
        why=why,
    )


def _passing(reading: PreparedText, one: PlaceCandidate, gazetteer: Gazetteer) -> bool:
    """Whether the text's sentence names the place for somebody's past or a comparison: "từng dạy học ở Sa Pa"."""
    if gazetteer.passing is None or one.start <= len(reading.title):
        return False
    before = reading.folded[max(len(reading.title) + 1, one.start - _PASSING) : one.start]
    before = _STOPS.split(before)[-1].lower()
    return gazetteer.passing.search(before) is not None


def _role(one: PlaceCandidate) -> Role:
    if one.route or "route" in (one.cue, one.outer) or one.name.kinds & {"expressway", "railway"}:
        return "route"
    if one.listed:
        return "list"
    kinds = (one.cue, one.outer)
    if "venue" in kinds:
        return "venue"
    if "authority" in kinds or "press" in kinds:
        return "authority"
    if "origin" in kinds or one.aged:
        return "origin"
    if one.joined_before:
        return "named"
    if one.cue in ("locative", "unit") or one.bracket:
        return "place"
    return "plain"


def _unit_of(one: PlaceCandidate, on: date | None) -> Unit:
    """Which of the units that bear the name is meant: by the unit word, then the day, then the highest level."""

    def order(unit: Unit) -> tuple[bool, int, bool, int]:
        if on is None:
            current = (unit.valid_to is not None) == (one.unit in _BEFORE_MERGER)
        else:
            current = (unit.valid_from or on) <= on <= (unit.valid_to or on)
        # Without a unit word the province or district is meant, even after its end: people go on saying Yên Bái.
        level = 0 if one.unit is not None else unit.rank
        return unit.kind != one.unit, level, not current, unit.rank

    return min(one.name.units, key=order)
