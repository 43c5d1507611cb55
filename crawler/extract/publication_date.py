"""When an article appeared: which of the dates on a page to believe, and where it was found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from crawler.extract.class_names import words_of
from crawler.extract.page_statements import PageStatements
from crawler.extract.text_blocks import Block, PageBlocks
from crawler.text import dates
from crawler.text.dates import Moment

_DATE_WORDS = {
    "date", "time", "datetime", "ngay", "ngaydang", "ngayxuatban", "publish", "published", "publishdate", "pubdate", "posted", "postdate", "thoigian",
    "meta", "capnhat", "timestamp", "dateline", "clock", "updated", "info",
}  # fmt: skip
_HINT = re.compile(r"\d{1,2}[/\-.:h]\d{1,2}|\d{4}\s?年|tháng\s+\d|(?:19|20)\d\d", re.IGNORECASE)
_URL_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)(?:[0-5]\d)?)?\d{0,12}(?!\d)"
)
_URL_PARTS = re.compile(r"/((?:19|20)\d\d)[/\-](0?[1-9]|1[0-2])[/\-](0?[1-9]|[12]\d|3[01])(?=[/\-]|$)")
_LONGEST_LINE = 160  # letters of a visible line that is still a date line


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """The moment believed, its evidence as the contract names it, and the last change."""

    published: Moment | None
    evidence: str | None
    modified: datetime | None


def article_moment(
    statements: PageStatements, walked: PageBlocks, *, own: str, now: datetime, zone: tzinfo
) -> Dated:
    """The publication moment of a page: JSON-LD, meta and microdata, ``<time>``, visible text, address."""
    offers: list[tuple[str, Moment]] = []
    for wanted, evidence in (
        ("json-ld", "json-ld"),
        ("meta", "meta"),
        ("micro", "meta"),
        ("json-ld-other", "json-ld"),
    ):
        for kind, raw in statements.published:
            if kind == wanted and (moment := dates.parse(raw, now=now, zone=zone)):
                offers.append((evidence, moment))
    visible = visible_moments([*walked.blocks, *walked.asides], now=now, zone=zone)
    changed = [m.at for _, raw in statements.modified if (m := dates.parse(raw, now=now, zone=zone))]
    modified = max(changed, default=None)
    for moment in times_in_markup(statements, now=now, zone=zone):
        offers.append(("meta", moment))
    offers += [("text", m) for m in visible]
    if (stamp := from_address(own, now=now, zone=zone)) is not None:
        offers.append(("url", stamp))
    if not offers:
        return Dated(published=None, evidence=None, modified=modified)
    evidence, best = offers[0]
    if best.day_only or _is_midnight(best):
        for other, moment in offers[1:]:
            if not moment.day_only and not _is_midnight(moment) and _same_day(moment, best, zone):
                evidence, best = other, moment
                break
    best = _unswapped(_corrected(best, visible), visible)
    if modified is not None and modified < best.at:
        modified = None  # seen on real pages: a change before the publication
    return Dated(published=best, evidence=evidence, modified=modified)


def times_in_markup(statements: PageStatements, *, now: datetime, zone: tzinfo) -> list[Moment]:
    """Moments of ``<time datetime>`` elements that metadata reading kept."""
    return [
        m
        for kind, raw in statements.published
        if kind == "time" and (m := dates.parse(raw, now=now, zone=zone))
    ]


def visible_moments(blocks: Sequence[Block], *, now: datetime, zone: tzinfo) -> list[Moment]:
    """Moments in short visible lines near the headline, the likeliest first."""
    ranked = []
    heading = next((b.order for b in blocks if b.element.tag == "h1"), 0)
    for block in blocks:
        text = block.text
        if len(text) > _LONGEST_LINE or not _HINT.search(text) or block.link_share > 0.5:
            continue
        found = dates.find_in(text, now=now, zone=zone)
        if not found:
            continue
        moment = found[0]
        score = 0.0 if moment.day_only else 2.0
        if _says_date(block.element):
            score += 1.5
        if re.search(r"ngày đăng|xuất bản|đăng lúc|cập nhật|published|posted|发布", text, re.IGNORECASE):
            score += 1.0
        if re.match(r"(?:thứ|chủ)\s", text, re.IGNORECASE):
            score += 0.5
        distance = abs(block.order - heading)
        score += 1.0 if distance <= 6 else 0.5 if distance <= 25 else 0.0
        score -= 0.02 * block.order / max(1, len(blocks))
        if len(text) > 90:
            score -= 1.0
        ranked.append((-score, block.order, moment))
    ranked.sort(key=lambda r: r[:2])
    return [m for score, _, m in ranked if -score >= 1.0]


def from_address(url: str, *, now: datetime, zone: tzinfo) -> Moment | None:
    """The moment an address carries: ``/2025/09/12/``, ``-20250912081512345.htm`` (minutes too); None if none."""
    path = url.split("://", 1)[-1].split("?")[0]
    if found := _URL_PARTS.search(path):
        year, month, day = map(int, found.groups())
        return _made(year, month, day, None, None, found[0], now=now, zone=zone)
    for found in _URL_STAMP.finditer(path):
        hour, minute = found[4], found[5]
        moment = _made(
            int(found[1]),
            int(found[2]),
            int(found[3]),
            hour and int(hour),
            minute and int(minute),
            found[0],
            now=now,
            zone=zone,
        )
        if moment is not None:
            return moment
    return None


def _made(
    year: int,
    month: int,
    day: int,
    hour: int | str | None,
    minute: int | str | None,
    raw: str,
    *,
    now: datetime,
    zone: tzinfo,
) -> Moment | None:
    clock = f" {int(hour):02d}:{int(minute):02d}" if hour is not None and minute is not None else ""
    moment = dates.parse(f"{year:04d}-{month:02d}-{day:02d}{clock}", now=now, zone=zone)
    return None if moment is None else Moment(at=moment.at, raw=raw, assumed=True, day_only=not clock)


def _corrected(best: Moment, visible: Sequence[Moment]) -> Moment:
    """A machine date that says UTC though the page shows the same clock as local time: the page is believed."""
    if best.assumed or best.day_only or (offset := best.at.utcoffset()) is None or offset != timedelta(0):
        return best
    for moment in visible:
        shown = moment.at.utcoffset()
        if (
            shown
            and not moment.day_only
            and (moment.at.replace(tzinfo=None) - best.at.replace(tzinfo=None)).total_seconds() // 60 == 0
        ):
            return Moment(at=moment.at, raw=best.raw, assumed=moment.assumed)
    return best


def _unswapped(best: Moment, visible: Sequence[Moment]) -> Moment:
    """A machine date with day and month exchanged against the one on the page: the page is believed."""
    if best.at.day > 12 or best.at.day == best.at.month:  # nothing to exchange
        return best
    for moment in visible:
        if (moment.at.day, moment.at.month, moment.at.hour, moment.at.minute) == (
            best.at.month,
            best.at.day,
            best.at.hour,
            best.at.minute,
        ):
            return moment
    return best


def _is_midnight(moment: Moment) -> bool:
    return (moment.at.hour, moment.at.minute, moment.at.second) == (0, 0, 0)


def _same_day(one: Moment, two: Moment, zone: tzinfo) -> bool:
    return one.at.astimezone(zone).date() == two.at.astimezone(zone).date() or abs(
        one.at - two.at
    ) < timedelta(hours=24)


def _says_date(element: object) -> bool:
    node = element
    for _ in range(2):
        if node is None:
            return False
        if getattr(node, "tag", "") == "time" or words_of(node) & _DATE_WORDS:
            return True
        node = node.getparent()  # type: ignore[attr-defined]
    return False
