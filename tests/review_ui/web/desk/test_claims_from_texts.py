"""A sentence of an article becomes a claim with one form: its words, version and place are kept, and shown in the text."""

from __future__ import annotations

import psycopg
import pytest
import seeding

from db.desk import cases, claim_articles, claims

TITLE = "Nghe nói đập Bản Thử sắp vỡ"
BODY = "Người dân xã Bản Thử nói rằng đập sắp vỡ trong đêm nay. Chính quyền đang kiểm tra.\nDòng thứ hai của bài."
SENTENCE = "Người dân xã Bản Thử nói rằng đập sắp vỡ trong đêm nay."
START = len(TITLE) + 1


@pytest.fixture
def told(conn):
    """An article in an event with a flagged case: (article, version, event, case)."""
    article = seeding.article(conn, title=TITLE, body=BODY)
    event = seeding.event(conn, articles=[article])
    (version,) = conn.execute("SELECT version_id FROM articles WHERE id = %s", [article]).fetchone()
    return article, version, event, cases.of_event(conn, event).id


def form_of(told, **more):
    article, version, _, case = told
    return {
        "version": version, "start": START, "end": START + len(SENTENCE), "claim": SENTENCE, "relation": "asserts",
        "said_on": "2026-11-20", "channel": "press", "seen": 1, **more,
    }  # fmt: skip


def test_every_sentence_is_a_link_to_its_form_without_a_script(told, sign_in):
    article, version, event, _ = told
    client = sign_in("monitor")
    for address in (f"/articles/{article}?pick=1", f"/events/{event}?pick=1"):
        page = client.get(address).text
        link = f"/articles/{article}/claims/new?version={version}&amp;start={START}&amp;end={START + len(SENTENCE)}"
        assert link in page, address
    form = client.get(link.replace("&amp;", "&")).text
    assert form.count(SENTENCE) == 2  # quoted, and in the field
    assert "data-pick" in client.get(f"/articles/{article}").text
    leader = sign_in("leader")
    assert "data-pick=" not in leader.get(f"/articles/{article}").text
    assert leader.get(link.replace("&amp;", "&")).status_code == 403


def test_a_picked_sentence_is_a_claim_with_its_place_and_its_case_goes_on(conn, told, sign_in):
    article, version, event, case = told
    client = sign_in("verifier")
    answer = client.post(f"/articles/{article}/claims", data=form_of(told))
    assert answer.status_code == 303
    [claim] = claims.of_case(conn, case_id=case)
    assert answer.location.endswith(f"/cases/{case}#claim-{claim.id}")
    assert (claim.body, str(claim.said_on), claim.channel) == (SENTENCE, "2026-11-20", "press")
    [carried] = claim_articles.of_articles(conn, article_ids=[article], restricted=True)[article]
    assert (carried.relation, carried.version_id, carried.start_at) == ("asserts", version, START)
    assert carried.said_by == client.person.display_name
    assert cases.get(conn, case).state == "verify"
    marked = f'<mark class="mark-asserts" title="Khẳng định">{SENTENCE}</mark>'
    assert marked in client.get(f"/articles/{article}").text
    assert marked in client.get(f"/events/{event}").text


def test_an_article_without_a_case_gets_one_and_one_that_was_closed_says_so(conn, told, sign_in):
    lonely = seeding.article(conn, title=TITLE, body=BODY)
    event = seeding.event(conn, articles=[lonely], flagged=False)
    (version,) = conn.execute("SELECT version_id FROM articles WHERE id = %s", [lonely]).fetchone()
    client = sign_in("monitor")
    fields = form_of((lonely, version, event, 0), seen="")
    assert client.post(f"/articles/{lonely}/claims", data=fields).status_code == 303
    case = cases.of_event(conn, event)
    assert case.state == "verify"
    assert [claim.body for claim in claims.of_case(conn, case_id=case.id)] == [SENTENCE]
    cases.act(conn, case_id=told[3], action="dismiss", user_id=client.person.id, seen_version=1, reason="x", data={"reason_code": "routine"})  # fmt: skip
    answer = client.post(f"/articles/{told[0]}/claims", data=form_of(told))
    assert answer.status_code == 409
    assert "đã đóng" in answer.text
    assert SENTENCE in answer.text  # nothing typed is lost


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 5, "end": 5},
        {"start": 0, "end": 99_999},
        {"version": 999_999_999},
        {"start": "x"},
        {"relation": "lies"},
        {"claim": "   "},
        {"said_on": "hôm qua"},
    ],
)
def test_offsets_that_point_nowhere_and_fields_that_say_nothing_are_refused(conn, told, sign_in, wrong):
    client = sign_in("verifier")
    answer = client.post(f"/articles/{told[0]}/claims", data=form_of(told, **wrong))
    assert answer.status_code == 422
    assert not claims.of_case(conn, case_id=told[3])
    assert cases.get(conn, told[3]).state == "flagged"


