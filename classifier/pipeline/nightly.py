"""The night's work: train, look for drift, estimate what is missed, choose what else people should see."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import db.catalogue.rows
import db.judging.models
import db.judging.sampling
from classifier.learning import active_sampling, drift, nightly_training
from classifier.learning.active_sampling import Audited, Candidate
from classifier.learning.champion import catalogue_of
from classifier.signals import model as models
from db.catalogue import Catalogue
from db.core.connection import Connection
from db.core.time import HANOI

_WEEK = timedelta(days=7)
_BEFORE = timedelta(days=28)  # what a week is compared with
_AUDITED = timedelta(days=90)  # decisions that the estimate of recall rests on


def due(conn: Connection, *, now: datetime) -> bool:
    """Whether today's work waits: the time that staff set (training.time, in Vietnam) is past and nobody did it yet."""
    local = now.astimezone(HANOI)
    if f"{local:%H:%M}" < db.catalogue.rows.text(conn, "training.time"):
        return False
    return not any(one.on_day == local.date() for one in db.judging.sampling.watched(conn, limit=1))


def run(conn: Connection, *, now: datetime, shipped: Catalogue) -> dict[str, Any]:
    """One night's work; the caller commits. Returns what it did."""
    today = now.astimezone(HANOI).date()
    outcome = nightly_training.run(conn, catalogue_of(conn, shipped))
    report = look(conn, now=now)
    shown = choose(conn, now=now, alarmed=bool(report["drift"]["alarms"]))
    report |= {
        "shown": shown,
        "training": {"model": outcome.model, "champion": outcome.champion, "why": outcome.why},
    }
    model = db.judging.models.champion_name(conn) or models.RULES_ALONE
    db.judging.sampling.keep_watch(conn, on_day=today, model=model, report=report)
    return report


def look(conn: Connection, *, now: datetime) -> dict[str, Any]:
    """Drift of the last week against the four before, and the recall that staff's audits tell of."""
    week = _week(db.judging.sampling.scores(conn, begin=now - _WEEK, end=now))
    before = _week(db.judging.sampling.scores(conn, begin=now - _WEEK - _BEFORE, end=now - _WEEK))
    told = db.judging.sampling.opinions(conn, since=now - _AUDITED)
    found = sum(one.wanted for one in told if one.selected_by != "audit")
    audited = [
        Audited(wanted=one.wanted, inclusion=one.inclusion)
        for one in told
        if one.selected_by == "audit" and one.inclusion > 0
    ]
    return {
        "drift": asdict(drift.compare(before, week)),
        "recall": asdict(active_sampling.recall(found, audited)),
    }


def choose(conn: Connection, *, now: datetime, alarmed: bool = False) -> dict[str, int]:
    """Shows a seventh of the week's budget; an alarm doubles the random part. Returns how many, by how."""
    number = db.catalogue.rows.number
    budget = round(number(conn, "review.weekly_budget") / 7)
    audit = number(conn, "review.audit_share") * (2 if alarmed else 1)
    candidates = [
        Candidate(event=one.id, score=one.priority, reach=one.outlets)
        for one in db.judging.sampling.unflagged(conn, since=now - timedelta(days=1))
    ]
    chosen = active_sampling.choose(
        candidates, budget=budget, uncertain=number(conn, "review.uncertainty_share"), audit=min(audit, 0.5),
        seed=now.astimezone(HANOI).date().toordinal(),
    )  # fmt: skip
    shown: dict[str, int] = {}
    for one in chosen:
        db.judging.sampling.show(conn, event_id=one.event, how=one.how, inclusion=one.inclusion)
        shown[one.how] = shown.get(one.how, 0) + 1
    return shown


def _week(scores: list[db.judging.sampling.Scored]) -> drift.Week:
    return drift.Week(
        harm=[one.harm for one in scores],
        criticism=[one.criticism for one in scores],
        flagged=sum(one.flagged for one in scores),
        outlets=[one.outlet for one in scores],
    )
