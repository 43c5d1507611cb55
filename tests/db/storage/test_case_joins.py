"""When two events become one: the case with more work goes on, the other leads to it, and nobody loses work unseen."""

from __future__ import annotations

import pytest
import seeding

import db.judging.events
from db.desk import case_merges, cases, claims, leases, notifications
from db.queries import event_pages, queue


@pytest.fixture
def scene(conn):
    class Scene:
        monitor = seeding.user(conn, role="monitor")
        verifier = seeding.user(conn, role="verifier")
        other = seeding.user(conn, role="verifier")
        first = seeding.event(conn, title="Sạt lở ở Bản Thử")
        second = seeding.event(conn, title="Đường Bản Thử bị vùi lấp")

    Scene.a, Scene.b = (cases.of_event(conn, number).id for number in (Scene.first, Scene.second))
    return Scene


def merge(conn, gone, whole, *, asked_by=None):
    if asked_by is not None:
        event_pages.ask_correction(
            conn, kind="merge", event_id=gone, user_id=asked_by, article_ids=[], into_event=whole, reason="cùng việc"
        )  # fmt: skip
    db.judging.events.merge(conn, event_id=gone, into=whole)


def worked_on(conn, case, person):
    cases.act(
        conn, case_id=case, action="escalate", user_id=person.id, seen_version=1, data={"to_verify": "x"}
    )
    claims.add(conn, case_id=case, body="Đường bị vùi lấp 30 m", user_id=person.id)


def give(conn, case, person, **more):
    values = {"agency": None, "due_at": None, "field": None, "restricted": False, "emergency": False} | more
    cases.assign(conn, case_id=case, assigned_to=person.id if person else None, actor="quantri", **values)


def told(conn, person):
    return [
        (one.kind, one.case_id, one.other_case)
        for one in notifications.unseen(conn, user_id=person.id, restricted=True)
    ]


def test_a_case_without_work_closes_and_its_owner_and_office_go_over(conn, scene):
    give(conn, scene.a, scene.verifier, agency="so-xd")
    notifications.see(conn, user_id=scene.verifier.id)
    merge(conn, scene.first, scene.second, asked_by=scene.monitor.id)
    gone, stays = cases.get(conn, scene.a), cases.get(conn, scene.b)
    assert (gone.state, gone.outcome, stays.state) == ("closed", "joined", "flagged")
    assert (stays.assigned_to, stays.agency) == (scene.verifier.id, "so-xd")
    assert case_merges.onward(conn, case_id=scene.a).case_id == scene.b
    assert [one.case_id for one in case_merges.joined_here(conn, case_id=scene.b)] == [scene.a]
    assert ("joined", scene.a, scene.b) in told(conn, scene.verifier)


def test_the_history_says_who_asked_and_a_stale_write_is_told_of_it(conn, scene):
    merge(conn, scene.first, scene.second, asked_by=scene.monitor.id)
    last = cases.history(conn, case_id=scene.a, since_version=1)[-1]
    assert (last.action, last.actor_id, last.to_state, last.data) == (
        "join", scene.monitor.id, "closed", {"into_case": scene.b},
    )  # fmt: skip


def test_the_case_with_work_goes_on_with_the_event_that_stays(conn, scene):
    worked_on(conn, scene.a, scene.verifier)
    merge(conn, scene.first, scene.second)
    stays = cases.of_event(conn, scene.second)
    assert (stays.id, stays.state) == (scene.a, "verify")
    assert cases.get(conn, scene.b).outcome == "joined"
    assert [one.case_id for one in case_merges.joined_here(conn, case_id=scene.a)] == [scene.b]


