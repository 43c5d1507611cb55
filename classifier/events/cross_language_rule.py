"""One happening told in two languages: by where, when, which numbers and which names, for their words share nothing.

Precise before complete: a pair is joined only on a place of the province and further marks besides; staff join the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.core.text import plain

DAYS = timedelta(days=2)  # between first publications: foreign papers take a happening up late, but not later
ENOUGH = 4.0  # points that join two events; set by hand on invented pairs (2026-11-21)
_PLACE, _PROVINCE = 2.0, 1.0  # a district, commune or landmark in common; the province alone
_GREAT, _SMALL, _MOST_NUMBERS = 2.0, 1.0, 3.0  # a number from ten on; below ten; all of them together
_NAME, _MOST_NAMES = 1.5, 3.0
_NUMBER = re.compile(r"(?i)(?<![a-zà-ỹ\d.,/:-])(?:\d{1,3}(?:[.,]\d{3})+|\d{1,6})(?![a-zà-ỹ\d/:-]|[.,]\d)")
_DATE = re.compile(r"(?i)(?:ngày|sáng|chiều|tối|trưa|lúc|khoảng|quốc lộ|km|tháng|năm|january|february|march|april|may|june|july"
                   r"|august|september|october|november|december|route|road|le|on)\s*$")  # fmt: skip
_AFTER_DATE = re.compile(
    r"(?i)\s*(?:月|日|年|時|时|h\b|giờ|am\b|pm\b|tháng|january|february|march|april|may\b|june|july|august|september|october"
    r"|november|december|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
)
_WORDS = {
    "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9, "dix": 10, "douze": 12,
}  # fmt: skip
_WORD = re.compile(rf"(?i)(?<!\w)(?:{'|'.join(_WORDS)})(?!\w)")
_HAN = dict(zip("两二三四五六七八九十", (2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
_COUNTED = re.compile("([两二三四五六七八九十])(?=[人名死伤具户个辆座])")
_CAPITALS = re.compile(
    r"\b[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ][a-zà-öø-ÿăđĩũơưạ-ỹ]+(?: [A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ][a-zà-öø-ÿăđĩũơưạ-ỹ]+)+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place of the province as an article names it."""

    id: str
    as_written: str
    province: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What of an article does not depend on its language. ``places``: unit ids below the province; ``province``: whether
    it names the province; ``numbers``: counts, dates left out; ``names``: folded names of two and more words; ``bad``:
    whether it tells of harm."""

    language: str
    at: datetime
    places: frozenset[str]
    province: bool
    numbers: frozenset[int]
    names: frozenset[str]
    bad: bool


def marks(*, language: str, at: datetime, passage: str, places: Iterable[NamedPlace], bad: bool) -> Marks:
    """The marks of an article; ``passage`` is NFC title, line feed, beginning of the text."""
    here = list(places)
    known = {plain(place.as_written) for place in here}
    return Marks(
        language=language, at=at, places=frozenset(place.id for place in here if not place.province),
        province=bool(here), numbers=numbers(passage),
        names=_names(passage) - known, bad=bad,
    )  # fmt: skip


def _names(passage: str) -> frozenset[str]:
    """Folded names of two and more words; the capital with which a sentence begins is no part of one."""
    found = set()
    for match in _CAPITALS.finditer(passage):
        words = plain(match.group()).split()
        begins = match.start() == 0 or passage[: match.start()].rstrip(" ")[-1:] in ("\n", ".", "!", "?")
        if begins and len(words) > 2:
            words = words[1:]
        found.add(" ".join(words))
    return frozenset(found)


def numbers(passage: str) -> frozenset[int]:
    """The counts in a passage, from two on; hours, dates, years and roads left out."""
    found = {_WORDS[match.group().lower()] for match in _WORD.finditer(passage)}
    found |= {_HAN[match.group()] for match in _COUNTED.finditer(passage)}
    for match in _NUMBER.finditer(passage):
        value = int(re.sub("[.,]", "", match.group()))
        dated = _DATE.search(passage, max(0, match.start() - 12), match.start()) or _AFTER_DATE.match(
            passage, match.end()
        )
        if not dated and value > 1 and not 1900 <= value <= 2100:
            found.add(value)
    return frozenset(found)


def one_happening(one: Marks, other: Marks) -> bool:
    """Whether two articles in two languages tell of one happening."""
    if one.language == other.language or one.bad != other.bad or abs(one.at - other.at) > DAYS:
        return False
    shared = one.places & other.places
    where = _PLACE if shared else _PROVINCE if one.province and other.province else 0.0
    if not where or (one.places and other.places and not shared):
        return False
    counts = sum(_GREAT if value >= 10 else _SMALL for value in one.numbers & other.numbers)
    named = _NAME * len(one.names & other.names)
    return where + min(counts, _MOST_NUMBERS) + min(named, _MOST_NAMES) >= ENOUGH
