"""Random lives of cases as the desk allows them, and what a reader of weekly reports must be told of each, said again in
plain rules that share no code with the product."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from db.queries.case_histories import Happening

# how many lives are tried; `KIEMTIN_HISTORIES=5000 python -m pytest tests/review_ui/pure/test_digest_sections.py` for more
HISTORIES = int(os.environ.get("KIEMTIN_HISTORIES", "300"))
MONDAY = datetime(2026, 9, 27, 17, tzinfo=UTC)  # Monday 28 September, midnight in Vietnam
WEEKS = 9
ROADS = {
    "flagged": [("take", "triage"), ("dismiss", "closed"), ("escalate", "verify"), ("route_critical", "respond"), ("merge", "closed"),
                ("joined", "closed")],
    "triage": [("dismiss", "closed"), ("escalate", "verify"), ("route_critical", "respond"), ("release", "flagged"), ("joined", "closed")],
    "verify": [("propose", "decide"), ("need_info", "waiting"), ("refer", "closed"), ("route_critical", "respond"), ("dismiss", "closed")],
    "waiting": [("resume", "verify")],
    "decide": [("approve", "respond"), ("return", "verify"), ("split", "decide")],
    "respond": [("to_publish", "publish"), ("answered", "follow_up"), ("no_response", "closed"), ("return", "verify")],
    "publish": [("publish", "published"), ("return", "respond")],
    "published": [("follow", "follow_up"), ("withdraw", "decide")],
    "follow_up": [("close", "closed")],
    "closed": [("reopen", "triage"), ("come_back", "flagged")],
}  # fmt: skip


@dataclass(slots=True)
class Life:
    """One case from its opening to the end of the tried weeks."""

    case: int
    opened_at: datetime
    published_at: datetime  # of its first article: days before the case opens, where it came in late
    happenings: list[Happening] = field(default_factory=list)
    restricted: bool = False
    elsewhere: bool = False
    citizen: bool = False  # opened from a report: no event

    @property
    def state(self) -> str:
        steps = [h.to_state for h in self.happenings if h.what == "step"]
        return steps[-1] if steps else "flagged"


def live(case: int, chance: random.Random) -> Life:
    """A life: opened at any moment, moved at random on the roads of the desk, with verdicts, withdrawals and replies."""
    opened = MONDAY + timedelta(seconds=chance.randrange(WEEKS * 7 * 86_400))
    if chance.random() < 0.1:  # on the stroke of a week
        opened = MONDAY + timedelta(days=7 * chance.randrange(WEEKS))
    life = Life(
        case=case,
        opened_at=opened,
        published_at=opened - timedelta(hours=chance.choice((0, 1, 5, 60, 200))),
        restricted=chance.random() < 0.07,
        citizen=chance.random() < 0.2,
    )
    life.elsewhere = not life.citizen and chance.random() < 0.07
    at = opened
    end = MONDAY + timedelta(days=7 * WEEKS)
    quick = chance.choice((0.3, 2.0, 6.0, 15.0))  # days between steps, in the mean
    while chance.random() < 0.93:
        at += timedelta(days=chance.expovariate(1 / quick))
        if chance.random() < 0.08:  # on the stroke of the next week
            at = MONDAY + timedelta(days=7 * ((at - MONDAY).days // 7 + 1))
        if at >= end:
            break
        _go_on(life, at, chance)
    return life


def _go_on(life: Life, at: datetime, chance: random.Random) -> None:
    state = life.state
    if state == "closed" and chance.random() < 0.8:
        if chance.random() < 0.2 and any(h.to_state == "respond" for h in life.happenings):
            life.happenings.append(Happening(case=life.case, at=at, what="reply", outcome="corrected"))
        return
    action, to_state = chance.choice(ROADS[state])
    outcome = "joined" if action == "joined" else action
    if action == "approve" and chance.random() < 0.8:
        life.happenings.append(Happening(case=life.case, at=at, what="concluded", outcome="fabricated"))
    if action == "withdraw":
        life.happenings.append(Happening(case=life.case, at=at, what="withdrawn", outcome="withdrawn"))
    life.happenings.append(
        Happening(case=life.case, at=at, what="step", action=action, to_state=to_state, outcome=outcome)
    )


def weeks() -> list[tuple[datetime, datetime]]:
    """The weeks that are tried, one after another."""
    return [(MONDAY + timedelta(days=7 * n), MONDAY + timedelta(days=7 * n + 7)) for n in range(WEEKS)]


def expected(life: Life, begin: datetime, end: datetime) -> str:
    """The name of the section that must tell the life in the week; '' for none."""
    if not life.opened_at < end:
        return ""
    state, before, touched = "flagged", "flagged", False
    ever_sent_on = concluded = replied = shut = False
    for h in life.happenings:
        if h.at >= end:
            break
        now = h.at >= begin
        touched = touched or now
        if h.what == "step":
            state = h.to_state
            before = before if now else state
            ever_sent_on = ever_sent_on or state in (
                "verify", "waiting", "decide", "respond", "publish", "published", "follow_up",
            )  # fmt: skip
            shut = shut or (now and state == "closed")
            replied = replied or (now and h.action == "answered")
        else:
            replied = replied or (now and h.what == "reply")
            concluded = concluded or (now and h.what in ("concluded", "withdrawn"))
    if state == "closed" and not touched:
        return ""
    if life.restricted:
        return "restricted"
    if concluded:
        return "concluded"
    if state == "closed":
        if replied and not shut and before == "closed":
            return "answered"
        return "ended" if ever_sent_on else "set_aside"
    if replied:
        return "answered"
    if state in ("verify", "waiting", "decide"):
        return "verifying"
    if state in ("flagged", "triage"):
        return "carried" if ever_sent_on else "" if life.elsewhere else "unread"
    return "carried" if before in ("respond", "publish", "published", "follow_up") else "routed"
