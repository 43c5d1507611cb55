"""When a digest is drafted by itself, over which week, when staff are reminded; when the reports that plans ask for are due
next, from the catalogue's deadlines of kind ``report``. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from db.catalogue.offices import Deadline
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


REMINDED = 45  # days before: a half-year report is collected from agencies first


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """A report and the day on which it is due next; ``confirmed``: staff have confirmed the date."""

    name: str
    title: str
    due_on: date
    days_left: int
    basis: str
    confirmed: bool


def next_due(due: str, *, today: date) -> date | None:
    """The next day of ``weekly thu 15:00``, ``monthly``, ``half-yearly``, ``yearly``, ``yearly 06-15``, ``once 2025-12-31`` from
    ``today`` on; None where it is over or not to be read."""
    rhythm, _, rest = due.strip().partition(" ")
    if rhythm == "weekly" and (day := rest[:3].lower()) in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(day) - today.weekday()) % 7)
    if rhythm == "monthly":
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    if rhythm == "half-yearly":
        return date(today.year, 6, 30) if today <= date(today.year, 6, 30) else date(today.year, 12, 31)
    if rhythm == "yearly":
        found = re.match(r"(\d\d)-(\d\d)\b", rest)
        month, day_of = (int(found[1]), int(found[2])) if found else (12, 31)
        return _yearly(month, day_of, today)
    if rhythm == "once":
        try:
            on = date.fromisoformat(rest[:10])
        except ValueError:
            return None
        return on if on >= today else None
    return None


def _yearly(month: int, day: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            on = date(year, month, day)
        except ValueError:
            return None
        if on >= today:
            return on
    return None


def coming(deadlines: Iterable[Deadline], *, today: date, within: int = REMINDED) -> list[ReportDue]:
    """The reports due in the next ``within`` days, the nearest first; only rows in force today."""
    found = []
    for one in deadlines:
        if one.kind != "report" or not one.due:
            continue
        if (one.valid_from and one.valid_from > today) or (one.valid_to and one.valid_to < today):
            continue
        on = next_due(one.due, today=today)
        if on is not None and (on - today).days <= within:
            found.append(
                ReportDue(
                    name=one.name, title=one.title, due_on=on, days_left=(on - today).days, basis=one.basis or "",
                    confirmed=one.confirmed,
                )
            )  # fmt: skip
    return sorted(found, key=lambda due: (due.due_on, due.name))
