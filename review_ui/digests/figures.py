"""Counts of a period: pure functions from rows to figures.

Copies are counted once, at the first publication: ``Figures.copies`` says how many were left out. The classifier
knows harm and criticism and nothing else; favourable and neutral are marks of staff and are counted apart.
No figure crosses tone with an outlet: outlets are counted by volume alone (a rule of the product).
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["criticism", "harm", "other"]
Territory: TypeAlias = Literal["old_laocai", "yenbai", "both", "new", "unknown"]

SPEAKS = ("medium", "high")  # bands from which a signal counts


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """An article of the period with what is known of it; one row of the lists."""

    id: int
    source: str  # catalogue name
    outlet: str  # its title
    kind: str  # Loại hình
    language: str
    title: str
    lead: str
    url: str
    at: datetime  # publication, or first sight where none was stated; aware
    on: date  # the same as a day in Vietnam
    copy_of: int | None = None
    event: int | None = None
    relevance: Literal["core", "mention", "none"] = "core"
    harm: str = "low"
    criticism: str = "low"
    check: str = "low"
    rebuttal: bool = False
    priority: float = 0.0
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # catalogue ids
    territories: tuple[str, ...] = ()
    stance: str | None = None  # staff's mark: favourable, neutral, critical
    gone: bool = False
    capture: int | None = None
    sha256: str = ""  # of the text of the version read
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a period holds. ``items`` counts first publications about the province; ``copies`` the re-publications
    beside them; ``mentions`` items that only name it. Shares are per cent of ``items``."""

    items: int = 0
    copies: int = 0
    mentions: int = 0
    outlets: int = 0
    events: int = 0
    tones: Mapping[Tone, int] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)
    by_outlet: Mapping[str, int] = field(default_factory=dict)
    by_topic: Mapping[str, Mapping[Tone, int]] = field(default_factory=dict)
    by_place: Mapping[str, Mapping[Tone, int]] = field(default_factory=dict)
    by_territory: Mapping[Territory, Mapping[Tone, int]] = field(default_factory=dict)
    by_language: Mapping[str, int] = field(default_factory=dict)
    by_day: Mapping[date, int] = field(default_factory=dict)

    def share(self, tone: Tone) -> float:
        """Per cent of items of that tone; 0 where there are none."""
        return share(self.tones.get(tone, 0), self.items)


def tone(item: DigestItem) -> Tone:
    """Criticism before harm: an item that does both asks for an answer."""
    if item.criticism in SPEAKS:
        return "criticism"
    return "harm" if item.harm in SPEAKS else "other"


def territory(item: DigestItem) -> Territory:
    """Which part of the merged province the item is about, so that the merger does not bend comparisons.

    ``new``: the whole province is named and no place in it.
    """
    named = set(item.territories)
    old, joined = "old_laocai" in named, "yenbai" in named
    if old and joined:
        return "both"
    if old:
        return "old_laocai"
    if joined:
        return "yenbai"
    return "new" if "new" in named else "unknown"


def share(part: int, whole: int) -> float:
    """Per cent, one decimal; 0 of nothing is 0."""
    return round(100 * part / whole, 1) if whole else 0.0


