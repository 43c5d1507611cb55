"""Dates of the press: from text to an aware moment, or nothing rather than a wrong one.

The grammar (days, clocks, zones, in sixteen languages) stands in `date_grammar`, its words in `date_words`, zones in `zones`.
Here is decided what a numeric day means and whether a moment may be: 10/5/2026 is the tenth of May unless weekday, learned
order, the form of an American clock or the day of reading say otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from crawler.text import zones
from crawler.text.date_grammar import CalendarDay, DatedMention, mentions, weekday_near
from crawler.text.date_words import LONGEST, canonical
from db.core.time import HANOI

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # no press on the web before; 1970 is an empty database field
AHEAD = timedelta(
    hours=24
)  # later than this beyond now is a mistake (chosen; clocks and zones differ by less)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
# Where numbers are written month first (CLDR short dates); Canada writes both ways and is left out.
_MONTH_FIRST_ZONES = re.compile(
    r"America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit|Boise|Indiana/|Kentucky/|North_Dakota/|Juneau|Adak)"
    r"|US/|Pacific/Honolulu|Asia/Manila"
)


class DayOrder(StrEnum):
    """Which of two numbers before the year is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time read from text: aware, with the offset that was stated or assumed.

    ``assumed``: the text named no zone. ``day_only``: it named no time of day (midnight stands in). ``exchanged``: the
    same moment with day and month exchanged, where the text alone does not tell which is which; ``doubtful``: nothing
    but habit chose the order, and the form speaks against the habit.
    """

    at: datetime
    raw: str
    assumed: bool = False
    day_only: bool = False
    exchanged: datetime | None = None
    doubtful: bool = False

    def with_exchange(self) -> Moment:
        """The other reading of day and month; itself where there is none."""
        if self.exchanged is None:
            return self
        return replace(self, at=self.exchanged, exchanged=self.at, doubtful=False)


def parse(
    raw: str | None, *, now: datetime, zone: tzinfo = HANOI, order: DayOrder | None = None
) -> Moment | None:
    """The moment a date text states; None if it holds none or an impossible one (before 1995, over a day ahead).

    ``zone`` stands in where the text names none; ``order``: how this source writes numeric days, where that is known.
    """
    if not raw or len(raw) > LONGEST:
        return None
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(text[:10]), UTC)
        return Moment(at=at, raw=text) if plausible(at, now=now) else None
    moment = next(_moments(text, now=now, zone=zone, order=order, compact=True), None)
    return moment if moment is not None and plausible(moment.at, now=now) else None


def find_in(text: str, *, now: datetime, zone: tzinfo = HANOI, order: DayOrder | None = None) -> list[Moment]:
    """All plausible moments in a visible text, in order of appearance."""
    found = _moments(text, now=now, zone=zone, order=order, compact=False)
    return [m for m in found if plausible(m.at, now=now)]


def plausible(at: datetime, *, now: datetime) -> bool:
    """Whether an article may have appeared then: not before 1995, at most 24 hours ahead of ``now``."""
    return EARLIEST <= at <= now + AHEAD


def order_of_zone(zone: tzinfo) -> DayOrder | None:
    """Month first for the zones whose press writes so; None elsewhere."""
    if isinstance(zone, ZoneInfo) and _MONTH_FIRST_ZONES.match(zone.key):
        return DayOrder.MONTH_FIRST
    return None


def _moments(
    raw: str, *, now: datetime, zone: tzinfo, order: DayOrder | None, compact: bool
) -> Iterator[Moment]:
    text = canonical(raw)
    for mention in mentions(text, compact=compact):
        kept = raw if compact else text[mention.start : mention.end]
        evidence = _OrderEvidence(mention, weekday_near(text, mention), order, zone)
        if (moment := _moment(evidence, raw=kept, now=now)) is not None:
            yield moment


@dataclass(frozen=True, slots=True)
class _OrderEvidence:
    """What speaks for day first or month first: the form, the weekday beside it, the source's habit, the zone."""

    mention: DatedMention
    weekday: int | None
    habit: DayOrder | None
    zone: tzinfo

    @property
    def day(self) -> CalendarDay:
        return self.mention.day


