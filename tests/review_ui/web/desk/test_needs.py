"""What needs me: mentions, assignments, cases routed to my office; times as settings; a form sent twice."""

from __future__ import annotations

import pytest
import seeding

from db.desk import cases, leases, notifications


@pytest.fixture
def case(conn):
    return seeding.case(conn, title="Sạt lở ở Bản Thử")


def kinds(conn, person):
    return [one.kind for one in notifications.unseen(conn, user_id=person.id, restricted=True)]


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("Nhờ @thu.lan xem", True),
        ("@Thu.Lan.", True),
        ("(@thu.lan), rồi báo lại", True),
        ("thư gửi x@thu.lan", False),
        ("@thu.lang", False),
    ],
)
def test_who_is_named_in_a_note_is_told(conn, sign_in, case, note, told):
    lan = seeding.user(conn, role="verifier", name="thu.lan")
    sign_in("monitor").post(f"/cases/{case}/notes", data={"body": note})
    assert kinds(conn, lan) == (["mention"] if told else [])


def test_a_notice_stands_on_the_first_page_and_in_the_bar_until_the_case_is_opened(conn, sign_in, case):
    lan = seeding.user(conn, role="verifier", name="thu.lan")
    sign_in("monitor").post(f"/cases/{case}/notes", data={"body": "Nhờ @thu.lan xem ảnh <b>"})
    client = sign_in(person=lan)
    first = client.get("/work").text
    assert "nhắc đến bạn" in first
    assert "ảnh &lt;b&gt;" in first
    assert "count-strong" in client.get("/queue").text
    client.get(f"/cases/{case}")
    assert "count-strong" not in client.get("/queue").text


def test_whom_a_case_is_given_and_whose_office_it_goes_to_are_told_but_not_the_giver(conn, sign_in, case):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('agency', 'so-xd', '{\"title\": \"Sở Xây dựng\"}')"
    )
    giver = seeding.user(conn, role="verifier", agency="so-xd")
    colleague = seeding.user(conn, role="verifier", agency="so-xd")
    owner = seeding.user(conn, role="monitor")
    client = sign_in(person=giver)
    client.post(
        f"/cases/{case}/assign",
        data={"assigned_to": owner.id, "agency": "so-xd", "due": "2026-12-01",
              "seen_assigned_to": "", "seen_agency": "", "seen_due": ""},
    )  # fmt: skip
    assert (kinds(conn, owner), kinds(conn, colleague), kinds(conn, giver)) == (["assigned"], ["routed"], [])
    bulk = seeding.case(conn)
    client.post("/queue/bulk", data={"action": "assign", "chosen": f"{bulk}:1", "assigned_to": owner.id})
    assert kinds(conn, owner) == ["assigned", "assigned"]


def test_a_restricted_case_is_named_to_nobody_who_may_not_open_it(conn, sign_in, case):
    seeding.user(conn, role="monitor", name="thu.lan")
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [case])
    sign_in("verifier").post(f"/cases/{case}/notes", data={"body": "@thu.lan xem"})
    assert conn.execute("SELECT count(*) FROM staff_notices").fetchone() == (0,)


def test_one_ticks_off_ones_own_notices_and_nobody_elses(conn, sign_in, case):
    lan = seeding.user(conn, role="verifier", name="thu.lan")
    client = sign_in("monitor")
    client.post(f"/cases/{case}/notes", data={"body": "@thu.lan xem"})
    number = notifications.unseen(conn, user_id=lan.id, restricted=True)[0].id
    client.post("/needs/seen", data={"notice": number})
    assert kinds(conn, lan) == ["mention"]
    sign_in(person=lan).post("/needs/seen", data={"notice": number})
    assert kinds(conn, lan) == []


def setting(conn, name, value):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('setting', %s, jsonb_build_object('name', %s::text, 'value', %s::text))",
        [name, name, value],
    )


