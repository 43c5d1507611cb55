"""/work: each role meets what waits for it, with the way to do it, and nothing that is somebody else's to do."""

from __future__ import annotations

import pytest
import seeding

from db.desk import cases, claims, responses
from db.queries import work


@pytest.fixture
def proposed(conn):
    """A verdict that waits to be signed; who proposed it."""
    verifier = seeding.user(conn, role="approver")
    case = seeding.case(conn, title="Tin đồn vỡ đập")
    cases.act(
        conn, case_id=case, action="escalate", user_id=verifier.id, seen_version=1, data={"to_verify": "x"}
    )
    claim = claims.add(conn, case_id=case, body="Đập thử sắp vỡ", user_id=verifier.id)
    claims.propose(
        conn, claim_id=claim, code="insufficient", what_is_true="a", reasoning="b", counter_evidence="c", user_id=verifier.id,
    )  # fmt: skip
    cases.act(conn, case_id=case, action="propose", user_id=verifier.id, seen_version=2)
    return case, verifier


def test_a_verdict_waits_for_another_person_than_who_proposed_it(conn, sign_in, proposed):
    case, verifier = proposed
    page = sign_in("approver").get("/work").text
    assert "Kết luận chờ bạn duyệt" in page
    assert f"/cases/{case}/verdicts/" in page
    assert "Kết luận chờ bạn duyệt" not in sign_in(person=verifier).get("/work").text


def test_a_letter_waits_for_whoever_signs_until_it_is_signed(conn, sign_in):
    case = seeding.case(conn, title="Bụi mỏ đá")
    writer, signer = seeding.user(conn, role="verifier"), seeding.user(conn, role="approver")
    cases.act(conn, case_id=case, action="route_critical", user_id=writer.id, seen_version=1)
    assert "Phản ánh chưa có văn bản trả lời" in sign_in(person=writer).get("/work").text
    made = responses.begin(
        conn, case_id=case, kind="reply_to_press", agency=None, due_on=None, user_id=writer.id
    )
    text = responses.write(
        conn, response_id=made, addressee="Báo", subject="Trả lời về bụi", body="Đã xử lý.", user_id=writer.id
    )
    assert "Phản ánh chưa có văn bản trả lời" not in sign_in(person=writer).get("/work").text
    client = sign_in(person=signer)
    assert f"/cases/{case}/answers/{made}" in client.get("/work").text
    responses.approve(
        conn,
        text_id=text,
        seen_sha256=responses.digest("Báo", "Trả lời về bụi", "Đã xử lý."),
        user_id=signer.id,
    )
    assert "Văn bản chờ bạn duyệt" not in client.get("/work").text


def test_what_was_sent_back_waits_for_who_proposed_it(conn, sign_in, proposed):
    case, verifier = proposed
    approver = seeding.user(conn, role="approver")
    (verdict, sha) = conn.execute("SELECT id, text_sha256 FROM verdicts").fetchone()
    claims.decide(
        conn, verdict_id=verdict, decision="return", user_id=approver.id, seen_sha256=sha, reason="thiếu"
    )
    cases.act(conn, case_id=case, action="return", user_id=approver.id, seen_version=3, reason="thiếu")
    verifier = conn.execute("SELECT proposed_by FROM verdicts").fetchone()[0]
    assert [
        one.case_id for one in work.items(conn, "returned", user_id=verifier, restricted=True, most=5)
    ] == [case]
    assert "Bị trả lại để bổ sung" not in sign_in("verifier").get("/work").text


@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader"])
def test_an_empty_desk_says_what_to_do_next(sign_in, role):
    page = sign_in(role).get("/work").text
    assert "Không có việc nào đang chờ bạn." in page


def test_a_restricted_matter_waits_for_nobody_who_may_not_read_it(conn, sign_in):
    case = seeding.case(conn, title="Chuyện riêng")
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [case])
    assert "Chuyện riêng" not in sign_in("monitor").get("/work").text


def test_the_bar_counts_what_waits(conn, sign_in, proposed):
    seeding.event(conn, title="Sự việc mới")
    bar = sign_in("approver").get("/claims").text.split("</nav>")[0]
    assert bar.count('class="count') >= 2
    assert 'href="/work"' in bar
