"""The catalogue's place names, compiled: dictionaries by first word for Latin letters, one expression for the rest.

A name is written with capitals; that is what tells Yên Bình from "yên bình". So a text is scanned for capitalised
words only, which also makes it fast: some 130 words in an article of 3,000 code points, whatever the number of names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from classifier.places.name_forms import (
    UNPARTED,
    WORDS,
    Name,
    add_exonym,
    add_gone,
    add_landmark,
    add_place,
    name_key,
)
from db.catalogue import Catalogue
from db.core.text import fold, strip_marks

UPPER = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸА-ЯЁ"
CAPITALISED = re.compile(rf"(?<!\w)[{UPPER}]\w*")
FOLLOWING = re.compile(r"(?: {1,3}|-)(\w+)")  # not across a full stop: "sang Lào. Cai nghiện"
TOO_WIDE = frozenset({"road", "railway", "river", "highway"})  # landmarks that run through several districts
_KINDS = {
    "tp": "thành phố", "t p": "thành phố", "tx": "thị xã", "tt": "thị trấn", "p": "phường", "x": "xã", "h": "huyện",
    "tinh": "tỉnh", "thanh pho": "thành phố", "huyen": "huyện", "thi xa": "thị xã", "thi tran": "thị trấn", "xa": "xã",
    "phuong": "phường", "province": "tỉnh", "district": "huyện", "commune": "xã", "ward": "phường", "town": "thị xã",
    "city": "thành phố",
}  # fmt: skip

# Words after which an ambiguous name is a country's: "ở Đức", "người Nga".
_COUNTRY_LEADS = (
    "ở",
    "tại",
    "sang",
    "từ",
    "nước",
    "người",
    "đến",
    "về",
    "bên",
    "quân",
    "phía",
    "báo",
    "bờ biển",
    "du khách",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTrap:
    """A trap, ready for comparison: all words lower case."""

    name: str
    accept: tuple[str, ...]
    reject: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    passing: bool  # what is caught is the place, named in passing: a company's shares, not its dam


class Gazetteer:
    """All names of a catalogue, ready to be found; building takes some tens of milliseconds, keep it."""

    def __init__(self) -> None:
        # By first and second word in lower case; "" for names of one word.
        self.marked: dict[str, dict[str, list[Name]]] = {}
        self.plain: dict[str, dict[str, list[Name]]] = {}
        self.unparted: dict[str, Name] = {}
        self.unparted_pattern: re.Pattern[str] | None = None
        self.lower_pattern: re.Pattern[str] | None = None  # sure names, for texts written without capitals
        self.lower: dict[str, Name] = {}
        self.lower_plain_pattern: re.Pattern[str] | None = None  # the same without marks
        self.lower_plain: dict[str, Name] = {}
        self.watches: dict[str, list[NameTrap]] = {}
        self.cues: dict[
            str, str
        ] = {}  # words before a name → locative, venue, simile, route, origin, authority, press, unit
        self.kind_of: dict[str, str] = dict(_KINDS)  # written form of a unit word → kind
        self.kinds = frozenset(_KINDS.values())
        self.region: re.Pattern[str] | None = None
        self.roundup: re.Pattern[str] | None = None
        self.live: re.Pattern[str] | None = None
        self.passing: re.Pattern[str] | None = None
        self.person: re.Pattern[str] | None = None
        self.simile_after: tuple[str, ...] = ()
        self.never_plain: frozenset[str] = (
            frozenset()
        )  # names that are common words once their marks are gone
        self.districts: dict[str, frozenset[str]] = {}  # of each place by id: the old districts it lies in
        self.countries: dict[str, str] = {}  # folded name of a country or a place in it → its code
        self.local_hosts: frozenset[str] = frozenset()
        self.local_sources: frozenset[str] = frozenset()

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue) -> "Gazetteer":
        """Compiles places, landmarks, foreign names, traps and rules; empty and one-letter forms are left out."""
        made = cls()
        collected: dict[str, Name] = {}
        provinces = {place.bare for place in catalogue.places if place.level == "province"}
        newest = {
            place.bare for place in catalogue.places if place.level == "province" and not place.valid_to
        }
        for place in catalogue.places:
            add_place(collected, place, newest)
        for landmark in catalogue.landmarks:
            add_landmark(collected, landmark, newest)
        own_provinces = {fold(name).lower() for name in provinces}
        for rule in catalogue.rules:
            if rule.kind == "gone_before_merger":
                for value in rule.values:
                    add_gone(collected, rule.name, value)
            if rule.kind in ("elsewhere", "abroad"):
                country = rule.name.removeprefix("abroad-") if rule.name.startswith("abroad-") else ""
                for value in rule.values:
                    if fold(value).lower() not in own_provinces:
                        made._add_elsewhere(collected, value, country, abroad=rule.kind == "abroad")
        for exonym in catalogue.exonyms:
            add_exonym(collected, exonym)
        made._read_rules(catalogue)
        made._index(collected.values())
        made.districts = districts_of(catalogue)
        made.local_hosts = frozenset(
            host for source in catalogue.sources if source.locality in provinces for host in source.hosts
        )
        made.local_sources = frozenset(
            name.lower()
            for source in catalogue.sources
            if source.locality in provinces
            for name in (source.name, source.title)
        )
        return made

    def is_local(self, source: str | None, url: str | None) -> bool:
        """Whether an item comes from an outlet of the province itself, whose readers need not be told the province."""
        if source and source.lower() in self.local_sources:
            return True
        if not url:
            return False
        try:
            return urlsplit(url).hostname in self.local_hosts
        except ValueError:
            return False

    def country_of(self, name: str) -> str | None:
        """``country:xx`` for the name of a country or of a place in it, else None."""
        code = self.countries.get(fold(name))
        return f"country:{code}" if code else None

    def _add_elsewhere(self, names: dict[str, Name], form: str, country: str, *, abroad: bool) -> None:
        """A name of elsewhere. ``~`` before it: a word or a person's name too (Đức, Nga), so only after a word of place."""
        leads = _COUNTRY_LEADS if form.startswith("~") else ("",)
        form = form.removeprefix("~")
        for variant, plain in ((form, False), (strip_marks(form), True)):
            if plain and (variant == form or leads != ("",)):
                continue
            folded = fold(variant)
            if country:
                self.countries.setdefault(folded, country)
            for lead in leads:
                key = f"{lead}>{name_key(folded, plain)}" if lead else name_key(folded, plain)
                if key in names:
                    names[key].elsewhere = True
                    continue
                words = tuple(WORDS.findall(folded))
                names[key] = Name(
                    words=words,
                    bare=folded,
                    elsewhere=True,
                    abroad=abroad,
                    country=country,
                    plain=plain,
                    lead=lead,
                )

    def _index(self, names: Iterable[Name]) -> None:
        lower: list[str] = []
        bare: list[str] = []
        for name in names:
            if UNPARTED.search(name.bare):
                self.unparted[name.bare] = name
                continue
            if name.plain and name.bare.lower() in self.never_plain:
                continue
            index = self.plain if name.plain else self.marked
            second = name.words[1].lower() if len(name.words) > 1 else ""
            index.setdefault(name.words[0].lower(), {}).setdefault(second, []).append(name)
            if (
                name.plain
                and name.own
                and not name.lead
                and len(name.words) > 1
                and _stands_without_capitals(name)
            ):
                self.lower_plain[name.bare.lower()] = name
                bare.append(name.bare.lower())
            if not (name.lead or name.plain) and _stands_without_capitals(name):
                self.lower[name.bare.lower()] = name
                lower.append(name.bare.lower())
        for index in (self.marked, self.plain):
            for bucket in (names for seconds in index.values() for names in seconds.values()):
                bucket.sort(key=lambda name: (-len(name.words), -len(name.lead), not name.own))
        if self.unparted:
            forms = sorted(self.unparted, key=len, reverse=True)
            self.unparted_pattern = re.compile("|".join(map(re.escape, forms)))
        self.lower_pattern = _any_of(lower)
        self.lower_plain_pattern = _any_of(bare)

    def _read_rules(self, catalogue: Catalogue) -> None:
        roundup: list[str] = []
        region: list[str] = []
        for rule in catalogue.rules:
            values = [fold(value) for value in rule.values]
            if rule.kind == "roundup":
                roundup += [re.escape(value.lower()) for value in values]
            elif rule.kind == "region":
                region += [re.escape(value) for value in values]
            elif rule.kind == "never_plain":
                self.never_plain |= {value.lower() for value in values}
            elif rule.kind == "simile_after":
                self.simile_after += tuple(value.lower() for value in values)
        # Where one word is in several lists the later kind wins: "trường" before a name is a venue, "ở" a place.
        for kind in (
            "origin",
            "locative",
            "authority",
            "press",
            "unit",
            "route",
            "venue",
            "simile",
            "neutral",
        ):
            for rule in catalogue.rules:
                if rule.kind == kind:
                    for value in rule.values:
                        self.cues[" ".join(WORDS.findall(fold(value).lower()))] = kind
        self.live, self.passing = _any_word(catalogue, "live"), _any_word(catalogue, "passing")
        self.person = _any_word(catalogue, "person", end=r"\.? ?$")
        self.roundup = re.compile(rf"(?<!\w)(?:{'|'.join(roundup)})(?!\w)") if roundup else None
        self.region = re.compile(rf"(?<!\w)(?:{'|'.join(region)})(?!\w)") if region else None
        for trap in catalogue.traps:
            watch = NameTrap(
                name=trap.name,
                passing=trap.means == "mention",
                **{
                    part: tuple(fold(word).lower() for word in getattr(trap, part))
                    for part in ("accept", "reject", "before", "after")
                },
            )
            for form in trap.forms:
                self.watches.setdefault(fold(form).lower(), []).append(watch)


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(forms), key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _any_word(catalogue: Catalogue, kind: str, end: str = r"(?!\w)") -> re.Pattern[str] | None:
    """Any word of the rules of this kind, in lower-case text; Chinese ones anywhere."""
    words = [fold(value).lower() for rule in catalogue.rules if rule.kind == kind for value in rule.values]
    latin = [re.escape(word) for word in words if not UNPARTED.search(word)]
    parts = [rf"(?<!\w)(?:{'|'.join(latin)}){end}"] if latin else []
    parts += [re.escape(word) for word in words if UNPARTED.search(word)]
    return re.compile("|".join(parts)) if parts else None


