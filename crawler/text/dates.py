"""Times as newspapers write them: from text to an aware moment, or nothing rather than a wrong one.

Knows RFC 822 and ISO 8601 with the mistakes seen in the wild (a space before the offset, ``GMT+7``, ``+07``,
no seconds), Vietnamese dates in words (``Thứ sáu, 12/9/2025, 08:15 (GMT+7)``, ``Ngày đăng: 12/09/2025 - 08:15``,
``08:15, ngày 12/9/2025``), English month names and Chinese ``2025年9月12日 08:15``.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from db.core.time import HANOI

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # no press on the web before; 1970 is an empty database field
AHEAD = timedelta(
    hours=24
)  # later than this beyond now is a mistake (chosen; clocks and zones differ by less)

_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "jan january janvier janv",
            "feb february février fevrier févr",
            "mar march mars",
            "apr april avril avr",
            "may mai",
            "jun june juin",
            "jul july juillet juil",
            "aug august août aout",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december décembre decembre déc",
        ),
        1,
    )
    for name in names.split()
}
_ZONES = {
    "gmt": 0,
    "utc": 0,
    "ut": 0,
    "z": 0,
    "ict": 7,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "cet": 1,
    "cest": 2,
    "bst": 1,
    "jst": 9,
    "kst": 9,
    "hkt": 8,
    "sgt": 8,
    "msk": 3,
}

_OFFSET = r"(?P<zone>(?:GMT|UTC)?\s?[+\-\u2212]\s?\d{1,2}(?::?\d{2})?(?::\d{2})?|(?:GMT|UTC|UT|Z|ICT|[ECMP][SD]T|CES?T|BST|JST|KST|HKT|SGT|MSK)(?![A-Za-z+\-]))"
_CLOCK = r"(?P<h>\d{1,2})\s?[:hg]\s?(?P<mi>\d{2})(?:\s?[:'p]\s?(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?:\s?(?P<half>[AaPp]\.?[Mm]|SA|CH)\b)?"
_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ,]{1,2}" + _CLOCK + r"\s{0,2}\(?(?:" + _OFFSET + r")?)?"
)
_RFC = re.compile(
    r"(?P<d>\d{1,2})[\s\-]{1,2}(?P<mon>[A-Za-zéûôè]{3,9})\.?,?[\s\-]{1,2}(?P<y>\d{4}|\d{2}(?=\s+\d{1,2}:))"
    r"(?:,?\s{1,3}(?:(?:at|à|lúc)\s)?" + _CLOCK + r"\s{0,2}\(?(?:" + _OFFSET + r")?)?"
)
_ENGLISH = re.compile(
    r"(?P<mon>[A-Z][a-z]{2,8})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>\d{4})"
    r"(?:,?\s{1,3}(?:[-|•]\s)?(?:at\s)?" + _CLOCK + r"\s{0,2}\(?(?:" + _OFFSET + r")?)?"
)
_CHINESE = re.compile(
    r"(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日(?:\s{0,3}" + _CLOCK + r")?"
)
_DAY = r"(?P<d>\d{1,2})\s?[/\-.]\s?(?P<m>\d{1,2})\s?[/\-.]\s?(?P<y>\d{4})"
_DAY_WORDS = r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?:\s*,|\s+năm)?\s+(?P<y>\d{4})"
_GAP = r"[\s,|\-–—•·(\[]{0,6}(?:(?:lúc|vào lúc|hồi|at)\s?:?\s?)?"
_DAY_FIRST = re.compile(
    r"(?<![\d/.])"
    + _DAY
    + r"(?![\d/])(?:"
    + _GAP
    + r"(?<![\d])"
    + _CLOCK
    + r"\s{0,2}[(,]?\s?(?:"
    + _OFFSET
    + r")?)?"
)
_WORDS_FIRST = re.compile(
    _DAY_WORDS + r"(?:" + _GAP + _CLOCK + r"\s{0,2}\(?(?:" + _OFFSET + r")?)?", re.IGNORECASE
)
_CLOCK_FIRST = re.compile(
    r"(?<![\d:/])"
    + _CLOCK
    + r"\s{0,2}\(?(?:"
    + _OFFSET
    + r"\)?)?[\s,|\-–—•·]{0,4}(?:(?:Thứ|thứ|Chủ|chủ)\s\w{2,4}[\s,\-]{1,3})?(?:ngày\s)?(?<!\d)"
    + _DAY
    + r"(?![\d/])"
)
_PATTERNS = (_ISO, _CLOCK_FIRST, _DAY_FIRST, _WORDS_FIRST, _RFC, _ENGLISH, _CHINESE)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time read from text: aware, with the offset that was stated or assumed.

    ``assumed``: the text named no zone. ``day_only``: it named no time of day (midnight stands in).
    """

    at: datetime
    raw: str
    assumed: bool = False
    day_only: bool = False


