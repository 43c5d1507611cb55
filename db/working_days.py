"""Clocks over working days: the Vietnamese week, holidays from the catalogue, pauses while somebody else must answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.connection import Connection


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


def deadline(conn: Connection, *, name: str, start: date) -> date | None:
    """The day on which a deadline of the catalogue runs out, or None while staff have not confirmed a number for it.

    The number and its unit (``hours``, ``days`` or ``working_days``) are dated settings: nothing is counted by the product itself.
    """
    row = conn.execute(
        "SELECT (data->>'value')::int, data->>'unit' FROM catalogue_entries WHERE kind = 'deadline' AND name = %(name)s"
        " AND (data->>'confirmed') IN ('true', 'yes') AND data->>'value' IS NOT NULL"
        " AND (valid_from IS NULL OR valid_from <= %(day)s) AND (valid_to IS NULL OR valid_to >= %(day)s)"
        " ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        {"name": name, "day": start},
    ).fetchone()
    if row is None:
        return None
    value, unit = row
    if unit == "working_days":
        return read(conn).after(start, value)
    # hours end on a day too: the last one they reach
    return start + timedelta(days=-(-value // 24) if unit == "hours" else value)
