"""Which times run for a case, over Vietnamese working days, holidays and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from db.core.time import HANOI
from db.desk import business_days
from db.desk.business_days import Calendar, CountedDeadline
from db.desk.cases import Action, Case
from review_ui.desk import deadlines

# National Day 2026 falls on a Wednesday, its eve is off too; the Saturday before is worked in exchange.
CALENDAR = Calendar(off={date(2026, 9, 1), date(2026, 9, 2)}, worked={date(2026, 8, 29)})
THREE = CountedDeadline(
    name="verify_case",
    title="Xác minh",
    title_en=None,
    value=3,
    unit="working_days",
    basis=None,
    confirmed=False,
)


def at(day, hour=9, month=8):
    return datetime(2026, month, day, hour, tzinfo=HANOI)


def case(state="verify", **more):
    values = dict.fromkeys(Case.__slots__) | {"id": 1, "state": state, "emergency": False, "critical": False}
    return Case(**(values | more))


def step(from_state, to_state, when):
    values = dict.fromkeys(Action.__slots__) | {
        "from_state": from_state,
        "to_state": to_state,
        "at": when,
        "data": {},
    }
    return Action(**values)


def found(case_, history, *, now, deadline=THREE):
    return deadlines.running(case_, history, deadlines={deadline.name: deadline}, calendar=CALENDAR, now=now)


def test_working_days_leave_out_holidays_and_count_exchanged_saturdays():
    # Thursday 27 August: Friday, the worked Saturday, Monday
    due = found(case(), [step("triage", "verify", at(27))], now=at(27))[0].due_at
    assert due == datetime(2026, 8, 31, 17, tzinfo=HANOI)
    due = found(case(), [step("triage", "verify", at(28))], now=at(28))[0].due_at
    assert due == datetime(2026, 9, 3, 17, tzinfo=HANOI)


def test_time_stands_still_while_others_must_answer_and_ends_on_a_working_day():
    history = [
        step("triage", "verify", at(24)),
        step("verify", "waiting", at(25)),
        step("waiting", "verify", at(27)),
    ]
    clock = found(case(), history, now=at(28))[0]
    # three working days from Monday is Thursday; two days of waiting make it Saturday, which is worked here
    assert (clock.due_at, clock.paused) == (datetime(2026, 8, 29, 17, tzinfo=HANOI), False)
    waiting = found(case("waiting"), history[:2], now=at(26))[0]
    assert waiting.paused
    assert waiting.due_at == datetime(2026, 8, 28, 17, tzinfo=HANOI)


def test_coming_back_from_waiting_is_no_new_beginning_but_being_returned_is():
    history = [
        step("triage", "verify", at(3)),
        step("verify", "waiting", at(4)),
        step("waiting", "verify", at(5)),
    ]
    assert deadlines.began(history, "verify") == at(3)
    history += [step("verify", "decide", at(6)), step("decide", "verify", at(7))]
    assert deadlines.began(history, "verify") == at(7)


def test_an_emergency_runs_round_the_clock_until_a_second_person_has_decided():
    urgent = CountedDeadline(
        name="verify_urgent", title="Khẩn", title_en=None, value=4, unit="hours", basis=None, confirmed=False
    )
    history = [step("triage", "verify", at(30, 22)), step("verify", "decide", at(30, 23))]
    for state in ("verify", "decide"):
        clock = found(case(state, emergency=True), history, now=at(30, 23), deadline=urgent)[0]
        assert clock.due_at == at(31, 2)


def test_days_end_on_the_next_working_day_but_in_an_emergency():
    start = datetime(2026, 8, 28, 2, tzinfo=UTC)  # a Friday in Vietnam
    ends = business_days.ends(start, value=4, unit="days", calendar=CALENDAR)
    assert ends == datetime(2026, 9, 3, 17, tzinfo=HANOI)  # 1 and 2 September are off
    ends = business_days.ends(start, value=4, unit="days", calendar=CALENDAR, days_off_count=True)
    assert ends == datetime(2026, 9, 1, 17, tzinfo=HANOI)


def test_a_deadline_without_a_number_is_named_and_proposes_nothing():
    empty = CountedDeadline(
        name="press_reply",
        title="Trả lời",
        title_en=None,
        value=None,
        unit=None,
        basis="Luật",
        confirmed=False,
    )
    clock = found(
        case("respond", critical=True), [step("triage", "respond", at(3))], now=at(4), deadline=empty
    )[0]
    assert (clock.due_at, clock.deadline.basis) == (None, "Luật")


@pytest.mark.parametrize("state", ["flagged", "triage", "publish", "published", "closed", "respond"])
def test_elsewhere_no_time_runs(state):
    assert found(case(state), [step("triage", state, at(3))], now=at(4)) == []
