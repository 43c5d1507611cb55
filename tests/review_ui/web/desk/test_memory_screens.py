"""What was refuted once is shown wherever it comes back: suggested with its differences, never applied by itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import seeding

from classifier.claims import lookups
from classifier.claims.stored import StoredClaims
from db.catalogue import files
from db.desk import cases, claim_articles, claims, publications
from review_ui.claims import worker

OLD = "Đập thủy điện Nậm Hư đã vỡ, nước đang tràn về thị trấn."
AGAIN = "Nghe nói vỡ đập thủy điện Nậm Mu rồi, nước tràn về xã, mọi người chạy đi!"


def answered(conn, client, address):
    """The text of a page once the classifier's worker answered its question."""
    client.get(address)
    lookups.answer_all(conn, StoredClaims(files.shipped("laocai")))
    return client.get(address).text


@pytest.fixture
def people(conn):
    return seeding.user(conn, role="verifier"), seeding.user(conn, role="approver")


@pytest.fixture
def settled(conn, people):
    """A refuted claim in a case of its own; returns (case, claim)."""
    verifier, approver = people
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', 'fabricated', '{\"title\": \"Tin giả\"}')"
    )
    case = cases.open_by_staff(
        conn, event_id=None, title="Tin đồn cũ", field="disaster-epidemic", actor=verifier.name
    )
    number = case.version
    cases.act(conn, case_id=case.id, action="take", user_id=verifier.id, seen_version=number)
    claim = claims.add(conn, case_id=case.id, body=OLD, user_id=verifier.id)
    cases.act(conn, case_id=case.id, action="escalate", user_id=verifier.id, seen_version=number + 1)
    for kind, more in (
        ("primary", {"independent": True}),
        ("press", {}),
        ("archived_item", {"file_sha256": seeding.upload(conn)}),
    ):
        claims.add_evidence(conn, claim_id=claim, kind=kind, title=kind, user_id=verifier.id, **more)
    claims.add_attempt(
        conn,
        claim_id=claim,
        whom="Trang",
        how="thư",
        at=datetime.now(UTC),
        result="không",
        user_id=verifier.id,
    )
    verdict = claims.propose(
        conn, claim_id=claim, code="fabricated", what_is_true="Đập an toàn.", reasoning="Đã xem.", counter_evidence="không",
        user_id=verifier.id,
    )  # fmt: skip
    cases.act(conn, case_id=case.id, action="propose", user_id=verifier.id, seen_version=number + 2)
    (sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()
    claims.decide(
        conn, verdict_id=verdict, decision="approve", user_id=approver.id, seen_sha256=sha, independence=True
    )
    cases.act(conn, case_id=case.id, action="approve", user_id=approver.id, seen_version=number + 3)
    cases.act(conn, case_id=case.id, action="to_publish", user_id=approver.id, seen_version=number + 4)
    return case.id, claim, sha


def publish(conn, settled, people):
    case, claim, sha = settled
    return publications.publish(conn, claim_id=claim, kind="label", user_id=people[1].id, seen_sha256=sha)


def test_the_event_the_article_and_the_case_show_the_old_verdict_and_what_differs(conn, settled, sign_in):
    article = seeding.article(conn, title=AGAIN)
    event = seeding.event(conn, articles=[article])
    new = cases.of_event(conn, event)
    client = sign_in("verifier")
    cases.act(
        conn,
        case_id=new.id,
        action="escalate",
        user_id=client.person.id,
        seen_version=new.version,
        data={"to_verify": AGAIN},
    )
    claims.add(conn, case_id=new.id, body=AGAIN, user_id=client.person.id)
    for address in (f"/events/{event}", f"/articles/{article}", f"/cases/{new.id}"):
        if address.startswith("/events"):  # the first page that asks; the page is whole without the answer
            waits = client.get(address).text
            assert "data-fill" in waits
            assert OLD not in waits
        page = answered(conn, client, address)
        assert "Đã kiểm chứng trước đây, có thể giống" in page, address
        assert OLD in page
        assert "Nơi khác" in page
        assert "Nậm Mu" in page
    assert claims.of_case(conn, case_id=new.id)[0].verdict is None


def test_a_case_is_not_shown_to_itself_and_unrelated_news_meets_nothing(conn, settled, sign_in):
    client = sign_in("verifier")
    assert "Đã kiểm chứng trước đây" not in answered(conn, client, f"/cases/{settled[0]}")
    event = seeding.event(conn, title="Khai mạc lễ hội ruộng bậc thang mùa lúa chín")
    assert "Đã kiểm chứng trước đây" not in answered(conn, client, f"/events/{event}")


def test_the_public_is_told_of_published_conclusions_only(conn, settled, people, anybody):
    def send():
        anybody.post("/report", data={"url": "https://bao.test/x", "what": OLD})
        lookups.answer_all(conn, StoredClaims(files.shipped("laocai")))
        return anybody.post("/report", data={"url": "https://bao.test/x", "what": OLD}).text

    assert "có thể liên quan (máy tìm)" not in send()
    number = publish(conn, settled, people)
    page = send()
    assert "có thể liên quan (máy tìm)" in page
    assert f"/bulletin/{number}" in page
    receipt = re.search(r'href="(/report/[^"]+)"', page)[1]
    assert f"/bulletin/{number}" in anybody.get(receipt).text


def test_a_published_conclusion_that_differs_is_not_shown_to_the_public(conn, settled, people, anybody):
    number = publish(conn, settled, people)
    for what in (
        OLD.replace("Nậm Hư", "Nậm Mu"),
        "Đập thủy điện Nậm Hư không vỡ, nước không tràn về thị trấn.",
    ):
        for _ in range(2):
            page = anybody.post("/report", data={"url": "https://bao.test/x", "what": what}).text
            lookups.answer_all(conn, StoredClaims(files.shipped("laocai")))
        assert f"/bulletin/{number}" not in page


def test_the_answer_comes_as_a_piece_of_the_page(conn, settled, sign_in):
    client = sign_in("verifier")
    article = seeding.article(conn, title=AGAIN)
    seeding.event(conn, articles=[article])
    fill = re.search(r'data-fill="([^"]+)"', client.get(f"/articles/{article}").text)[1].replace("&amp;", "&")
    assert client.get(fill).status_code == 202
    lookups.answer_all(conn, StoredClaims(files.shipped("laocai")))
    assert OLD in client.get(fill).get_json()["html"]
    assert client.get("/claims/similar/none").status_code == 404


def test_a_restricted_case_is_nowhere_for_a_monitor_a_program_or_the_public(
    app, conn, settled, people, sign_in, anybody
):
    publish(conn, settled, people)
    case = settled[0]
    article = seeding.article(conn, title=AGAIN)
    event = seeding.event(conn, articles=[article])
    (of_event,) = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()
    conn.execute("UPDATE cases SET restricted = true WHERE id = ANY (%s)", [[case, of_event]])
    monitor = sign_in("monitor")
    for address in (
        f"/cases/{case}",
        f"/cases/{case}/answers",
        f"/cases/{case}/packs",
        f"/events/{event}",
        f"/articles/{article}",
    ):
        assert monitor.get(address).status_code == 404, address
    other = seeding.event(conn, title=AGAIN)
    for address in ("/claims", "/queue?tab=open", "/search?q=vỡ+đập", f"/events/{other}", "/"):
        assert OLD not in monitor.get(address).text, address
    assert f"/articles/{article}" not in monitor.get("/search?q=vỡ+đập").text
    assert OLD in answered(conn, sign_in("verifier"), f"/events/{other}")
    assert OLD not in monitor.get(f"/events/{other}").text
    assert sign_in("leader").get(f"/cases/{case}").status_code == 200
    assert sign_in("admin").get(f"/cases/{case}").status_code == 403
    sent = anybody.post("/report", data={"url": "https://bao.test/x", "what": OLD}).text
    assert "có thể liên quan" not in sent
    from db.accounts import api_tokens

    secret = api_tokens.make(
        conn, name="x", scopes=list(api_tokens.SCOPES), days=1, user_id=people[0].id, actor="x"
    )
    program = app.test_client()
    for path, hidden in (("articles", AGAIN), ("events", None), ("claims", OLD)):
        answer = program.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}"}).get_json()
        found = {one["id"] for one in answer["items"]}
        assert hidden is None or path == "articles" or not found
        assert {"articles": article, "events": event, "claims": settled[1]}[path] not in found
    assert (
        program.get(f"/api/v1/events/{event}", headers={"Authorization": f"Bearer {secret}"}).status_code
        == 404
    )


