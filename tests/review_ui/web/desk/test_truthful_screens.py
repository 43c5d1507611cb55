"""No screen says more than is established: verdicts in their colours, proposals as proposals, steps that can be taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import seeding
from published import Story

from db.desk import cases, claim_articles, claims, reviews
from db.queries import case_log


def evidence_of(story: Story) -> list[tuple[str, str]]:
    return [(one.kind, one.title) for one in claims.evidence_of(story.conn, case_id=story.case)]


@pytest.mark.parametrize(
    ("code", "tone"),
    [("fabricated", "false"), ("partly_false", "false"), ("authentic", "good"), ("insufficient", "quiet")],
)
def test_a_verdict_has_one_colour_on_every_screen(sign_in, story, code, tone):
    story.gather()
    story.approve(story.propose(code))
    word = {"fabricated": "Tin giả", "partly_false": "Tin sai sự thật", "authentic": "Tin xác thực",
            "insufficient": "Chưa đủ căn cứ"}[code]  # fmt: skip
    client = sign_in("verifier")
    for address in ("/claims", f"/cases/{story.case}"):
        chips = re.findall(rf'<span class="chip chip-(\w+)">{word}</span>', client.get(address).text)
        assert set(chips) == {tone}, (address, chips)


def test_the_second_opinions_tab_shows_nothing_of_the_first(sign_in, conn):
    first = seeding.user(conn, role="monitor")
    for n, action in enumerate(("route_critical", "escalate")):
        case = seeding.case(conn, title=f"Sự việc thử {n}")
        cases.act(
            conn, case_id=case, action=action, user_id=first.id, seen_version=1, data={"to_verify": "x"}
        )
        reviews.record(conn, case_id=case, user_id=first.id, outcome=action)
        cases.assign(conn, case_id=case, assigned_to=first.id, agency=None, due_at=datetime.now(UTC) - timedelta(days=1),
                     field=None, restricted=False, emergency=False, actor=first.name)  # fmt: skip
    page = sign_in("verifier").get("/queue?tab=second").text
    cards = page[page.index('class="event-card') : page.index("<aside")]
    assert "Sự việc thử 0" in cards
    for told in ("chip-", "Phản ánh", "Cần phản hồi", "Đang xác minh", "hạn", first.display_name, "late"):
        assert told not in cards, told


def test_what_only_the_machine_says_of_an_article_is_dotted_and_takes_any_answer(sign_in, story):
    conn = story.conn
    article = seeding.article(conn)
    version, title = conn.execute(
        "SELECT v.id, v.title FROM versions v JOIN articles a ON a.version_id = v.id WHERE a.id = %s",
        [article],
    ).fetchone()
    claim_articles.propose(conn, claim_id=story.claim, article_id=article, version_id=version, relation="differs",
                           quote=title, start_at=0, end_at=len(title))  # fmt: skip
    client = sign_in("verifier")
    page = client.get(f"/articles/{article}").text
    assert '<mark class="mark-proposed"' in page
    assert "mark-differs" not in page
    form = re.search(
        r'action="/cases/\d+/relations".*?</form>', client.get(f"/cases/{story.case}").text, re.S
    )[0]
    assert re.findall(r'name="relation-\d+" value="(\w+)"', form) == [
        "asserts",
        "repeats",
        "refutes",
        "unrelated",
    ]
    refused = client.post(
        f"/cases/{story.case}/link", data={"claim_id": story.claim, "article": article, "relation": "differs"}
    )
    assert refused.status_code == 422
    client.post(
        f"/cases/{story.case}/link", data={"claim_id": story.claim, "article": article, "relation": "refutes"}
    )
    assert '<mark class="mark-refutes"' in client.get(f"/articles/{article}").text


def test_criticism_is_offered_no_step_to_the_bulletin(sign_in, conn):
    approver = seeding.user(conn, role="approver")
    case = seeding.case(conn)
    cases.act(conn, case_id=case, action="route_critical", user_id=approver.id, seen_version=1)
    page = sign_in(person=approver).get(f"/cases/{case}").text
    assert 'name="action" value="answered"' in page
    assert 'name="action" value="to_publish"' not in page
    assert "Chờ công bố" not in page[page.index('class="road"') : page.index('class="columns"')]


def test_a_verdict_without_a_public_label_is_offered_no_step_to_the_bulletin(sign_in, story):
    story.approve(story.propose("insufficient"))
    page = sign_in(person=story.approver).get(f"/cases/{story.case}").text
    assert 'name="action" value="to_publish"' not in page


def test_the_history_of_a_case_tells_everything_written_into_it(sign_in, story):
    story.gather()
    piece = claims.evidence_of(story.conn, case_id=story.case)[0]
    claims.withdraw_evidence(story.conn, evidence_id=piece.id, user_id=story.verifier.id)
    told = {one.what for one in case_log.written(story.conn, case_id=story.case, restricted=True)}
    assert {"claim", "evidence", "withdrawn", "attempt"} <= told
    page = sign_in(person=story.approver).get(f"/cases/{story.case}").text
    assert "Rút bằng chứng" in page[page.index('id="history-title"') :]


def test_approving_takes_two_steps_and_the_second_shows_the_text(sign_in, story):
    story.gather()
    verdict = story.propose("fabricated")
    client = sign_in(person=story.approver)
    case = client.get(f"/cases/{story.case}").text
    assert 'value="approve"' not in case
    page = client.get(f"/cases/{story.case}/verdicts/{verdict}/sign").text
    assert "Đập vẫn vận hành bình thường." in page
    button = re.search(r'<button[^>]*value="approve"[^>]*>', page)[0]
    assert "data-key" not in button  # no key signs
    fields = dict(re.findall(r'name="(seen|verdict|sha256)" value="([^"]*)"', page))
    assert (
        client.post(
            f"/cases/{story.case}/decide", data={**fields, "decision": "approve", "independence": "on"}
        ).status_code
        == 303
    )
    again = client.get(f"/cases/{story.case}/verdicts/{verdict}/sign")
    assert again.status_code == 303
    assert client.get(f"/cases/{story.case}/verdicts/{verdict + 99}/sign").status_code == 404
    assert sign_in("verifier").get(f"/cases/{story.case}/verdicts/{verdict}/sign").status_code == 403


@pytest.fixture
def kept(story):
    """An article of which a copy is kept; returns its number."""
    article = seeding.article(story.conn, title="Tin về đập Bản Thử")
    capture = story.conn.execute(
        "INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, article_id)"
        " VALUES (now(), 'https://o.example/', 'https://o.example/', 200, 'a', 'a', 1, 'x.warc.gz', 0, %s) RETURNING id",
        [article],
    ).fetchone()[0]
    story.conn.execute(
        "WITH v AS (INSERT INTO versions (article_id, number, title, body, text_sha256, reader, capture_id, published_from)"
        " VALUES (%(article)s, 2, 'Tin về đập Bản Thử', 'Nội dung', 'b', 'test', %(capture)s, 'meta') RETURNING id)"
        " UPDATE articles SET version_id = v.id FROM v WHERE articles.id = %(article)s",
        {"article": article, "capture": capture},
    )
    return article


@pytest.mark.parametrize(
    ("settled", "said", "kind"),
    [("refutes", "", "press"), ("asserts", "", "archived_item"), ("repeats", "", "archived_item"),
     ("", "refutes", "press"), ("", "asserts", "archived_item"), ("asserts", "refutes", "press")],
)  # fmt: skip
def test_a_kept_article_is_the_evidence_that_its_relation_makes_it(sign_in, story, kept, settled, said, kind):
    if settled:
        claim_articles.link(
            story.conn, claim_id=story.claim, article_id=kept, relation=settled, user_id=story.verifier.id
        )
    client = sign_in(person=story.verifier)
    form = {"claim_id": story.claim, "article": kept, "relation": said}
    assert client.post(f"/cases/{story.case}/evidence", data=form).status_code == 303
    assert [one for one, _ in evidence_of(story)] == [kind]
    assert claim_articles.settled(story.conn, claim_id=story.claim, article_id=kept) == (said or settled)


@pytest.mark.parametrize("settled", ["", "unrelated", "by the machine"])
def test_a_kept_article_of_which_nobody_said_what_it_says_is_asked_about(sign_in, story, kept, settled):
    if settled == "unrelated":
        claim_articles.link(
            story.conn, claim_id=story.claim, article_id=kept, relation=settled, user_id=story.verifier.id
        )
    elif settled:
        claim_articles.propose(story.conn, claim_id=story.claim, article_id=kept, version_id=None, relation="asserts",
                               quote=None, start_at=None, end_at=None)  # fmt: skip
    answer = sign_in(person=story.verifier).post(
        f"/cases/{story.case}/evidence", data={"claim_id": story.claim, "article": kept}
    )
    assert answer.status_code == 422
    assert "khẳng định, nhắc lại hay bác bỏ" in answer.text
    assert evidence_of(story) == []


def test_a_rumour_that_is_also_refuted_is_not_called_a_refutation(sign_in, conn):
    spread, refuted = (
        seeding.article(conn, title="Đồn vỡ đập"),
        seeding.article(conn, title="Bác bỏ tin vỡ đập"),
    )
    reason = {
        "signal": "rebuttal",
        "rule": "rebuttal: denial",
        "text": "Bác bỏ",
        "start": 0,
        "end": 6,
        "weight": 1,
    }
    seeding.judgement(conn, article_id=refuted, rebuttal="high", reasons=[reason])
    mixed = seeding.event(
        conn, articles=[spread, refuted], title="Tin đồn vỡ đập", reasons=[{**reason, "article": refuted}]
    )
    alone = seeding.article(conn, title="Công an bác bỏ tin bắt cóc")
    seeding.judgement(conn, article_id=alone, rebuttal="high", reasons=[reason])
    pure = seeding.event(
        conn, articles=[alone], title="Bác bỏ tin bắt cóc", reasons=[{**reason, "article": alone}]
    )
    client = sign_in()
    assert "Đã có 1 bài bác bỏ" in client.get(f"/events/{mixed}").text
    assert "Bài bác bỏ tin sai" not in client.get(f"/events/{mixed}").text
    assert "Bài bác bỏ tin sai" in client.get(f"/events/{pure}").text
    queue = client.get("/queue").text
    assert queue.count("Đã có 1 bài bác bỏ") == 1
    assert queue.count("Bài bác bỏ tin sai") == 1


def test_hits_stand_by_time_and_those_with_the_words_in_the_title_first(sign_in, conn):
    now = datetime.now(UTC)
    for title, body, hours in (
        ("Nước máy đục ở phường Thử", "Dân lo.", 90),
        ("Chợ phiên", "Cũ hơn, nói về nước máy đục.", 70),
        ("Lễ hội", "Mới hơn, nói về nước máy đục.", 5),
        ("Giao thông", "Ở giữa, nói về nước máy đục.", 20),
    ):
        seeding.article(conn, title=title, body=body, published_at=now - timedelta(hours=hours))
    page = sign_in().get("/search?q=nuoc may duc").text
    found = [
        page.index(title)
        for title in ("Nước máy đục ở phường Thử</a>", "Lễ hội</a>", "Giao thông</a>", "Chợ phiên</a>")
    ]
    assert found == sorted(found)
