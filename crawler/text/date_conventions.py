"""Date conventions of a source, learned from its own dates: the order of day and month, the zone, whether its GMT is local.

Pure. One feed is enough to learn from: of "10/14/2026" and "10/5/2026" the first tells how the second is meant. What was
learned may be kept and handed in again (`DateConventions.as_record`, `from_record`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import islice

from crawler.text.date_grammar import DatedMention, mentions
from crawler.text.date_words import canonical
from crawler.text.dates import DayOrder, Moment, parse, plausible

MOST_DATES = 400  # of one feed that are looked at
NEAR = timedelta(days=3)  # a feed's newest item is seldom older
FAR = timedelta(days=20)
SPREAD = 3  # different numbers in one place, one number in the other: the first are days
CLOCK_ERROR = timedelta(minutes=10)  # clocks of servers differ by this much
PAIRS = 3  # pages that must agree before a feed's GMT is called local


@dataclass(frozen=True, slots=True, kw_only=True)
class DateConventions:
    """How a source writes dates. ``order``: of numeric days; ``offset``: the zone its items state, for those that state
    none; ``gmt_is_local``: it writes local time and calls it GMT. None or False: not known."""

    order: DayOrder | None = None
    offset: timedelta | None = None
    gmt_is_local: bool = False

    def as_record(self) -> dict[str, str | int | bool | None]:
        """For JSON: ``order``, ``offset_minutes``, ``gmt_is_local``."""
        minutes = None if self.offset is None else int(self.offset.total_seconds() // 60)
        return {
            "order": self.order.value if self.order else None,
            "offset_minutes": minutes,
            "gmt_is_local": self.gmt_is_local,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> DateConventions:
        """What `as_record` gave; unknown values are as if nothing was learned."""
        order, minutes = record.get("order"), record.get("offset_minutes")
        known = order in {o.value for o in DayOrder}
        whole = isinstance(minutes, int) and not isinstance(minutes, bool) and abs(minutes) <= 14 * 60
        return cls(
            order=DayOrder(str(order)) if known else None,
            offset=timedelta(minutes=int(str(minutes))) if whole else None,
            gmt_is_local=record.get("gmt_is_local") is True,
        )

    def zone(self, fallback: tzinfo) -> tzinfo:
        """The zone of an item that states none."""
        return fallback if self.offset is None else timezone(self.offset)

    def read(self, raw: str | None, *, now: datetime, zone: tzinfo) -> Moment | None:
        """The moment a date text of this source states; ``zone``: the source's own, where nothing was learned."""
        moment = parse(raw, now=now + timedelta(hours=14), zone=self.zone(zone), order=self.order)
        if moment is None:
            return None
        if self.gmt_is_local and not moment.assumed and moment.at.utcoffset() == timedelta():
            local = moment.at.replace(tzinfo=zone)
            fixed = local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))
            moment = Moment(at=fixed, raw=moment.raw, assumed=True, day_only=moment.day_only)
        return moment if plausible(moment.at, now=now) else None


UNKNOWN = DateConventions()


def learn(
    raws: Iterable[str | None], *, now: datetime, zone: tzinfo, before: DateConventions = UNKNOWN
) -> DateConventions:
    """The conventions that the date texts of one feed show; ``before``: what was known of the source, which stays where
    this feed tells nothing."""
    texts = [r for r in raws if r][:MOST_DATES]
    return DateConventions(
        order=day_order(texts, now=now) or before.order,
        offset=_stated_offset(texts, now=now) or before.offset,
        gmt_is_local=_gmt_ahead(texts, now=now, zone=zone) or before.gmt_is_local,
    )


def day_order(raws: Iterable[str], *, now: datetime) -> DayOrder | None:
    """Which of the two stands first in the numeric days of these texts, as they show together; None where they do not."""
    found = [m for raw in islice(raws, MOST_DATES) for m in mentions(canonical(raw), compact=True)[:1]]
    return _order([m for m in found if m.day.numeric], now=now)


