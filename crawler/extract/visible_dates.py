"""Visible dates of a page by their role: which of the dates that a reader sees is the article's own.

A date is a line of its own near the headline (byline), a clock of the page's frame, the time of an event in the text, a
comment's, another article's, a foot note, or the time of a change. Only byline dates are dates of publication.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from crawler.extract.class_names import noise_of, words_of
from crawler.extract.date_labels import (
    DATE_NAMES,
    EVENT,
    FRAME_NAMES,
    FRAME_PARTS,
    LAST_CHANGE,
    LICENCE,
    PUBLISHED,
    RELATED_NAMES,
    UPDATED,
)  # fmt: skip
from crawler.extract.date_texts import LONGEST_LINE, dated_attributes, text_of
from crawler.extract.wording import flat
from crawler.text import dates
from crawler.text.date_words import canonical
from crawler.text.dates import DayOrder, Moment

LONGEST_REST = 70  # letters beside date, clock and label in a line that is still a date line
LONGEST_SENTENCE = 45  # letters beside the date from which a line that ends like a sentence is one
MENU_LINKS = 5  # links between a date and the headline: a menu stands there, the date is the frame's
REPEATED = 3  # dates under one class name, away from the headline: a list of other articles
CLIMB = 14  # elements around a date that are looked at


class DateRole(StrEnum):
    """What a visible date is."""

    BYLINE = "byline"
    UPDATED = "updated"
    FRAME = "frame"
    EVENT = "event"
    COMMENT = "comment"
    RELATED = "related"
    FOOT = "foot"


@dataclass(slots=True)
class DateLine:
    """A line with a date. ``before``: the words of the line before this date; ``rest``: letters of the line beside dates and
    labels; ``outer``: the elements around it up to the one it shares with the headline; ``position`` in document order."""

    moment: Moment
    text: str
    before: str
    rest: int
    element: Any
    position: int
    outer: tuple[Any, ...] = ()
    in_body: bool = False
    after_prose: bool = False
    links_to_headline: int = 0
    dates_in_line: int = 1
    after_headline: bool = True
    has_headline: bool = True
    role: DateRole = DateRole.BYLINE
    score: float = 0.0


_SENTENCE_END = re.compile(r"[.!?…][”\"’')\]]*$")
_LETTERS = re.compile(r"[^\W\d_]")


def date_lines(
    root: Any,
    lines: Sequence[tuple[str, Any]],
    *,
    title: str,
    body: Any,
    first_prose: Any,
    now: datetime,
    zone: tzinfo,
    order: DayOrder | None = None,
) -> list[DateLine]:
    """All visible dates under ``root`` with their roles, the likeliest date of publication first.

    ``lines``: ``dated_texts`` of it; ``body``: the element that holds the running text; ``first_prose``: the element of its first paragraph.
    """
    attributed = dated_attributes(root)
    if not lines and not attributed:
        return []
    place = _Place.of(root, title=title, body=body, first_prose=first_prose)
    found: list[DateLine] = []
    for text, element in lines:
        found += _dated(text, element, place, now=now, zone=zone, order=order)
    known = {id(line.element) for line in found}
    for element, raw in attributed:
        if id(element) not in known and (moment := dates.parse(raw, now=now, zone=zone, order=order)):
            found.append(_line(text_of(element)[:LONGEST_LINE], element, place, moment))
    for line in found:
        line.role = _role(line)
    _lists_of_others(found)
    for line in found:
        line.score = _score(line, place, now)
    return sorted(found, key=lambda line: (-line.score, line.position))


@dataclass(slots=True)
class _Place:
    """Where headline and running text stand, in document order."""

    order: dict[Any, int]
    links: list[int]
    headline: Any
    headline_at: int
    around_headline: set[Any]
    body: Any
    in_body: set[Any] = field(default_factory=set)
    prose_at: int = 0
    shared: Any = None

    @classmethod
    def of(cls, root: Any, *, title: str, body: Any, first_prose: Any) -> _Place:
        order: dict[Any, int] = {}
        links: list[int] = []
        for n, e in enumerate(root.iter()):
            order[e] = n
            if e.tag == "a":
                links.append(n)
        headline = _headline(root, title)
        around = set(headline.iterancestors()) if headline is not None else set()
        whole = body is not None and headline is not None and (body is headline or body in around)
        return cls(
            order=order, links=links, headline=headline, headline_at=order.get(headline, -1), around_headline=around, body=body,
            in_body=set() if body is None or whole else set(body.iter()),
            prose_at=order.get(first_prose, len(order)),
        )  # fmt: skip

    def links_between(self, one: int, two: int) -> int:
        low, high = sorted((one, two))
        return sum(1 for at in self.links if low < at < high)


def _headline(root: Any, title: str) -> Any:
    """The element of the headline: a heading whose words are the title, else the smallest element, else the first h1."""
    wanted = flat(title)
    if not wanted:
        return root.find(".//h1")
    for tag in ("h1", "h2", "h3", "h4"):
        for node in root.iter(tag):
            if flat(text_of(node)) == wanted:
                return node
    best = None
    for node in root.iter("div", "p", "span", "td", "b", "strong", "font"):
        short = len(node) <= 3 and 0 < len(node.text_content()) < 3 * len(title) + 40
        if short and flat(text_of(node)) == wanted:
            best = node
            break
    if best is not None:
        return best
    headings = [h for h in root.iter("h1") if wanted in flat(text_of(h)) or flat(text_of(h)) in wanted]
    return headings[0] if headings else root.find(".//h1")


def _dated(
    text: str, element: Any, place: _Place, *, now: datetime, zone: tzinfo, order: DayOrder | None
) -> list[DateLine]:
    moments = dates.find_in(text, now=now + timedelta(days=400), zone=zone, order=order)
    if not moments:
        return []
    low = canonical(text)
    rest = _rest(low, moments)
    found, start = [], 0
    for moment in moments:
        at = low.find(moment.raw, start)
        before, start = low[start : max(at, start)], max(at, 0) + len(moment.raw)
        line = _line(text, element, place, moment)
        line.before, line.rest, line.dates_in_line = before, rest, len(moments)
        found.append(line)
    return [f for f in found if dates.plausible(f.moment.at, now=now)]


def _line(text: str, element: Any, place: _Place, moment: Moment) -> DateLine:
    outer: list[Any] = []
    for node in (element, *element.iterancestors()):
        if node in place.around_headline or node.tag in ("body", "html") or len(outer) >= CLIMB:
            break
        outer.append(node)
    position = place.order.get(element, 0)
    headed = place.headline is not None
    return DateLine(
        moment=moment, text=text, before="", rest=len(_LETTERS.findall(text)), element=element, position=position,
        outer=tuple(outer), in_body=element in place.in_body, after_prose=position > place.prose_at,
        links_to_headline=place.links_between(position, place.headline_at) if headed else 0,
        after_headline=position >= place.headline_at, has_headline=headed,
    )  # fmt: skip


def _rest(low: str, moments: Sequence[Moment]) -> int:
    """Letters of a line beside its dates and the labels of dates."""
    for moment in moments:
        low = low.replace(moment.raw, " ")
    for label in (PUBLISHED, UPDATED):
        low = label.sub(" ", low)
    return len(_LETTERS.findall(low))


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────


def _names(node: Any) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''}".strip()


def _of_a_comment(line: DateLine) -> DateRole | None:
    for node in line.outer:
        names = _names(node)
        if names and noise_of(names) == "comment":
            return DateRole.COMMENT
    return None


def _of_the_foot(line: DateLine) -> DateRole | None:
    if LICENCE.search(line.text) or any(n.tag == "footer" for n in line.outer):
        return DateRole.FOOT
    named = any((names := _names(n)) and noise_of(names) == "footer" for n in line.outer)
    return DateRole.FOOT if named else None


def _of_an_event(line: DateLine) -> DateRole | None:
    if PUBLISHED.search(line.before) and not line.after_prose:
        return None
    if EVENT.search(line.before) and not PUBLISHED.search(line.before) and not UPDATED.search(line.before):
        return DateRole.EVENT
    sentence = line.rest > LONGEST_REST or line.rest > LONGEST_SENTENCE and _SENTENCE_END.search(line.text)
    return DateRole.EVENT if sentence else None


def _inside_the_text(line: DateLine) -> DateRole | None:
    """After the first paragraph of the running text only what is labelled is the article's."""
    if not line.in_body or not line.after_prose:
        return None
    if PUBLISHED.search(line.before) and line.rest <= LONGEST_SENTENCE:
        return DateRole.BYLINE
    return DateRole.EVENT


