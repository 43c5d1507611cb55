"""When a digest is drafted by itself, over which week, and when staff are reminded. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from db.core.time import HANOI

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The weekly rhythm, in Vietnamese time."""

    day: str = "thu"  # mon … sun
    draft: time = time(8)
    due: time = time(15)
    reminder: timedelta = timedelta(minutes=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One week's issue: the seven days that end before the day of the draft, and its moments."""

    from_on: date
    to_on: date
    draft_at: datetime
    due_at: datetime
    remind_at: datetime


def plan(settings: dict[str, str]) -> Plan:
    """The plan of the settings ``digest.draft_day``, ``.draft_time``, ``.due_time``, ``.reminder_minutes``; what is
    missing or unreadable keeps its default."""
    usual = Plan()
    day = settings.get("digest.draft_day", "")
    minutes = settings.get("digest.reminder_minutes", "")
    return Plan(
        day=day if day in WEEKDAYS else usual.day,
        draft=_time(settings.get("digest.draft_time", ""), usual.draft),
        due=_time(settings.get("digest.due_time", ""), usual.due),
        reminder=timedelta(minutes=int(minutes)) if minutes.isdigit() else usual.reminder,
    )


def _time(text: str, otherwise: time) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return otherwise


def issue(plan: Plan, *, now: datetime) -> Issue:
    """The latest issue whose draft is due at ``now`` or before: drafted on the plan's day over the week up to the day
    before, so that the document holds whole days alone."""
    here = now.astimezone(HANOI)
    back = (here.weekday() - WEEKDAYS.index(plan.day)) % 7
    on = here.date() - timedelta(days=back)
    if datetime.combine(on, plan.draft, HANOI) > here:
        on -= timedelta(days=7)
    due = datetime.combine(on, plan.due, HANOI)
    return Issue(
        from_on=on - timedelta(days=7),
        to_on=on - timedelta(days=1),
        draft_at=datetime.combine(on, plan.draft, HANOI),
        due_at=due,
        remind_at=due - plan.reminder,
    )