def _only_one_fits(it: _OrderEvidence) -> DayOrder | None:
    if it.day.first is not None and it.day.first > 12:
        return DayOrder.DAY_FIRST
    if it.day.second is not None and it.day.second > 12:
        return DayOrder.MONTH_FIRST
    return None


def _by_weekday(it: _OrderEvidence) -> DayOrder | None:
    if it.weekday is None or it.day.first is None or it.day.second is None:
        return None
    fits = []
    for order, (day, month) in (
        (DayOrder.DAY_FIRST, (it.day.first, it.day.second)),
        (DayOrder.MONTH_FIRST, (it.day.second, it.day.first)),
    ):
        try:
            if datetime(it.day.year, month, day).weekday() == it.weekday:
                fits.append(order)
        except ValueError:
            continue
    return fits[0] if len(fits) == 1 else None


def _by_habit(it: _OrderEvidence) -> DayOrder | None:
    return it.habit


def _by_separator(it: _OrderEvidence) -> DayOrder | None:
    return DayOrder.DAY_FIRST if it.day.separator == "." else None


def _by_american_clock(it: _OrderEvidence) -> DayOrder | None:
    """10/5/2026 3:42:00 PM, unpadded and with seconds, is how programs set to the United States print a time."""
    clock = it.mention.clock
    american = clock is not None and clock.half and clock.seconds and not it.day.padded
    return DayOrder.MONTH_FIRST if american and it.day.separator == "/" else None


def _by_zone(it: _OrderEvidence) -> DayOrder | None:
    return order_of_zone(it.zone)


# the first that speaks decides; where none does, the day comes first
ORDER_RULES: tuple[tuple[str, Callable[[_OrderEvidence], DayOrder | None]], ...] = (
    ("only one order is a date", _only_one_fits),
    ("weekday", _by_weekday),
    ("learned order of the source", _by_habit),
    ("separator", _by_separator),
    ("American clock", _by_american_clock),
    ("zone", _by_zone),
)


def _moment(it: _OrderEvidence, *, raw: str, now: datetime) -> Moment | None:
    day, clock = it.day, it.mention.clock
    stated = zones.stated(clock.zone, assumed=it.zone) if clock else None

    def at(month: int, day_of_month: int) -> datetime | None:
        hour, minute, second = (clock.hour, clock.minute, clock.second) if clock else (0, 0, 0)
        try:
            made = datetime(
                day.year, month, day_of_month, hour, minute, min(second, 59), tzinfo=stated or it.zone
            )
            made.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return made.replace(
            tzinfo=timezone(made.utcoffset() or timedelta())
        )  # fixed: the stored text keeps it

    if day.first is None or day.second is None:
        first = at(day.month, day.day)
        return Moment(at=first, raw=raw, assumed=stated is None, day_only=clock is None) if first else None
    order = next((o for _, rule in ORDER_RULES if (o := rule(it)) is not None), None)
    ways = {
        DayOrder.DAY_FIRST: at(day.second, day.first) if day.second <= 12 else None,
        DayOrder.MONTH_FIRST: at(day.first, day.second) if day.first <= 12 else None,
    }
    chosen = order or DayOrder.DAY_FIRST
    other = DayOrder.MONTH_FIRST if chosen is DayOrder.DAY_FIRST else DayOrder.DAY_FIRST
    best = ways[chosen] or ways[other]
    if best is None:
        return None
    sure = order is not None and (_by_weekday(it) or _only_one_fits(it)) is not None
    exchanged = ways[other] if best is ways[chosen] and not sure else None
    if exchanged is not None and not plausible(exchanged, now=now):
        exchanged = None
    doubtful = order is None and exchanged is not None and clock is not None and bool(clock.half)
    return Moment(
        at=best,
        raw=raw,
        assumed=stated is None,
        day_only=clock is None,
        exchanged=exchanged,
        doubtful=doubtful,
    )
