"""Between the store and the pure rules of copies and events: bytes to arrays and back, one article placed at a time.

Called inside a transaction that holds ``db.grouping.one_at_a_time``: placing an article reads what placing the one
before it wrote. Everything stands in tables, so a worker may die at any moment and another goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

import db.events
import db.grouping
from classifier import copies, events
from classifier.copies import Match, Print
from classifier.events import Profile, Scale
from classifier.stories import ASKED, Reals, Story, Vector, look_up_keys
from classifier.window import Window, unpacked
from classifier.window import packed as window_keys
from db.connection import Connection

LOOKED_AT = 4 * events.CANDIDATES  # events that share words; some of them are over


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an article went: its event, the event's number whether new or old, and the first publication it copies."""

    event: int
    begun: bool
    copy_of: int | None


def place(
    conn: Connection, window: Window, *, article_id: int, version_id: int, title: str, at: datetime, print_: Print,
    story: Story, rarity: Reals, standing: int | None = None, silence: timedelta = events.GOES_ON,
) -> Placed:  # fmt: skip
    """Finds an article's copies and its event and stores both; an article that stands in an event stays there.

    ``standing``: the event it stands in already; ``silence``: time without news after which an event is over.
    """
    copy_of = _copies(conn, window, article_id, version_id, at, print_)
    if standing is not None:
        return Placed(event=standing, begun=False, copy_of=copy_of)
    if copy_of is not None and not story.roundup:
        # a copy tells what its first publication tells
        first = db.events.event_of(conn, copy_of)
        if first is not None:
            db.events.join(conn, event_id=first[0], article_id=article_id)
            return Placed(event=first[0], begun=False, copy_of=copy_of)
    found = _nearest(conn, window, story, rarity, silence)
    profile = events.begun(0, story, rarity) if found is None else events.joined(found.profile, story, rarity)
    keys = look_up_keys(story, rarity)
    assert profile.started_at is not None  # articles in the store have a time
    assert profile.last_at is not None
    event = window.next_event(conn) if found is None else found.event
    origin = event if found is None else profile.event
    db.grouping.enter(
        conn, article_id=article_id, title=title, at=at, event_id=event, begins=found is None,
        origin=origin, parts=[packed(part) for part in profile.parts],
        provinces=sorted(profile.provinces | profile.localities), kinds=sorted(profile.kinds), members=profile.members,
        roundup=profile.roundup, started_at=profile.started_at, last_at=profile.last_at,
        keys=window_keys([*keys, *(() if found is None else found.keys)]),
    )  # fmt: skip
    window.events.add(origin, keys)
    return Placed(event=event, begun=found is None, copy_of=copy_of)


def copies_known(conn: Connection, window: Window, *, article_id: int, at: datetime, print_: Print) -> bool:
    """Whether the text was published before by another, as far as is stored; asked before the article is placed."""
    likely = _alike(conn, window, article_id, print_)
    earlier = {stored.article_id: _print(stored) for stored in likely if stored.at <= at}
    return bool(copies.verified(print_, earlier, earlier.__getitem__))


def _alike(conn: Connection, window: Window, article_id: int, print_: Print) -> list[db.grouping.StoredPrint]:
    """Stored texts that share at least two keys with this one, most first; mostly there are none."""
    found = window.texts.shared(print_.keys, least=copies.SHARED, most=copies.MOST_ALIKE + 1)
    likely = [number for number in found if number != article_id][: copies.MOST_ALIKE]
    return db.grouping.prints(conn, article_ids=likely) if likely else []


def _copies(
    conn: Connection, window: Window, article_id: int, version_id: int, at: datetime, print_: Print
) -> int | None:
    likely = {stored.article_id: stored for stored in _alike(conn, window, article_id, print_)}
    prints = {number: _print(stored) for number, stored in likely.items()}
    matches = copies.verified(print_, prints, prints.__getitem__)
    keys = print_.keys.tolist()
    db.grouping.keep_print(
        conn, article_id=article_id, version_id=version_id, at=at, hashes=print_.hashes.astype("<u4").tobytes(),
        standing=print_.standing, keys=window_keys(keys), alone=not matches,
    )  # fmt: skip
    window.texts.add(article_id, keys)
    if not matches:
        return None
    found = dict(matches)
    firsts = {likely[number].copy_of or number for number in found} - {article_id}
    times = {article_id: at, **db.grouping.published_at(conn, article_ids=sorted(firsts))}
    group = sorted({*firsts, article_id}, key=lambda number: (times.get(number, at), number))
    first = group[0]
    nearest = matches[0][1]
    for other in group[1:]:
        db.grouping.copies_move(conn, old_first=other, new_first=first)
        link = nearest if other == article_id else found.get(other, nearest)
        _link(conn, other, first, link)
    if first == article_id:
        db.grouping.copies_unlink(conn, article_id=article_id)
        return None
    return first


