"""Days and weeks as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime

from db.core.errors import Invalid


def first_day(text: str, *, field: str = "from") -> date:
    """``2026-11-16``, ``16/11/2026``, or the Monday of a week ``2026-W47``; raises Invalid with how to write it."""
    return _day(text, field=field, weekday=1)


def last_day(text: str, *, field: str = "to") -> date:
    """``2026-11-22``, ``22/11/2026``, or the Sunday of a week ``2026-W47``; raises Invalid with how to write it."""
    return _day(text, field=field, weekday=7)


def _day(text: str, *, field: str, weekday: int) -> date:
    text = text.strip()
    if week := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", text, re.ASCII):
        try:
            return date.fromisocalendar(int(week[1]), int(week[2]), weekday)
        except ValueError as why:
            raise Invalid(field, f"there is no week {text}: weeks run from W01 to W52 or W53") from why
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, shape).date()
        except ValueError:
            continue
        if 2000 <= found.year <= 2200:
            return found
    raise Invalid(field, f"{text!r} is no day: write 2026-11-16, 16/11/2026 or a week 2026-W47")
