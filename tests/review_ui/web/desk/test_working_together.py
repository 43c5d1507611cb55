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
    assert 'value="approve"' not in approver.get(f"/cases/{case}").text
    assert 'value="approve"' in sign_in("approver").get(f"/cases/{case}").text


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
            r"<time.*?</time>|\d+ (phút|giờ) trước|vừa xong", "", client.get("/queue?signal=check").text
        )

    shown = queue()
    for stance in ("critical", "favourable", "neutral", "critical"):
        for article in articles:
            assert client.post(f"/articles/{article}/stance", data={"stance": stance}).status_code == 303
        client.get("/account")  # the confirmation is shown elsewhere
        assert [conn.execute(query).fetchone() for query in watched] == before
        assert queue() == shown


# ── bad input ───────────────────────────────────────────────────────────────────────────────────────────────────
XSS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)",
    "'-alert(1)-'", "{{7*7}}", "</textarea><script>alert(1)</script>", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">", "<details open ontoggle=alert(1)>", "\u0000<b>\u202e",
]  # fmt: skip


@pytest.mark.parametrize("payload", XSS)
def test_markup_anywhere_is_shown_as_text(sign_in, conn, payload):
    clean = payload.replace("\u0000", "")
    article = seeding.article(conn, title=clean, body=f"{clean}\n{clean}")
    seeding.judgement(
        conn,
        article_id=article,
        reasons=[
            {"signal": "check", "rule": clean, "text": clean, "start": 0, "end": len(clean), "weight": 1}
        ],
    )
    event = seeding.event(
        conn,
        articles=[article],
        reasons=[
            {
                "signal": "check",
                "rule": clean,
                "text": clean,
                "article": article,
                "start": 0,
                "end": len(clean),
            }
        ],
    )
    case = cases.of_event(conn, event).id
    client = sign_in("verifier")
    client.post(f"/cases/{case}/notes", data={"body": payload})
    decide(client, conn, case, "escalate", to_verify=payload)
    client.post(f"/cases/{case}/claims", data={"claim": payload, "place": payload})
    import lxml.html

    for address in (
        "/queue",
        "/queue?tab=verify",
        f"/events/{event}",
        f"/articles/{article}",
        f"/cases/{case}",
        "/claims",
        f"/search?q={payload}",
    ):
        document = lxml.html.document_fromstring(client.get(address).text)
        for script in document.iter("script"):
            assert (script.get("src") or "").startswith("/"), address
        assert not document.xpath("//img | //iframe | //math"), address
        assert not document.xpath("//@onload | //@onerror | //@ontoggle"), address
        assert not [href for href in document.xpath("//@href") if href.lower().startswith("javascript:")], (
            address
        )


def test_a_megabyte_of_pasted_text_is_refused_with_the_text_given_back(sign_in, conn, case):
    text = "đập " * 260_000
    answer = sign_in("verifier").post(f"/cases/{case}/notes", data={"body": text})
    assert answer.status_code == 422
    assert "20000" in answer.text
    assert answer.text.count("đập ") > 250_000


def test_an_expired_session_gives_back_what_was_typed(sign_in, conn, case):
    client = sign_in()
    conn.execute("UPDATE sessions SET expires_at = now()")
    answer = client.post(f"/cases/{case}/notes", data={"body": "một ghi chú dài"})
    assert answer.status_code == 403
    assert "một ghi chú dài" in answer.text


@pytest.mark.parametrize(
    "data",
    [{}, {"case": "x"}, {"case": "1", "seen": "-1"}, {"case": "9" * 30, "seen": "1"}, {"case": "1", "seen": "1", "action": "approve"},
     {"case": "٣", "seen": "1", "action": "dismiss"}],
)  # fmt: skip
def test_a_hand_made_form_gets_one_sentence(sign_in, data):
    assert sign_in().post("/queue/decide", data=data).status_code in (404, 409, 422)


def test_opinions_on_a_restricted_case_are_not_shown_to_a_monitor(conn, sign_in):
    case = seeding.case(conn, title="Chuyện kín", check="high")
    first, second = seeding.user(conn, role="monitor"), seeding.user(conn, role="verifier")
    for person, outcome, blind in ((first, "escalate", False), (second, "dismiss", True)):
        conn.execute(
            "INSERT INTO reviews (case_id, event_id, user_id, outcome, reason, blind)"
            " SELECT id, event_id, %s, %s, 'nguồn không nêu tên', %s FROM cases WHERE id = %s",
            [person.id, outcome, blind, case],
        )
    assert "Chuyện kín" in sign_in("monitor").get("/reviews").text
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [case])
    assert "Chuyện kín" not in sign_in("monitor").get("/reviews").text
    page = sign_in(person=second).get("/reviews").text
    assert "nguồn không nêu tên" in page
    assert f"/cases/{case}/adjudicate" not in page
    assert f"/cases/{case}/adjudicate" in sign_in("approver").get("/reviews").text


def test_two_actions_on_one_key_are_named_and_the_shipped_keys_come_back(sign_in):
    client = sign_in("monitor")
    refused = client.post("/help/keys", data={"key-open": "d"})
    assert refused.status_code == 422
    assert "“Mở” và “Bỏ qua (tin thường)” dùng chung phím d" in refused.text
    assert client.post("/help/keys", data={"key-open": "u"}).status_code == 303
    assert 'name="key-open" value="u"' in client.get("/help").text
    client.post("/help/keys", data={"shipped": "1", "key-open": "u"})
    assert 'name="key-open" value="o"' in client.get("/help").text
