"""Clocks over working days: the Vietnamese week, holidays from the catalogue, pauses while somebody else must answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from db.core.connection import Connection, many
from db.core.time import HANOI

CLOSES = time(17)  # a day runs out with the office hours (chosen 2026-11-21)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDeadline:
    """A day count of the catalogue on a given day. ``value`` is None where nobody has found or set the number; until it
    is ``confirmed`` it may be proposed to staff, marked as unconfirmed, and is counted or printed nowhere else."""

    name: str
    title: str
    title_en: str | None
    value: int | None
    unit: str | None  # hours, days, working_days
    basis: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days off besides Saturday and Sunday, and weekend days that are worked in exchange."""

    off: Collection[date] = frozenset()
    worked: Collection[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        if day in self.worked:
            return True
        return day.weekday() < 5 and day not in self.off

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (the day itself is not counted)."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day


def read(conn: Connection) -> Calendar:
    """The calendar as staff keep it in the catalogue (kind ``holiday``)."""
    rows = conn.execute(
        "SELECT data->>'day', data->>'works' FROM catalogue_entries WHERE kind = 'holiday'"
    ).fetchall()
    days = [(date.fromisoformat(day), works in ("true", "yes")) for day, works in rows if day]
    return Calendar(
        off=frozenset(day for day, works in days if not works),
        worked=frozenset(day for day, works in days if works),
    )


def with_pauses(
    due: datetime, pauses: Iterable[tuple[datetime, datetime | None]], *, now: datetime
) -> datetime:
    """A moment moved back by the time the matter waited for others; an open pause lasts until ``now``."""
    waited = sum(((end or now) - start for start, end in pauses if (end or now) > start), timedelta())
    return due + waited


def ends(
    start: datetime, *, value: int, unit: str, calendar: Calendar, days_off_count: bool = False
) -> datetime:
    """When a time runs out that began at ``start``.

    Hours run round the clock. Days and working days run out at 17:00 of their last day; a last day off gives way to the
    next working day (as the civil code counts), except in an emergency, where days off count (``days_off_count``).
    """
    if unit == "hours":
        return start + timedelta(hours=value)
    day = start.astimezone(HANOI).date()
    if unit == "working_days" and not days_off_count:
        day = calendar.after(day, value)
    else:
        day += timedelta(days=value)
        while not days_off_count and not calendar.is_working(day):
            day += timedelta(days=1)
    return datetime.combine(day, CLOSES, HANOI)


def deadlines(conn: Connection, *, on: date) -> dict[str, CountedDeadline]:
    """The day counts of the catalogue in force on a day, by name."""
    found = many(
        conn,
        CountedDeadline,
        "SELECT DISTINCT ON (name) name, data->>'title' AS title, data->>'title_en' AS title_en, (data->>'value')::int AS value,"
        " data->>'unit' AS unit, data->>'basis' AS basis, coalesce(data->>'confirmed', '') IN ('true', 'yes') AS confirmed"
        " FROM catalogue_entries WHERE kind = 'deadline' AND data->>'kind' = 'count'"
        " AND (valid_from IS NULL OR valid_from <= %(day)s) AND (valid_to IS NULL OR valid_to >= %(day)s)"
        " ORDER BY name, valid_from DESC NULLS LAST",
        {"day": on},
    )
    return {one.name: one for one in found}


def deadline(conn: Connection, *, name: str, start: date) -> date | None:
    """The day on which a deadline of the catalogue runs out, or None while staff have not confirmed a number for it.

    The number and its unit are dated settings: nothing is counted by the product itself.
    """
    known = deadlines(conn, on=start).get(name)
    if known is None or not known.confirmed or known.value is None:
        return None
    if known.unit == "working_days":
        return read(conn).after(start, known.value)
    # hours end on a day too: the last one they reach
    return start + timedelta(days=-(-known.value // 24) if known.unit == "hours" else known.value)
