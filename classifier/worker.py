"""Works off what is to be judged and grouped. What there is to do is read from the tables: the version without a
judgement by the champion model, the correction without an outcome. A lost or doubled run loses and doubles nothing.

Judging needs nobody else and runs side by side in any number of workers; placing is done by one at a time, so that two
articles on one happening do not begin two events.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import db.catalogue.rows
import db.events
import db.found_false
import db.grouping
import db.judgements
import db.models
from classifier import copies, events, memory, stories, summaries, translated
from classifier.champion import champion_of
from classifier.items import Item
from classifier.judge import Judge
from classifier.places import Hit
from classifier.provinces import Provinces
from classifier.stories import Background, Reals, Story
from classifier.text import read
from classifier.told_again import Claims
from classifier.window import Window
from db.catalogue import Catalogue
from db.connection import Connection

BATCH = 20  # articles judged in one transaction
COPY = 0.4  # share of its priority that a text keeps which another published before: one voice, heard already
SAME = 0.5  # cosine from which an article is surely of the event that a profile was made of
NEWS = 500  # articles after which the background is weighed anew and stored


@dataclass(slots=True)
class Bench:
    """What a worker holds ready: the judge of the champion model, province names, and how rare each feature is."""

    judge: Judge
    provinces: Provinces
    background: Background
    rarity: Reals
    window: Window
    silence: timedelta = events.GOES_ON  # after which an event is over: the setting events.window_days
    whole_provinces: frozenset[str] = frozenset()  # ids of places that are provinces
    claims: Claims = field(default_factory=Claims)  # found false
    claims_mark: tuple[int, datetime | None] = (0, None)
    fresh: int = 0  # articles counted since the background was stored

    @property
    def model(self) -> str:
        """The name judgements are stored under."""
        return self.judge.model.name


@dataclass(slots=True)
class Done:
    """What a run did."""

    judged: int = 0
    events: int = 0  # begun
    copies: int = 0
    corrected: int = 0
    touched: set[int] = field(default_factory=set)


def prepare(conn: Connection, *, shipped: Catalogue | None = None, window: Window | None = None) -> Bench:
    """Reads catalogue, champion and background; ``shipped`` stands in where the database holds no places, ``window`` is
    that of the bench before."""
    catalogue = db.catalogue.rows.read(conn)
    if not catalogue.places and shipped is not None:
        catalogue = shipped
    provinces = Provinces.from_catalogue(catalogue)
    stored = db.grouping.background(conn)
    background = Background.from_bytes(stored) if stored else stories.plain_background(provinces.own)
    return Bench(
        judge=Judge(catalogue, champion_of(conn)),
        provinces=provinces,
        background=background,
        rarity=background.rarity(),
        window=window or Window(),
        whole_provinces=frozenset(place.id for place in catalogue.places if place.level == "province"),
        silence=timedelta(days=db.catalogue.rows.number(conn, "events.window_days")),
    )


def run(
    conn: Connection, bench: Bench, *, stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda done: None,
) -> Done:  # fmt: skip
    """Works until nothing is left to do or ``stop`` says so; commits after each batch."""
    done = Done()
    with conn.transaction():
        db.judgements.begin(conn, model=bench.model)
        _learn_claims(conn, bench)
    with conn.transaction():
        stirred = db.events.stirred(conn)
        if stirred:
            db.grouping.one_at_a_time(conn)
        for event in stirred:
            refresh(conn, event)
    while not stop():
        with conn.transaction():
            corrected = correct(conn, bench)
        with conn.transaction():
            pending = db.judgements.pending(conn, model=bench.model, limit=BATCH)
            if pending:
                batch(conn, bench, pending, done)
        done.corrected += corrected
        progress(done.judged)
        if not pending and not corrected:
            break
    with conn.transaction():
        db.judgements.advance(conn, model=bench.model)
        if bench.fresh:
            _store_background(conn, bench)
    return done


def batch(conn: Connection, bench: Bench, pending: Sequence[db.judgements.Pending], done: Done) -> None:
    """Judges these versions, places the latest ones, and brings their events up to date."""
    prints: dict[int, copies.Print] = {}
    shelf = copies.Shelf()  # of this batch: a wire text comes in from many papers at once
    articles: list[int] = []
    about: set[int] = set()  # versions that concern the province
    bench.window.catch_up(conn)
    for version in sorted(pending, key=lambda one: (one.at, one.id)):
        print_ = prints[version.id] = copies.print_of(
            title=version.title, text=version.body, source=version.source, at=version.at
        )
        known = any(
            articles[number] != version.article_id for number, _ in shelf.matches(print_)
        ) or memory.copies_known(
            conn, bench.window, article_id=version.article_id, at=version.at, print_=print_
        )
        shelf.add(print_)
        articles.append(version.article_id)
        reading = read(
            Item(
                id=str(version.article_id), title=version.title, text=version.body, source=version.source,
                url=version.url, lang=None if version.language == "und" else version.language, date=version.at,
            )
        )  # fmt: skip
        judgement = bench.judge.judge_reading(
            reading, cues=bench.claims.reasons(reading, bench.rarity), novelty=COPY if known else 1.0
        )
        db.judgements.add(
            conn, article_id=version.article_id, version_id=version.id, model=bench.model,
            judgement=judgement.as_json(), mentions=_mentions(judgement.places),
        )  # fmt: skip
        if judgement.relevance.label != "none":
            about.add(version.id)
        done.judged += 1
    ready = [
        (version, prints[version.id], _story(bench, version.title, version.body, version.at))
        for version in pending
        if version.latest
    ]
    ready.sort(key=lambda one: (one[0].at, one[0].id))  # what happened first lays the ground of its event
    db.grouping.one_at_a_time(conn)
    bench.window.catch_up(conn)
    standing = db.events.standing(conn, article_ids=[version.article_id for version, _, _ in ready])
    touched: set[int] = set()
    begun: set[int] = set()
    with conn.pipeline():  # what is written of one article goes with the question for the next
        for version, print_, story in ready:
            placed = memory.place(
                conn, bench.window, article_id=version.article_id, version_id=version.id, title=version.title, at=version.at,
                print_=print_, story=story, rarity=bench.rarity, standing=standing.get(version.article_id),
                silence=bench.silence,
            )  # fmt: skip
            touched.add(placed.event)
            done.events += placed.begun
            if placed.begun and version.id in about:
                begun.add(placed.event)
            done.copies += placed.copy_of is not None
            bench.background.add([story.vector])
            bench.fresh += 1
    for event in sorted(begun):
        whole = translated.find(conn, event, provinces=bench.whole_provinces)
        if whole is not None:
            db.events.unite(conn, event_id=event, into=whole)
            touched.add(whole)
    for event in sorted(touched):
        refresh(conn, event)
    done.touched |= touched
    if bench.fresh >= NEWS:
        _store_background(conn, bench)


def refresh(conn: Connection, event_id: int) -> None:
    """Makes an event's columns anew from its articles."""
    members = db.events.members(conn, event_id)
    if members:
        db.events.summarise(conn, event_id=event_id, summary=summaries.summary(members))
    else:
        db.events.empty(conn, event_id=event_id)