def _of_others(line: DateLine) -> DateRole | None:
    for node in line.outer:
        if node.tag in ("aside", "nav"):
            return DateRole.RELATED if line.after_headline else DateRole.FRAME
        names = _names(node)
        words = words_of(node)
        if words & RELATED_NAMES and not (
            "list" in words and words & DATE_NAMES
        ):  # a list of the byline's parts
            return DateRole.RELATED
        if names and noise_of(names) == "related":
            return DateRole.RELATED
    if line.element.tag == "a" or any(n.tag == "a" for n in line.outer) and line.rest > 20:
        return DateRole.RELATED
    linked = max((len(text_of(a)) for a in line.element.iter("a")), default=0)
    return DateRole.RELATED if linked > 30 and linked > 0.5 * len(line.text) else None


def _of_the_frame(line: DateLine) -> DateRole | None:
    if line.after_headline and line.has_headline:
        return None
    for node in line.outer:
        if node.tag in ("header", "nav"):
            return DateRole.FRAME
        names = _names(node)
        if names and (words_of(node) & FRAME_NAMES or FRAME_PARTS.search(names)):
            return DateRole.FRAME
    if line.has_headline and line.links_to_headline >= MENU_LINKS and not PUBLISHED.search(line.before):
        return DateRole.FRAME
    return None


