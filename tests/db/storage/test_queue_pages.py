"""The pages of the queue by the last key, and what the overview counts of open cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import seeding

from db.desk import cases
from db.queries import event_pages, overview, queue
from db.queries.queue import Filter

OPEN = Filter(states=queue.GROUPS["open"], sees_restricted=True)


def test_pages_follow_priority_and_number_without_a_gap(conn):
    made = [seeding.case(conn, priority=priority) for priority in (0.5, 0.9, 0.5, 0.1, 0.7)]
    expected = [made[1], made[4], made[2], made[0], made[3]]
    shown, after = [], None
    while page := queue.page(conn, wanted=OPEN, after=after, limit=2):
        shown += [card.id for card in page]
        after = (page[-1].priority, page[-1].id)
    assert shown == expected


def test_a_case_whose_event_went_into_another_has_no_card_and_one_without_event_has(conn):
    gone, stays = seeding.case(conn), seeding.case(conn)
    conn.execute(
        "UPDATE events SET merged_into = (SELECT event_id FROM cases WHERE id = %s)"
        " WHERE id = (SELECT event_id FROM cases WHERE id = %s)",
        [stays, gone],
    )
    alone = cases.open_by_staff(conn, event_id=None, title="Tin đồn ở chợ", field=None, actor="monitor").id
    assert {card.id for card in queue.page(conn, wanted=OPEN)} == {stays, alone}


def test_closed_cases_are_narrowed_by_place_and_run_by_their_closing(conn):
    person = seeding.user(conn, role="monitor")
    made = [seeding.case(conn, places=["ban-thu"] if n % 2 else ["khe-mau"]) for n in range(6)]
    for number in made:
        cases.act(
            conn, case_id=number, action="dismiss", user_id=person.id, seen_version=1, reason="tin thường"
        )
    wanted = Filter(states=("closed",), place="ban-thu", sees_restricted=True)
    first = queue.closed(conn, wanted=wanted, limit=2)
    rest = queue.closed(conn, wanted=wanted, after=(first[-1].changed_at, first[-1].id), limit=2)
    assert [card.id for card in first + rest] == [made[5], made[3], made[1]]


def test_the_overview_counts_open_cases_by_state_whose_they_are_and_how_late(conn):
    person = seeding.user(conn, role="verifier")
    late, own, closed = (seeding.case(conn) for _ in range(3))
    now = datetime.now(UTC)
    conn.execute("UPDATE cases SET due_at = %s WHERE id = %s", [now - timedelta(hours=1), late])
    conn.execute(
        "UPDATE cases SET assigned_to = %s, due_at = %s WHERE id = %s",
        [person.id, now + timedelta(hours=1), own],
    )
    cases.act(conn, case_id=closed, action="dismiss", user_id=person.id, seen_version=1, reason="tin thường")
    (row,) = overview.cases_by_state(conn, user_id=person.id, now=now, restricted=True)
    assert (row.state, row.cases, row.mine, row.overdue) == ("flagged", 2, 1, 1)


def test_narrowed_closed_cases_of_many_weeks_come_page_by_page(owner_conn):
    conn = owner_conn  # only the owner may move the day of a closing
    person = seeding.user(conn, role="monitor")
    made = [seeding.case(conn, places=["ban-thu"], criticism="high" if n % 2 else "low") for n in range(12)]
    for number in made:
        cases.act(
            conn, case_id=number, action="dismiss", user_id=person.id, seen_version=1, reason="tin thường"
        )
    conn.execute(
        "UPDATE cases SET changed_at = changed_at - make_interval(weeks => ((%s - id) * 5)::integer)",
        [made[-1]],
    )
    wanted = Filter(states=("closed",), place="ban-thu", signal="criticism", sees_restricted=True)
    shown, after = [], None
    while page := queue.closed(conn, wanted=wanted, after=after, limit=2):
        shown += [card.id for card in page]
        after = (page[-1].changed_at, page[-1].id)
    assert shown == [number for n, number in enumerate(made) if n % 2][::-1]


def test_a_case_told_elsewhere_is_on_no_tab_until_its_event_has_another_article(conn):
    kept, alone = seeding.article(conn), seeding.article(conn)
    event = seeding.event(conn, articles=[alone])
    person = seeding.user(conn, role="monitor")
    before = queue.counts(conn, viewer=person.id, restricted=True).triage
    conn.execute("UPDATE articles SET same_as = %s WHERE id = %s", [kept, alone])
    assert queue.counts(conn, viewer=person.id, restricted=True).triage == before - 1
    assert event not in {card.event_id for card in queue.page(conn, wanted=OPEN)}
    conn.execute("UPDATE events SET articles = 2 WHERE id = %s", [event])
    assert queue.counts(conn, viewer=person.id, restricted=True).triage == before
    assert event in {card.event_id for card in queue.page(conn, wanted=OPEN)}


def test_places_of_one_name_are_told_apart_where_one_chooses(conn):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data, valid_from, valid_to) VALUES"
        " ('place', 'lc', '{\"name\": \"Tỉnh Thử\"}', NULL, NULL),"
        " ('place', 'tp', '{\"name\": \"Thành phố Thử\", \"parent\": \"lc\"}', NULL, '2025-06-30'),"
        " ('place', 'a-old', '{\"name\": \"Phường Suối Thử\", \"parent\": \"tp\"}', NULL, '2025-06-30'),"
        " ('place', 'a-new', '{\"name\": \"Phường Suối Thử\", \"parent\": \"lc\"}', '2025-07-01', NULL),"
        " ('place', 'b-new', '{\"name\": \"Xã Thử\", \"parent\": \"lc\"}', '2025-07-01', NULL)"
    )
    assert {one.name: one.title for one in event_pages.places(conn) if "Thử" in one.title} == {
        "lc": "Tỉnh Thử",
        "tp": "Thành phố Thử (cũ)",
        "a-old": "Phường Suối Thử (cũ, Thành phố Thử)",
        "a-new": "Phường Suối Thử (Tỉnh Thử)",
        "b-new": "Xã Thử",
    }
