"""Nothing of a case is copied once and left behind: its title follows the event until a person writes one, its field the claim."""

from __future__ import annotations

import seeding

from db.desk import cases, claims


def retitled(conn, event: int, title: str) -> None:
    """As the classifier writes an event anew."""
    conn.execute("UPDATE events SET title = coalesce(written_title, %s) WHERE id = %s", [title, event])


def test_the_title_of_a_case_follows_its_event_until_a_person_writes_one(conn, sign_in):
    event = seeding.event(conn, title="Người dân phản ánh tiền hỗ trợ đến chậm")
    case = cases.of_event(conn, event)
    retitled(conn, event, "Lũ quét làm 3 người chết ở xã Bản Thử")
    assert cases.get(conn, case.id).title == "Lũ quét làm 3 người chết ở xã Bản Thử"
    client = sign_in("monitor")
    page = client.post(
        f"/cases/{case.id}/title", data={"title": "  Lũ quét   ở Bản Thử "}, follow_redirects=True
    )
    assert "Lũ quét ở Bản Thử" in page.text
    retitled(conn, event, "Mưa lớn gây thiệt hại")
    assert cases.get(conn, case.id).title == "Lũ quét ở Bản Thử"
    assert conn.execute("SELECT title FROM events WHERE id = %s", [event]).fetchone() == (
        "Lũ quét ở Bản Thử",
    )
    assert "Lũ quét ở Bản Thử" in client.get(f"/events/{event}").text
    actor, after = conn.execute(
        "SELECT actor, after->>'title' FROM audit WHERE action = 'case.change' AND subject = %s ORDER BY id DESC LIMIT 1",
        [f"case:{case.id}"],
    ).fetchone()
    assert (actor.startswith("monitor"), after) == (True, "Lũ quét ở Bản Thử")


def test_an_empty_title_is_refused(conn, sign_in):
    case = seeding.case(conn, title="Sự việc thử")
    assert sign_in("monitor").post(f"/cases/{case}/title", data={"title": "   "}).status_code == 422
    assert cases.get(conn, case).title == "Sự việc thử"


def test_a_leader_renames_nothing(conn, sign_in):
    case = seeding.case(conn, title="Sự việc thử")
    assert sign_in("leader").post(f"/cases/{case}/title", data={"title": "x"}).status_code == 403


def test_a_case_without_a_field_takes_that_of_its_claim_and_keeps_what_a_person_chose(conn):
    case, person = seeding.case(conn), seeding.user(conn, role="verifier")
    first = claims.add(conn, case_id=case, body="Đập vỡ", field="disaster-epidemic", user_id=person.id)
    assert cases.get(conn, case).field == "disaster-epidemic"
    claims.add(
        conn, case_id=case, body="Đập vỡ đêm qua", field="security-order", user_id=person.id, replaces=first
    )
    assert cases.get(conn, case).field == "security-order"
    conn.execute("UPDATE cases SET field = 'health' WHERE id = %s", [case])
    claims.add(conn, case_id=case, body="Thuốc giả", field="other", user_id=person.id)
    assert cases.get(conn, case).field == "health"