def parse(raw: str | None, *, now: datetime, zone: tzinfo = HANOI) -> Moment | None:
    """The moment a date text states; None if it holds none or an impossible one (before 1995, over a day ahead).

    ``zone`` stands in where the text names none.
    """
    if not raw or len(raw) > 400:
        return None
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if _EPOCH.match(text):
        at = datetime.fromtimestamp(int(text[:10]), UTC)
        return Moment(at=at, raw=text) if plausible(at, now=now) else None
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            moment = _moment(found, raw=text, zone=zone)
            if moment is not None:
                return moment if plausible(moment.at, now=now) else None
    return None


def plausible(at: datetime, *, now: datetime) -> bool:
    """Whether an article may have appeared then: not before 1995, at most 24 hours ahead of ``now``."""
    return EARLIEST <= at <= now + AHEAD


def find_in(text: str, *, now: datetime, zone: tzinfo = HANOI) -> list[Moment]:
    """All plausible moments with a time of day in a visible text, in order."""
    out = []
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            moment = _moment(found, raw=found[0], zone=zone)
            if moment is not None and plausible(moment.at, now=now):
                out.append((found.start(), moment))
    return [m for _, m in sorted(out, key=lambda pair: pair[0])]


def _moment(found: re.Match[str], *, raw: str, zone: tzinfo) -> Moment | None:
    got = found.groupdict()
    if got.get("mon"):
        month = _MONTHS.get(got["mon"].lower().rstrip("."))
        if month is None:
            return None
    else:
        month = int(got["m"])
    year = int(got["y"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    day = int(got["d"])
    if (
        year >= 1900
        and day <= 12
        and month <= 12
        and not got.get("mon")
        and _weekday_says_swapped(raw, year, month, day)
    ):
        day, month = month, day
    stated = _zone(got.get("zone"))
    hour, minute, second = (int(got.get(k) or 0) for k in ("h", "mi", "s"))
    half = (got.get("half") or "").upper().replace(".", "")
    if half in ("PM", "CH") and hour < 12:
        hour += 12
    elif half in ("AM", "SA") and hour == 12:
        hour = 0
    try:
        at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=stated or zone)
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if stated is None:  # a fixed offset, so that the stored text keeps it
        at = at.replace(tzinfo=timezone(at.utcoffset() or timedelta()))
    return Moment(at=at, raw=raw, assumed=stated is None, day_only=got.get("h") is None)


_WEEKDAYS = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
    "thứ hai": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5, "chủ nhật": 6,
}  # fmt: skip
_WEEKDAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{0,6})\b|(thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)", re.IGNORECASE
)


def _weekday_says_swapped(text: str, year: int, month: int, day: int) -> bool:
    """Whether a weekday in the text fits only with day and month exchanged (``Fri, 09/04/2026`` for 4 September)."""
    found = _WEEKDAY.search(text)
    if not found or day == month:
        return False
    wanted = _WEEKDAYS[(found[1] or found[2]).lower()]
    try:
        return (
            datetime(year, month, day).weekday() != wanted and datetime(year, day, month).weekday() == wanted
        )
    except ValueError:
        return False


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    flat = text.replace(" ", "").replace("\u2212", "-").lower()
    signed = re.fullmatch(r"(?:gmt|utc)?([+\-])(\d{1,2}):?(\d{2})?(?::\d{2})?", flat)
    if signed:
        hours, minutes = int(signed[2]), int(signed[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(-offset if signed[1] == "-" else offset)
    return timezone(timedelta(hours=_ZONES[flat])) if flat in _ZONES else None
