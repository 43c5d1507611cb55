"""What the desk answers to markup, megabytes, lost sessions and forms made by hand."""

from __future__ import annotations

import pytest
import seeding

from db.desk import cases


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
