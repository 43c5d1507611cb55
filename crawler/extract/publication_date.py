"""Publication date: all evidence of when an article appeared, weighed once.

Evidence in the order of trust: JSON-LD of the article, meta elements, microdata, a visible date by the headline, weaker
machine dates (of the web page or of a video, a ``date`` that may be the day of rendering), the address, a visible date of
change. Each piece keeps whether its zone and its time of day were stated; then pieces correct one another: a day without a
clock takes the clock of another piece, a clock without a zone the zone of another, an exchanged day and month is set right.
What nothing states stays None.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from crawler.extract.address_date import from_address
from crawler.extract.date_texts import dated_texts
from crawler.extract.page_statements import PageStatements
from crawler.extract.visible_dates import DateLine, DateRole, date_lines
from crawler.text import date_conventions
from crawler.text.date_conventions import DateConventions
from crawler.text.dates import DayOrder, Moment

RENDERED = timedelta(minutes=15)  # a date this close to the visit may be the moment of rendering
DIFFERENT = timedelta(days=1)  # dates farther apart contradict each other
BYLINE = 1.0  # score from which a visible date is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """The moment believed, its evidence as the contract names it, and the last change."""

    published: Moment | None
    evidence: str | None
    modified: datetime | None


class DateEvidence(NamedTuple):
    """One statement of the publication date. ``trust``: higher is believed first; ``name``: as the contract names it."""

    trust: float
    name: str
    kind: str
    moment: Moment


# kinds of machine dates: trust and name; what is not in the table is no date of publication
_TRUST = {
    "json-ld": (9.0, "json-ld"),
    "meta": (8.0, "meta"),
    "micro": (7.0, "meta"),
    "time": (6.5, "meta"),
    "json-ld-video": (5.0, "json-ld"),
    "json-ld-other": (4.5, "json-ld"),
    "meta-weak": (4.0, "meta"),
}
_VISIBLE, _ADDRESS, _CHANGED = 6.0, 3.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDates:
    """What a page is weighed with: its statements, its visible date lines, its address."""

    statements: PageStatements
    lines: Sequence[DateLine]
    address: Moment | None
    conventions: DateConventions
    now: datetime
    zone: tzinfo

    def read(self, raw: str) -> Moment | None:
        return self.conventions.read(raw, now=self.now, zone=self.zone)

    @property
    def bylines(self) -> list[DateLine]:
        return [line for line in self.lines if line.role is DateRole.BYLINE and line.score >= BYLINE]


def article_moment(
    statements: PageStatements,
    root: Any,
    *,
    title: str,
    body: Any,
    first_prose: Any,
    own: str,
    now: datetime,
    zone: tzinfo,
    conventions: DateConventions = date_conventions.UNKNOWN,
) -> Dated:
    """The publication moment of a page.

    ``root``: its body element; ``body``, ``first_prose``: elements of the running text and of its first paragraph;
    ``own``: its address; ``zone``: of the source; ``conventions``: how the source writes dates, where that is known.
    """
    texts = dated_texts(root)
    order = conventions.order or _order_on_the_page(texts, statements, now=now)
    conventions = replace(conventions, order=order)
    page = PageDates(
        statements=statements,
        lines=date_lines(
            root, texts, title=title, body=body, first_prose=first_prose, now=now, zone=zone, order=order
        ),
        address=from_address(own, now=now, zone=zone),
        conventions=conventions,
        now=now,
        zone=zone,
    )
    modified = max((m.at for _, raw in statements.modified if (m := page.read(raw))), default=None)
    offers = _evidence(page)
    best = _weighed(offers, page)
    if best is None:
        return Dated(published=None, evidence=None, modified=modified)
    for _, correct in CORRECTIONS:
        best = correct(best, offers, page)
    if modified is not None and modified < best.moment.at:
        modified = None  # seen on real pages: a change before the publication
    return Dated(published=best.moment, evidence=best.name, modified=modified)


def _order_on_the_page(
    texts: Sequence[tuple[str, Any]], statements: PageStatements, *, now: datetime
) -> DayOrder | None:
    """The order of numeric days that all dates of the page together show."""
    raws = [raw for _, raw in [*statements.published, *statements.modified]]
    return date_conventions.day_order([*raws, *(text for text, _ in texts)], now=now)


def _evidence(page: PageDates) -> list[DateEvidence]:
    """All statements, the most trusted first."""
    out: list[DateEvidence] = []
    for kind, raw in page.statements.published:
        if kind in _TRUST and kind != "time" and (moment := page.read(raw)) is not None:
            trust, name = _TRUST[kind]
            out.append(DateEvidence(trust, name, kind, moment))
    for line in page.lines:
        if line.score < BYLINE:
            continue
        changed = line.role is DateRole.UPDATED
        trust = (_CHANGED if changed else _VISIBLE) + min(line.score, 9.0) / 100
        out.append(DateEvidence(trust, "text", "changed" if changed else "visible", line.moment))
        if (stated := _time_attribute(line, page)) is not None:
            weight, name = _TRUST["time"]
            out.append(DateEvidence(_CHANGED if changed else weight, name, "time", stated))
    if page.address is not None:
        out.append(DateEvidence(_ADDRESS, "url", "address", page.address))
    return sorted(out, key=lambda e: -e.trust)


def _time_attribute(line: DateLine, page: PageDates) -> Moment | None:
    """What ``datetime`` of the element of a visible date states."""
    for node in (line.element, *line.element.iter("time"), *line.outer[:2]):
        if node.tag == "time" and (raw := (node.get("datetime") or "").strip()):
            return page.read(raw)
    return None


def _weighed(offers: Sequence[DateEvidence], page: PageDates) -> DateEvidence | None:
    """The most trusted statement that no other one refutes."""
    for offer in offers:
        if not any(refutes(offer, offers, page) for _, refutes in REFUTATIONS):
            return offer
    return None


# ── what refutes a statement ────────────────────────────────────────────────────────────────────────


def _rendered_now(offer: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> bool:
    """The moment of the visit, while a date by the headline is older: the page states when it was rendered."""
    if abs(page.now - offer.moment.at) > RENDERED or offer.kind == "visible":
        return False
    return any(_apart(line.moment, offer.moment, page) for line in page.bylines)


def _weak_against_byline(offer: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> bool:
    """A date of the web page or of a video beside the text, while the headline's date is another day."""
    if offer.kind not in ("json-ld-other", "meta-weak", "json-ld-video"):
        return False
    return any(_apart(line.moment, offer.moment, page) for line in page.bylines)


