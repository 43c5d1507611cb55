"""Which times run for a case, and when they run out: proposals from the dated settings, never more. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.time import HANOI
from db.desk import business_days
from db.desk.business_days import Calendar, CountedDeadline
from db.desk.cases import Action, Case

# The steps that begin a case's way anew: what waited before them does not count.
Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDeadline:
    """A time that runs: ``due_at`` None where the catalogue has no number for it. ``paused``: the case waits for others,
    and the moment moves on with it."""

    deadline: CountedDeadline
    started_at: datetime
    due_at: datetime | None
    paused: bool


def wanted(case: Case) -> list[tuple[str, str]]:
    """The deadlines that concern a case where it stands: (catalogue name, state in which its time began)."""
    if case.state in ("verify", "waiting"):
        return [("verify_urgent" if case.emergency else "verify_case", "verify")]
    if case.state == "decide":
        # the four hours of an emergency run until a second person has decided
        return [("verify_urgent", "verify")] if case.emergency else [("decide_case", "decide")]
    if case.state == "respond":
        if case.critical:
            return [("press_reply", "respond")]
        return [("sudden_statement", "respond")] if case.emergency else []
    if case.state == "follow_up":
        return [("outlet_correction", "follow_up")]
    return []


def began(history: list[Action], state: str) -> datetime | None:
    """When the case came into ``state`` for its present stay; waiting for others in between is no new beginning."""
    found = None
    for action in history:
        if action.to_state == state and action.from_state not in (state, "waiting"):
            found = action.at
    return found


def pauses(history: list[Action], since: datetime) -> list[Pause]:
    """The times since then in which the case waited for others; the last one open while it still does."""
    out: list[Pause] = []
    for action in history:
        if action.at < since:
            continue
        if action.to_state == "waiting":
            out.append((action.at, None))
        elif action.from_state == "waiting" and out and out[-1][1] is None:
            out[-1] = (out[-1][0], action.at)
    return out


def running(
    case: Case,
    history: list[Action],
    *,
    deadlines: dict[str, CountedDeadline],
    calendar: Calendar,
    now: datetime,
) -> list[RunningDeadline]:
    """The times that run for the case now; a deadline that the catalogue does not know runs nowhere."""
    out = []
    for name, state in wanted(case):
        deadline, start = deadlines.get(name), began(history, state)
        if deadline is None or start is None:
            continue
        due = None
        waited = pauses(history, start)
        if deadline.value is not None:
            due = business_days.ends(
                start,
                value=deadline.value,
                unit=deadline.unit or "days",
                calendar=calendar,
                days_off_count=case.emergency,
            )
            if waited:
                due = _on_a_working_day(
                    business_days.with_pauses(due, waited, now=now),
                    calendar,
                    round_the_clock=case.emergency or deadline.unit == "hours",
                )
        out.append(
            RunningDeadline(
                deadline=deadline, started_at=start, due_at=due, paused=bool(waited) and waited[-1][1] is None
            )
        )
    return out


def _on_a_working_day(due: datetime, calendar: Calendar, *, round_the_clock: bool) -> datetime:
    day = due.astimezone(HANOI).date()
    if round_the_clock or calendar.is_working(day):
        return due
    return business_days.ends(due, value=1, unit="working_days", calendar=calendar)
