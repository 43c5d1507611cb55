"""Words: the terms that speak for a signal, the topics and the fields with their match words."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or phrase that speaks for a signal in one language (``lang``: ISO 639-1)."""

    term: str
    lang: str
    signal: str
    weight: float = 1.0
    kind: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A resolution or another subject that digests and routing count by; dated, since programmes end."""

    name: str
    title: str
    kind: str  # resolution, extra
    title_en: str | None = None
    number: str | None = None  # of the act: "11-NQ/TU"
    issuer: str | None = None
    keywords: tuple[str, ...] = ()
    agency: str | None = None  # name of the agency an item is routed to
    restricted: bool = False  # shown in the restricted view only
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One of the fields the national fake-news centre sorts by."""

    name: str
    title: str
    title_en: str
    keywords: tuple[str, ...] = ()
    agency: str | None = None
    note: str | None = None
