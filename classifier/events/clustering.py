"""Events: one happening, told by many. Articles are placed one by one, as they come; nobody is compared with the archive.

An event is remembered by the sum of its members' weighed vectors. A new article joins the nearest event that is still
going on, if it is near enough; otherwise it begins one. Nothing here is hidden from staff: an event can be taken apart,
joined with another, and a single article moved (classifier/pipeline/worker.py applies what they ask).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from classifier.events.fact_agreement import agreed, by_facts
from classifier.events.inverted_index import Postings
from classifier.events.naming_facts import Marks
from classifier.events.vectors import ASKED, SERIAL, ArticleVector, Ids, Reals, Vector, look_up_keys, weighed

# Tried on feed summaries of 2025-26, 58 in 10 events among 1,500 others; flat around these values.
NEAR = 0.21  # cosine from which an article belongs to an event
ALIKE = 0.12  # mean cosine to its members: a topic that grew by chance has members that are not alike
BROAD = 7.5  # words and pairs over which the likeness of one happening is spread
NARROW = 0.03  # more is asked for each one missing
ELSEWHERE = (
    0.10  # more is asked where both name provinces, and none in common: the same kind of thing happened twice
)
APART = 0.12  # more where both name districts or roads, and none in common
MANY_PLACES = 4  # provinces; who names so many surveys several happenings, and more is asked (WIDE)
WIDE = 0.05
OTHERWISE = 0.06  # more where both tell of some kind of happening, and of none in common
AGAIN = 0.14  # more where both are of a kind that is told of every day: matches of one tournament, prices, forecasts
LATE = 0.012  # more for each day since the event's last article
UNDATED = 0.02  # more where time does not help (.06 parted a quarter of the pairs of real events, 2026-11-21)
AT_ONCE = timedelta(hours=36)  # between publications, where no day of the happening is named
GOES_ON = timedelta(days=10)  # an event without news for longer is over
CANDIDATES = 16  # events that an article is held against, those that share its weightiest words
MARKS = 120  # naming facts kept of one event
FEATURES = 3000  # heaviest features kept of one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is remembered of an event to know its further articles.

    ``parts``: one weighed vector (a sum over members, any length) or, while only a roundup tells of it, one for each of
    its happenings; ``started_at``, ``last_at``: first and last publication, None where no member has a time;
    ``provinces``, ``localities``, ``kinds``: what its members name; ``members``: how many shaped the vector.
    """

    event: int
    parts: tuple[Vector, ...]
    started_at: datetime | None = None
    last_at: datetime | None = None
    provinces: frozenset[str] = frozenset()
    localities: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    members: int = 1
    roundup: bool = False


def going_on(profile: Profile, at: datetime | None, window: timedelta = GOES_ON) -> bool:
    """Whether an article of time ``at`` may still belong to the event; unknown times always may."""
    if at is None or profile.last_at is None or profile.started_at is None:
        return True
    return profile.started_at - window <= at <= profile.last_at + window


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near an article is to an event.

    ``cosine``: to the sum of its members, 0..1. ``mean``: the mean cosine to its members, 0..1. ``breadth``: over how many
    words and pairs the likeness is spread (the inverse of the sum of squared shares): a topic shares one or two, a
    happening ten and more.
    """

    cosine: float
    mean: float
    breadth: float


_FAR = Nearness(cosine=0.0, mean=0.0, breadth=0.0)


def demanded(story: ArticleVector, profile: Profile, breadth: float) -> float:
    """The cosine asked for between this article and this event."""
    asked = NEAR + NARROW * max(0.0, BROAD - breadth)
    if story.provinces and profile.provinces and not story.provinces & profile.provinces:
        asked += ELSEWHERE
    if len(story.provinces) >= MANY_PLACES or (
        profile.members == 1 and len(profile.provinces) >= MANY_PLACES
    ):
        asked += WIDE
    if parted(story.localities, profile.localities):
        asked += APART
    if story.kinds and profile.kinds and not story.kinds & profile.kinds:
        asked += OTHERWISE
    if story.kinds & profile.kinds & SERIAL:
        asked += AGAIN
    asked += by_facts(story.marks, profile.marks)
    if story.at is None:
        asked += UNDATED
    elif profile.last_at is not None:
        asked += LATE * max(0.0, (story.at - profile.last_at).total_seconds() / 86400)
    return asked


def _at_once(at: datetime | None, profile: Profile) -> bool:
    if at is None or profile.started_at is None or profile.last_at is None:
        return False
    return profile.started_at - AT_ONCE <= at <= profile.last_at + AT_ONCE


def parted(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name districts and share none, or both name numbered roads and share none."""
    if not one or not other or one & other and all(name.startswith("in:") for name in one | other):
        return False
    for sort in ("in:", "on:"):
        mine = {name for name in one if name.startswith(sort)}
        theirs = {name for name in other if name.startswith(sort)}
        if mine and theirs and not mine & theirs:
            return True
    return False


