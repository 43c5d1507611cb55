"""Which provinces, countries, districts and roads a headline and lead name: two like happenings in two of them are two
events. Districts are those before the merger: they hold the communes of then and now, and landmarks, together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from classifier.events import naming_facts, vectors
from classifier.events.naming_facts import Marks
from classifier.events.vectors import ArticleVector
from classifier.facts.reader import FactReader
from classifier.places.gazetteer import CAPITALISED, FOLLOWING
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.catalogue import Catalogue
from db.core.text import fold, strip_marks

_ROAD = re.compile(
    r"(?i)(?<!\w)(?:quốc lộ|ql|tỉnh lộ|đt|cao tốc|highway|rn)[ .-]{0,2}(\d{1,3}[A-Z]?)(?!\w)|(\d{1,3}[A-Z]?)国道"
)
_TOO_WIDE = frozenset(
    {"road", "railway", "river", "highway"}
)  # kinds of landmark that run through several districts
_LONGEST = 5  # words of a name


class Provinces:
    """The names of all provinces, the catalogue's own among them, and of the countries it knows."""

    def __init__(
        self,
        names: Iterable[str],
        own: Iterable[str] = (),
        *,
        within: Mapping[str, Iterable[str]] | None = None,
        foreign: Iterable[str] = (),
        shared: Iterable[str] = (),
        facts: FactReader | None = None,
    ) -> None:
        """``within``: for names in a province of ours the districts they may mean, ``shared``: those of them borne
        elsewhere too; ``foreign``: the province's names in other languages."""
        self.facts = facts
        self._home = {fold(name) for name in own}
        self.own = tuple(sorted({*own, *foreign}))
        self._within: dict[str, frozenset[str]] = {}
        for name, districts in (within or {}).items():
            key = _key(name)
            self._within[key] = self._within.get(key, frozenset()) | frozenset(districts)
        self._ours = set(self._within) - {_key(name) for name in shared}
        forms = sorted({fold(name) for name in names if len(name) > 2}, key=lambda name: (-len(name), name))
        self._pattern = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)") if forms else None
        )

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue, facts: FactReader | None = None) -> Provinces:
        """Own provinces from the places, all others from the rules on names borne elsewhere."""
        own = [place.bare for place in catalogue.places if place.level == "province"]
        other = [
            value
            for rule in catalogue.rules
            if rule.kind == "abroad" or (rule.kind == "elsewhere" and rule.name.startswith("provinces"))
            for value in rule.values
        ]
        foreign = [
            form for one in catalogue.exonyms if one.target in own for form in (*one.forms, *one.doubtful)
        ]
        districts = {place.bare for place in catalogue.places if place.level == "district"}
        shared = {
            place.bare for place in catalogue.places if place.shared_before or place.shared_since
        } - districts
        return cls(
            [*own, *other], own, within=_districts(catalogue), foreign=foreign, shared=shared, facts=facts
        )

    def story(
        self, *, title: str, text: str, at: datetime | None, marks: Marks | None = None
    ) -> ArticleVector:
        """An article as events see it; ``text`` is the body, ``at`` its publication, ``marks`` its naming facts, read
        here where they are not given."""
        if marks is None:
            marks = self.marks(title=title, text=text[: 2 * naming_facts.HEAD], at=at)
        passage = unicodedata.normalize("NFC", f"{title}\n{vectors.lead_of(text)}")
        return vectors.story(
            title=title, text=text, at=at, provinces=self.find(passage), localities=self.localities(passage),
            marks=naming_facts.of_happening(marks),
        )  # fmt: skip

    def marks(self, *, title: str, text: str, at: datetime | None, head: int = naming_facts.HEAD) -> Marks:
        """The facts that name the happening; none where no reader of facts was given."""
        if self.facts is None:
            return frozenset()
        reading = read(Item(id="", title=title, text=text, date=at))
        return naming_facts.marks(reading, self.facts.read(reading), head=head)

    def find(self, passage: str) -> frozenset[str]:
        """The names that stand in an NFC passage, capitalised as names are."""
        found = set(self._pattern.findall(fold(passage))) if self._pattern is not None else set()
        if any(name in self._ours for name in self._names(passage)):
            found |= self._home
        return frozenset(found)

    def localities(self, passage: str) -> frozenset[str]:
        """Districts ("in:" and the district's id) and numbered roads ("on:" and the number) named in an NFC passage."""
        roads = {f"on:{(one or other).lower()}" for one, other in _ROAD.findall(passage)}
        return frozenset(
            roads | {f"in:{district}" for name in self._names(passage) for district in self._within[name]}
        )

    def _names(self, passage: str) -> Iterator[str]:
        end = 0
        for first in CAPITALISED.finditer(passage):
            if first.start() < end:
                continue
            words, ends = [first.group()], [first.end()]
            while len(words) < _LONGEST and (more := FOLLOWING.match(passage, ends[-1])) is not None:
                words.append(more.group(1))
                ends.append(more.end())
            for size in range(len(words), 0, -1):
                if not words[size - 1][0].islower():
                    name = _key(" ".join(words[:size]))
                    if name in self._within:
                        end = ends[size - 1]
                        yield name
                        break


def _key(name: str) -> str:
    return strip_marks(fold(name)).lower().replace("-", " ")


def _districts(catalogue: Catalogue) -> dict[str, set[str]]:
    """For the names of districts, communes and landmarks, with and without accents, the old districts they may mean."""
    districts = {place.id for place in catalogue.places if place.level == "district"}
    provinces = {_key(place.bare) for place in catalogue.places if place.level == "province"}
    of: dict[str, set[str]] = {}
    for place in catalogue.places:
        if place.level == "district":
            of[place.id] = {place.id}
        elif place.level == "commune" and place.parent in districts:
            of[place.id] = {place.parent}
    for place in catalogue.places:
        if place.level == "commune" and place.id not in of:
            of[place.id] = {district for before in place.predecessors for district in of.get(before, ())}
    within: dict[str, set[str]] = {}
    for place in catalogue.places:
        if place.level != "province" and _key(place.bare) not in provinces:
            within.setdefault(_key(place.bare), set()).update(of.get(place.id, ()))
    for landmark in catalogue.landmarks:
        near = within.get(_key(landmark.near)) if landmark.near else None
        if near and landmark.within == "yes" and landmark.kind not in _TOO_WIDE:
            for name in (landmark.name, *landmark.aliases):
                if _key(name) not in provinces:
                    within.setdefault(_key(name), set()).update(near)
    return {name: found for name, found in within.items() if found}
