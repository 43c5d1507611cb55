"""From an approved verdict to the public page: what is published, how it is corrected, and what can never get there."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import feedparser
import jsonschema
import pytest
import seeding
from published import CLAIM, Story, insert, publish_by_web, refused, sent_answer, text_of

from db.core.connection import Connection
from db.desk import publications

# jsonfeed-1.1.json: npm package jsonfeed-schema 0.5.0 (ISC), unchanged; its licence stands beside it
SCHEMAS = Path(__file__).parent.parent / "schemas"


def test_a_published_label_stands_on_the_bulletin_with_its_evidence_and_office_and_nobodys_name(
    story: Story, sign_in, anybody
) -> None:
    story.to_publish()
    assert publish_by_web(story, sign_in).status_code == 303
    page = anybody.get("/bulletin").text
    assert "Tin giả" in page
    assert CLAIM in page
    number = story.conn.execute("SELECT id FROM publications").fetchone()[0]
    answer = anybody.get(f"/bulletin/{number}")
    for words in ("Đập vẫn vận hành bình thường.", "Nhật ký vận hành hồ", "Hai nguồn độc lập", "Cơ quan"):
        assert words in answer.text
    for person in (story.verifier, story.approver):
        assert person.display_name not in answer.text
        assert person.name not in answer.text
    assert answer.headers["Cache-Control"].startswith("public")
    assert (
        anybody.get(f"/bulletin/{number}", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


def test_the_page_carries_a_valid_claim_review(story: Story, sign_in, anybody) -> None:
    story.to_publish()
    publish_by_web(story, sign_in)
    number = story.conn.execute("SELECT id FROM publications").fetchone()[0]
    page = anybody.get(f"/bulletin/{number}").text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import extruct
    [review] = extruct.extract(page, base_url="http://localhost/", syntaxes=["json-ld"])["json-ld"]
    assert review["@context"] == "https://schema.org"
    assert review["@type"] == "ClaimReview"
    # required: claimReviewed, reviewRating with alternateName, url; and what they in turn require
    assert all(review[name] for name in ("claimReviewed", "reviewRating", "url", "author", "datePublished"))
    assert review["reviewRating"]["@type"] == "Rating"
    rating = review["reviewRating"]
    assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
    assert review["author"]["name"]
    assert review["itemReviewed"]["@type"] == "Claim"
    assert review["url"] == f"http://localhost/bulletin/{number}"
    assert len(review["claimReviewed"]) <= 75
    assert review["reviewRating"]["alternateName"] == "Tin giả"
    assert review["author"]["@type"] == "Organization"
    assert review["itemReviewed"]["datePublished"] == "2026-09-10"


def test_the_feeds_are_sound_and_carry_corrections(story: Story, sign_in, anybody) -> None:
    story.to_publish()
    publish_by_web(story, sign_in)
    old = story.conn.execute("SELECT id FROM publications").fetchone()[0]
    story.step(story.approver, "correct", "có chứng cứ mới")
    verdict = story.propose("partly_false", "Đập không vỡ, nhưng có xả tràn theo kế hoạch.")
    story.approve(verdict)
    story.step(story.approver, "approve")
    story.step(story.approver, "to_publish")
    answer = sign_in(person=story.approver).post(
        f"/cases/{story.case}/correct",
        data={
            "claim": str(story.claim),
            "sha256": story.sha(),
            "kind": "correction",
            "public_note": "Bổ sung việc xả tràn.",
        },
    )
    assert answer.status_code == 303
    new = story.conn.execute("SELECT max(id) FROM publications").fetchone()[0]
    told = anybody.get("/bulletin/feed.xml")
    assert told.mimetype == "application/rss+xml"
    feed = feedparser.parse(told.data, response_headers={"content-type": told.headers["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "rss20"
    assert all(entry.published_parsed and entry.link == entry.id for entry in feed.entries)
    assert [entry.id.rsplit("/", 1)[1] for entry in feed.entries] == [str(new), str(old)]
    assert "Bổ sung việc xả tràn." in feed.entries[0].summary
    document = json.loads(anybody.get("/bulletin/feed.json").data)
    schema = json.loads((SCHEMAS / "jsonfeed-1.1.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert {"id", "content_text", "url", "date_published"} <= document["items"][0].keys()
    assert len(document["items"]) == 2
    assert "Bản này đã được thay thế" in anybody.get(f"/bulletin/{old}").text
    log = anybody.get("/bulletin/corrections").text
    assert log.index("Tin giả") < log.index("Tin sai sự thật")
    assert "ld+json" not in anybody.get(f"/bulletin/{old}").text


def test_a_withdrawn_item_keeps_a_notice(story: Story, sign_in, anybody) -> None:
    story.to_publish()
    publish_by_web(story, sign_in)
    sign_in(person=story.approver).post(
        f"/cases/{story.case}/correct",
        data={
            "claim": str(story.claim),
            "sha256": story.sha(),
            "kind": "withdrawal",
            "public_note": "Nhầm tên đập.",
        },
    )
    assert "Nhầm tên đập." in anybody.get("/bulletin").text
    assert "Đã rút lại" in anybody.get("/bulletin").text


def test_the_method_page_counts_and_shows_the_key(story: Story, anybody) -> None:
    page = anybody.get("/method").text
    assert "Phản ánh, phê bình được chuyển để trả lời" in page
    assert "Cải chính của chính chúng tôi" in page


# ── what can never get there ────────────────────────────────────────────────────────────────────────────────────────


def test_sql_and_code_refuse_every_road_but_the_right_one(story: Story, conn: Connection) -> None:
    sha = story.to_publish()
    attempts: dict[str, Callable[[], object]] = {
        "by a verifier": lambda: insert(story, text_sha256=sha, published_by=story.verifier.id),
        "by an admin": lambda: insert(
            story, text_sha256=sha, published_by=seeding.user(conn, role="admin").id
        ),
        "with another label code": lambda: insert(story, text_sha256=sha, code="authentic"),
        "with an altered truth": lambda: insert(story, text_sha256=sha, what_is_true="Khác"),
        "with an altered claim": lambda: insert(story, text_sha256=sha, claim="Khác"),
        "with another hash": lambda: insert(story, text_sha256="0" * 64),
        "as a correction of nothing": lambda: insert(
            story, text_sha256=sha, kind="correction", public_note="x"
        ),
        "by changing a published text": lambda: (
            insert(story, text_sha256=sha),
            conn.execute("UPDATE publications SET claim = 'x'"),
        ),
        "by removing a published text": lambda: (
            insert(story, text_sha256=sha),
            conn.execute("DELETE FROM publications"),
        ),
        "twice": lambda: (insert(story, text_sha256=sha), insert(story, text_sha256=sha)),
    }
    for name, act in attempts.items():
        assert refused(conn, act), name
    assert conn.execute("SELECT count(*) FROM publications").fetchone() == (0,)


def test_evidence_added_after_approval_stops_the_publication(story: Story, conn: Connection) -> None:
    sha = story.to_publish()
    conn.execute(
        "INSERT INTO evidence (claim_id, kind, title, added_by) VALUES (%s, 'press', 'Bài mới', %s)",
        [story.claim, story.verifier.id],
    )
    assert "not the one that was approved" in str(refused(conn, lambda: insert(story, text_sha256=sha)))


def test_a_case_cannot_be_called_published_without_its_text(story: Story, conn: Connection) -> None:
    story.to_publish()
    assert "publish the approved text" in str(refused(conn, lambda: story.step(story.approver, "publish")))


@pytest.mark.parametrize("code", ["accurate", "not_checkable", "insufficient"])
def test_a_verdict_without_a_public_label_reaches_no_bulletin(
    story: Story, conn: Connection, code: str
) -> None:
    story.gather()
    verdict = story.propose(code)
    story.step(story.verifier, "propose")
    story.approve(verdict)
    story.step(story.approver, "approve")
    assert refused(conn, lambda: story.step(story.approver, "to_publish"))
    assert refused(
        conn,
        lambda: publications.publish(
            conn,
            claim_id=story.claim,
            kind="label",
            user_id=story.approver.id,
            seen_sha256=story.sha(),
        ),
    )


def test_accurate_criticism_finds_no_road_to_the_bulletin(
    story: Story, conn: Connection, sign_in, anybody
) -> None:
    """Approved as false or not: a case on the road of accurate criticism is answered, never labelled."""
    story.gather()
    verdict = story.propose()
    story.step(story.verifier, "propose")
    story.approve(verdict)
    story.step(story.approver, "approve")
    story.step(story.approver, "return", "xem lại")
    story.step(story.verifier, "route_critical", "báo nêu đúng")
    for action in ("to_publish", "publish"):
        assert refused(conn, lambda action=action: story.step(story.approver, action))
    assert refused(conn, lambda: insert(story, text_sha256=story.sha()))
    assert refused(
        conn, lambda: publications.post_notice(conn, case_id=story.case, body="x", user_id=story.verifier.id)
    )
    assert publish_by_web(story, sign_in).status_code in (403, 409, 422)
    client = sign_in(person=story.approver)
    assert client.post(f"/cases/{story.case}/notice", data={"body": "x"}).status_code == 403
    assert client.post(f"/cases/{story.case}/answers", data={"kind": "rebuttal"}).status_code == 422
    assert CLAIM not in anybody.get("/bulletin").text
    assert CLAIM not in anybody.get("/bulletin/feed.xml").text


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_drafted_from_the_facts_and_approved_by_another(
    story: Story, conn: Connection, sign_in
) -> None:
    story.to_publish()
    verifier, approver = sign_in(person=story.verifier), sign_in(person=story.approver)
    made = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"})
    assert made.status_code == 303
    page = verifier.get(made.location).text
    assert CLAIM.rstrip(".") in page
    assert "là tin giả" in page
    sha = conn.execute("SELECT text_sha256 FROM response_texts").fetchone()[0]
    assert verifier.post(f"{made.location}/approve", data={"sha256": sha}).status_code == 403
    assert approver.post(f"{made.location}/approve", data={"sha256": "0" * 64}).status_code == 409
    verifier.post(
        f"{made.location}/text",
        data={
            "addressee": "Báo Thử",
            "subject": "đề nghị cải chính",
            "body": "Nội dung mới.",
            "seen_text": text_of(conn),
        },
    )
    assert approver.post(f"{made.location}/approve", data={"sha256": sha}).status_code == 409
    newest = conn.execute("SELECT text_sha256 FROM response_texts ORDER BY id DESC LIMIT 1").fetchone()[0]
    assert approver.post(f"{made.location}/approve", data={"sha256": newest}).status_code == 303
    paper = approver.get(f"{made.location}.docx")
    assert paper.data.startswith(b"PK")
    assert (
        verifier.post(
            f"{made.location}/outcome", data={"outcome": "corrected", "document": "12/CV, 20/11/2026"}
        ).status_code
        == 303
    )
    assert "Báo đã cải chính" in verifier.get(f"/cases/{story.case}/answers").text


def test_the_notice_is_for_disasters_by_one_person_once_for_four_hours(
    story: Story, conn: Connection, sign_in, anybody
) -> None:
    assert (
        sign_in(person=story.verifier)
        .post(f"/cases/{story.case}/notice", data={"body": "Đang kiểm tra tin vỡ đập."})
        .status_code
        == 303
    )
    assert "Đang kiểm tra tin vỡ đập." in anybody.get("/bulletin").text
    hours = conn.execute("SELECT extract(epoch FROM ends_at - posted_at) / 3600 FROM notices").fetchone()[0]
    assert hours == 4
    assert refused(
        conn, lambda: publications.post_notice(conn, case_id=story.case, body="x", user_id=story.verifier.id)
    )
    conn.execute("UPDATE cases SET field = 'economy-finance' WHERE id = %s", [story.case])


def test_a_private_name_is_stopped_before_the_public_reads_it_unless_somebody_says_it_is_needed(
    story: Story, conn: Connection, sign_in
) -> None:
    story.gather()
    verdict = story.propose(true="Ông Giàng A Páo không nói như vậy.")
    story.step(story.verifier, "propose")
    story.approve(verdict)
    story.step(story.approver, "approve")
    story.step(story.approver, "to_publish")
    refused_page = publish_by_web(story, sign_in)
    assert refused_page.status_code == 422
    assert "Ông G.A.P." in refused_page.text
    assert conn.execute("SELECT count(*) FROM publications").fetchone() == (0,)
    assert publish_by_web(story, sign_in, names_needed="1").status_code == 303


def test_a_later_version_proposes_what_came_of_the_answer_and_a_person_settles_it(
    story: Story, conn: Connection, sign_in, owner_conn: Connection
) -> None:
    story.to_publish()
    verifier = sign_in(person=story.verifier)
    address, article = sent_answer(story, conn, verifier)
    assert "Máy đề xuất" not in verifier.get(address).text
    conn.execute(
        "INSERT INTO versions (article_id, number, seen_at, title, body, text_sha256, reader)"
        " VALUES (%s, 2, now() + interval '1 minute', 'Mưa lớn ở nhiều xã', 'Trời mưa. Học sinh vẫn đến trường.', %s, 'test')",
        [article, "c" * 64],
    )
    conn.execute(
        "UPDATE articles SET version_id = (SELECT max(id) FROM versions WHERE article_id = %s) WHERE id = %s",
        [article, article],
    )
    page = verifier.get(address).text
    assert "Máy đề xuất" in page
    assert "Báo đã cải chính" in page
    assert conn.execute("SELECT outcome FROM response_outcomes ORDER BY id DESC LIMIT 1").fetchone() == (
        "sent",
    )
    verifier.post(f"{address}/outcome", data={"outcome": "corrected"})
    assert "Máy đề xuất" not in verifier.get(address).text


def test_the_clock_of_a_case_stands_still_while_somebody_else_must_answer(
    story: Story, conn: Connection
) -> None:
    conn.execute("UPDATE cases SET due_at = '2026-12-01 10:00+07' WHERE id = %s", [story.case])
    story.step(story.verifier, "need_info", "hỏi công ty thủy điện")
    (waiting,) = conn.execute("SELECT at FROM case_actions WHERE to_state = 'waiting'").fetchone()
    (back,) = conn.execute(
        "SELECT action FROM transitions WHERE from_state = 'waiting' AND to_state = 'verify' AND 'verifier' = ANY (roles) LIMIT 1"
    ).fetchone()
    story.step(story.verifier, back, "đã trả lời")
    moved, returned = conn.execute(
        "SELECT c.due_at - '2026-12-01 10:00+07'::timestamptz, a.at - %s FROM cases c JOIN case_actions a ON a.case_id = c.id"
        " WHERE c.id = %s AND a.from_state = 'waiting'",
        [waiting, story.case],
    ).fetchone()
    assert moved == returned


def test_an_official_letter_has_its_matter_under_the_number_and_no_type(
    story: Story, conn: Connection, sign_in
) -> None:
    import io

    import docx

    story.to_publish()
    seeding.press_authority(conn)
    verifier = sign_in(person=story.verifier)
    made = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"})
    paper = docx.Document(io.BytesIO(verifier.get(f"{made.location}.docx").data))
    number, place = (cell.text for cell in paper.tables[0].rows[1].cells)
    assert number.splitlines()[1].startswith("V/v đề nghị đăng ý kiến phản hồi")
    assert place.startswith("Bản Thử, ngày")
    assert [p.text for p in paper.paragraphs if p.style.name == "Title"] == []
