"""Where: administrative units with their validity, landmarks, foreign names, and what is mistaken for them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exonym:
    """The forms of one place's name in one foreign language (``lang``: ISO 639-1)."""

    target: str
    lang: str
    forms: tuple[str, ...]
    confirm: tuple[str, ...] = ()  # one of these nearby makes a doubtful form sure
    reject: tuple[str, ...] = ()  # one of these nearby refutes it
    trap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """Forms that look like a place of the province and are something else."""

    name: str
    forms: tuple[str, ...]
    rule: str
    accept: tuple[str, ...] = ()  # words that make the form a place after all
    reject: tuple[str, ...] = ()  # longer forms or neighbours that show it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """A list of words that the place matcher reads: confirming words, accent collisions, units gone."""

    name: str
    kind: str
    values: tuple[str, ...]
    note: str | None = None
