"""Events: one happening, told by many. Articles are placed one by one, as they come; nobody is compared with the archive.

An event is remembered by the sum of its members' weighed vectors. A new article joins the nearest event that is still
going on, if it is near enough; otherwise it begins one. Nothing here is hidden from staff: an event can be taken apart,
joined with another, and a single article moved (classifier/worker.py applies what they ask).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from classifier.stories import Reals, Story, Vector, look_up_keys, weighed

NEAR = 0.22  # cosine from which an article belongs to an event (flat from .20 to .26 on feed summaries of 2025-26)
ELSEWHERE = (
    0.10  # more is asked where both name provinces, and none in common: the same kind of thing happened twice
)
LATE = 0.006  # more for each day since the event's last article
GOES_ON = timedelta(days=10)  # an event without news for longer is over
FEATURES = 3000  # heaviest features kept of one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is remembered of an event to know its further articles.

    ``parts``: one weighed vector (a sum over members, any length) or, while only a roundup tells of it, one for each of
    its happenings; ``started_at``, ``last_at``: first and last publication, None where no member has a time;
    ``provinces``: how many members name each province; ``members``: how many shaped the vector.
    """

    event: int
    parts: tuple[Vector, ...]
    started_at: datetime | None = None
    last_at: datetime | None = None
    provinces: frozenset[str] = frozenset()
    members: int = 1
    roundup: bool = False


def going_on(profile: Profile, at: datetime | None) -> bool:
    """Whether an article of time ``at`` may still belong to the event; unknown times always may."""
    if at is None or profile.last_at is None or profile.started_at is None:
        return True
    return profile.started_at - GOES_ON <= at <= profile.last_at + GOES_ON


def demanded(story: Story, profile: Profile) -> float:
    """The nearness asked for between this article and this event."""
    asked = NEAR
    if story.provinces and profile.provinces and not story.provinces & profile.provinces:
        asked += ELSEWHERE
    if story.at is not None and profile.last_at is not None:
        days = max(0.0, (story.at - profile.last_at).total_seconds() / 86400)
        asked += LATE * days
    return asked


class Scale:
    """One article laid open so that many events can be held against it quickly."""

    def __init__(self, story: Story, rarity: Reals) -> None:
        self.story = story
        self._vectors = [weighed(vector, rarity) for vector in (story.parts or (story.vector,))]
        self._open = np.zeros(len(rarity), dtype=np.float32)

    def nearness(self, profile: Profile) -> float:
        """The cosine between the article and the event: of the best pair of parts, 0..1."""
        best = 0.0
        for vector in self._vectors:
            self._open[vector.ids] = vector.weights
            for part in profile.parts:
                length = float(np.sqrt(np.dot(part.weights, part.weights)))
                if length:
                    best = max(best, float(np.dot(self._open[part.ids], part.weights)) / length)
            self._open[vector.ids] = 0.0
        return best

    def best(self, profiles: Iterable[Profile]) -> tuple[Profile, float] | None:
        """The event the article belongs to and how near it is, or None where it begins one of its own."""
        found: tuple[Profile, float] | None = None
        for profile in profiles:
            if not going_on(profile, self.story.at):
                continue
            near = self.nearness(profile)
            # a roundup's bare headline must match well; it brings no lead of its own
            if near >= demanded(self.story, profile) and (found is None or near > found[1]):
                found = (profile, near)
        return found


def begun(event: int, story: Story, rarity: Reals) -> Profile:
    """The profile of an event that this article begins."""
    return Profile(
        event=event,
        parts=tuple(weighed(vector, rarity) for vector in (story.parts or (story.vector,))),
        started_at=story.at,
        last_at=story.at,
        provinces=story.provinces,
        roundup=story.roundup,
    )


def joined(profile: Profile, story: Story, rarity: Reals) -> Profile:
    """The profile after this article; a roundup leaves the vector alone, and the first real article replaces a roundup's."""
    times = [at for at in (profile.started_at, profile.last_at, story.at) if at is not None]
    started_at, last_at = (min(times), max(times)) if times else (None, None)
    parts, members, provinces, roundup = profile.parts, profile.members, profile.provinces, profile.roundup
    if not story.roundup:
        mine = weighed(story.vector, rarity)
        if roundup:
            parts, members, provinces, roundup = (mine,), 1, story.provinces, False
        else:
            parts, members = (summed(profile.parts[0], mine),), members + 1
            provinces = provinces | story.provinces
    return Profile(
        event=profile.event, parts=parts, started_at=started_at, last_at=last_at,
        provinces=provinces, members=members, roundup=roundup,
    )  # fmt: skip


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
        self._where: dict[int, list[int]] = {}

    def place(self, number: int, story: Story) -> int:
        """Puts article ``number`` into its event and gives the event's number."""
        scale = Scale(story, self._rarity)
        keys = look_up_keys(story, self._rarity)
        counts: dict[int, int] = {}
        for key in keys:
            for event in self._where.get(key, ())[-500:]:
                counts[event] = counts.get(event, 0) + 1
        likely = sorted(counts, key=lambda event: (-counts[event], -event))[:60]
        found = scale.best(self._profiles[event] for event in likely)
        if found is None:
            profile = begun(number, story, self._rarity)
        else:
            profile = joined(found[0], story, self._rarity)
        self._profiles[profile.event] = profile
        for key in keys:
            events = self._where.setdefault(key, [])
            if profile.event not in events[-500:]:
                events.append(profile.event)
        return profile.event


def grouped(stories: list[Story], rarity: Reals) -> list[int]:
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
