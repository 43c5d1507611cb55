"""When an alert may go out and what it may say."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from db.core.time import HANOI
from db.desk.alerts import DueDelivery
from review_ui.alerts.policy import (
    Policy,
    first_due,
    held_until,
    mail,
    next_try,
    outside,
    quiet_until,
    read,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=HANOI)
NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=HANOI)
TEXT = "Người dân phản ánh nước thải"


def waiting(n=1, **more):
    return [
        DueDelivery(
            id=i, channel="mail", address="a@b.example", urgent=False, message_id=uuid4(), tries=0, subject=f"{TEXT} {i}",
            link=f"/events/{i}", rule="Tín hiệu cao", found_at=NOON, **more,
        )
        for i in range(1, n + 1)
    ]  # fmt: skip


def test_alerts_are_off_until_chosen():
    assert not read({}).enabled
    assert read({"alerts.enabled": "yes"}).enabled


def test_nonsense_in_the_settings_keeps_the_usual():
    found = read({"alerts.quiet_from": "tối", "alerts.hourly_limit": "nhiều", "alerts.group_minutes": ""})
    assert (found.quiet_from, found.hourly, found.group) == (time(22), 6, timedelta(minutes=15))


def test_quiet_hours_reach_over_midnight():
    assert quiet_until(Policy(), NIGHT) == datetime(2026, 11, 22, 6, tzinfo=HANOI)
    assert quiet_until(Policy(), NIGHT + timedelta(hours=4)) == datetime(2026, 11, 22, 6, tzinfo=HANOI)
    assert quiet_until(Policy(), NOON) is None
    assert quiet_until(Policy(quiet_from=time(0), quiet_to=time(0)), NIGHT) is None


def test_urgent_findings_pass_quiet_hours_and_grouping():
    assert first_due(Policy(), now=NIGHT, urgent=True) == NIGHT
    assert first_due(Policy(), now=NIGHT, urgent=False) == datetime(2026, 11, 22, 6, tzinfo=HANOI)
    assert first_due(Policy(), now=NOON, urgent=False) == NOON + timedelta(minutes=15)


def test_the_rate_guard_waits_until_a_place_in_the_hour_is_free():
    sent = [NOON - timedelta(minutes=50 - n) for n in range(6)]
    assert held_until(Policy(), now=NOON, urgent=True, sent=sent) == NOON + timedelta(minutes=10)
    assert held_until(Policy(), now=NOON, urgent=False, sent=sent[:5]) is None


@pytest.mark.parametrize("tries, minutes", [(0, 1), (1, 2), (5, 32), (60, 360)])
def test_retries_come_slower_and_slower(tries, minutes):
    assert next_try(tries=tries, now=NOON) == NOON + timedelta(minutes=minutes)


def test_services_outside_get_counts_and_a_link_and_no_text():
    said = json.dumps(outside(Policy(address="https://tin.example"), waiting(3)), ensure_ascii=False)
    assert TEXT not in said
    assert json.loads(said) == [3, {"events": 3}, "https://tin.example/"]


def test_staffs_mail_names_each_event_with_its_link():
    subject, text = mail(Policy(address="https://tin.example"), waiting(2))
    assert subject == "[kiemtin] 2 cảnh báo mới"
    assert "https://tin.example/events/2" in text
