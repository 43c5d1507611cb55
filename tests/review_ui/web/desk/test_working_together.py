"""Two people never collide, nothing typed is lost, nothing runs that was only meant to be read."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import psycopg
import pytest
import seeding

from db.core.errors import Conflict
from db.desk import cases, claims, leases, reviews


@pytest.fixture
def case(conn):
    return seeding.case(conn, title="Nghe nói đập Bản Thử sắp vỡ")


def version(conn, case):
    return cases.get(conn, case).version


def decide(client, conn, case, action="dismiss:routine", **more):
    return client.post(
        "/queue/decide",
        data={"case": case, "seen": version(conn, case), "action": action, "to_verify": "Đập sắp vỡ", **more},
    )


# ── one owner ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_fifty_people_ask_at_once_and_one_gets_the_case(committed, database_url):
    people = [seeding.user(committed).id for _ in range(50)]
    case = seeding.case(committed)
    committed.commit()
    ready, won, lost = threading.Barrier(50), [], []

    def ask(person):
        with psycopg.connect(database_url) as mine:
            ready.wait()
            try:
                leases.take(mine, case_id=case, user_id=person)
                mine.commit()
                won.append(person)
            except Conflict:
                lost.append(person)

    threads = [threading.Thread(target=ask, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(lost) == 49
    assert leases.of_case(committed, case_id=case).user_id == won[0]


def test_fifty_people_decide_at_once_and_one_decision_stands(committed, database_url):
    people = [seeding.user(committed).id for _ in range(50)]
    case = seeding.case(committed)
    committed.commit()
    ready, won = threading.Barrier(50), []

    def act(person):
        with psycopg.connect(database_url) as mine:
            ready.wait()
            try:
                cases.act(mine, case_id=case, action="dismiss", user_id=person, seen_version=1, reason="x")
                mine.commit()
                won.append(person)
            except Conflict:
                pass

    threads = [threading.Thread(target=act, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(cases.history(committed, case_id=case)) == 1


def test_a_lease_that_ran_out_is_anybodys(conn, case):
    first, second = seeding.user(conn).id, seeding.user(conn).id
    leases.take(conn, case_id=case, user_id=first)
    conn.execute("UPDATE leases SET expires_at = now() - interval '1 second'")
    assert leases.take(conn, case_id=case, user_id=second).user_id == second


def test_a_lease_lasts_no_longer_than_five_minutes_after_the_last_heartbeat(conn, case):
    person = seeding.user(conn).id
    leases.take(conn, case_id=case, user_id=person)
    until = leases.beat(conn, case_id=case, user_id=person)
    assert (until - datetime.now(UTC)).total_seconds() <= 300


def test_nobody_holds_more_than_three(conn):
    person = seeding.user(conn).id
    for _ in range(3):
        leases.take(conn, case_id=seeding.case(conn), user_id=person)
    with pytest.raises(Conflict):
        leases.take(conn, case_id=seeding.case(conn), user_id=person)


def test_taking_shows_the_owner_and_taking_over_needs_one_click(sign_in, conn, case):
    first, second = sign_in("monitor", name="lan"), sign_in("monitor", name="minh")
    (event,) = conn.execute("SELECT event_id FROM cases WHERE id = %s", [case]).fetchone()
    assert first.post(f"/cases/{case}/take", data={"seen": 1}).status_code == 303
    assert "Lan đang giữ" in second.get(f"/events/{event}").text
    assert second.post(f"/cases/{case}/take", data={"seen": 2}).status_code == 409
    assert second.post(f"/cases/{case}/take", data={"seen": 2, "over": "1"}).status_code == 303
    assert first.post(f"/cases/{case}/heartbeat", headers={"Accept": "application/json"}).status_code == 409
    assert second.post(f"/cases/{case}/heartbeat").status_code == 200


# ── versions, undo ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_stale_decision_is_answered_with_what_changed(sign_in, conn, case):
    sign_in_one, sign_in_two = sign_in("monitor", name="hoa"), sign_in("monitor", name="tuan")
    sign_in_one.post("/queue/decide", data={"case": case, "seen": 1, "action": "dismiss:not_local"})
    answer = sign_in_two.post(
        "/queue/decide", data={"case": case, "seen": 1, "action": "escalate", "to_verify": "Câu tôi đã gõ"}
    )
    assert answer.status_code == 409
    assert "Hoa" in answer.text
    assert "Không liên quan đến tỉnh" in answer.text
    assert "Câu tôi đã gõ" in answer.text


def test_a_double_click_decides_once(sign_in, conn, case):
    client = sign_in()
    entry = {"case": case, "seen": 1, "action": "dismiss:routine"}
    assert client.post("/queue/decide", data=entry).status_code == 303
    again = client.post("/queue/decide", data=entry)
    assert (again.status_code, again.location) == (303, "/queue"), "the second press is answered as done"
    assert "không ghi thêm lần nữa" in client.get("/queue").text
    assert len(reviews.of_case(conn, case_id=case)) == 1


def test_a_double_click_on_a_step_or_on_an_event_is_done_once(sign_in, conn, case):
    client = sign_in("verifier")
    (event,) = conn.execute("SELECT event_id FROM cases WHERE id = %s", [case]).fetchone()
    sent = {"seen": 1, "action": "escalate", "to_verify": "Đập sắp vỡ"}
    asked = {"seen": 2, "action": "need_info", "whom": "Đội quản lý đập", "reason": "hỏi lại"}
    for address, entry in ((f"/events/{event}/decide", sent), (f"/cases/{case}/step", asked)):
        assert client.post(address, data=entry).status_code == 303
        assert client.post(address, data=entry).status_code == 303
    assert [one.action for one in cases.history(conn, case_id=case)] == ["escalate", "need_info"]


def test_who_decided_in_another_tab_is_not_told_that_somebody_else_did(sign_in, conn, case):
    client, other = sign_in(), sign_in()
    client.post("/queue/decide", data={"case": case, "seen": 1, "action": "dismiss:routine"})
    entry = {"case": case, "seen": 1, "action": "dismiss:not_local"}
    own, theirs = client.post("/queue/decide", data=entry), other.post("/queue/decide", data=entry)
    assert (own.status_code, theirs.status_code) == (409, 409)
    assert "Bạn vừa xử lý hồ sơ này rồi" in own.text
    assert "Người khác vừa xử lý" not in own.text
    assert "Người khác vừa xử lý" in theirs.text


def test_undo_is_an_event_of_its_own_and_takes_the_opinion_back(sign_in, conn, case):
    client = sign_in()
    decide(client, conn, case)
    (done,) = conn.execute("SELECT max(id) FROM case_actions").fetchone()
    assert client.post(f"/cases/{case}/undo", data={"seen": 2, "done": done}).status_code == 303
    assert cases.get(conn, case).state == "flagged"
    assert [one.action for one in cases.history(conn, case_id=case)] == ["dismiss", "undo"]
    assert reviews.of_case(conn, case_id=case) == []


def test_only_this_article_leaves_the_event_and_the_case_stays(sign_in, conn):
    articles = [seeding.article(conn), seeding.article(conn)]
    event = seeding.event(conn, articles=articles)
    client = sign_in()
    client.post(
        f"/events/{event}/decide",
        data={"seen": 1, "action": "dismiss:not_local", "only_article": articles[1]},
    )
    assert cases.of_event(conn, event).state == "flagged"
    wish = conn.execute(
        "SELECT kind, article_ids FROM event_corrections WHERE event_id = %s", [event]
    ).fetchone()
    assert wish == ("split", [articles[1]])


def test_several_are_decided_at_once_and_what_cannot_be_is_told(sign_in, conn):
    own, other = [seeding.case(conn) for _ in range(3)], seeding.case(conn)
    leases.take(conn, case_id=other, user_id=seeding.user(conn).id)
    client = sign_in()
    client.post(
        "/queue/bulk", data={"chosen": [f"{one}:1" for one in [*own, other]], "action": "dismiss:routine"}
    )
    assert [cases.get(conn, one).state for one in [*own, other]] == ["closed"] * 3 + ["flagged"]
    assert "người khác" in client.get("/queue").text


def test_verdicts_have_no_bulk_road(sign_in, conn, case):
    assert (
        sign_in("approver")
        .post("/queue/bulk", data={"chosen": [f"{case}:1"], "action": "approve"})
        .status_code
        == 422
    )


# ── the second opinion ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_second_opinion_is_blind_and_moves_nothing(sign_in, conn, case):
    first, second = sign_in("monitor", name="an"), sign_in("monitor", name="binh")
    decide(first, conn, case, "escalate")
    first.get("/account")  # the offer to undo is shown here
    assert "Nghe nói" not in first.get("/queue?tab=second").text
    page = second.get(f"/cases/{case}/second").text
    assert "An" not in page.split("<main")[1].replace("Anh", "")
    assert "Vì sao cần xem" not in page
    second.post(f"/cases/{case}/second", data={"action": "dismiss:routine"})
    assert cases.get(conn, case).state == "verify"
    figures = sign_in("leader").get("/reviews").text
    assert "Nghe nói đập Bản Thử" in figures


def test_two_opinions_that_differ_are_settled_by_a_third_person_only(sign_in, conn, case):
    first, second, third = sign_in("monitor"), sign_in("monitor"), sign_in("verifier")
    decide(first, conn, case, "escalate")
    second.post(f"/cases/{case}/second", data={"action": "dismiss:routine"})
    entry = {"outcome": "dismiss", "reason": "theo tiêu chí"}
    assert first.post(f"/cases/{case}/adjudicate", data=entry).status_code == 403
    assert third.post(f"/cases/{case}/adjudicate", data=entry).status_code == 303
    again = third.post(f"/cases/{case}/adjudicate", data=entry)
    assert again.status_code == 409
    assert "đã được người thứ ba kết luận lúc" in again.text


def test_nothing_is_settled_before_two_opinions_differ(sign_in, conn, case):
    first, second, third = sign_in("monitor"), sign_in("monitor"), sign_in("verifier")
    entry = {"outcome": "dismiss", "reason": "theo tiêu chí"}
    assert third.post(f"/cases/{case}/adjudicate", data=entry).status_code == 409
    decide(first, conn, case, "escalate")
    assert third.post(f"/cases/{case}/adjudicate", data=entry).status_code == 409
    second.post(f"/cases/{case}/second", data={"action": "escalate"})
    refused = third.post(f"/cases/{case}/adjudicate", data=entry)
    assert refused.status_code == 409
    assert "chưa có hai ý kiến khác nhau" in refused.text


# ── the whole road through the web ──────────────────────────────────────────────────────────────────────────────
def test_a_claim_goes_from_triage_to_approval_through_two_people(sign_in, conn, case):
    monitor, verifier, approver = sign_in("monitor"), sign_in("verifier"), sign_in("approver")
    decide(monitor, conn, case, "escalate")
    verifier.post(f"/cases/{case}/claims", data={"claim": "Đập Bản Thử sắp vỡ", "field": "disaster-epidemic"})
    sent, claim = claims.of_case(conn, case_id=case)
    assert sent.body == "Đập sắp vỡ", "the sentence sent to be verified is a claim already"
    base = f"/cases/{case}"
    import io

    for kind, more in (
        ("primary", {"independent": "1"}),
        ("press", {}),
        ("archived_item", {"file": (io.BytesIO(b"anh chup"), "anh.png")}),
    ):
        data = {"claim_id": claim.id, "kind": kind, "title": f"Tài liệu {kind}", **more}
        assert (
            verifier.post(f"{base}/evidence", data=data, content_type="multipart/form-data").status_code
            == 303
        )
    proposal = {"claim_id": claim.id, "seen": version(conn, case), "code": "fabricated", "what_is_true": "Đập an toàn",
                "reasoning": "Theo biên bản", "counter_evidence": "đã tìm, không thấy"}  # fmt: skip
    refused = verifier.post(f"{base}/propose", data=proposal)
    assert refused.status_code == 422
    assert "Theo biên bản" in refused.text, "nothing typed is lost"
    verifier.post(
        f"{base}/attempts",
        data={"claim_id": claim.id, "whom": "Trang tin thử", "how": "thư", "result": "chưa trả lời"},
    )
    assert verifier.post(f"{base}/propose", data=proposal).status_code == 303
    (standing,) = claims.proposals_of(conn, case_id=case)
    sign = {
        "verdict": standing.id,
        "seen": version(conn, case),
        "sha256": standing.text_sha256,
        "decision": "approve",
        "independence": "on",
    }
    assert verifier.post(f"{base}/decide", data=sign).status_code == 403
    assert sign_in("admin").post(f"{base}/decide", data=sign).status_code == 403
    page = approver.get(base).text
    assert standing.text_sha256 in page
    assert approver.post(f"{base}/decide", data={**sign, "sha256": "0" * 64}).status_code == 409
    assert approver.post(f"{base}/decide", data=sign).status_code == 303
    assert cases.get(conn, case).state == "respond"
    assert claims.get(conn, claim.id).verdict == "fabricated"
    for role in ("monitor", "leader"):
        assert "Tin giả" in sign_in(role).get(base).text


def test_an_approver_who_proposed_is_not_offered_the_approval(sign_in, conn, case):
    approver = sign_in("approver")
    decide(approver, conn, case, "escalate")
    (claim,) = claims.of_case(conn, case_id=case)
    approver.post(f"/cases/{case}/propose", data={"claim_id": claim.id, "seen": version(conn, case), "code": "insufficient",
                  "what_is_true": "x", "reasoning": "x", "counter_evidence": "x"})  # fmt: skip
    assert "/sign" not in approver.get(f"/cases/{case}").text
    assert "/sign" in sign_in("approver").get(f"/cases/{case}").text


# ── stance is an axis of its own ────────────────────────────────────────────────────────────────────────────────
def test_flipping_every_stance_moves_nothing_else(sign_in, conn, case):
    client = sign_in("verifier")
    articles = [number for (number,) in conn.execute("SELECT id FROM articles").fetchall()]
    watched = (
        "SELECT jsonb_agg(to_jsonb(x)) FROM (SELECT * FROM cases ORDER BY id) x",
        "SELECT jsonb_agg(to_jsonb(x)) FROM (SELECT * FROM events ORDER BY id) x",
        "SELECT jsonb_agg(to_jsonb(x)) FROM (SELECT * FROM verdicts_in_force) x",
        "SELECT jsonb_agg(to_jsonb(x)) FROM (SELECT * FROM judgements ORDER BY id) x",
    )
    before = [conn.execute(query).fetchone() for query in watched]
    import re

    def queue():
        return re.sub(
            r'<time.*?</time>|\d+ (phút|giờ) trước|vừa xong|data-since="[^"]*"',
            "",
            client.get("/queue?signal=check").text,
        )

    shown = queue()
    for stance in ("critical", "favourable", "neutral", "critical"):
        for article in articles:
            assert client.post(f"/articles/{article}/stance", data={"stance": stance}).status_code == 303
        client.get("/account")  # the confirmation is shown elsewhere
        assert [conn.execute(query).fetchone() for query in watched] == before
        assert queue() == shown