def _learn_claims(conn: Connection, bench: Bench) -> None:
    """Takes in what was found false since; judgements made before stand."""
    mark = db.found_false.mark(conn)
    if mark != bench.claims_mark:
        bench.claims, bench.claims_mark = Claims(db.found_false.listed(conn)), mark


def _store_background(conn: Connection, bench: Bench) -> None:
    db.grouping.keep_background(conn, data=bench.background.to_bytes())
    bench.rarity = bench.background.rarity()
    bench.fresh = 0


def _mentions(places: Iterable[Hit]) -> list[db.judgements.Mention]:
    return [
        db.judgements.Mention(
            place=hit.id, territory=hit.territory, as_written=hit.as_written, start_at=hit.start, end_at=hit.end,
        )
        for hit in places
    ]  # fmt: skip


# ── what staff asked for ────────────────────────────────────────────────────────────────────────────────────────────


def correct(conn: Connection, bench: Bench) -> int:
    """Applies open corrections; how many there were. Each is dealt with once, also when it can do nothing."""
    wishes = db.events.corrections(conn)
    if not wishes:
        return 0
    db.grouping.one_at_a_time(conn)
    for wish in wishes:
        db.events.applied(conn, correction_id=wish.id, outcome=_apply(conn, bench, wish))
    return len(wishes)