def shares(parts: Sequence[int]) -> tuple[float, ...]:
    """Per cents with one decimal that add up to exactly 100 (largest remainders), or zeros where all parts are."""
    whole = sum(parts)
    if not whole:
        return tuple(0.0 for _ in parts)
    tenths = [part * 1000 // whole for part in parts]
    left = sorted(range(len(parts)), key=lambda n: (-(parts[n] * 1000 % whole), n))
    for n in left[: 1000 - sum(tenths)]:
        tenths[n] += 1
    return tuple(tenth / 10 for tenth in tenths)


def count(items: Iterable[DigestItem]) -> Figures:
    """The figures of a period from its rows (copies and mere mentions among them)."""
    rows = list(items)
    about = [item for item in rows if item.relevance == "core" and item.copy_of is None]
    tones = Counter(tone(item) for item in about)
    by_topic: dict[str, Counter[Tone]] = {}
    by_place: dict[str, Counter[Tone]] = {}
    by_territory: dict[Territory, Counter[Tone]] = {}
    for item in about:
        kind = tone(item)
        for name in item.topics:
            by_topic.setdefault(name, Counter())[kind] += 1
        for name in item.places:
            by_place.setdefault(name, Counter())[kind] += 1
        by_territory.setdefault(territory(item), Counter())[kind] += 1
    return Figures(
        items=len(about),
        copies=sum(item.relevance == "core" and item.copy_of is not None for item in rows),
        mentions=sum(item.relevance == "mention" and item.copy_of is None for item in rows),
        outlets=len({item.source for item in rows if item.relevance == "core"}),
        events=len({item.event if item.event is not None else -item.id for item in about}),
        tones=tones,
        marks=Counter(item.stance for item in about if item.stance is not None),
        by_outlet=_ranked(Counter(item.outlet for item in about)),
        by_topic=_weighed(by_topic),
        by_place=_weighed(by_place),
        by_territory=by_territory,
        by_language=_ranked(Counter(item.language for item in about)),
        by_day=Counter(item.on for item in about),
    )


def _ranked(counted: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _weighed(counted: Mapping[str, Mapping[Tone, int]]) -> dict[str, Mapping[Tone, int]]:
    return dict(sorted(counted.items(), key=lambda pair: (-sum(pair[1].values()), pair[0])))


def period_before(from_on: date, to_on: date) -> tuple[date, date]:
    """The period to compare with: whole calendar months go back by as many months, anything else by as many days."""
    if from_on.day == 1 and to_on.day == calendar.monthrange(to_on.year, to_on.month)[1]:
        months = (to_on.year - from_on.year) * 12 + to_on.month - from_on.month + 1
        first = from_on.year * 12 + from_on.month - 1 - months
        return date(first // 12, first % 12 + 1, 1), from_on - timedelta(days=1)
    days = (to_on - from_on).days + 1
    return from_on - timedelta(days=days), from_on - timedelta(days=1)


def year_before(from_on: date, to_on: date) -> tuple[date, date]:
    """The same period of the year before. An ISO week goes to the week of the same number, so that Mondays meet
    Mondays; other ranges keep their dates (29 February becomes the 28th, a month's end stays its end)."""
    if (to_on - from_on).days == 6 and from_on.weekday() == 0:
        year, week, _ = from_on.isocalendar()
        last = date(year - 1, 12, 28).isocalendar().week  # 52 or 53
        monday = date.fromisocalendar(year - 1, min(week, last), 1)
        return monday, monday + timedelta(days=6)
    return _earlier(from_on, ends=False), _earlier(to_on, ends=True)


def _earlier(on: date, *, ends: bool) -> date:
    last = calendar.monthrange(on.year - 1, on.month)[1]
    month_end = on.day == calendar.monthrange(on.year, on.month)[1]
    return date(on.year - 1, on.month, last if ends and month_end else min(on.day, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """One event as the digest tells it: its items of the period, first publication first."""

    event: int | None
    items: tuple[DigestItem, ...]  # without copies
    copies: tuple[DigestItem, ...]

    @property
    def first(self) -> DigestItem:
        """The first publication of the period."""
        return self.items[0]

    @property
    def outlets(self) -> tuple[str, ...]:
        """Titles of the outlets that told it, in order of publication, copies included."""
        return tuple(
            dict.fromkeys(
                item.outlet for item in sorted((*self.items, *self.copies), key=lambda i: (i.at, i.id))
            )
        )


def stories(items: Iterable[DigestItem]) -> tuple[DigestStory, ...]:
    """Items about the province by event, weightiest first: outlets, then items, then priority, then time."""
    own: dict[int, list[DigestItem]] = {}
    copies: dict[int, list[DigestItem]] = {}
    for item in items:
        if item.relevance == "core":
            # an item no event holds is a story of its own
            key = item.event if item.event is not None else -(item.copy_of or item.id)
            (own if item.copy_of is None else copies).setdefault(key, []).append(item)
    told = []
    for key in own.keys() | copies.keys():
        # where the first publication lies before the period, the earliest copy stands for it
        mine = sorted(own.get(key, []), key=lambda item: (item.at, item.id))
        theirs = sorted(copies.get(key, []), key=lambda item: (item.at, item.id))
        if not mine:
            mine, theirs = theirs[:1], theirs[1:]
        told.append(DigestStory(event=key if key > 0 else None, items=tuple(mine), copies=tuple(theirs)))
    told.sort(
        key=lambda s: (
            -len(s.outlets),
            -len(s.items),
            -max(i.priority for i in s.items),
            s.first.at,
            s.first.id,
        )
    )
    return tuple(told)
