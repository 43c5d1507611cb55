"""Placing what came in: copies and events of a batch of articles, one after the other, with few questions to the store.

What the store knows of the batch's candidates is read at once; the articles are then placed in memory, each seeing those
before it, and what changed is written at once. Called inside a transaction that holds ``db.judging.event_index.one_at_a_time``.
Everything stands in tables, so a worker may die at any moment and another goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

import db.judging.article_corrections
import db.judging.event_index
import db.judging.events
from classifier.events import clustering, near_duplicates, repository
from classifier.events.candidate_cache import Window, unpacked
from classifier.events.candidate_cache import packed as window_keys
from classifier.events.clustering import Profile, Scale
from classifier.events.near_duplicates import DuplicateMatch, Print
from classifier.events.vectors import ASKED, ArticleVector, Reals, look_up_keys
from db.core.connection import Connection

LOOKED_AT = 4 * clustering.CANDIDATES  # events that share words; some of them are over


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An article to be placed. ``at``: publication, or first sight; ``standing``: the event it stands in already."""

    article_id: int
    version_id: int
    title: str
    at: datetime
    print_: Print
    story: ArticleVector
    standing: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an article went: its event, whether it began that, and the first publication it copies."""

    event: int
    begun: bool
    copy_of: int | None


def place(
    conn: Connection, window: Window, arrivals: Sequence[Arrival], *, rarity: Reals,
    silence: timedelta = clustering.GOES_ON,
) -> list[Placed]:  # fmt: skip
    """Finds the copies and events of the arrivals, in their order, and stores both; what stands in an event stays there.

    ``silence``: time without news after which an event is over.
    """
    texts = _Texts(conn, window, arrivals)
    happenings = _Happenings(conn, window, arrivals, texts.firsts(), rarity=rarity, silence=silence)
    placed = []
    with conn.pipeline():  # writing waits for nobody
        for arrival in arrivals:
            copy_of = texts.take(arrival)
            event, begun = happenings.take(arrival, copy_of)
            placed.append(Placed(event=event, begun=begun, copy_of=copy_of))
        texts.write()
        happenings.write()
    return placed


def copied_before(conn: Connection, window: Window, asked: Sequence[tuple[int, Print, datetime]]) -> set[int]:
    """Articles of (article, its text, its time) whose text another published before, as far as is stored; asked before
    they are placed."""
    likely = {article: _alike(window, article, print_) for article, print_, _ in asked}
    stored = _prints(conn, likely.values())
    return {
        article
        for article, print_, at in asked
        if near_duplicates.verified(
            print_,
            [number for number in likely[article] if number in stored and stored[number].at <= at],
            lambda number: repository.print_of(stored[number]),
        )
    }


def _alike(window: Window, article_id: int, print_: Print) -> list[int]:
    """Texts that share at least two keys with this one, most first; mostly there are none."""
    found = window.texts.shared(
        print_.keys, least=near_duplicates.SHARED, most=near_duplicates.MOST_ALIKE + 1
    )
    return [number for number in found if number != article_id][: near_duplicates.MOST_ALIKE]


def _prints(conn: Connection, likely: Iterable[list[int]]) -> dict[int, db.judging.event_index.StoredPrint]:
    wanted = sorted({number for numbers in likely for number in numbers})
    stored = db.judging.event_index.prints(conn, article_ids=wanted) if wanted else []
    return {one.article_id: one for one in stored}


class _Texts:
    """The texts that the arrivals may copy, and the arrivals taken so far."""

    def __init__(self, conn: Connection, window: Window, arrivals: Sequence[Arrival]) -> None:
        self._conn = conn
        self._window = window
        self._likely = {one.article_id: _alike(window, one.article_id, one.print_) for one in arrivals}
        stored = _prints(conn, self._likely.values())
        self._prints = {number: repository.print_of(one) for number, one in stored.items()}
        self._copy_of = {number: one.copy_of for number, one in stored.items() if one.copy_of is not None}
        self._at = {number: one.at for number, one in stored.items()}
        for one in stored.values():
            if one.copy_of is not None and one.first_at is not None:
                self._at.setdefault(one.copy_of, one.first_at)
        self._fresh: dict[int, set[int]] = {}  # keys of the arrivals taken
        known = {one.article_id for one in arrivals}.union(*self._likely.values())
        # staff said that these are no copies: they stay apart
        self._apart = db.judging.article_corrections.detached(conn, article_ids=sorted(known))
        self._taken: list[db.judging.event_index.KeptPrint] = []
        # what was said of an earlier version of an arrival does not stand for this one
        db.judging.event_index.copies_unlink(conn, article_ids=[one.article_id for one in arrivals])
        for arrival in arrivals:
            self._copy_of.pop(arrival.article_id, None)

    def firsts(self) -> set[int]:
        """First publications that an arrival may turn out to copy."""
        return {self._copy_of.get(number, number) for number in self._prints}

    def take(self, arrival: Arrival) -> int | None:
        """Links the arrival with the texts it shares; the first publication it copies, if any."""
        number, print_ = arrival.article_id, arrival.print_
        keys = print_.keys.tolist()
        fresh = [
            one
            for one, theirs in self._fresh.items()
            if len(theirs.intersection(keys)) >= near_duplicates.SHARED
        ]
        likely = dict.fromkeys(
            one for one in (*fresh, *self._likely[number]) if one in self._prints and one not in self._apart
        )
        matches = (
            []
            if number in self._apart
            else near_duplicates.verified(print_, likely, self._prints.__getitem__)
        )
        self._prints[number], self._at[number] = print_, arrival.at
        self._fresh[number] = set(keys)
        self._window.texts.add(number, keys)
        self._taken.append(
            db.judging.event_index.KeptPrint(
                article_id=number, version_id=arrival.version_id, at=arrival.at, standing=print_.standing,
                hashes=print_.hashes.astype("<u4").tobytes(), keys=window_keys(keys),
                marks=sorted(print_.marks),
            )
        )  # fmt: skip
        return self._link(number, matches) if matches else None

    def _link(self, number: int, matches: list[tuple[int, DuplicateMatch]]) -> int | None:
        found = dict(matches)
        firsts = {self._copy_of.get(one, one) for one in found} - {number}
        first, *others = sorted({*firsts, number}, key=lambda one: (self._at.get(one, self._at[number]), one))
        for other in others:
            link = matches[0][1] if other == number else found.get(other, matches[0][1])
            db.judging.event_index.copies_move(self._conn, old_first=other, new_first=first)
            db.judging.event_index.copies_link(
                self._conn, article_id=other, copy_of=first, similarity=link.similarity, method=link.method
            )
            self._copy_of.pop(first, None)
            self._copy_of |= {one: first for one, of in self._copy_of.items() if of == other}
            self._copy_of[other] = first
        return None if first == number else first

    def write(self) -> None:
        """Stores the arrivals' texts."""
        db.judging.event_index.keep_prints(self._conn, self._taken)


