"""Naming facts: what tells one happening from another, as a small set of marks that can be stored and compared.

A mark is a sort and a value: ``pl:`` a commune or landmark, ``pd:`` a district of the province, ``hm:`` a
hamlet, bridge or stream, ``aw:`` a province or country elsewhere, ``in:`` the district, ``day:`` a day of the
happening (relative days resolved by publication), ``abs:`` a day written as a date, ``min:`` an hour, ``n:WHAT:`` a number
with what it counts, ``k:`` the family of the happening, ``m:`` the modality of the whole (drilled, commemorated,
forecast: nothing happened yet), ``td:`` a day and
``ti:`` a district (or a place elsewhere) named in the headline, ``ap:`` ``ad:`` ``am:`` ``an:`` places, days, hours and
numbers after the head, ``ld:`` hashes of the first words, ``l:`` the language, ``home:``
the province watched, ``v:`` two sides of a match.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from classifier.facts.record import Facts, PlaceFact
from classifier.text.prepared_text import PreparedText
from db.core.text import plain
from db.core.time import HANOI

Marks = frozenset[str]

HEAD = 600  # code points after the title that name the happening; what follows is background and follow-up
_PAST, _AHEAD = 20, 2  # days around publication in which a day is one of the happening
# Sorts that are told in each other's words are one family.
_FAMILY = {
    "flood": "weather", "landslide": "weather", "storm": "weather", "hail": "weather", "rain": "weather",
    "fire": "fire", "explosion": "fire", "traffic": "traffic", "drowning": "water", "collapse": "collapse",
    "poisoning": "poison", "disease": "disease", "murder": "violence", "assault": "violence", "theft": "theft",
    "fraud": "fraud", "drugs": "drugs", "gambling": "gambling", "smuggling": "smuggling", "kidnapping": "kidnapping",
    "quake": "quake", "match": "match", "pollution": "pollution", "outage": "outage", "release": "release",
    "merger": "merger", "protest": "protest", "animals": "animals", "abuse": "violence", "suicide": "suicide",
    "war": "war", "charge": "charge", "corruption": "corruption",
}  # fmt: skip
_NAMED = frozenset({"commune", "district", "landmark", "hamlet", "elsewhere", "country"})
_COUNTED = frozenset({"persons", "dead", "injured", "missing", "ill", "trapped", "arrested", "money", "houses", "households",
                      "hectares", "vehicles", "millimetres", "animals", "tonnes", "level", "metres", "percent"})  # fmt: skip
_OF_TEXTS = ("ap:", "ad:", "am:", "an:", "ld:", "ti:")  # of the text as a whole, for copies alone
_SCORE = re.compile(r"(?<![\d/])(\d{1,2})\s?-\s?(\d{1,2})(?![\d/])")


def marks(reading: PreparedText, facts: Facts, *, head: int = HEAD) -> Marks:
    """The marks of an item; ``head``: code points after the title that are looked at."""
    end = len(reading.title) + 1 + head
    on = reading.item.date.astimezone(HANOI).date() if reading.item.date else None
    found = {
        *_places(facts.places, end),
        *_in_title(facts),
        *_further(facts, end),
        *_times(facts, end, on),
        f"l:{reading.language.code}",
    }
    found |= {
        f"n:{one.what}:{one.number:g}" for one in facts.counts if one.start < end and one.what in _COUNTED
    }
    told = [one for one in facts.happenings if one.start < end and one.sort in _FAMILY]
    if told and all(one.modality == "forecast" for one in told):
        found.add("m:forecast")
    for one in facts.happenings:
        if one.start < end:
            if one.sort in _FAMILY and one.modality != "commemorated":
                found.add(f"k:{_FAMILY[one.sort]}")
            if one.modality in ("drilled", "commemorated"):
                found.add(f"m:{one.modality}")
    if "k:match" in found:
        found |= {f"v:{match[1]}-{match[2]}" for match in _SCORE.finditer(reading.folded, 0, end)}
    return frozenset(found)


def _places(places: Iterable[PlaceFact], end: int) -> Iterator[str]:
    for one in places:
        if one.own and one.level == "province" and one.start < end:
            yield "home:"
        if one.start >= end or one.level not in _NAMED or one.role in ("route", "origin"):
            continue
        name = one.name.partition(" ")[2] if one.own and one.level in ("commune", "district") else one.name
        if one.level == "country":
            yield f"aw:{one.id}"
        else:
            named_unit = one.text != one.name  # "xã Thử Một": the unit word stands before it
            sort = (
                "hm"
                if one.level == "hamlet"
                else "pd"
                if one.own and one.level == "district"
                else "aw"
                if one.level == "elsewhere" and not named_unit
                else "pl"
            )
            yield f"{sort}:{plain(_bare(name or one.name))}"
        for district in one.districts:
            yield f"in:{district}"


def _further(facts: Facts, end: int) -> Iterator[str]:
    """Places, days and numbers named after the head: an excerpt begins with them."""
    for mark in _places((one for one in facts.places if one.start >= end), sys.maxsize):
        if not mark.startswith(("in:", "home:")):
            yield f"ap:{mark.partition(':')[2]}"
    for one in facts.times:
        if one.start >= end and one.first is not None and one.first == one.last:
            yield f"ad:{one.first}"
        if one.start >= end and one.minute is not None:
            yield f"am:{one.minute}"
    for count in facts.counts:
        if count.start >= end and count.what in _COUNTED:
            yield f"an:{count.what}:{count.number:g}"


def of_happening(found: Marks) -> Marks:
    """The marks without those that only tell copies apart."""
    return frozenset(one for one in found if not one.startswith(_OF_TEXTS))


def _in_title(facts: Facts) -> Iterator[str]:
    """Where the headline puts the happening, by district: a shared paragraph below it may name other places."""
    for one in facts.places:
        if (
            not facts.sentences[one.sentence].title
            or one.level not in _NAMED
            or one.role in ("route", "origin")
        ):
            continue
        if one.own:
            for district in one.districts:
                yield f"ti:{district}"
        elif one.level in ("elsewhere", "country"):
            yield f"ti:{plain(one.name)}"


def _bare(name: str) -> str:
    return re.sub(r"^(?:xã|trấn|phố) ", "", name.lower())


def _times(facts: Facts, end: int, on: date | None) -> Iterator[str]:
    for one in facts.times:
        if one.start >= end:
            continue
        if one.minute is not None:
            yield f"min:{one.minute}"
        if one.first is None or one.last is None or (one.last - one.first).days > 3:
            continue
        if on is not None and not on - timedelta(days=_PAST) <= one.first <= on + timedelta(days=_AHEAD):
            continue
        for step in range((one.last - one.first).days + 1):
            day = one.first + timedelta(days=step)
            yield f"day:{day}"
            if not one.relative:
                yield f"abs:{day}"
                if facts.sentences[one.sentence].title:
                    yield f"td:{day}"


def of(found: Marks, sort: str) -> frozenset[str]:
    """The values of one sort of mark."""
    return frozenset(one[len(sort) + 1 :] for one in found if one.startswith(f"{sort}:"))


def _all_places(found: Marks) -> frozenset[str]:
    return of(found, "pl") | of(found, "pd") | of(found, "hm") | of(found, "aw")


def elsewhere(one: Marks, other: Marks) -> bool:
    """Whether both name places below the province and none in common: communes, or the districts where one names no more."""
    here, there = of(one, "pl"), of(other, "pl")
    if here and there:
        return not here & there
    named = bool(here or of(one, "pd")) and bool(there or of(other, "pd"))
    return named and apart_in_districts(one, other)


def apart_in_districts(one: Marks, other: Marks) -> bool:
    """Whether both lie in districts and share none."""
    mine, theirs = of(one, "in"), of(other, "in")
    return bool(mine and theirs and not mine & theirs)


def series(one: Marks, other: Marks) -> bool:
    """Two of what comes again and again: no happening in either, and days in their headlines of which none is shared."""
    mine, theirs = of(one, "td"), of(other, "td")
    return bool(mine and theirs and not mine & theirs) and not of(one, "k") and not of(other, "k")


def numbers(found: Marks, *, further: bool = False) -> dict[str, set[float]]:
    """The numbers by what they count; ``further``: those after the head too."""
    told: dict[str, set[float]] = {}
    for one in of(found, "n") | (of(found, "an") if further else frozenset()):
        what, _, number = one.rpartition(":")
        told.setdefault(what, set()).add(float(number))
    return told


def contradiction(one: Marks, other: Marks) -> str | None:
    """Why two like texts tell of two happenings, None where they may tell of one.

    Another place or another day is enough; of numbers and hours two must differ, for one is a correction.
    """
    here, there = _all_places(one), _all_places(other)
    mine, yours = here | of(one, "ap"), there | of(other, "ap")
    if here and there and not here & yours and not there & mine:
        return "another place"
    titles, others = of(one, "ti"), of(other, "ti")
    if titles and others and not titles & others:
        return "another place in the headline"
    days, theirs = of(one, "abs"), of(other, "abs")
    my_days, your_days = days | of(one, "ad"), theirs | of(other, "ad")
    if days and theirs and not days & your_days and not theirs & my_days:
        return "another day"
    hours, others = of(one, "min"), of(other, "min")
    differing = int(bool(here - yours) and bool(there - mine))
    differing += int(bool(days - your_days) and bool(theirs - my_days))
    differing += int(bool(hours - others - of(other, "am")) and bool(others - hours - of(one, "am")))
    counted, told = numbers(one), numbers(other)
    my_counts, your_counts = numbers(one, further=True), numbers(other, further=True)
    differing += sum(
        bool(counted[what] - your_counts[what]) and bool(told[what] - my_counts[what])
        for what in counted.keys() & told.keys()
    )
    return "several facts differ" if differing >= 2 else None


def days_apart(one: Marks, other: Marks) -> int | None:
    """Days between the nearest days of two happenings; None where one of them names none."""
    mine, theirs = ([date.fromisoformat(day) for day in of(found, "day")] for found in (one, other))
    if not mine or not theirs:
        return None
    return min(abs((day - that).days) for day in mine for that in theirs)