def _of_a_change(line: DateLine) -> DateRole | None:
    if UPDATED.search(line.before) and not PUBLISHED.search(line.before):
        return DateRole.UPDATED
    return None


# the first rule that speaks decides; what none of them claims is the byline's
ROLE_RULES: tuple[tuple[str, Callable[[DateLine], DateRole | None]], ...] = (
    ("comment", _of_a_comment),
    ("foot of the page", _of_the_foot),
    ("frame of the page", _of_the_frame),
    ("other articles", _of_others),
    ("event", _of_an_event),
    ("inside the running text", _inside_the_text),
    ("change", _of_a_change),
)


def _role(line: DateLine) -> DateRole:
    return next((role for _, rule in ROLE_RULES if (role := rule(line)) is not None), DateRole.BYLINE)


def _lists_of_others(lines: Sequence[DateLine]) -> None:
    """Dates that stand several times under one class name are a list's, but for the one nearest to the headline."""
    groups: dict[tuple[str, str], list[DateLine]] = {}
    for line in lines:
        if line.role in (DateRole.BYLINE, DateRole.UPDATED):
            groups.setdefault((line.element.tag, _names(line.element)), []).append(line)
    for group in groups.values():
        if len({line.position for line in group}) >= REPEATED:
            nearest = min(
                group, key=lambda line: (line.links_to_headline, not line.after_headline, line.position)
            )
            for line in group:
                if line is not nearest and line.position != nearest.position:
                    line.role = DateRole.RELATED


def _score(line: DateLine, place: _Place, now: datetime) -> float:
    """How likely a date line is the article's own; below zero for none of it."""
    if line.role not in (DateRole.BYLINE, DateRole.UPDATED):
        return -1.0
    score = 1.0 if line.moment.day_only else 2.5
    if PUBLISHED.search(line.before):
        score += 2.0
    named = [n for n in line.outer[:3] if n.tag == "time" or words_of(n) & DATE_NAMES]
    score += 1.0 if named else 0.0
    score += 1.0 if line.rest <= 12 else 0.5 if line.rest <= 30 else 0.0
    score += 1.0 if line.links_to_headline == 0 else 0.5 if line.links_to_headline < MENU_LINKS else -1.0
    score += 0.5 if line.after_headline and not line.after_prose else 0.0
    if line.after_prose:
        score -= 1.5
    if abs(now - line.moment.at) < timedelta(minutes=2) and not line.after_headline:
        score -= 2.0  # the minute of the visit
    if line.role is DateRole.UPDATED:
        score -= 2.0 if not LAST_CHANGE.search(line.before) else 10.0
    if not line.has_headline:
        score -= 0.5
    return score