def test_a_sentence_of_the_version_one_has_read_stays_that_versions(conn, told, sign_in):
    article, version, _, _ = told
    seeding.version(conn, article_id=article, title=TITLE, body="Bài đã viết lại hoàn toàn.")
    client = sign_in("verifier")
    page = client.get(f"/articles/{article}/claims/new?version={version}&start={START}&end={START + len(SENTENCE)}")  # fmt: skip
    assert "Bài đã sửa sau khi bạn mở" in page.text
    client.post(f"/articles/{article}/claims", data=form_of(told))
    page = client.get(f"/articles/{article}").text
    assert "câu ở bản trước của bài" in page
    assert 'class="mark-asserts" title' not in page
    other = seeding.article(conn)
    with pytest.raises(psycopg.Error, match="another article"), conn.transaction():
        conn.execute(
            "INSERT INTO claim_articles (claim_id, article_id, version_id, relation) SELECT id, %s, %s, 'asserts' FROM claims LIMIT 1",
            [other, version],
        )


def test_a_person_settles_on_the_articles_page_and_the_sentence_stays_marked(conn, told, sign_in):
    article, version, _, case = told
    client = sign_in("verifier")
    client.post(f"/articles/{article}/claims", data=form_of(told))
    [claim] = claims.of_case(conn, case_id=case)
    client.post(f"/articles/{article}/relation", data={"claim_id": claim.id, "relation": "refutes"})
    [carried] = claim_articles.of_articles(conn, article_ids=[article], restricted=True)[article]
    assert (carried.relation, carried.start_at, carried.version_id) == ("refutes", START, version)
    assert f'<mark class="mark-refutes" title="Bác bỏ">{SENTENCE}</mark>' in client.get(f"/articles/{article}").text  # fmt: skip
    client.post(f"/articles/{article}/relation", data={"claim_id": claim.id, "relation": "unrelated"})
    assert not claim_articles.of_articles(conn, article_ids=[article], restricted=True)


def test_a_monitor_sees_no_claim_of_a_restricted_case_in_an_article(conn, told, sign_in):
    article = told[0]
    sign_in("verifier").post(f"/articles/{article}/claims", data=form_of(told))
    outside = seeding.event(conn, articles=[seeding.article(conn)])
    conn.execute("UPDATE event_members SET event_id = %s WHERE article_id = %s", [outside, article])
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [told[3]])
    assert "Nhận định trong bài này" not in sign_in("monitor").get(f"/articles/{article}").text
    assert "Nhận định trong bài này" in sign_in("leader").get(f"/articles/{article}").text


# ── the short road from "cần xác minh" ──────────────────────────────────────────────────────────────────────────────


def test_the_sentence_sent_to_be_verified_is_a_claim_at_once_and_only_once(conn, told, sign_in):
    article, version, event, case = told
    client = sign_in("verifier")
    fields = {"case": case, "seen": 1, "action": "escalate", "to_verify": SENTENCE}
    assert client.post("/queue/decide", data=fields).status_code == 303
    [claim] = claims.of_case(conn, case_id=case)
    assert claim.body == SENTENCE
    [carried] = claim_articles.of_articles(conn, article_ids=[article], restricted=True)[article]
    assert (carried.start_at, carried.said_by) == (
        START,
        None,
    )  # nobody was asked how the article stands to it
    page = client.get(f"/cases/{case}").text
    assert "Thêm nhận định khác" in page
    assert "Đề xuất kết luận" in page
    done = conn.execute("SELECT max(id) FROM case_actions WHERE case_id = %s", [case]).fetchone()[0]
    client.post(f"/cases/{case}/undo", data={"seen": 2, "done": done})
    client.post("/queue/decide", data={**fields, "seen": cases.get(conn, case).version})
    assert len(claims.of_case(conn, case_id=case)) == 1


def test_without_a_checkable_sentence_no_claim_is_made(conn, told, sign_in):
    _, _, event, case = told
    sign_in("verifier").post(
        f"/events/{event}/decide",
        data={"seen": 1, "action": "escalate", "to_verify": SENTENCE, "no_claim": "1"},
    )
    assert cases.get(conn, case).state == "verify"
    assert not claims.of_case(conn, case_id=case)


def test_a_wording_nothing_was_built_on_may_be_bettered_and_stays_on_record(conn, told, sign_in):
    article, _, _, case = told
    client = sign_in("verifier")
    client.post(f"/articles/{article}/claims", data=form_of(told))
    [old] = claims.of_case(conn, case_id=case)
    better = "Đập Bản Thử sắp vỡ."
    assert client.post(f"/cases/{case}/claims/{old.id}/reword", data={"claim": better}).status_code == 303
    [new] = claims.of_case(conn, case_id=case)
    assert (new.body, new.said_on) == (better, old.said_on)
    assert claims.get(conn, old.id).body == SENTENCE
    assert (
        claim_articles.of_articles(conn, article_ids=[article], restricted=True)[article][0].claim_id
        == new.id
    )
    claims.add_evidence(conn, claim_id=new.id, kind="press", title="x", user_id=client.person.id)
    again = client.post(f"/cases/{case}/claims/{new.id}/reword", data={"claim": "Lời khác hẳn."})
    assert again.status_code == 409
    assert "Sửa lời" not in client.get(f"/cases/{case}").text
    with pytest.raises(psycopg.Error, match="worded anew"), conn.transaction():
        conn.execute(
            "INSERT INTO evidence (claim_id, kind, title, added_by) VALUES (%s, 'press', 'x', %s)",
            [old.id, client.person.id],
        )