def test_the_machine_proposes_relations_once_and_a_person_settles_them(conn, sign_in, tmp_path):
    from db.core.settings import Settings

    articles = [
        seeding.article(conn, title=AGAIN),
        seeding.article(conn, title="Khai mạc lễ hội mùa lúa chín"),
    ]
    event = seeding.event(conn, articles=articles)
    case = cases.of_event(conn, event)
    client = sign_in("verifier")
    cases.act(
        conn,
        case_id=case.id,
        action="escalate",
        user_id=client.person.id,
        seen_version=case.version,
        data={"to_verify": "x"},
    )
    claim = claims.add(conn, case_id=case.id, body=OLD, user_id=client.person.id)
    settings = Settings(home=tmp_path, secret_key="x")
    assert worker.run(conn, settings=settings, now=datetime.now(UTC))["relations_proposed"] == 1
    assert worker.run(conn, settings=settings, now=datetime.now(UTC))["relations_proposed"] == 0
    rows = conn.execute(
        "SELECT article_id, relation, start_at, set_by FROM claim_articles ORDER BY article_id"
    ).fetchall()
    assert rows == [(articles[0], "asserts", 0, None), (articles[1], "unrelated", None, None)]
    assert "máy đề xuất" in client.get(f"/cases/{case.id}").text
    client.post(
        f"/cases/{case.id}/link", data={"claim_id": claim, "article": articles[0], "relation": "refutes"}
    )
    [first, _] = claim_articles.carriers_of(conn, case_id=case.id, restricted=True)
    assert (first.relation, first.by_machine) == ("refutes", False)
    assert "máy đề xuất" not in client.get(f"/cases/{case.id}").text
