"""Grammar of dates: where calendar days, clocks and zones stand in a text in canonical spelling, and which belong together.

Pure and linear in the text. What a numeric day such as 10/5/2026 means is not decided here: both readings are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from crawler.text import zones
from crawler.text.date_words import AFTERNOON, ENGLISH_HALVES, MONTHS, MORNING, NIGHT, NOON, WEEKDAYS

BUDDHIST = 543  # years that Thai and Lao calendars are ahead
CENTURY = 70  # two-digit years from here on are of the twentieth century
LONGEST_GAP = 60  # code points between a day and its clock


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as written at ``start``..``end``. ``first``, ``second``: of a numeric day the two numbers before the year in the
    order written, where either may be the month; None where the order is plain. ``padded``: each has two digits.
    ``separator``: what stands between numbers."""

    start: int
    end: int
    year: int
    month: int
    day: int
    first: int | None = None
    second: int | None = None
    padded: bool = True
    separator: str = ""

    @property
    def numeric(self) -> bool:
        return self.first is not None


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day as written at ``start``..``end``; ``zone`` is the text that states one.

    ``half``: "am", "pm" where English says so; ``seconds``: whether they are stated; ``weak``: a form that is a clock
    only close to a day (15.42)."""

    start: int
    end: int
    hour: int
    minute: int
    second: int = 0
    zone: str | None = None
    half: str = ""
    seconds: bool = False
    weak: bool = False


class DatedMention(NamedTuple):
    """A day with the clock that belongs to it, if any."""

    day: CalendarDay
    clock: ClockTime | None

    @property
    def start(self) -> int:
        return min(self.day.start, self.clock.start) if self.clock else self.day.start

    @property
    def end(self) -> int:
        return max(self.day.end, self.clock.end) if self.clock else self.day.end


# ── days ────────────────────────────────────────────────────────────────────────────────────────────


def _any_of(words: AbstractSet[str]) -> str:
    """A pattern for any of the words, the longest first, that tries each common beginning once."""
    followers: dict[str, set[str]] = {}
    for word in words:
        if word:
            followers.setdefault(word[0], set()).add(word[1:])
    branches = [re.escape(first) + _any_of(rest) for first, rest in sorted(followers.items())]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)})" + ("?" if "" in words else "")


_NAMES = _any_of(set(MONTHS))
_LETTER_AFTER = r"(?![a-zà-öø-ÿа-я])"
_MONTH = rf"(?P<mon>{_NAMES}){_LETTER_AFTER}\.?"
_YEAR = r"(?P<y>\d{4}|'?\d{2}(?!\s?[:.h]\d|\s?(?:am|pm|uhr)|,?\s(?:1[89]|2[0-6])\d\d(?!\d)))(?!\d)"
_ERA_WORDS = r"(?:năm|de|del|ปี|พ\.?ศ\.?|ค\.?ศ\.?|ປີ|ค.ศ.)"

_YEAR_FIRST = re.compile(
    r"(?<![\d/.])(?P<y>(?:1[89]|2[0-6])\d\d)\s?(?P<sep>[/\-.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?!\d)(?:\.(?!\d))?"
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d(?!\d{3,5}(?!\d)))"
)
_SIGNS = re.compile(
    r"(?<!\d)(?P<y>\d{4}|\d{2})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?(?:日|일|号|號)?"
)
_NUMERIC = re.compile(
    r"(?<![\d/.,:])(?P<a>\d{1,2})\s?(?P<sep>[/.\-])\s?(?P<b>\d{1,2})\s?(?:(?P=sep)|[/\-])\s?(?P<y>(?:1[89]|2[0-6])\d\d|'?\d{2})(?!\d|[/.]\s?\d|:\d|-\d{4}(?!\d))"
)
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s?[/\-,]?\s?tháng\s?(?P<m>\d{1,2})(?!\d)\s?(?:[,/\-]\s?|\s)(?:năm\s)?(?P<y>\d{4})(?!\d)"
    r"|tháng\s?(?P<m2>\d{1,2})\s?[,/]?\s(?P<d2>\d{1,2}),?\s(?:năm\s)?(?P<y2>\d{4})(?!\d)"
)
_DAY_NAME = re.compile(
    r"(?<![\d:+])(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª)?\.?[\s\-/]{0,3}(?:of\s|de\s|d'|ខែ\s?|ເດືອນ\s?|เดือน\s?)?" + _MONTH
    + rf"[,\s\-/]{{0,4}}(?:{_ERA_WORDS}\s?)?" + _YEAR
)  # fmt: skip
_NAME_DAY = re.compile(
    r"(?<![a-z])"
    + _MONTH
    + r",?[\s\-/]{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d)[,\s/\-]{1,3}(?P<y>\d{4})(?!\d)"
)
_NAME_DAY_CLOCK_YEAR = re.compile(  # asctime: Nov 20 15:42:00 2026
    r"(?<![a-z])" + _MONTH
    + r"\s(?P<d>\d{1,2})\s(?=(?:\d{1,2}:\d{2}(?::\d{2})?)\s(?:(?:gmt|utc|[a-z]{3,4})(?:[+\-]\d{4})?\s)?(?P<y>\d{4})(?!\d))"
)  # fmt: skip
_YEAR_NAME_DAY = re.compile(r"(?<!\d)(?P<y>\d{4})[,\s\-]{1,2}" + _MONTH + r"[\s\-]{1,2}(?P<d>\d{1,2})(?!\d)")


def _plain(found: re.Match[str]) -> CalendarDay | None:
    """Year, month and day in groups of these names; month and day changed where only that fits (2026/20/11)."""
    year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    if month > 12 >= day:
        month, day = day, month
    return _made(found, year, month, day)


def _numeric(found: re.Match[str]) -> CalendarDay | None:
    first, second = int(found["a"]), int(found["b"])
    year = _year(found["y"], found)
    padded = len(found["a"]) == 2 and len(found["b"]) == 2
    if first > 12 and second > 12 or not first or not second:
        return None
    day, month = (second, first) if second > 12 else (first, second)
    made = _made(found, year, month, day)
    if made is None:
        return None
    open_order = first <= 12 and second <= 12 and first != second
    return replace(
        made,
        first=first if open_order or second > 12 or first > 12 else None,
        second=second if open_order or second > 12 or first > 12 else None,
        padded=padded,
        separator=found["sep"],
    )


def _vietnamese(found: re.Match[str]) -> CalendarDay | None:
    get = found.group
    return _made(found, int(get("y") or get("y2")), int(get("m") or get("m2")), int(get("d") or get("d2")))


def _named_month(found: re.Match[str]) -> CalendarDay | None:
    return _made(found, _year(found["y"], found), MONTHS[found["mon"].rstrip()], int(found["d"]))


def _year(text: str, found: re.Match[str]) -> int:
    year = int(text.lstrip("'"))
    if len(text.lstrip("'")) > 2:
        return year
    thai = any("\u0e00" <= c <= "\u0eff" for c in found[0])
    if thai and year > 50:
        return 2500 + year
    return year + (2000 if year < CENTURY else 1900)


def _made(found: re.Match[str], year: int, month: int, day: int) -> CalendarDay | None:
    if year < 100:
        year += 2000 if year < CENTURY else 1900
    if 2440 <= year <= 2650:
        year -= BUDDHIST
    try:
        date(year, month, day)
    except ValueError:
        return None
    return CalendarDay(found.start(), found.end(), year, month, day)


# forms of a day; where two fit one place the earlier in this list counts
DAY_FORMS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], CalendarDay | None]], ...] = (
    ("year first", _YEAR_FIRST, _plain),
    ("signs of year, month and day", _SIGNS, _plain),
    ("numbers, year last", _NUMERIC, _numeric),
    ("day and month in Vietnamese", _VIETNAMESE, _vietnamese),
    ("day, name of the month, year", _DAY_NAME, _named_month),
    ("name of the month, day, year", _NAME_DAY, _named_month),
    ("name of the month, day, clock, year", _NAME_DAY_CLOCK_YEAR, _named_month),
    ("year, name of the month, day", _YEAR_NAME_DAY, _named_month),
)
_COMPACT_FORM = ("year, month, day in one", _COMPACT, _plain)


def days(text: str, *, compact: bool = False) -> list[CalendarDay]:
    """The calendar days in a canonical text, in order; ``compact``: also those without separators (20261120)."""
    taken: list[CalendarDay] = []
    for _, pattern, read in (*DAY_FORMS, _COMPACT_FORM) if compact else DAY_FORMS:
        for found in pattern.finditer(text):
            if any(found.start() < d.end and d.start < found.end() for d in taken):
                continue
            if (day := read(found)) is not None:
                taken.append(day)
    return sorted(taken, key=lambda d: d.start)


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────

_HALVES = _any_of(MORNING | AFTERNOON | NOON | NIGHT)
_ZONE = rf"(?:\s{{0,2}}[(\[,]?\s?(?P<zone>{zones.PATTERN}))?"
_CLOCK = re.compile(
    rf"(?<![\d:/])(?:(?P<before>{_HALVES})\s?)?(?P<h>\d{{1,2}})\s?:\s?(?P<mi>[0-5]\d)(?!\d)(?:\s?:\s?(?P<s>[0-5]\d)(?!\d)(?:[.,]\d{{1,9}})?)?"
    rf"(?:\s?uhr|\s?น\.|\s?h(?![a-z]))?(?:\s?(?P<after>{_HALVES}){_LETTER_AFTER})?" + _ZONE
)
_COMPACT_CLOCK = re.compile(r"t?(?P<h>[01]\d|2[0-3])(?P<mi>[0-5]\d)(?P<s>[0-5]\d)?(?!\d)" + _ZONE)
_HOUR_HALF = re.compile(
    rf"(?<![\d:/.])(?P<h>\d{{1,2}})\s?(?P<after>a\.m\.|p\.m\.|am|pm){_LETTER_AFTER}" + _ZONE
)
_WEAK = re.compile(r"(?<![\d.:/])(?P<h>[01]?\d|2[0-3])\.(?P<mi>[0-5]\d)(?![.\d:/])")


def clocks(text: str) -> list[ClockTime]:
    """The times of day in a canonical text, in order."""
    found = [c for m in _CLOCK.finditer(text) if (c := _clock(m)) is not None]
    for pattern, weak in ((_HOUR_HALF, False), (_WEAK, True)):
        for m in pattern.finditer(text):
            if (
                not any(m.start() < c.end and c.start < m.end() for c in found)
                and (c := _clock(m)) is not None
            ):
                found.append(replace(c, weak=weak))
    return sorted(found, key=lambda c: c.start)


def _clock(found: re.Match[str]) -> ClockTime | None:
    got = found.groupdict()
    half = got.get("before") or got.get("after") or ""
    hour, minute = hour_of(int(got["h"]), half), int(got.get("mi") or 0)
    if hour > 24 or hour == 24 and minute:
        return None
    return ClockTime(
        found.start(), found.end(), hour % 24, minute, int(got.get("s") or 0), got.get("zone"),
        half=("am" if half in MORNING else "pm") if half in ENGLISH_HALVES else "", seconds=bool(got.get("s")),
    )  # fmt: skip


def hour_of(hour: int, half: str) -> int:
    """An hour of twelve with its words for the half of the day, as an hour of twenty-four."""
    if half in MORNING:
        return 0 if hour == 12 else hour
    if half in AFTERNOON:
        return hour + 12 if hour < 12 else hour
    if half in NOON:
        return hour + 12 if hour < 5 else hour
    if half in NIGHT:
        return hour + 12 if 5 <= hour < 12 else 0 if hour == 12 else hour
    return hour


# ── day and clock together ──────────────────────────────────────────────────────────────────────────

_WEEKDAY_WORDS = _any_of(set(WEEKDAYS))
_GLUE = re.compile(
    rf"(?:[\s,|\-–—•·()\[\]/:;.t~]|\([月火水木金土日一二三四五六월화수목금토일]\)|(?:{_WEEKDAY_WORDS})(?![a-zà-ỹ])|(?:vào lúc|lúc|hồi|vào hồi|giờ|ngày|at|à|um|om|on|le|den|the|as|los|a las|às|alle|ore"
    r"|kl|klo|jam|pukul|pkl|เวลา|ເວລາ|วันที่|ວັນທີ|now|updated|published|time|и|в|de|del|uhr|น|am|el)(?![a-zà-ỹ]))*"
)
_WEEKDAY = re.compile(rf"(?<![^\W_])(?P<w>{_WEEKDAY_WORDS})(?![a-zà-ỹ\d])")
_SURE_WEEKDAY = {w for w in WEEKDAYS if len(w) > 2 or not w.isascii() or w[0] == "t" or w == "cn"}


@lru_cache(maxsize=128)  # a page's dates are asked for their order, for the lines and for what they state
def mentions(text: str, *, compact: bool = False) -> tuple[DatedMention, ...]:
    """Each day in a canonical text with the clock that stands beside it: after it, else before it."""
    found_days = days(text, compact=compact)
    if not found_days:
        return ()
    found_clocks = clocks(text)
    used: set[int] = set()
    found: list[DatedMention] = []
    for day in found_days:
        if compact and (run := _COMPACT_CLOCK.match(text, day.end)) and (clock := _clock(run)) is not None:
            found.append(DatedMention(day, clock))
            continue
        inside = next(
            (c for c in found_clocks if day.end <= c.start and _beside(text, day.end, c.start)), None
        )
        before = next(
            (c for c in reversed(found_clocks) if c.end <= day.start and _beside(text, c.end, day.start)),
            None,
        )
        clock = _chosen_clock(day, inside, before, used)
        if clock is not None:
            used.add(clock.start)
        found.append(DatedMention(day, clock))
    return tuple(found)


def _chosen_clock(
    day: CalendarDay, after: ClockTime | None, before: ClockTime | None, used: set[int]
) -> ClockTime | None:
    if after is not None and after.weak and (before is not None or after.start - day.end > 3):
        after = None
    if before is not None and (before.weak or before.start in used):
        before = None
    if after is None or before is None:
        return after or before
    # 15:42 20/11/2026 15:50 21/11/2026 is a list of clocks with their days
    return after if after.start - day.end <= day.start - before.end else before


def _beside(text: str, start: int, end: int) -> bool:
    return end - start <= LONGEST_GAP and _GLUE.fullmatch(text, start, end) is not None


def weekday_near(text: str, mention: DatedMention) -> int | None:
    """The weekday (0 is Monday) that stands beside a day; None if none or several."""
    near = text[max(0, mention.start - 30) : mention.end + 30]
    found = {WEEKDAYS[m["w"]] for m in _WEEKDAY.finditer(near) if m["w"] in _SURE_WEEKDAY}
    return found.pop() if len(found) == 1 else None
