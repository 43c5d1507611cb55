"""Works off what is to be judged and grouped. What there is to do is read from the tables: the version without a
judgement by the champion model, the correction without an outcome. A lost or doubled run loses and doubles nothing.

Judging needs nobody else and runs side by side in any number of workers; placing is done by one at a time, so that two
articles on one happening do not begin two events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import db.catalogue.rows
import db.judging.article_corrections
import db.judging.event_index
import db.judging.events
import db.judging.false_claims
import db.judging.judgements
import db.judging.models
from classifier.events import assign, cross_language, naming_facts, repository, staff_corrections, vectors
from classifier.events import clustering as events
from classifier.events import near_duplicates as copies
from classifier.events.assign import Arrival
from classifier.events.candidate_cache import Window
from classifier.events.known_false_claims import Claims
from classifier.events.regions import Provinces
from classifier.events.vectors import Background, Reals
from classifier.facts.reader import FactReading
from classifier.judging.judge import Judge
from classifier.learning.champion import champion_of
from classifier.pipeline import article_corrections
from classifier.places.locate import PlaceMention
from classifier.text.item import Item
from classifier.text.prepared_text import PreparedText, read
from db.catalogue import Catalogue
from db.core.connection import Connection

BATCH = 20  # articles judged in one transaction
COPY = 0.4  # share of its priority that a text keeps which another published before: one voice, heard already
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
    judge = Judge(catalogue, champion_of(conn))
    provinces = judge.provinces
    stored = db.judging.event_index.background(conn)
    background = Background.from_bytes(stored) if stored else vectors.plain_background(provinces.own)
    return Bench(
        judge=judge,
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
        db.judging.judgements.begin(conn, model=bench.model)
        _learn_claims(conn, bench)
    with conn.transaction():
        stirred = db.judging.events.stirred(conn)
        if stirred:
            db.judging.event_index.one_at_a_time(conn)
        for event in stirred:
            repository.refresh(conn, event)
    while not stop():
        with conn.transaction():
            corrected = staff_corrections.apply(
                conn,
                staff_corrections.Means(window=bench.window, provinces=bench.provinces, rarity=bench.rarity),
            )
            corrected += article_corrections.apply(conn)
        with conn.transaction():
            pending = db.judging.judgements.pending(conn, model=bench.model, limit=BATCH)
            if pending:
                batch(conn, bench, pending, done)
        done.corrected += corrected
        progress(done.judged)
        if not pending and not corrected:
            break
    with conn.transaction():
        db.judging.judgements.advance(conn, model=bench.model)
        if bench.fresh:
            _store_background(conn, bench)
    return done


def batch(
    conn: Connection, bench: Bench, pending: Sequence[db.judging.judgements.Pending], done: Done
) -> None:
    """Judges these versions, places the latest ones, and brings their events up to date."""
    readings = {version.id: _read(version) for version in pending}
    known = {number: bench.judge.facts.located(reading) for number, reading in readings.items()}
    prints = {
        version.id: copies.print_of(
            title=version.title, text=version.body, source=version.source, at=version.at,
            marks=naming_facts.marks(readings[version.id], known[version.id].facts),
        )
        for version in pending
    }  # fmt: skip
    about = _judge(conn, bench, pending, prints, readings, known)
    done.judged += len(pending)
    # what happened first lays the ground of its event
    ready = sorted((one for one in pending if one.latest), key=lambda one: (one.at, one.id))
    db.judging.event_index.one_at_a_time(conn)
    bench.window.catch_up(conn)
    standing = db.judging.events.current_events(conn, article_ids=[version.article_id for version in ready])
    arrivals = [
        Arrival(
            article_id=version.article_id, version_id=version.id, title=version.title, at=version.at,
            print_=prints[version.id], story=bench.provinces.story(
                title=version.title, text=version.body, at=version.at, marks=prints[version.id].marks
            ),
            standing=standing.get(version.article_id),
        )
        for version in ready
    ]  # fmt: skip
    placed = assign.place(conn, bench.window, arrivals, rarity=bench.rarity, silence=bench.silence)
    bench.background.add(arrival.story.vector for arrival in arrivals)
    bench.fresh += len(arrivals)
    done.events += sum(one.begun for one in placed)
    done.copies += sum(one.copy_of is not None for one in placed)
    touched = {one.event for one in placed}
    # what staff corrected stays corrected when a new text or model is judged
    for article in db.judging.article_corrections.current_corrections(
        conn, article_ids=[one.article_id for one in ready]
    ):
        version = next(one.id for one in ready if one.article_id == article)
        article_corrections.judge(conn, article, mark=f"{bench.model}:{version}")
    begun = {
        one.event for version, one in zip(ready, placed, strict=True) if one.begun and version.id in about
    }
    for event in sorted(begun):
        whole = cross_language.find(conn, event, provinces=bench.whole_provinces)
        if whole is not None:
            db.judging.events.unite(conn, event_id=event, into=whole)
            touched.add(whole)
    fresh = {one.article_id for one in arrivals if one.standing is None}
    for event in sorted(touched):
        repository.refresh(conn, event, fresh=fresh)
    done.touched |= touched
    if bench.fresh >= NEWS:
        _store_background(conn, bench)


def _read(version: db.judging.judgements.Pending) -> PreparedText:
    return read(
        Item(
            id=str(version.article_id), title=version.title, text=version.body, source=version.source,
            url=version.url, lang=None if version.language == "und" else version.language, date=version.at,
        )
    )  # fmt: skip


def _judge(
    conn: Connection,
    bench: Bench,
    pending: Sequence[db.judging.judgements.Pending],
    prints: dict[int, copies.Print],
    readings: dict[int, PreparedText],
    known: dict[int, FactReading],
) -> set[int]:
    """Judges these versions; those that concern the province. Of one text the later publication weighs less."""
    bench.window.catch_up(conn)
    copied = assign.copied_before(
        conn, bench.window, [(version.article_id, prints[version.id], version.at) for version in pending]
    )
    shelf = copies.PrintIndex()  # of this batch: a wire text comes in from many papers at once
    articles: list[int] = []
    about: set[int] = set()
    with conn.pipeline():  # one is stored while the next is judged
        for version in sorted(pending, key=lambda one: (one.at, one.id)):
            heard = version.article_id in copied or any(
                articles[number] != version.article_id for number, _ in shelf.matches(prints[version.id])
            )
            shelf.add(prints[version.id])
            articles.append(version.article_id)
            reading = readings[version.id]
            judgement = bench.judge.judge_reading(
                reading, cues=bench.claims.reasons(reading, bench.rarity), novelty=COPY if heard else 1.0,
                known=known[version.id],
            )  # fmt: skip
            db.judging.judgements.add(
                conn, article_id=version.article_id, version_id=version.id, model=bench.model,
                judgement=judgement.as_json(), mentions=_mentions(judgement.places),
            )  # fmt: skip
            if judgement.relevance.label != "none":
                about.add(version.id)
    return about


def _learn_claims(conn: Connection, bench: Bench) -> None:
    """Takes in what was found false since; judgements made before stand."""
    mark = db.judging.false_claims.mark(conn)
    if mark != bench.claims_mark:
        bench.claims, bench.claims_mark = Claims(db.judging.false_claims.listed(conn)), mark


def _store_background(conn: Connection, bench: Bench) -> None:
    db.judging.event_index.keep_background(conn, data=bench.background.to_bytes())
    bench.rarity = bench.background.rarity()
    bench.fresh = 0


def _mentions(places: Iterable[PlaceMention]) -> list[db.judging.judgements.Mention]:
    return [
        db.judging.judgements.Mention(
            place=hit.id, territory=hit.territory, as_written=hit.as_written, start_at=hit.start, end_at=hit.end,
        )
        for hit in places
    ]  # fmt: skip