def gmt_is_local(pairs: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether a feed calls local time GMT: (feed's moment, page's moment) of at least three articles show the same clock
    with the page's offset."""
    told = [
        (feed, page)
        for feed, page in pairs
        if feed.utcoffset() == timedelta() and page.utcoffset() not in (None, timedelta())
    ]
    same = [feed.replace(tzinfo=None) == page.replace(tzinfo=None) for feed, page in told]
    return len(same) >= PAIRS and all(same)


# ── order of day and month ──────────────────────────────────────────────────────────────────────────


def _order(found: Sequence[DatedMention], *, now: datetime) -> DayOrder | None:
    """The first rule that speaks decides."""
    if not found:
        return None
    return next((o for _, rule in LEARNING_RULES if (o := rule(found, now)) is not None), None)


def _read_as(mention: DatedMention, order: DayOrder) -> date | None:
    first, second = mention.day.first or 0, mention.day.second or 0
    day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
    try:
        return date(mention.day.year, month, day)
    except ValueError:
        return None


def _impossible_otherwise(found: Sequence[DatedMention], now: datetime) -> DayOrder | None:
    """A number above twelve is a day; where items show both orders, nothing is learned."""
    fits = {o for o in DayOrder if all(_read_as(m, o) is not None for m in found)}
    return fits.pop() if len(fits) == 1 else None


def _not_in_the_future(found: Sequence[DatedMention], now: datetime) -> DayOrder | None:
    limit = (now + timedelta(hours=38)).date()
    fits = {o for o in DayOrder if all((d := _read_as(m, o)) is None or d <= limit for m in found)}
    return fits.pop() if len(fits) == 1 else None


def _days_vary_more_than_months(found: Sequence[DatedMention], now: datetime) -> DayOrder | None:
    firsts, seconds = {m.day.first for m in found}, {m.day.second for m in found}
    if len(firsts) >= SPREAD and len(seconds) == 1:
        return DayOrder.DAY_FIRST
    if len(seconds) >= SPREAD and len(firsts) == 1:
        return DayOrder.MONTH_FIRST
    return None


def _newest_is_near(found: Sequence[DatedMention], now: datetime) -> DayOrder | None:
    """The order by which the newest item is of these days, where by the other it is weeks old."""
    age = {}
    for order in DayOrder:
        read = [d for m in found if (d := _read_as(m, order)) is not None]
        age[order] = abs(now.date() - max(read)) if read else timedelta.max
    for order, other in (
        (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST),
        (DayOrder.MONTH_FIRST, DayOrder.DAY_FIRST),
    ):
        if age[order] <= NEAR and age[other] >= FAR:
            return order
    return None


LEARNING_RULES: tuple[tuple[str, Callable[[Sequence[DatedMention], datetime], DayOrder | None]], ...] = (
    ("only one order gives dates", _impossible_otherwise),
    ("only one order lies in the past", _not_in_the_future),
    ("days vary more than months", _days_vary_more_than_months),
    ("the newest item is of these days", _newest_is_near),
)


# ── zone ────────────────────────────────────────────────────────────────────────────────────────────


def _stated_offset(texts: Sequence[str], *, now: datetime) -> timedelta | None:
    """The offset that most of a feed's items state; Greenwich tells nothing of the paper's own clock."""
    moments = [m for t in texts if (m := parse(t, now=now)) is not None and not m.assumed]
    offsets = Counter(o for m in moments if (o := m.at.utcoffset()))
    return offsets.most_common(1)[0][0] if offsets else None


def _gmt_ahead(texts: Sequence[str], *, now: datetime, zone: tzinfo) -> bool:
    """Whether the newest item that says GMT lies ahead of the clock, and would not if it were local time."""
    later = now + timedelta(hours=14)
    moments = [m.at for t in texts if (m := parse(t, now=later)) is not None and not m.assumed]
    greenwich = [at for at in moments if at.utcoffset() == timedelta()]
    if not greenwich:
        return False
    newest = max(greenwich)
    local = newest.replace(tzinfo=zone).astimezone(UTC)
    return newest > now + CLOCK_ERROR and local <= now + CLOCK_ERROR
