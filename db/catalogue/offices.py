"""Offices and their rules: agencies, roles by date, labels, deadlines, holidays, settings."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A body that answers, is asked or leads a duty, during its validity."""

    name: str
    title: str
    kind: str
    title_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None  # name of the agency that took over
    confirmed: bool = False  # staff have confirmed existence, dates and successor
    note: str | None = None
    # on its papers (db/queries/letterheads.py)
    superior: str | None = None  # body above it, in capitals; missing: the setting digest.superior
    symbol: str | None = None  # after the number: "SVHTTDL"
    place: str | None = None  # before the date; missing: the setting digest.place
    signer: str | None = None  # lines over the signer's name, joined by "|": "KT. Giám đốc|Phó Giám đốc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Which agency holds a role on a date; duties point to roles, roles to agencies."""

    name: str
    title: str
    agency: str
    title_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a verdict is called, inside and in public, from a date on."""

    name: str  # fabricated, partly_false, authentic, insufficient
    title: str
    title_en: str
    meaning: str
    meaning_en: str
    public: bool  # may stand in the bulletin
    valid_from: date | None = None
    valid_to: date | None = None
    basis: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day count (``kind`` count: ``value`` ``unit``) or a report date (``kind`` report: ``due`` in words).

    Nothing may be counted or printed with it until ``confirmed``; ``value`` is missing where no text of
    the act was reached.
    """

    name: str
    title: str
    kind: Literal["count", "report"]
    title_en: str | None = None
    value: int | None = None
    unit: Literal["hours", "days", "working_days"] | None = None
    due: str | None = None
    basis: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day the working calendar leaves out (``works`` false) or a weekend day worked in exchange (true)."""

    day: date
    title: str
    kind: Literal["solar", "lunar", "exchange"]
    works: bool = False
    confirmed: bool = False  # true: follows from the labour code's fixed date or a published decision
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value that staff may change, with its bounds and what it means.

    ``value`` is text in the form ``type`` names: integer, number, boolean, text, time (HH:MM),
    day (mon … sun), list (joined by ``|``).
    """

    name: str
    value: str = ""
    type: Literal["integer", "number", "boolean", "text", "time", "day", "list"]
    section: str
    title: str
    title_en: str
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