class _Happenings:
    """The events that the arrivals may belong to, as the arrivals taken so far have made them."""

    def __init__(
        self, conn: Connection, window: Window, arrivals: Sequence[Arrival], firsts: set[int], *, rarity: Reals,
        silence: timedelta,
    ) -> None:  # fmt: skip
        self._conn = conn
        self._window = window
        self._rarity = rarity
        self._silence = silence
        new = [one for one in arrivals if one.standing is None]
        self._event_of = db.judging.events.current_events(conn, article_ids=sorted(firsts)) if firsts else {}
        self._event_of |= {one.article_id: one.standing for one in arrivals if one.standing is not None}
        self._asked = {one.article_id: look_up_keys(one.story, rarity, ASKED) for one in new}
        self._likely = {one.article_id: self._share_words(one) for one in new}
        self._numbers = window.numbers(conn, len(new))
        self._leads_to: dict[int, int] = {}  # the event of each profile
        self._stored: dict[int, db.judging.event_index.StoredProfile] = {}
        self._profiles: dict[int, Profile] = {}  # of those that were looked at or made
        self._keys: dict[int, set[int]] = {}  # of those that changed
        self._begun: list[db.judging.event_index.Begun] = []
        self._members: list[tuple[int, int]] = []
        wanted = sorted({origin for likely in self._likely.values() for origin in likely})
        if wanted:
            standing = db.judging.event_index.current_profiles(conn, event_ids=wanted)
            self._leads_to = {one.origin: one.event_id for one in standing}
            self._stored = window.profiles(conn, standing)

    def _share_words(self, arrival: Arrival) -> list[int]:
        keys = np.array(self._asked[arrival.article_id], dtype=np.int32)
        found = self._window.events.shared(keys, self._rarity[keys], most=LOOKED_AT)
        going = self._window.going_on(
            found, earliest=arrival.at - self._silence, latest=arrival.at + self._silence
        )
        return going[: clustering.CANDIDATES]

    def take(self, arrival: Arrival, copy_of: int | None) -> tuple[int, bool]:
        """The arrival's event, and whether it began it."""
        if arrival.standing is not None:
            return arrival.standing, False
        story = arrival.story
        # a copy tells what its first publication tells
        event = None if copy_of is None or story.roundup else self._event_of.get(copy_of)
        begun = False
        if event is None:
            found = self._nearest(arrival)
            begun = found is None
            if found is None:
                origin = event = self._numbers.pop(0)
                profile = clustering.begun(origin, story, self._rarity)
                self._begun.append(
                    db.judging.event_index.Begun(
                        event_id=event, title=arrival.title, at=arrival.at, article_id=arrival.article_id
                    )
                )
                self._leads_to[origin] = event
            else:
                origin = found.event
                event = self._leads_to[origin]
                profile = clustering.joined(found, story, self._rarity)
            self._remember(origin, profile, story)
        self._event_of[arrival.article_id] = event
        self._members.append((arrival.article_id, event))
        return event, begun

    def _nearest(self, arrival: Arrival) -> Profile | None:
        # what the batch itself made or changed is looked at too: the window's order knows nothing of it
        asked = self._asked[arrival.article_id]
        fresh = (origin for origin, keys in self._keys.items() if not keys.isdisjoint(asked))
        likely = dict.fromkeys((*self._likely[arrival.article_id], *fresh))
        profiles = [profile for origin in likely if (profile := self._profile(origin)) is not None]
        found = Scale(arrival.story, self._rarity, self._silence).best(profiles)
        return None if found is None else found[0]

    def _profile(self, origin: int) -> Profile | None:
        made = self._profiles.get(origin)
        if made is None and (stored := self._stored.get(origin)) is not None:
            made = self._profiles[origin] = repository.profile_of(stored)
        return made

    def _remember(self, origin: int, profile: Profile, story: ArticleVector) -> None:
        keys = look_up_keys(story, self._rarity)
        if origin not in self._keys:
            stored = self._stored.get(origin)
            self._keys[origin] = set() if stored is None else set(unpacked(stored.keys).tolist())
        self._keys[origin].update(keys)
        self._profiles[origin] = profile
        self._window.events.add(origin, keys)

    def write(self) -> None:
        """Stores events, members and profiles."""
        db.judging.event_index.begin_events(self._conn, self._begun)
        db.judging.event_index.enter(self._conn, self._members)
        db.judging.event_index.keep_profiles(
            self._conn,
            [
                repository.kept(self._profiles[origin], window_keys(list(keys)))
                for origin, keys in self._keys.items()
            ],
        )
