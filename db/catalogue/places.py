"""Where: administrative units with their validity, landmarks, foreign names, and what is mistaken for them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

# How far a name stands by itself. sure: wherever it is written as a name. cue: after a unit word, a word of place,
# or in a text that is about the region. shared: others bear it too (or it is a word), so unit word and region both.
Standing = Literal["sure", "cue", "shared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One administrative unit during one span of validity; ``code`` is only valid with its dates."""

    id: str
    level: Literal["province", "district", "commune"]
    kind: str  # Tỉnh, Huyện, Thị xã, Thành phố, Xã, Phường, Thị trấn
    name: str  # with its kind: "Xã Bảo Hà"
    bare: str  # without: "Bảo Hà"
    code: str | None = None  # official, text with leading zeros
    name_en: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    province: str | None = None
    valid_from: date | None = None  # first day; None: as far back as texts go
    valid_to: date | None = None  # last day; None: open
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    territory: str | None = None  # the province's part before a merger: "old Lào Cai"
    lat: float | None = None  # degrees, middle of the boundary
    lon: float | None = None
    bbox: tuple[float, ...] = ()  # west, south, east, north in degrees
    shared_before: tuple[str, ...] = ()  # other provinces with the same bare name before the merger
    shared_since: tuple[str, ...] = ()  # and from it on
    standing: Standing | None = None  # None: provinces sure, names borne elsewhere shared, the rest cue


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A pass, village, dam, road, border gate … that places an article without naming a unit."""

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    near: str | None = None
    within: Literal["yes", "partly", "no"] = "yes"  # does it lie in the province
    trap: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    standing: Standing | None = None  # None: sure
    territory: str | None = None  # as in places


@dataclass(frozen=True, slots=True, kw_only=True)
class Exonym:
    """The forms of one place's name in one foreign language (``lang``: ISO 639-1)."""

    target: str
    lang: str
    forms: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()  # one of these in the text makes a doubtful form sure
    reject: tuple[str, ...] = ()  # one of these, nearer than any that confirms, refutes every form
    doubtful: tuple[str, ...] = ()  # forms that need a confirming word or a sure name of the region
    trap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """Forms that look like a place of the province and are something else; words are compared without case."""

    name: str
    forms: tuple[str, ...]  # the names it watches
    rule: str  # for people: what it is and what tells
    accept: tuple[str, ...] = ()  # directly before or near: the form is the place after all
    reject: tuple[str, ...] = ()  # anywhere near (the sentence, a short item whole): it is not
    before: tuple[str, ...] = ()  # directly before the form: it is not
    after: tuple[str, ...] = ()  # directly after the form: it is not
    means: Literal["nothing", "mention"] = (
        "nothing"  # what is caught: no place at all, or one named in passing only
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """A list of words that the place matcher reads.

    Kinds: ``elsewhere`` names of other provinces and cities, ``abroad`` of countries; ``region`` words of the region;
    ``locative``, ``venue``, ``simile``, ``route``, ``origin``, ``authority``, ``neutral`` words before a name; ``unit`` words of
    administrative units; ``roundup`` words that open a news summary; ``date``, ``accent_collision``,
    ``gone_before_merger`` facts for people and tests.
    """

    name: str
    kind: str
    values: tuple[str, ...]
    note: str | None = None
