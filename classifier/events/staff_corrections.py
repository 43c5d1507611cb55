"""What staff asked for: an event split, merged, an article moved (``event_corrections``), applied by the worker."""

from __future__ import annotations

from dataclasses import dataclass

import db.judging.event_index
import db.judging.events
from classifier.events import repository, vectors
from classifier.events.candidate_cache import Window
from classifier.events.regions import Provinces
from classifier.events.vectors import Reals
from db.core.connection import Connection
from db.judging.events import CorrectionOutcome

SAME = 0.5  # cosine from which an article is surely of the event that a profile was made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a correction is applied with: the window of candidates, province names, how rare each feature is."""

    window: Window
    provinces: Provinces
    rarity: Reals


def apply(conn: Connection, means: Means) -> int:
    """Applies open corrections; how many there were. Each is dealt with once, also when it can do nothing."""
    wishes = db.judging.events.corrections(conn)
    if not wishes:
        return 0
    db.judging.event_index.one_at_a_time(conn)
    for wish in wishes:
        db.judging.events.applied(conn, correction_id=wish.id, outcome=_apply(conn, means, wish))
    return len(wishes)


def _apply(conn: Connection, means: Means, wish: db.judging.events.EventCorrection) -> CorrectionOutcome:
    source = db.judging.events.current_id(conn, wish.event_id)
    if source is None:
        return CorrectionOutcome(words="no such event", code="correction.no_event")
    if wish.kind == "merge":
        return _merge(conn, source, wish)
    inside = set(db.judging.events.member_ids(conn, source))
    chosen = [number for number in dict.fromkeys(wish.article_ids) if number in inside]
    if not chosen:
        return CorrectionOutcome(
            words="none of the articles stands in this event", code="correction.no_article"
        )
    if wish.kind == "move":
        target = db.judging.events.current_id(conn, wish.into_event) if wish.into_event is not None else None
        if target is None or target == source:
            return CorrectionOutcome(words="no other event to move to", code="correction.no_other")
    else:
        if set(chosen) == inside:
            return CorrectionOutcome(
                words="all articles would leave; nothing was done", code="correction.all"
            )
        target = _split_off(conn, source, set(chosen))
    db.judging.events.put(conn, event_id=target, article_ids=chosen)
    for event in (source, target):
        _reshape(conn, means, event)
        repository.refresh(conn, event)
    if wish.kind == "split":
        _lead_back(conn, means, source=source, target=target)
    return _moved(len(chosen), target)


def _moved(count: int, event: int) -> CorrectionOutcome:
    return CorrectionOutcome(
        words=f"{count} articles now in event {event}",
        code="correction.moved",
        values={"count": count, "event": event},
    )


def _merge(conn: Connection, source: int, wish: db.judging.events.EventCorrection) -> CorrectionOutcome:
    target = db.judging.events.current_id(conn, wish.into_event) if wish.into_event is not None else None
    if target is None or target == source:
        return CorrectionOutcome(words="no other event to merge into", code="correction.no_other")
    moved = db.judging.events.member_ids(conn, source)
    db.judging.events.put(conn, event_id=target, article_ids=moved)
    # the profiles stay apart: what is like either finds the whole, and neither is blurred by the other
    db.judging.events.merge(conn, event_id=source, into=target)
    repository.refresh(conn, target)
    return _moved(len(moved), target)


def _split_off(conn: Connection, source: int, chosen: set[int]) -> int:
    first = next(member for member in db.judging.events.members(conn, source) if member.article_id in chosen)
    return db.judging.events.begin(conn, title=first.title, at=first.at, article_id=first.article_id)


def _reshape(conn: Connection, means: Means, event: int) -> None:
    members = db.judging.events.members(conn, event, head=2 * vectors.LEAD)
    repository.rebuild(
        conn, means.window, event_id=event, rarity=means.rarity,
        members=[(means.provinces.story(title=member.title, text=member.head, at=member.at), member.by_staff) for member in members],
    )  # fmt: skip


def _lead_back(conn: Connection, means: Means, *, source: int, target: int) -> None:
    """An event merged earlier whose articles are now split off leads to them again."""
    split = [
        means.provinces.story(title=member.title, text=member.head, at=member.at)
        for member in db.judging.events.members(conn, target, head=2 * vectors.LEAD)
    ]
    for merged in db.judging.events.merged_here(conn, source):
        near = (repository.nearness(conn, event_id=merged, story=one, rarity=means.rarity) for one in split)
        if any(cosine >= SAME for cosine in near):
            db.judging.events.merge(conn, event_id=merged, into=target)
