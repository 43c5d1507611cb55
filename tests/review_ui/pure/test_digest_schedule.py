"""Which week is drafted, when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from db.core.time import HANOI
from review_ui.digests.schedule import Plan, issue, plan

THURSDAY = datetime(2026, 11, 19, 8, 0, tzinfo=HANOI)


def test_on_thursday_at_eight_the_seven_whole_days_before_are_drafted():
    found = issue(Plan(), now=THURSDAY)
    assert (found.from_on, found.to_on) == (date(2026, 11, 12), date(2026, 11, 18))
    assert found.due_at == datetime(2026, 11, 19, 15, tzinfo=HANOI)
    assert found.remind_at == datetime(2026, 11, 19, 13, tzinfo=HANOI)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=9), timedelta(days=6, hours=23)])
def test_the_issue_stays_the_same_until_the_next_thursday(later):
    assert issue(Plan(), now=THURSDAY + later) == issue(Plan(), now=THURSDAY)


def test_a_minute_before_eight_it_is_last_weeks():
    assert issue(Plan(), now=THURSDAY - timedelta(minutes=1)).to_on == date(2026, 11, 11)


def test_settings_are_read_and_nonsense_keeps_the_usual():
    found = plan(
        {
            "digest.draft_day": "mon",
            "digest.draft_time": "07:30",
            "digest.due_time": "sớm",
            "digest.reminder_minutes": "x",
        }
    )
    assert (found.day, found.draft.hour, found.draft.minute, found.due.hour) == ("mon", 7, 30, 15)
    assert found.reminder == timedelta(minutes=120)