def test_where_both_hold_work_both_stay_open_in_the_queue_and_both_owners_know(conn, scene):
    worked_on(conn, scene.a, scene.verifier)
    worked_on(conn, scene.b, scene.other)
    give(conn, scene.a, scene.verifier)
    give(conn, scene.b, scene.other)
    merge(conn, scene.first, scene.second, asked_by=scene.monitor.id)
    assert {cases.get(conn, one).state for one in (scene.a, scene.b)} == {"verify"}
    wanted = queue.Filter(states=queue.GROUPS["verify"], viewer=scene.other.id, sees_restricted=True)
    assert {card.id for card in queue.page(conn, wanted=wanted)} == {scene.a, scene.b}
    for person in (scene.verifier, scene.other):
        assert ("joined", scene.a, scene.b) in told(conn, person)


def test_an_event_without_a_case_takes_the_case_over(conn, scene):
    plain = seeding.event(conn, title="Chưa được đánh dấu", flagged=False)
    give(conn, scene.a, scene.verifier)
    merge(conn, scene.first, plain)
    assert cases.of_event(conn, plain).id == scene.a
    assert cases.get(conn, scene.a).state == "flagged"
    assert case_merges.onward(conn, case_id=scene.a) is None


def test_what_a_person_closed_by_merging_goes_on_with_the_other_event(conn, scene):
    plain = seeding.event(conn, title="Chưa được đánh dấu", flagged=False)
    give(conn, scene.a, scene.verifier)
    cases.act(
        conn, case_id=scene.a, action="merge", user_id=scene.monitor.id, seen_version=1, reason="cùng việc",
        data={"into_event": plain},
    )  # fmt: skip
    merge(conn, scene.first, plain, asked_by=scene.monitor.id)
    stays = cases.of_event(conn, plain)
    assert (stays.state, stays.assigned_to) == ("flagged", scene.verifier.id)
    assert case_merges.onward(conn, case_id=scene.a).case_id == stays.id


def test_a_dismissed_case_stays_dismissed_and_takes_nothing_with_it(conn, scene):
    plain = seeding.event(conn, title="Chưa được đánh dấu", flagged=False)
    cases.act(
        conn, case_id=scene.a, action="dismiss", user_id=scene.monitor.id, seen_version=1, reason="thường"
    )
    merge(conn, scene.first, plain)
    assert cases.of_event(conn, plain) is None
    assert cases.get(conn, scene.a).outcome == "dismiss"


def test_reports_go_over_and_leases_end(conn, scene):
    leases.take(conn, case_id=scene.a, user_id=scene.verifier.id)
    merge(conn, scene.first, scene.second)
    assert leases.of_case(conn, case_id=scene.a) is None
    assert ("joined", scene.a, scene.b) in told(conn, scene.verifier)


def test_restriction_and_the_nearer_date_survive(conn, scene):
    from datetime import UTC, datetime

    give(conn, scene.a, None, restricted=True, due_at=datetime(2026, 12, 1, tzinfo=UTC))
    give(conn, scene.b, None, due_at=datetime(2026, 12, 5, tzinfo=UTC))
    merge(conn, scene.first, scene.second)
    stays = cases.get(conn, scene.b)
    assert (stays.restricted, stays.due_at) == (True, datetime(2026, 12, 1, tzinfo=UTC))


def test_the_program_writes_no_join_and_no_notice_itself(conn, scene):
    import psycopg

    for attempt in (
        "INSERT INTO case_joins (case_id, into_case, from_state, to_state, seen_version) VALUES (1, 2, 'flagged', 'closed', 1)",
        "INSERT INTO staff_notices (user_id, kind, case_id) VALUES (1, 'mention', 1)",
        "SELECT join_cases(1, 2)",
        "SELECT tell(1, 'mention', 1, NULL)",
        "DELETE FROM case_joins",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
            conn.execute(attempt)


def test_a_merge_that_is_undone_in_time_asks_for_nothing_any_more(conn, scene):
    event_pages.ask_correction(
        conn, kind="merge", event_id=scene.first, user_id=scene.monitor.id, article_ids=[], into_event=scene.second, reason=""
    )  # fmt: skip
    assert event_pages.withdraw_wish(conn, event_id=scene.first, user_id=scene.monitor.id)
    assert db.judging.events.corrections(conn) == []
    assert not event_pages.withdraw_wish(conn, event_id=scene.first, user_id=scene.monitor.id)
