"""Decisions that the page sends behind: the same key is carried out once, for the person who pressed it alone."""

from __future__ import annotations

from uuid import uuid4

import pytest
import seeding

from db.desk import cases

JSON = {"Accept": "application/json"}


def form(client, case, action="dismiss:routine", **more):
    return {
        "key": str(uuid4()),
        "person": client.person.id,
        "case": case,
        "seen": 1,
        "action": action,
        **more,
    }


def moves(conn):
    return [row[0] for row in conn.execute("SELECT action FROM case_actions ORDER BY id").fetchall()]


def test_an_action_sent_again_is_answered_as_before_and_changes_nothing(sign_in, conn):
    client, case = sign_in(), seeding.case(conn)
    data = form(client, case)
    first, second = (client.post("/queue/send", data=data, headers=JSON) for _ in range(2))
    assert first.json == second.json
    assert (first.json["case"], first.json["version"], first.json["state"]) == (case, 2, "closed")
    assert moves(conn) == ["dismiss"]


def test_the_same_words_under_another_key_are_another_action(sign_in, conn):
    client = sign_in()
    cases_ = [seeding.case(conn) for _ in range(2)]
    for case in cases_:
        assert client.post("/queue/send", data=form(client, case), headers=JSON).status_code == 200
    assert moves(conn) == ["dismiss", "dismiss"]


def test_an_undo_goes_the_same_way(sign_in, conn):
    client, case = sign_in(), seeding.case(conn)
    done = client.post("/queue/send", data=form(client, case), headers=JSON).json
    data = form(client, case, "undo", done=done["done"]) | {"seen": done["version"]}
    for _ in range(2):
        assert client.post("/queue/send", data=data, headers=JSON).json["state"] == "flagged"
    assert moves(conn) == ["dismiss", "undo"]


def test_what_somebody_else_pressed_in_this_browser_is_not_carried_out(sign_in, conn):
    client, case = sign_in(), seeding.case(conn)
    data = form(client, case) | {"person": seeding.user(conn).id}
    answer = client.post("/queue/send", data=data, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "signed_out")
    assert moves(conn) == []


def test_without_a_session_the_sender_is_told_to_wait(anybody, conn):
    answer = anybody.post("/queue/send", data={"key": str(uuid4())}, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (403, "signed_out")


@pytest.mark.parametrize(
    "wrong", [{"key": "x"}, {"key": ""}, {"person": ""}, {"action": "approve"}, {"seen": "?"}, {"case": "a"}]
)
def test_a_strange_action_is_one_sentence_and_keeps_no_key(sign_in, conn, wrong):
    client, case = sign_in(), seeding.case(conn)
    answer = client.post("/queue/send", data=form(client, case) | wrong, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["error"]
    assert moves(conn) == []


def test_a_refused_action_may_be_tried_again_under_its_key(sign_in, conn):
    client, case = sign_in(), seeding.case(conn)
    cases.act(conn, case_id=case, action="route_critical", user_id=seeding.user(conn).id, seen_version=1)
    data = form(client, case)
    for _ in range(2):
        answer = client.post("/queue/send", data=data, headers=JSON)
        assert answer.status_code == 409


def test_news_counts_what_came_since_and_what_was_done_today(sign_in, conn):
    client, case = sign_in(), seeding.case(conn)
    client.post("/queue/send", data=form(client, case), headers=JSON)
    seeding.case(conn)
    found = client.get("/queue/news?since=2026-01-01T00:00:00%2B00:00", headers=JSON).json
    assert found == {"fresh": 1, "done": 1, "waiting": 1}
    for since in ("", "x", "2026-01-01"):
        assert client.get(f"/queue/news?since={since}", headers=JSON).status_code == 422


def test_the_pane_shows_the_text_and_nothing_restricted_to_a_monitor(sign_in, conn):
    case = seeding.case(conn, title="Sự việc thử")
    page = sign_in().get(f"/queue/pane/{case}").text
    assert "khoảng 30 m đường bị vùi lấp" in page
    assert "<html" not in page
    assert sign_in("admin").get(f"/queue/pane/{case}").status_code == 403


@pytest.mark.parametrize(("order", "first"), [("priority", 0), ("newest", 2), ("clock", 1)])
def test_the_queue_stands_in_the_order_that_is_asked_for(sign_in, conn, order, first):
    from datetime import UTC, datetime, timedelta

    person = seeding.user(conn)
    made = [seeding.case(conn, title=f"Việc {n}", priority=0.9 - n / 10) for n in range(3)]
    conn.execute("SELECT 1")
    for case, days in ((made[0], 9), (made[1], 1)):
        cases.assign(conn, case_id=case, assigned_to=None, agency=None, due_at=datetime.now(UTC) + timedelta(days=days),
                     field=None, restricted=False, emergency=False, actor=person.name)  # fmt: skip
    page = sign_in(person=person).get(f"/queue?order={order}").text
    assert min(range(3), key=lambda n: page.index(f'id="card-{made[n]}"')) == first