def _stands_without_capitals(name: Name) -> bool:
    """Whether the name is no ordinary words in lower case: "bản công bố" is not Bản Công, "kho vàng" no village."""
    if not name.own:
        return not name.abroad and len(name.words) > 1
    rare = len(name.words) > 2 or any(unit.rank != 2 for unit in name.units)
    return name.standing == "sure" and rare and len(name.bare) > 3


def districts_of(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """The districts (before the merger) that each place lies in, by id: of communes then and now, and landmarks."""
    districts = {place.id for place in catalogue.places if place.level == "district"}
    of: dict[str, set[str]] = {}
    for place in catalogue.places:
        if place.level == "district":
            of[place.id] = {place.id}
        elif place.level == "commune" and place.parent in districts:
            of[place.id] = {place.parent}
    for place in catalogue.places:
        if place.level == "commune" and place.id not in of:
            of[place.id] = {district for before in place.predecessors for district in of.get(before, ())}
    by_name: dict[str, set[str]] = {}
    for place in catalogue.places:
        by_name.setdefault(fold(place.bare), set()).update(of.get(place.id, ()))
    for landmark in catalogue.landmarks:
        if landmark.near and landmark.within == "yes" and landmark.kind not in TOO_WIDE:
            of[landmark.id] = by_name.get(fold(landmark.near), set())
    return {place: frozenset(found) for place, found in of.items() if found}
