"""Ways of writing a place: an administrative unit, a landmark or a foreign form as the names a text may hold.

A form is folded (NFC, one kind of sign) with its case kept. With its marks it is known by itself ("sure"), with a word of
place ("cue") or with unit word and region ("shared"); without marks only in texts that have none.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from db.catalogue import Exonym, Landmark, Place
from db.catalogue.places import Standing
from db.core.text import fold, strip_marks

WORDS = re.compile(r"\w+")
# Script of a form that is found as it stands, because its language does not part words.
UNPARTED = re.compile("[\u0e01-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One place behind a name: an administrative unit in its span of validity, or a landmark."""

    id: str
    name: str
    level: str  # province, district, commune, landmark
    kind: str  # lower case: xã, phường, mountain, road …
    territory: str | None  # old_laocai, yenbai, new …; None: not in the province
    within: str = "yes"  # landmarks: yes, partly, no
    valid_from: date | None = None
    valid_to: date | None = None
    rank: int = 0  # province 0 … landmark 3


@dataclass(slots=True, kw_only=True)
class Name:
    """One way of writing: its words, the units that bear it, and how far it stands by itself."""

    words: tuple[str, ...]  # folded, case kept
    bare: str  # folded, with marks
    units: tuple[Unit, ...] = ()
    standing: Standing = "sure"
    elsewhere: bool = False  # other provinces, cities and countries bear it (too)
    abroad: bool = False  # a country or a city abroad
    country: str = ""  # of it, ISO 3166 in lower case, where its rule names one ("abroad-th")
    plain: bool = False  # without marks: only for texts that have none
    lead: str = ""  # lower-case words that must stand right before: "hồ", "vườn quốc gia"
    confirm: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    doubtful_abroad: bool = False  # sure in Vietnamese, in other languages only with a confirming word
    own: bool = field(init=False)
    kinds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.own = bool(self.units)
        self.kinds = frozenset(unit.kind for unit in self.units)


def territory_code(territory: str | None, newest: set[str]) -> str:
    """``new`` for the province of today, else the part before the merger: old_laocai where the name lived on, yenbai."""
    if not territory:
        return "new"
    name = territory.removeprefix("old ")
    code = "".join(WORDS.findall(strip_marks(name).lower()))
    return f"old_{code}" if name in newest else code


def _default_standing(place: Place) -> Standing:
    if place.standing:
        return place.standing
    if place.level == "province":
        return "sure"
    return "shared" if place.shared_before or place.shared_since else "cue"


def add_place(names: dict[str, Name], place: Place, newest: set[str]) -> None:
    unit = Unit(
        id=place.id,
        name=place.name,
        level=place.level,
        kind=place.kind.lower(),
        territory=territory_code(place.territory, newest),
        valid_from=place.valid_from,
        valid_to=place.valid_to,
        rank={"province": 0, "district": 1, "commune": 2}[place.level],
    )
    standing = _default_standing(place)
    forms = {place.bare, *place.aliases}
    prefix = place.kind.lower() + " "
    for form in forms:
        bare = form[len(prefix) :] if form.lower().startswith(prefix) else form
        marked = strip_marks(place.bare) != place.bare
        plain = marked and strip_marks(bare) == bare and bare != place.bare
        # Without marks a name is known by itself only where nothing else is written so; provinces are.
        if plain and place.level == "province":
            _add(names, bare, unit, standing)
        else:
            _add(names, bare, unit, standing, plain=plain)
    if strip_marks(place.bare) != place.bare:
        _add(names, strip_marks(place.bare), unit, standing, plain=place.level != "province")
    if standing == "sure":
        joined = "".join(WORDS.findall(place.bare))
        _add(names, joined, unit, standing)


def add_landmark(names: dict[str, Name], landmark: Landmark, newest: set[str]) -> None:
    unit = Unit(
        id=landmark.id,
        name=landmark.name,
        level="landmark",
        kind=landmark.kind,
        territory=territory_code(landmark.territory, newest) if landmark.within != "no" else None,
        within=landmark.within,
        valid_from=landmark.valid_from,
        valid_to=landmark.valid_to,
        rank=3,
    )
    standing: Standing = landmark.standing or "sure"
    for form in dict.fromkeys((landmark.name, *landmark.aliases)):
        for variant, plain in ((form, False), (strip_marks(form), True)):
            if not plain or variant != form:
                _add(names, variant, unit, standing, plain=plain, leads=True)


def add_gone(names: dict[str, Name], name: str, written: str) -> None:
    """A commune that left the tables before the merger: "Xã Tà Chải"; taken with unit word and region only."""
    kind, _, bare = written.partition(" ")
    unit = Unit(
        id=name,
        name=written,
        level="commune",
        kind=kind.lower(),
        territory=None,
        valid_to=date(2025, 6, 30),
        rank=2,
    )
    _add(names, bare, unit, "shared")


def add_exonym(names: dict[str, Name], exonym: Exonym) -> None:
    target = names.get(name_key(fold(exonym.target), False))
    units = target.units if target else ()
    for form, standing in (
        *((form, "sure") for form in exonym.forms),
        *((form, "cue") for form in exonym.doubtful),
    ):
        folded = fold(form)
        words = tuple(WORDS.findall(folded))
        known = names.get(name_key(folded, False))
        if not words or not units:
            continue
        if known is None or UNPARTED.search(folded):
            names[name_key(folded, False)] = Name(
                words=words,
                bare=folded,
                units=units,
                standing="sure" if standing == "sure" else "cue",
                confirm=tuple(word.lower() for word in exonym.confirm),
                reject=tuple(word.lower() for word in exonym.reject),
            )
        elif not known.confirm:
            known.doubtful_abroad = standing != "sure"
            known.confirm = tuple(word.lower() for word in exonym.confirm)
            known.reject = tuple(word.lower() for word in exonym.reject)


def _add(
    names: dict[str, Name],
    form: str,
    unit: Unit,
    standing: Standing,
    *,
    plain: bool = False,
    leads: bool = False,
) -> None:
    folded = fold(form)
    words = tuple(WORDS.findall(folded))
    lead = ""
    if leads and not UNPARTED.search(folded):
        # "Hồ Thác Bà" is written "hồ Thác Bà" within a sentence: the common words before the name go into the lead.
        lower = next((at for at, word in enumerate(words) if not word[0].islower()), 0)
        lead, words = " ".join(words[:lower]), words[lower:]
    least = 2 if UNPARTED.search(folded) else 3
    if not words or len("".join(words)) < least:
        return  # an empty or one-letter name would be found everywhere
    key = f"{lead}>{name_key(folded, plain)}" if lead else name_key(folded, plain)
    known = names.get(key)
    if known is None:
        names[key] = Name(words=words, bare=folded, units=(unit,), standing=standing, plain=plain, lead=lead)
    elif unit not in known.units:
        known.units = (*known.units, unit)
        known.own, known.kinds = True, known.kinds | {unit.kind}
        order = ("sure", "cue", "shared")
        # The firmest of its bearers decides: Sa Pa is sure, whatever a small commune of that name is.
        known.standing = min(known.standing, standing, key=order.index)


def name_key(folded: str, plain: bool) -> str:
    if UNPARTED.search(folded):
        return folded
    return f"{'~' if plain else ''}{' '.join(WORDS.findall(folded)).lower()}"