def _doubtful_order(offer: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> bool:
    """Day and month cannot be told apart and nothing else on the page is of either day."""
    if not offer.moment.doubtful or (page.statements.languages[:1] or [""])[0].lower().startswith("vi"):
        return False
    others = [o.moment for o in offers if o is not offer and o.moment.exchanged is None]
    ways = (offer.moment, offer.moment.with_exchange())
    return not any(_same_day(way, other, page.zone) for way in ways for other in others)


REFUTATIONS: tuple[tuple[str, Callable[[DateEvidence, Sequence[DateEvidence], PageDates], bool]], ...] = (
    ("the moment of rendering", _rendered_now),
    ("weaker than the byline", _weak_against_byline),
    ("day and month in doubt", _doubtful_order),
)


# ── what corrects a statement ───────────────────────────────────────────────────────────────────────


def _set_order_right(best: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> DateEvidence:
    """Day and month exchanged against another statement that is sure of its day."""
    moment = best.moment
    other_way = _other_way(moment)
    if other_way is None:
        return best
    sure = [
        o.moment
        for o in offers
        if o is not best and (o.moment.exchanged is None or o.kind == "visible" and best.kind != "visible")
    ]
    if any(_same_day(moment, s, page.zone) for s in sure):
        return best
    if any(_same_day(other_way, s, page.zone) for s in sure):
        return best._replace(moment=other_way)
    return best


def _other_way(moment: Moment) -> Moment | None:
    """The moment with day and month exchanged, also of a year-first date that a system wrote wrongly; None if that is none."""
    if moment.exchanged is not None:
        return moment.with_exchange()
    if moment.at.day > 12 or moment.at.day == moment.at.month:
        return None
    return replace(moment, at=moment.at.replace(month=moment.at.day, day=moment.at.month))


def _add_the_clock(best: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> DateEvidence:
    """A day without a clock, or at midnight, takes the clock that another statement has for that day."""
    if not best.moment.day_only and not _is_midnight(best.moment):
        return best
    for other in offers:
        clock = not other.moment.day_only and not _is_midnight(other.moment)
        if clock and other.kind != "changed" and _same_day(other.moment, best.moment, page.zone):
            return other
    return best


def _add_the_zone(best: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> DateEvidence:
    """A clock without a zone takes the zone that another statement has for the same clock."""
    if not best.moment.assumed or best.moment.day_only:
        return best
    for other in offers:
        if not other.moment.assumed and _same_clock(other.moment, best.moment):
            return best._replace(moment=replace(best.moment, at=other.moment.at, assumed=False))
    return best


def _no_false_greenwich(best: DateEvidence, offers: Sequence[DateEvidence], page: PageDates) -> DateEvidence:
    """A machine date that says UTC though the page shows the same clock as local time: the page is believed."""
    moment = best.moment
    if moment.assumed or moment.day_only or moment.at.utcoffset() != timedelta():
        return best
    for line in page.bylines:
        shown = line.moment
        if shown.at.utcoffset() and not shown.day_only and _same_clock(shown, moment):
            return best._replace(moment=replace(moment, at=shown.at, assumed=shown.assumed))
    return best


CORRECTIONS: tuple[
    tuple[str, Callable[[DateEvidence, Sequence[DateEvidence], PageDates], DateEvidence]], ...
] = (
    ("order of day and month", _set_order_right),
    ("clock of the day", _add_the_clock),
    ("zone of the clock", _add_the_zone),
    ("local time called UTC", _no_false_greenwich),
)


def _is_midnight(moment: Moment) -> bool:
    return (moment.at.hour, moment.at.minute, moment.at.second) == (0, 0, 0)


def _same_clock(one: Moment, two: Moment) -> bool:
    apart = one.at.replace(tzinfo=UTC) - two.at.replace(tzinfo=UTC)
    return not one.day_only and not two.day_only and abs(apart) < timedelta(minutes=1)


def _same_day(one: Moment, two: Moment, zone: tzinfo) -> bool:
    days = {m.at.date() if m.day_only else m.at.astimezone(zone).date() for m in (one, two)}
    return len(days) == 1 or one.at.date() == two.at.date()


def _apart(one: Moment, two: Moment, page: PageDates) -> bool:
    return not _same_day(one, two, page.zone) and abs(one.at - two.at) >= DIFFERENT