class Scale:
    """One article laid open so that many events can be held against it quickly."""

    def __init__(self, story: ArticleVector, rarity: Reals, window: timedelta = GOES_ON) -> None:
        self.story = story
        self._window = window  # of silence after which an event is over
        self._sides = [
            (weighed(vector, rarity), words)
            for vector, words in (story.parts or ((story.vector, story.words),))
        ]
        self._open = np.zeros(len(rarity), dtype=np.float32)

    def nearness(self, profiles: Sequence[Profile]) -> list[Nearness]:
        """How near the article is to each event, by the best pair of their parts; breadth only from ``NEAR`` on."""
        found = [_FAR] * len(profiles)
        flat = [(n, part) for n, one in enumerate(profiles) for part in one.parts if len(part.ids)]
        if not flat:
            return found
        # all at once: many short vectors, and a call for each would cost more than the sums
        ids = np.concatenate([part.ids for _, part in flat])
        weights = np.concatenate([part.weights for _, part in flat])
        begins = np.cumsum([0, *(len(part.ids) for _, part in flat[:-1])])
        lengths = np.sqrt(np.add.reduceat(weights * weights, begins))
        for vector, words in self._sides:
            self._open[vector.ids] = vector.weights
            dots = np.add.reduceat(self._open[ids] * weights, begins)
            for (n, part), dot, length in zip(flat, dots.tolist(), lengths.tolist(), strict=True):
                cosine = dot / length if length else 0.0
                if cosine > found[n].cosine:
                    breadth = self._breadth(words, part) if cosine >= NEAR else 0.0
                    found[n] = Nearness(cosine=cosine, mean=dot / profiles[n].members, breadth=breadth)
            self._open[vector.ids] = 0.0
        return found

    def _breadth(self, words: Ids, part: Vector) -> float:
        # both ascend: where each word would stand among the event's features
        where = np.minimum(np.searchsorted(part.ids, words), len(part.ids) - 1)
        there = part.ids[where] == words
        shares = self._open[words[there]] * part.weights[where[there]]
        total = float(shares.sum())
        return total * total / float(np.dot(shares, shares)) if total else 0.0

    def best(self, profiles: Iterable[Profile]) -> tuple[Profile, float] | None:
        """The event the article belongs to and its cosine, or None where it begins one of its own."""
        going = [profile for profile in profiles if going_on(profile, self.story.at, self._window)]
        found: tuple[Profile, float] | None = None
        for profile, near in zip(going, self.nearness(going), strict=True):
            if not agreed(
                self.story.marks, profile.marks, near.cosine, at_once=_at_once(self.story.at, profile)
            ) and (near.mean < ALIKE or near.cosine < demanded(self.story, profile, near.breadth)):
                continue
            if found is None or near.cosine > found[1]:
                found = (profile, near.cosine)
        return found