def _link(conn: Connection, article_id: int, copy_of: int, match: Match) -> None:
    db.grouping.copies_link(
        conn, article_id=article_id, copy_of=copy_of, similarity=match.similarity, method=match.method
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The event an article belongs to: its profile, the keys it is found by, and the event it leads to."""

    event: int
    profile: Profile
    keys: list[int]


def _nearest(
    conn: Connection, window: Window, story: Story, rarity: Reals, silence: timedelta
) -> _Found | None:
    at = story.at
    if at is None:  # articles in the store always have a time
        return None
    keys = np.array(look_up_keys(story, rarity, ASKED), dtype=np.int32)
    likely = window.events.shared(keys, rarity[keys], most=LOOKED_AT)
    if not likely:
        return None
    standing = db.grouping.going_on(
        conn, event_ids=likely, most=events.CANDIDATES, earliest=at - silence, latest=at + silence
    )
    stored = {one.origin: one for one in window.profiles(conn, standing)}
    found = Scale(story, rarity, silence).best(_profile(one) for one in stored.values())
    if found is None:
        return None
    origin = found[0].event
    leads_to = next(one.event_id for one in standing if one.origin == origin)
    return _Found(event=leads_to, profile=found[0], keys=unpacked(stored[origin].keys).tolist())


def rebuild(
    conn: Connection, window: Window, *, event_id: int, members: Iterable[tuple[Story, bool]], rarity: Reals
) -> None:
    """Makes an event's profile anew from its articles: those the machine placed, or all where staff placed them all."""
    every = list(members)
    db.grouping.forget_profile(conn, event_id=event_id)
    shaping = [story for story, by_staff in every if not by_staff] or [story for story, _ in every]
    if not shaping:
        return
    # a real article first, so that a roundup never lays the ground
    shaping.sort(key=lambda story: story.roundup)
    profile = events.begun(event_id, shaping[0], rarity)
    for story in shaping[1:]:
        profile = events.joined(profile, story, rarity)
    keys = sorted({key for story in shaping for key in look_up_keys(story, rarity)})
    _keep(conn, profile, window_keys(keys))
    window.events.add(event_id, keys)


def nearness(conn: Connection, *, event_id: int, story: Story, rarity: Reals) -> float:
    """How near a story is to the profile stored for an event; 0 without one."""
    stored = db.grouping.profiles(conn, event_ids=[event_id])
    return Scale(story, rarity).nearness(_profile(stored[0])).cosine if stored else 0.0


def _print(stored: db.grouping.StoredPrint) -> Print:
    return Print(
        hashes=np.frombuffer(stored.hashes, dtype="<u4"),
        title=frozenset(copies.words(stored.title)),
        source=stored.source,
        at=stored.at,
        standing=stored.standing,
    )


def _profile(stored: db.grouping.StoredProfile) -> Profile:
    return Profile(
        event=stored.origin,
        parts=tuple(_vector(part) for part in stored.parts),
        started_at=stored.started_at,
        last_at=stored.last_at,
        provinces=frozenset(name for name in stored.provinces if ":" not in name),
        localities=frozenset(name for name in stored.provinces if ":" in name),
        kinds=frozenset(stored.kinds),
        members=stored.members,
        roundup=stored.roundup,
    )


def _keep(conn: Connection, profile: Profile, keys: bytes) -> None:
    assert profile.started_at is not None  # articles in the store have a time
    assert profile.last_at is not None
    db.grouping.keep_profile(
        conn, event_id=profile.event, parts=[packed(part) for part in profile.parts],
        provinces=sorted(profile.provinces | profile.localities), kinds=sorted(profile.kinds), members=profile.members, roundup=profile.roundup,
        started_at=profile.started_at, last_at=profile.last_at, keys=keys,
    )  # fmt: skip


def packed(vector: Vector) -> bytes:
    """A vector as it is stored: feature numbers, then weights, four bytes each."""
    return vector.ids.astype("<i4").tobytes() + vector.weights.astype("<f4").tobytes()


def _vector(data: bytes) -> Vector:
    half = len(data) // 2
    return Vector(
        np.frombuffer(data, dtype="<i4", count=half // 4),
        np.frombuffer(data, dtype="<f4", offset=half),
    )
