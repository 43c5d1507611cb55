"""Between the store and the pure rules of copies and events: bytes to arrays and back, profiles and summaries made anew.

Writing is done inside a transaction that holds ``db.judging.event_index.one_at_a_time``.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import numpy as np

import db.judging.event_index
import db.judging.events
from classifier.events import clustering, near_duplicates, returning, summary
from classifier.events.candidate_cache import Window
from classifier.events.candidate_cache import packed as window_keys
from classifier.events.clustering import Profile, Scale
from classifier.events.near_duplicates import Print
from classifier.events.vectors import ArticleVector, Reals, Vector, look_up_keys
from db.core.connection import Connection


def refresh(conn: Connection, event_id: int, *, fresh: AbstractSet[int] = frozenset()) -> None:
    """Makes an event's columns anew from its articles; its closed case comes back where they tell something new.

    ``fresh``: articles placed in this very transaction, which nobody who decided can have seen.
    """
    members = db.judging.events.members(conn, event_id)
    if members:
        db.judging.events.summarise(conn, event_id=event_id, summary=summary.summary(members))
        returning.consider(conn, event_id=event_id, members=members, fresh=fresh)
    else:
        db.judging.events.empty(conn, event_id=event_id)


def rebuild(
    conn: Connection,
    window: Window,
    *,
    event_id: int,
    members: Iterable[tuple[ArticleVector, bool]],
    rarity: Reals,
) -> None:
    """Makes an event's profile anew from its articles: those the machine placed, or all where staff placed them all."""
    every = list(members)
    db.judging.event_index.forget_profile(conn, event_id=event_id)
    shaping = [story for story, by_staff in every if not by_staff] or [story for story, _ in every]
    if not shaping:
        return
    # a real article first, so that a roundup never lays the ground
    shaping.sort(key=lambda story: story.roundup)
    profile = clustering.begun(event_id, shaping[0], rarity)
    for story in shaping[1:]:
        profile = clustering.joined(profile, story, rarity)
    keys = sorted({key for story in shaping for key in look_up_keys(story, rarity)})
    db.judging.event_index.keep_profiles(conn, [kept(profile, window_keys(keys))])
    window.events.add(event_id, keys)


def nearness(conn: Connection, *, event_id: int, story: ArticleVector, rarity: Reals) -> float:
    """How near a story is to the profile stored for an event; 0 without one."""
    stored = db.judging.event_index.profiles(conn, event_ids=[event_id])
    return Scale(story, rarity).nearness([profile_of(stored[0])])[0].cosine if stored else 0.0


def print_of(stored: db.judging.event_index.StoredPrint) -> Print:
    """A stored text as copies see it."""
    return Print(
        hashes=np.frombuffer(stored.hashes, dtype="<u4"),
        title=frozenset(near_duplicates.words(stored.title)),
        source=stored.source,
        at=stored.at,
        standing=stored.standing,
        marks=frozenset(stored.marks),
    )


def profile_of(stored: db.judging.event_index.StoredProfile) -> Profile:
    """A stored profile as events see it."""
    return Profile(
        event=stored.origin,
        parts=tuple(_vector(part) for part in stored.parts),
        started_at=stored.started_at,
        last_at=stored.last_at,
        provinces=frozenset(name for name in stored.provinces if ":" not in name),
        localities=frozenset(name for name in stored.provinces if ":" in name),
        kinds=frozenset(stored.kinds),
        marks=frozenset(stored.marks),
        members=stored.members,
        roundup=stored.roundup,
    )


def kept(profile: Profile, keys: bytes) -> db.judging.event_index.KeptProfile:
    """A profile as it is stored; ``keys`` are those it is found by, packed."""
    assert profile.started_at is not None  # articles in the store have a time
    assert profile.last_at is not None
    return db.judging.event_index.KeptProfile(
        origin=profile.event, parts=[packed(part) for part in profile.parts], keys=keys,
        provinces=sorted(profile.provinces | profile.localities), kinds=sorted(profile.kinds), marks=sorted(profile.marks),
        members=profile.members, roundup=profile.roundup, started_at=profile.started_at, last_at=profile.last_at,
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