def begun(event: int, story: ArticleVector, rarity: Reals) -> Profile:
    """The profile of an event that this article begins."""
    return Profile(
        event=event,
        parts=tuple(weighed(vector, rarity) for vector, _ in (story.parts or ((story.vector, story.words),))),
        started_at=story.at,
        last_at=story.at,
        provinces=story.provinces,
        localities=story.localities,
        kinds=story.kinds,
        marks=story.marks,
        roundup=story.roundup,
    )


def joined(profile: Profile, story: ArticleVector, rarity: Reals) -> Profile:
    """The profile after this article; a roundup leaves the vector alone, and the first real article replaces a roundup's."""
    times = [at for at in (profile.started_at, profile.last_at, story.at) if at is not None]
    started_at, last_at = (min(times), max(times)) if times else (None, None)
    parts, members, roundup = profile.parts, profile.members, profile.roundup
    provinces, localities, kinds = profile.provinces, profile.localities, profile.kinds
    marks = profile.marks
    if not story.roundup:
        mine = weighed(story.vector, rarity)
        if roundup:
            parts, members, roundup = (mine,), 1, False
            provinces, localities, kinds = story.provinces, story.localities, story.kinds
            marks = story.marks
        else:
            parts, members = (summed(profile.parts[0], mine),), members + 1
            provinces, kinds = provinces | story.provinces, kinds | story.kinds
            localities = localities | story.localities
            # an anniversary that tells of an event of this week does not make that a memory
            marks = _kept_marks(marks | {one for one in story.marks if not one.startswith("m:")})
    return Profile(
        event=profile.event, parts=parts, started_at=started_at, last_at=last_at,
        provinces=provinces, localities=localities, kinds=kinds, marks=marks,
        members=members, roundup=roundup,
    )  # fmt: skip


def _kept_marks(found: Marks) -> Marks:
    """The marks of an event, at most ``MARKS``: numbers and hours go first, for they grow with every report."""
    if len(found) <= MARKS:
        return found
    order = ("l", "home", "k", "pl", "pd", "hm", "aw", "in", "day", "m", "v", "td", "ti", "abs", "n", "min")
    return frozenset(sorted(found, key=lambda one: (order.index(one.partition(":")[0]), one))[:MARKS])


def summed(one: Vector, other: Vector) -> Vector:
    """The sum of two vectors, its heaviest ``FEATURES`` features."""
    ids, where = np.unique(np.concatenate([one.ids, other.ids]), return_inverse=True)
    weights = np.bincount(where, weights=np.concatenate([one.weights, other.weights]), minlength=len(ids))
    if len(ids) > FEATURES:
        kept = np.sort(np.argpartition(-weights, FEATURES)[:FEATURES])
        ids, weights = ids[kept], weights[kept]
    return Vector(ids.astype(np.int32), weights.astype(np.float32))


class Board:
    """Events in memory, for a file of items and for measurements; events are numbered by their first member."""

    def __init__(self, rarity: Reals) -> None:
        self._rarity = rarity
        self._profiles: dict[int, Profile] = {}
        self._where = Postings()

    def place(self, number: int, story: ArticleVector) -> int:
        """Puts article ``number`` into its event and gives the event's number."""
        scale = Scale(story, self._rarity)
        asked = np.array(look_up_keys(story, self._rarity, ASKED), dtype=np.int32)
        likely = self._where.shared(asked, self._rarity[asked], most=CANDIDATES)
        found = scale.best(self._profiles[event] for event in likely)
        if found is None:
            profile = begun(number, story, self._rarity)
        else:
            profile = joined(found[0], story, self._rarity)
        self._profiles[profile.event] = profile
        self._where.add(profile.event, look_up_keys(story, self._rarity))
        return profile.event


def grouped(stories: list[ArticleVector], rarity: Reals) -> list[int]:
    """For each story, in order, the number of its event; told in order of time, unknown times last, in their order."""
    board = Board(rarity)
    found = [0] * len(stories)
    order = sorted(
        range(len(stories)),
        key=lambda n: (at.timestamp() if (at := stories[n].at) is not None else float("inf"), n),
    )
    for number in order:
        found[number] = board.place(number, stories[number])
    return found
