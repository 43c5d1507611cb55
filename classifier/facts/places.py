"""Places as facts: those of the province as located, other provinces and countries, and hamlets named by their unit word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifier.facts.record import PlaceFact
from classifier.facts.sentences import SentenceLookup
from classifier.places.gazetteer import UPPER, Gazetteer
from classifier.places.locate import Places
from classifier.text.prepared_text import PreparedText
from db.core.text import plain

_HAMLETS = "thôn|bản|làng|tổ dân phố|xóm|ấp|khu phố|tổ|village|hamlet|cầu treo|cầu|suối|đập|hồ|thác|dốc|ngầm"
_UNITS = "xã|phường|thị trấn|huyện|thị xã|quận|commune|ward"
_HAMLET = re.compile(
    rf"(?i:{_HAMLETS}) "
    rf"(?P<name>[{UPPER}\d]\w*(?: [{UPPER}\d]\w*){{0,3}})"
)
_UNIT = re.compile(rf"(?i:{_UNITS}) (?P<name>[{UPPER}]\w*(?: [{UPPER}]\w*){{0,3}})")
# Words that such a name begins with: the patterns are tried there alone.
_BEGINNING = frozenset(word.split(" ")[0] for word in f"{_HAMLETS}|{_UNITS}".split("|"))
_ROAD = re.compile(r"(?i)(?<!\w)(?:quốc lộ|ql|tỉnh lộ|đt|cao tốc)[ .-]{0,2}(?P<number>\d{1,3}[A-Z]?)(?!\w)")


def find(
    reading: PreparedText, located: Places, gazetteer: Gazetteer, limit: int, sentence: SentenceLookup
) -> list[PlaceFact]:
    """The places of the first ``limit`` code points, in order of place."""
    taken: list[tuple[int, int]] = []
    found: list[PlaceFact] = []
    for one in (*_own(reading, located, gazetteer, sentence), *_away(reading, located, gazetteer, sentence)):
        if one.start < limit:
            found.append(one)
            taken.append((one.start, one.end))
    folded = reading.folded[:limit]
    beginnings = [reading.spans[at][0] for at, word in enumerate(reading.words) if word in _BEGINNING]
    for pattern, kind in ((_UNIT, "away"), (_HAMLET, "hamlet")):
        for beginning in beginnings:
            match = pattern.match(folded, beginning) if beginning < limit else None
            if match is None:
                continue
            start, end = match.span("name")
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            name = plain(match["name"])
            taken.append((start, end))
            found.append(
                PlaceFact(
                    start=match.start(), end=end, text=reading.body[match.start() : end], id=f"{kind}:{name}",
                    name=match["name"], level="hamlet" if kind == "hamlet" else "elsewhere", own=False, sentence=sentence(match.start()),
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: one.start)


def roads(folded: str) -> frozenset[str]:
    """The numbered roads that a folded passage names."""
    return frozenset(match["number"].lower() for match in _ROAD.finditer(folded))


def _own(
    reading: PreparedText, located: Places, gazetteer: Gazetteer, sentence: SentenceLookup
) -> Iterator[PlaceFact]:
    for hit in located.hits:
        yield PlaceFact(
            start=hit.start, end=hit.end, text=hit.as_written, id=hit.id, name=hit.name,
            level="landmark" if hit.level == "landmark" else hit.level,  # type: ignore[arg-type]
            own=hit.within != "no", role=hit.role, districts=gazetteer.districts.get(hit.id, frozenset()),
            sentence=sentence(hit.start),
        )  # fmt: skip


def _away(
    reading: PreparedText, located: Places, gazetteer: Gazetteer, sentence: SentenceLookup
) -> Iterator[PlaceFact]:
    for other in located.others:
        name = gazetteer.country_of(other.name) or f"away:{plain(other.name)}"
        yield PlaceFact(
            start=other.start, end=other.end, text=reading.body[other.start : other.end], id=name, name=other.name,
            level="country" if other.abroad else "elsewhere", own=False, role=other.role,
            sentence=sentence(other.start),
        )  # fmt: skip