def _apply(conn: Connection, bench: Bench, wish: db.events.Correction) -> str:
    source = db.events.whole(conn, wish.event_id)
    if source is None:
        return "no such event"
    if wish.kind == "merge":
        return _merge(conn, source, wish)
    inside = set(db.events.member_ids(conn, source))
    chosen = [number for number in dict.fromkeys(wish.article_ids) if number in inside]
    if not chosen:
        return "none of the articles stands in this event"
    if wish.kind == "move":
        target = db.events.whole(conn, wish.into_event) if wish.into_event is not None else None
        if target is None or target == source:
            return "no other event to move to"
    else:
        if set(chosen) == inside:
            return "all articles would leave; nothing was done"
        target = _split_off(conn, source, set(chosen))
    db.events.put(conn, event_id=target, article_ids=chosen)
    for event in (source, target):
        _reshape(conn, bench, event)
        refresh(conn, event)
    if wish.kind == "split":
        _lead_back(conn, bench, source=source, target=target)
    return f"{len(chosen)} articles now in event {target}"


def _merge(conn: Connection, source: int, wish: db.events.Correction) -> str:
    target = db.events.whole(conn, wish.into_event) if wish.into_event is not None else None
    if target is None or target == source:
        return "no other event to merge into"
    moved = db.events.member_ids(conn, source)
    db.events.put(conn, event_id=target, article_ids=moved)
    # the profiles stay apart: what is like either finds the whole, and neither is blurred by the other
    db.events.merge(conn, event_id=source, into=target)
    refresh(conn, target)
    return f"{len(moved)} articles now in event {target}"


def _split_off(conn: Connection, source: int, chosen: set[int]) -> int:
    first = next(member for member in db.events.members(conn, source) if member.article_id in chosen)
    return db.events.begin(conn, title=first.title, at=first.at, article_id=first.article_id)


def _reshape(conn: Connection, bench: Bench, event: int) -> None:
    members = db.events.members(conn, event, head=2 * stories.LEAD)
    memory.rebuild(
        conn, bench.window, event_id=event, rarity=bench.rarity,
        members=[(_story(bench, member.title, member.head, member.at), member.by_staff) for member in members],
    )  # fmt: skip


def _lead_back(conn: Connection, bench: Bench, *, source: int, target: int) -> None:
    """An event merged earlier whose articles are now split off leads to them again."""
    split = [
        _story(bench, member.title, member.head, member.at)
        for member in db.events.members(conn, target, head=2 * stories.LEAD)
    ]
    for merged in db.events.merged_here(conn, source):
        near = (memory.nearness(conn, event_id=merged, story=one, rarity=bench.rarity) for one in split)
        if any(cosine >= SAME for cosine in near):
            db.events.merge(conn, event_id=merged, into=target)


def _story(bench: Bench, title: str, body: str, at: datetime) -> Story:
    passage = unicodedata.normalize("NFC", f"{title}\n{stories.lead_of(body)}")
    return stories.story(
        title=title, text=body, at=at, provinces=bench.provinces.find(passage),
        localities=bench.provinces.localities(passage),
    )  # fmt: skip
