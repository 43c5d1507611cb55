"""Reports of the plans remind of themselves: every shipped rhythm is read, and the next day is the right one."""

from __future__ import annotations

from datetime import date

import pytest

from db.catalogue import files
from db.catalogue.offices import Deadline
from review_ui.digests.schedule import coming, next_due

TODAY = date(2026, 11, 29)  # a Sunday


@pytest.mark.parametrize(
    ("due", "on"),
    [
        ("weekly thu 15:00", date(2026, 12, 3)),
        ("weekly sun", TODAY),
        ("monthly", date(2026, 11, 30)),
        ("half-yearly", date(2026, 12, 31)),
        ("yearly", date(2026, 12, 31)),
        ("yearly 12-15", date(2026, 12, 15)),
        ("yearly 11-15", date(2027, 11, 15)),
        ("yearly 06-15", date(2027, 6, 15)),
        ("once 2026-12-31", date(2026, 12, 31)),
        ("once 2025-12-31", None),
        ("once tomorrow", None),
        ("yearly 02-30", None),
        ("when it suits", None),
    ],
)
def test_the_next_day_of_each_rhythm(due, on):
    assert next_due(due, today=TODAY) == on


@pytest.mark.parametrize("province", ["laocai", "tuyenquang"])
def test_every_shipped_report_has_a_day(province):
    reports = [one for one in files.shipped(province).deadlines if one.kind == "report"]
    assert all(one.due and next_due(one.due, today=date(2025, 1, 1)) for one in reports)


def test_what_is_due_soon_is_told_the_nearest_first():
    deadlines = [
        Deadline(name="year", title="Báo cáo năm", kind="report", due="yearly 12-15"),
        Deadline(name="week", title="Điểm báo", kind="report", due="weekly thu 15:00"),
        Deadline(name="far", title="6 tháng", kind="report", due="yearly 06-15"),
        Deadline(name="over", title="Cũ", kind="report", due="yearly 12-01", valid_to=date(2025, 1, 1)),
        Deadline(name="count", title="Trả lời", kind="count", value=30, unit="days"),
    ]
    assert [(due.name, due.days_left) for due in coming(deadlines, today=TODAY)] == [
        ("week", 4),
        ("year", 16),
    ]
