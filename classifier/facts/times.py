"""Times: days, months, years and hours that a text says, resolved to days from the day of publication (Hanoi)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from classifier.facts.record import TimeFact
from classifier.facts.sentences import SentenceLookup
from classifier.text.prepared_text import PreparedText
from db.core.text import strip_marks
from db.core.time import HANOI

_MONTHS_EN = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
              "november", "december")  # fmt: skip
_MONTHS_FR = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
              "novembre", "décembre")  # fmt: skip
_MONTH_OF = {name: at for names in (_MONTHS_EN, _MONTHS_FR) for at, name in enumerate(names, 1)}
_MONTH_OF |= {name[:3]: at for at, name in enumerate(_MONTHS_EN, 1) if name != "may"}
_WEEKDAYS = {
    "thứ hai": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5, "chủ nhật": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
}  # fmt: skip
_RELATIVE = {  # days from publication: first, last
    "hôm nay": (0, 0), "sáng nay": (0, 0), "trưa nay": (0, 0), "chiều nay": (0, 0), "tối nay": (0, 0),
    "đêm nay": (0, 0), "rạng sáng nay": (0, 0), "hôm qua": (-1, -1), "sáng qua": (-1, -1), "trưa qua": (-1, -1),
    "chiều qua": (-1, -1), "tối qua": (-1, -1), "đêm qua": (-1, 0), "hôm kia": (-2, -2), "ngày mai": (1, 1),
    "sáng mai": (1, 1), "hôm mai": (1, 1), "tuần trước": (-13, -3), "tuần qua": (-7, 0), "tháng trước": (-61, -8),
    "năm ngoái": (-730, -60), "năm trước": (-730, -60), "năm kia": (-1095, -400), "mấy hôm nay": (-7, 0),
    "today": (0, 0), "this morning": (0, 0), "tonight": (0, 0), "this afternoon": (0, 0), "this evening": (0, 0),
    "yesterday": (-1, -1), "last night": (-1, 0), "tomorrow": (1, 1), "last week": (-13, -3), "last month": (-61, -8),
    "last year": (-730, -60), "aujourd'hui": (0, 0), "ce matin": (0, 0), "ce soir": (0, 0), "hier": (-1, -1),
    "demain": (1, 1), "la semaine dernière": (-13, -3), "l'an dernier": (-730, -60), "今天": (0, 0), "今晨": (0, 0),
    "今早": (0, 0), "今晚": (0, 0), "今日": (0, 0), "昨天": (-1, -1), "昨晚": (-1, 0), "昨日": (-1, -1), "前天": (-2, -2),
    "明天": (1, 1), "上周": (-13, -3), "去年": (-730, -60), "上个月": (-61, -8),
}  # fmt: skip
_AGO = {"ngày": 1, "hôm": 1, "tuần": 7, "tháng": 30, "năm": 365, "day": 1, "week": 7, "month": 30, "year": 365,
        "jours": 1, "jour": 1, "semaines": 7, "mois": 30, "ans": 365, "an": 365, "天": 1, "年": 365, "周": 7}  # fmt: skip
_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
            "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "deux": 2, "trois": 3,
            "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "十": 10}  # fmt: skip
_number = r"(?P<ago>\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|one|two|three|four|five|six|ten|deux|trois|[一两二三四五十])"
_DAY = r"(?P<d>[0-3]?\d)\s?[/.-]\s?(?P<m>[01]?\d)(?:\s?[/.-]\s?(?P<y>(?:19|20)\d\d))?(?![\d/]|[.,]\d)"
_NAMED = r"ngày (?P<nd>[0-3]?\d) tháng (?P<nm>[01]?\d)(?:,? (?:năm )?(?P<ny>(?:19|20)\d\d))?"
_MONTH = r"tháng (?P<mm>[01]?\d)(?:\s?[/,-]\s?| năm | )(?P<my>(?:19|20)\d\d)|(?P<mm2>0?[1-9]|1[0-2])/(?P<my2>(?:19|20)\d\d)(?!\d)"
_YEAR = r"(?:năm|in|en|từ năm|since|depuis) (?P<yy>(?:19|20)\d\d)(?![\d/])|(?P<zyy>(?:19|20)\d\d)年(?!\d)"
_WEST = (
    r"(?P<wd>[0-3]?\d)(?:er|st|nd|rd|th)? (?P<wm>"
    + "|".join(_MONTH_OF)
    + r")\.?,?(?: (?P<wy>(?:19|20)\d\d))?(?!\w)"
    r"|(?P<em>"
    + "|".join([*_MONTHS_EN, *(name[:3] for name in _MONTHS_EN)])
    + r")\.? (?P<ed>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)(?:,? (?P<ey>(?:19|20)\d\d))?"
)
_EAST = r"(?:(?P<zy>(?:19|20)\d\d)年)?(?P<zm>[01]?\d)月(?P<zd>[0-3]?\d)[日号]"
_WEEK = (
    r"(?P<week>thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi"
    r"|mercredi|jeudi|vendredi|samedi|dimanche)(?!\w)|(?:周|星期|礼拜)(?P<zweek>[一二三四五六日天])"
)
_BEFORE = (
    _number
    + r" ?(?P<unit>ngày|hôm|tuần|tháng|năm|days?|weeks?|months?|years?|天|年|周)(?: trước| ago|前)|cách đây "
    + _number.replace("ago", "ago2")
    + r" (?P<unit2>ngày|tuần|tháng|năm)|il y a "
    + _number.replace("ago", "ago3")
    + r" (?P<unit3>jours?|semaines|mois|ans?)"
)
_HOUR = r"(?P<h>[01]?\d|2[0-4])\s?(?:giờ|h|:|点|时)\s?(?:(?P<min>[0-5]\d)(?!\d))?(?: phút|分)?(?!\w)"
_RELATIVE_PATTERN = "(?P<rel>" + "|".join(sorted(map(re.escape, _RELATIVE), key=len, reverse=True)) + ")"


def _compiled(plain: bool) -> re.Pattern[str]:
    parts = [_NAMED, _EAST, _DAY, _MONTH, _WEST, _BEFORE, _HOUR, _RELATIVE_PATTERN, _YEAR, _WEEK]
    pattern = "|".join(f"(?:{part})" for part in parts)
    return re.compile(r"(?<![\w/])(?:" + (strip_marks(pattern) if plain else pattern) + ")", re.IGNORECASE)


_PATTERN, _PLAIN = _compiled(False), _compiled(True)
_RELATIVE_PLAIN = {strip_marks(name): days for name, days in _RELATIVE.items()}
_WEEK_PLAIN = {strip_marks(name): day for name, day in _WEEKDAYS.items()}
_FIGURES = frozenset("0123456789")
# Words that a time may begin with, beside digits: the pattern is tried there alone.
_BEGINNING = frozenset(
    ["ngày", "tháng", "năm", "in", "en", "từ", "since", "depuis", "cách", "il"]
    + [name.split("'")[0].split(" ")[0] for name in (*_RELATIVE, *_WEEKDAYS, *_NUMBERS, *_MONTH_OF)]
)
_BEGINNING |= {strip_marks(word) for word in _BEGINNING}


def find(reading: PreparedText, limit: int, sentence: SentenceLookup) -> list[TimeFact]:
    """The times of the first ``limit`` code points of the body, in order of place."""
    text = reading.folded[:limit]
    on = reading.item.date.astimezone(HANOI).date() if reading.item.date else None
    return list(_facts(reading, text, on, sentence))


def _matches(reading: PreparedText, text: str) -> Iterator[re.Match[str]]:
    pattern = _PLAIN if reading.language.plain else _PATTERN
    if reading.language.code in ("zh", "ja"):  # words are not parted there
        yield from pattern.finditer(text)
        return
    end, limit = 0, len(text)
    for at, word in enumerate(reading.words):
        if word in _BEGINNING or word[0] in _FIGURES:
            start = reading.spans[at][0]
            if start >= limit:
                return
            if start >= end and (match := pattern.match(text, start)) is not None:
                end = match.end()
                yield match


def _facts(reading: PreparedText, text: str, on: date | None, sentence: SentenceLookup) -> Iterator[TimeFact]:
    body, plain = reading.body, reading.language.plain
    for match in _matches(reading, text):
        groups = {name: value for name, value in match.groupdict().items() if value}
        first, last, minute, relative = _resolved(groups, on, text, match, plain)
        if first is None and minute is None and not relative:
            continue
        yield TimeFact(
            start=match.start(), end=match.end(), text=body[match.start() : match.end()],
            first=first, last=last, minute=minute, relative=relative, sentence=sentence(match.start()),
        )  # fmt: skip


def _resolved(
    found: dict[str, str], on: date | None, text: str, match: re.Match[str], plain: bool
) -> tuple[date | None, date | None, int | None, bool]:
    """(first day, last day, minute of the day, whether relative)."""
    for day, month, year in (("d", "m", "y"), ("nd", "nm", "ny"), ("zd", "zm", "zy")):
        if day in found:
            one = _day(int(found[day]), int(found[month]), found.get(year), on)
            return one, one, None, False
    for day, month, year in (("wd", "wm", "wy"), ("ed", "em", "ey")):
        if day in found:
            one = _day(int(found[day]), _MONTH_OF[found[month].lower()], found.get(year), on)
            return one, one, None, False
    if "h" in found:
        minute = int(found["h"]) % 24 * 60 + int(found.get("min", 0))
        return None, None, minute, False
    if "rel" in found:
        table = _RELATIVE_PLAIN if plain else _RELATIVE
        low, high = table[found["rel"].lower()]
        return *_offset(on, low, high), None, True
    return _wide(found, on, plain)


def _wide(
    found: dict[str, str], on: date | None, plain: bool
) -> tuple[date | None, date | None, int | None, bool]:
    for month, year in (("mm", "my"), ("mm2", "my2")):
        if month in found and 1 <= int(found[month]) <= 12:
            first = date(int(found[year]), int(found[month]), 1)
            return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1), None, False
    for year in ("yy", "zyy"):
        if year in found:
            return date(int(found[year]), 1, 1), date(int(found[year]), 12, 31), None, False
    for ago, unit in (("ago", "unit"), ("ago2", "unit2"), ("ago3", "unit3")):
        if unit in found:
            return *_back(found[ago].lower(), found[unit].lower(), on), None, True
    week = found.get("week") or found.get("zweek")
    if week is not None:
        if on is None:
            return None, None, None, True
        back = (on.weekday() - (_WEEK_PLAIN if plain else _WEEKDAYS)[week.lower()]) % 7
        day = on - timedelta(days=back)
        return day, day, None, True
    return None, None, None, False


def _back(ago: str, unit: str, on: date | None) -> tuple[date | None, date | None]:
    number = int(ago) if ago.isdigit() else _NUMBERS.get(ago, 1)
    marked = {strip_marks(name): days for name, days in _AGO.items()} | _AGO
    days = marked.get(unit, marked.get(unit.rstrip("s"), 1)) * number
    slack = days // 6
    return _offset(on, -days - slack, -days + slack)


def _offset(on: date | None, low: int, high: int) -> tuple[date | None, date | None]:
    if on is None:
        return None, None
    return on + timedelta(days=low), on + timedelta(days=high)


def _day(day: int, month: int, year: str | None, on: date | None) -> date | None:
    """The day; without a year the one nearest to publication, rather before it."""
    try:
        if year:
            return date(int(year), month, day)
        if on is None:
            return date(1904, month, day)  # a leap year that nothing else gives: comparable among themselves
        near = [
            date(on.year + step, month, day) for step in (-1, 0, 1) if _is_day(on.year + step, month, day)
        ]
    except ValueError:
        return None
    return min(
        near, key=lambda one: abs((one - on).days) + (120 if (one - on).days > 90 else 0), default=None
    )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