def test_how_long_sessions_and_leases_last_are_settings(conn, sign_in, case):
    setting(conn, "desk.idle_minutes", "10")
    setting(conn, "desk.lease_minutes", "2")
    setting(conn, "desk.most_leases", "1")
    setting(conn, "desk.session_hours", "nonsense")
    client = sign_in("monitor")
    client.post(f"/cases/{case}/take", data={"seen": "1"})
    (left,) = conn.execute("SELECT extract(epoch FROM expires_at - taken_at) FROM leases").fetchone()
    assert 100 < left < 130
    assert client.post(f"/cases/{seeding.case(conn)}/take", data={"seen": "1"}).status_code == 409
    conn.execute("UPDATE sessions SET seen_at = now() - interval '11 minutes'")
    assert client.get("/queue").status_code == 303


def test_a_case_that_nobody_touches_goes_back_and_stays_where_it_is(conn, sign_in, case):
    client = sign_in("monitor")
    client.post(f"/cases/{case}/take", data={"seen": "1"})
    assert client.post(f"/cases/{case}/let-go").json == {"released": True}
    assert leases.of_case(conn, case_id=case) is None
    assert cases.get(conn, case).state == "triage"


def test_leases_of_people_who_are_signed_in_nowhere_end(conn, sign_in, case):
    client = sign_in("monitor")
    client.post(f"/cases/{case}/take", data={"seen": "1"})
    assert leases.expire(conn) == 0
    client.post("/logout")
    assert leases.expire(conn) == 1


@pytest.mark.parametrize(("path", "fields", "table"), [
    ("notes", {"body": "Đã gọi xã"}, "notes"),
    ("claims", {"claim": "Đường bị vùi lấp 30 m"}, "claims"),
])  # fmt: skip
def test_a_form_pressed_twice_adds_one_thing(conn, sign_in, case, path, fields, table):
    client = sign_in("verifier")
    for _ in range(2):
        assert client.post(f"/cases/{case}/{path}", data=fields).status_code == 303
    assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    conn.execute("UPDATE sent_forms SET at = at - interval '2 minutes'")
    client.post(f"/cases/{case}/{path}", data=fields)
    assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)


def test_the_case_page_proposes_a_date_marked_as_unconfirmed_and_takes_it_in_one_click(conn, sign_in, case):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('deadline', 'verify_case',"
        ' \'{"name": "verify_case", "title": "Xác minh", "kind": "count", "value": 3, "unit": "working_days", "confirmed": "no"}\')'
    )
    client = sign_in("verifier")
    cases.act(
        conn,
        case_id=case,
        action="escalate",
        user_id=client.person.id,
        seen_version=1,
        data={"to_verify": "x"},
    )
    page = client.get(f"/cases/{case}").text
    assert "chưa xác nhận" in page
    assert "3 ngày làm việc" in page
    due = page.split('name="due" value="')[1].split('"')[0]
    client.post(f"/cases/{case}/due", data={"due": due})
    assert cases.get(conn, case).due_at.isoformat()[:10] == due[:10]
    assert "Đang dùng làm hạn" in client.get(f"/cases/{case}").text


def test_an_article_known_under_another_address_has_no_card_and_no_column_of_its_own(conn, sign_in):
    kept = seeding.article(conn, title="Bài ở địa chỉ mới")
    old = seeding.article(conn, title="Bài ở địa chỉ cũ")
    event = seeding.event(conn, articles=[kept, old], title="Sự việc hai địa chỉ")
    alone = seeding.article(conn, title="Một mình ở địa chỉ cũ")
    seeding.event(conn, articles=[alone], title="Một mình ở địa chỉ cũ")
    conn.execute("UPDATE articles SET same_as = %s WHERE id = ANY (%s)", [kept, [old, alone]])
    client = sign_in("monitor")
    queue = client.get("/queue").text
    assert "Sự việc hai địa chỉ" in queue
    assert "Một mình" not in queue
    page = client.get(f"/events/{event}").text
    assert "Bài ở địa chỉ mới" in page
    assert "Bài ở địa chỉ cũ" not in page
