"""From an approved verdict to the public page: what is published, how it is corrected, and what can never get there."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import jsonschema
import psycopg
import pytest
import seeding

from db import cases, claims, found_false, publications, tokens
from db.connection import Connection, connect
from db.errors import Conflict, Forbidden, Invalid
from review_ui.claims import verified
from review_ui.digests import content
from review_ui.digests.collect import collect
from review_ui.digests.compose import compose

# jsonfeed-1.1.json: npm package jsonfeed-schema 0.5.0 (ISC), unchanged; its licence stands beside it
SCHEMAS = Path(__file__).parent.parent / "schemas"
CLAIM = "Đập thủy điện Nậm Hư đã vỡ và nước đang tràn về thị trấn trong đêm nay, dân phải chạy ngay."


@pytest.fixture
def labels(conn: Connection) -> None:
    for code, title in (
        ("fabricated", "Tin giả"),
        ("partly_false", "Tin sai sự thật"),
        ("authentic", "Tin xác thực"),
    ):
        conn.execute(
            "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', %s, jsonb_build_object('title', %s::text))",
            [code, title],
        )


class Story:
    """A case brought to the point where it may be published, by people with the right roles."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.verifier, self.approver = (
            seeding.user(conn, role="verifier"),
            seeding.user(conn, role="approver"),
        )
        self.case = cases.open_by_staff(
            conn, event_id=None, title="Tin đồn vỡ đập", field="disaster-epidemic", actor=self.verifier.name
        ).id
        self.step(self.verifier, "take")
        self.claim = conn.execute(
            "INSERT INTO claims (case_id, body, field, criticised_agency, created_by, said_on) VALUES (%s, %s, 'disaster-epidemic', 'so-a', %s, '2026-09-10') RETURNING id",
            [self.case, CLAIM, self.verifier.id],
        ).fetchone()[0]
        self.step(self.verifier, "escalate")

    def step(self, who: seeding.User, action: str, reason: str = "") -> None:
        version = self.conn.execute("SELECT version FROM cases WHERE id = %s", [self.case]).fetchone()[0]
        cases.act(
            self.conn,
            case_id=self.case,
            action=action,
            user_id=who.id,
            seen_version=version,
            reason=reason,
            data={},
        )

    def gather(self) -> None:
        for kind, title, independent in (
            ("primary", "Nhật ký vận hành hồ", True),
            ("agency_statement", "Thông báo của công ty", False),
        ):
            self.conn.execute(
                "INSERT INTO evidence (claim_id, kind, title, independent, file_sha256, added_by) VALUES (%s, %s, %s, %s, %s, %s)",
                [self.claim, kind, title, independent, "ab" * 32, self.verifier.id],
            )
        self.conn.execute(
            "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%s, 'Trang đăng tin', 'tin nhắn', now(), 'không trả lời', %s)",
            [self.claim, self.verifier.id],
        )

    def propose(self, code: str = "fabricated", true: str = "Đập vẫn vận hành bình thường.") -> int:
        return int(
            self.conn.execute(
                "INSERT INTO verdicts (claim_id, code, what_is_true, reasoning, counter_evidence, proposed_by, text_sha256)"
                " VALUES (%s, %s, %s, 'Hai nguồn độc lập cùng xác nhận.', 'Đã tìm, không thấy.', %s, '') RETURNING id",
                [self.claim, code, true, self.verifier.id],
            ).fetchone()[0]
        )

    def approve(self, verdict: int) -> None:
        self.conn.execute(
            "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256)"
            " SELECT id, 'approve', %s, text_sha256 FROM verdicts WHERE id = %s",
            [self.approver.id, verdict],
        )

    def to_publish(self, code: str = "fabricated") -> str:
        self.gather()
        verdict = self.propose(code)
        self.step(self.verifier, "propose")
        self.approve(verdict)
        self.step(self.approver, "approve")
        self.step(self.approver, "to_publish")
        return self.sha()

    def sha(self) -> str:
        return str(
            self.conn.execute(
                "SELECT text_sha256 FROM verdicts_in_force WHERE claim_id = %s", [self.claim]
            ).fetchone()[0]
        )


@pytest.fixture
def story(conn: Connection, labels: None) -> Story:
    return Story(conn)


def publish_by_web(story: Story, sign_in: Callable, **fields: str):
    version = story.conn.execute("SELECT version FROM cases WHERE id = %s", [story.case]).fetchone()[0]
    return sign_in(person=story.approver).post(
        f"/cases/{story.case}/publish",
        data={"claim": str(story.claim), "sha256": story.sha(), "seen": str(version), **fields},
    )


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


def refused(conn: Connection, act: Callable[[], object]) -> Exception:
    try:
        with conn.transaction():
            act()
    except (psycopg.Error, Forbidden, Conflict, Invalid) as why:
        return why
    raise AssertionError("this must be refused")


def insert(story: Story, **changed: object) -> None:
    row = {
        "claim_id": story.claim, "verdict_id": None, "kind": "label", "code": "fabricated", "label": "Tin giả", "claim": CLAIM,
        "what_is_true": "Đập vẫn vận hành bình thường.", "why": "x", "office": "Sở", "text_sha256": "", "published_by": story.approver.id,
        **changed,
    }  # fmt: skip
    if row["verdict_id"] is None:
        row["verdict_id"] = story.conn.execute(
            "SELECT max(id) FROM verdicts WHERE claim_id = %s", [story.claim]
        ).fetchone()[0]
    names = ", ".join(row)
    story.conn.execute(
        f"INSERT INTO publications ({names}) VALUES ({', '.join(['%s'] * len(row))})",  # type: ignore[arg-type]
        list(row.values()),
    )


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
            office="Sở",
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
    assert CLAIM in page
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


def text_of(conn: Connection) -> int:
    """The newest text of any letter."""
    return int(conn.execute("SELECT max(id) FROM response_texts").fetchone()[0])


def approve_letter(story: Story, conn: Connection) -> None:
    conn.execute(
        "INSERT INTO response_approvals (text_id, approved_by, seen_sha256)"
        " SELECT id, %s, text_sha256 FROM response_texts ORDER BY id DESC LIMIT 1",
        [story.approver.id],
    )


def sent_answer(story: Story, conn: Connection, verifier) -> tuple[str, int]:
    """An answer sent about an article that asserts the claim; its address, and the article."""
    article = seeding.article(conn, title="Vỡ đập", body=f"Trời mưa.\n{CLAIM}")
    # what happens after the letter is sent is seen later than what was there before
    conn.execute(
        "INSERT INTO claim_articles (claim_id, article_id, relation, set_by) VALUES (%s, %s, 'asserts', %s)",
        [story.claim, article, story.verifier.id],
    )
    made = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"})
    approve_letter(story, conn)
    assert verifier.post(f"{made.location}/outcome", data={"outcome": "sent"}).status_code == 303
    return made.location, article


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
    verifier = sign_in(person=story.verifier)
    made = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"})
    paper = docx.Document(io.BytesIO(verifier.get(f"{made.location}.docx").data))
    number, place = (cell.text for cell in paper.tables[0].rows[1].cells)
    assert number.splitlines()[1].startswith("V/v đề nghị đăng ý kiến phản hồi")
    assert place.startswith("Lào Cai, ngày")
    assert [p.text for p in paper.paragraphs if p.style.name == "Title"] == []


# ── what was withdrawn, and what is done once ───────────────────────────────────────────────────────────────────────


def withdraw(story: Story, browser, kind: str = "withdrawal"):
    return browser.post(
        f"/cases/{story.case}/correct",
        data={"claim": str(story.claim), "sha256": "0" * 64, "kind": kind, "public_note": "Nhầm tên đập."},
    )


def withdrawn(story: Story, sign_in) -> int:
    """A published label that was taken back; the number of the publication it was."""
    story.to_publish()
    publish_by_web(story, sign_in)
    assert withdraw(story, sign_in(person=story.approver)).status_code == 303
    return int(story.conn.execute("SELECT min(id) FROM publications").fetchone()[0])


def test_a_withdrawn_verdict_is_told_as_withdrawn_in_the_digest(
    story: Story, conn: Connection, sign_in
) -> None:
    withdrawn(story, sign_in)
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    facts = collect(conn, scope="domestic", from_on=today, to_on=today)
    [claim] = facts.checked
    assert (claim.code, claim.withdrawn_on, claim.note) == ("withdrawn", today, "Nhầm tên đập.")
    said = content.dump(compose(facts))
    words = json.dumps(said, ensure_ascii=False) if not isinstance(said, str) else said
    assert "Đã rút lại kết luận đã công bố về thông tin" in words
    assert "Trong kỳ không có thông tin sai sự thật" in words
    assert "Tin giả" not in words


def test_a_withdrawn_verdict_is_not_in_force_on_any_page_for_staff(
    story: Story, conn: Connection, sign_in
) -> None:
    withdrawn(story, sign_in)
    assert claims.get(conn, story.claim).verdict == "withdrawn"
    assert [one.verdict for one in claims.listed(conn, verdict="withdrawn")] == ["withdrawn"]
    assert claims.listed(conn, verdict="fabricated") == []
    assert verified.since(conn) == []
    assert found_false.listed(conn) == []
    reader = sign_in("leader")
    for address in (f"/cases/{story.case}", f"/cases/{story.case}/answers"):
        page = reader.get(address).text
        assert "Đã rút lại khỏi bản tin lúc" in page
        assert "Nhầm tên đập." in page
    assert "Đã rút lại</span>" in reader.get("/claims").text


def test_the_api_says_that_a_verdict_was_withdrawn(story: Story, conn: Connection, sign_in, anybody) -> None:
    withdrawn(story, sign_in)
    admin = seeding.user(conn, role="admin")
    token = tokens.make(conn, name="thử", scopes=["claims"], user_id=admin.id, days=1, actor=admin.name)
    answer = anybody.get("/api/v1/claims", headers={"Authorization": f"Bearer {token}"})
    [row] = answer.get_json()["items"]
    assert row["verdict"] == "withdrawn"
    assert row["what_is_true"] is None
    assert row["withdrawn_at"]


def test_the_page_of_a_withdrawn_item_says_when_and_why(story: Story, sign_in, anybody) -> None:
    number = withdrawn(story, sign_in)
    page = anybody.get(f"/bulletin/{number}").text
    assert "Kết luận này đã được rút lại lúc" in page
    assert "Nhầm tên đập." in page
    assert "<s>Tin giả</s>" in page
    assert "label-fabricated" not in page
    assert "Bản này đã được thay thế" not in page
    assert "Tin giả" not in anybody.get("/bulletin/feed.json").text


def test_a_label_is_withdrawn_once(story: Story, conn: Connection, sign_in, anybody) -> None:
    withdrawn(story, sign_in)
    again = withdraw(story, sign_in(person=story.approver))
    assert again.status_code == 409
    assert "đã được rút lại lúc" in again.text
    assert conn.execute("SELECT count(*) FROM publications").fetchone() == (2,)
    assert withdraw(story, sign_in(person=story.approver), "correction").status_code in (409, 422)


def test_a_correction_needs_a_newer_verdict(story: Story, conn: Connection, sign_in) -> None:
    story.to_publish()
    publish_by_web(story, sign_in)
    answer = sign_in(person=story.approver).post(
        f"/cases/{story.case}/correct",
        data={"claim": str(story.claim), "sha256": story.sha(), "kind": "correction", "public_note": "x"},
    )
    assert answer.status_code == 409
    assert "Chưa có kết luận nào mới hơn" in answer.text


def test_sql_replaces_the_newest_publication_alone(story: Story, conn: Connection, sign_in) -> None:
    first = withdrawn(story, sign_in)
    why = refused(
        conn,
        lambda: insert(
            story, text_sha256="0" * 64, kind="withdrawal", label="x", public_note="x", replaces=first
        ),
    )
    assert "withdrawn already" in str(why)


def test_a_new_verdict_after_a_withdrawal_can_be_published(story: Story, conn: Connection, sign_in) -> None:
    withdrawn(story, sign_in)
    story.step(story.approver, "correct", "có chứng cứ mới")
    story.approve(story.propose("partly_false", "Đập không vỡ, có xả tràn."))
    story.step(story.approver, "approve")
    story.step(story.approver, "to_publish")
    answer = sign_in(person=story.approver).post(
        f"/cases/{story.case}/correct",
        data={
            "claim": str(story.claim),
            "sha256": story.sha(),
            "kind": "correction",
            "public_note": "Bổ sung.",
        },
    )
    assert answer.status_code == 303
    assert claims.get(conn, story.claim).verdict == "partly_false"


def test_a_letter_goes_out_approved_and_is_not_rewritten_afterwards(
    story: Story, conn: Connection, sign_in
) -> None:
    verifier, approver = sign_in(person=story.verifier), sign_in(person=story.approver)
    address = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"}).location
    early = verifier.post(f"{address}/outcome", data={"outcome": "sent"})
    assert early.status_code == 409
    assert "chưa được người thứ hai duyệt" in early.text
    assert 'value="sent"' not in verifier.get(address).text
    sha = conn.execute("SELECT text_sha256 FROM response_texts").fetchone()[0]
    assert approver.post(f"{address}/approve", data={"sha256": sha}).status_code == 303
    twice = approver.post(f"{address}/approve", data={"sha256": sha})
    assert twice.status_code == 409
    assert "Văn bản này đã được duyệt lúc" in twice.text
    assert verifier.post(f"{address}/outcome", data={"outcome": "sent"}).status_code == 303
    late = verifier.post(
        f"{address}/text", data={"subject": "x", "body": "Sửa sau khi gửi", "seen_text": text_of(conn)}
    )
    assert late.status_code == 409
    assert "Văn bản đã gửi thì không sửa nữa" in late.text
    assert "Sửa sau khi gửi" in late.text
    assert "Lưu bản mới" not in verifier.get(address).text


def test_two_windows_do_not_overwrite_each_others_letter(story: Story, conn: Connection, sign_in) -> None:
    verifier = sign_in(person=story.verifier)
    address = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"}).location
    seen = text_of(conn)
    first = {"subject": "x", "body": "Bản của cửa sổ thứ nhất", "seen_text": seen}
    assert verifier.post(f"{address}/text", data=first).status_code == 303
    second = verifier.post(f"{address}/text", data={**first, "body": "Điều tôi đã gõ rất lâu"})
    assert second.status_code == 409
    assert "Người khác vừa sửa văn bản này" in second.text
    assert "Điều tôi đã gõ rất lâu" in second.text
    assert "Bản của cửa sổ thứ nhất" in verifier.get(address).text


def test_sql_refuses_to_send_an_unapproved_letter(story: Story, conn: Connection, sign_in) -> None:
    sign_in(person=story.verifier).post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"})
    why = refused(
        conn,
        lambda: conn.execute(
            "INSERT INTO response_outcomes (response_id, outcome, set_by) SELECT max(id), 'sent', %s FROM responses",
            [story.verifier.id],
        ),
    )
    assert "sent after a second person approved" in str(why)


def test_approving_a_verdict_twice_is_answered_with_when_it_was_approved(
    story: Story, conn: Connection, sign_in
) -> None:
    story.gather()
    verdict = story.propose()
    story.step(story.verifier, "propose")
    version = conn.execute("SELECT version FROM cases WHERE id = %s", [story.case]).fetchone()[0]
    sha = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()[0]
    entry = {"verdict": verdict, "seen": version, "sha256": sha, "decision": "approve"}
    approver = sign_in(person=story.approver)
    assert approver.post(f"/cases/{story.case}/decide", data=entry).status_code == 303
    again = approver.post(f"/cases/{story.case}/decide", data=entry)
    assert again.status_code == 409
    assert "Kết luận này đã được duyệt lúc" in again.text


def test_a_stale_proposal_does_not_replace_one_unseen(story: Story, conn: Connection, sign_in) -> None:
    story.gather()
    first = story.propose()
    story.step(story.verifier, "propose")
    version = conn.execute("SELECT version FROM cases WHERE id = %s", [story.case]).fetchone()[0]
    entry = {"claim_id": story.claim, "seen": 1, "code": "insufficient", "what_is_true": "Điều tôi đã gõ",
             "reasoning": "x", "counter_evidence": "x", "over": first}  # fmt: skip
    verifier = sign_in("verifier")
    address = f"/cases/{story.case}/propose"
    stale = verifier.post(address, data=entry)
    assert stale.status_code == 409
    assert "Điều tôi đã gõ" in stale.text
    assert verifier.post(address, data={**entry, "seen": version, "over": 0}).status_code == 409
    assert f'name="over" value="{first}"' in verifier.get(f"/cases/{story.case}").text
    assert verifier.post(address, data={**entry, "seen": version}).status_code == 303
    assert verifier.post(address, data={**entry, "seen": version}).status_code == 409


def test_an_attempt_that_is_still_to_come_is_refused(story: Story, conn: Connection, sign_in) -> None:
    entry = {
        "claim_id": story.claim,
        "whom": "Tòa soạn",
        "how": "thư",
        "result": "x",
        "at": "2030-01-01T08:00",
    }
    answer = sign_in(person=story.verifier).post(f"/cases/{story.case}/attempts", data=entry)
    assert answer.status_code == 422
    assert "không thể ở tương lai" in answer.text
    why = refused(
        conn,
        lambda: conn.execute(
            "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%s, 'x', 'x', '2030-01-01', 'x', %s)",
            [story.claim, story.verifier.id],
        ),
    )
    assert "still to come" in str(why)


def test_a_letter_begun_twice_is_one_letter(story: Story, conn: Connection, sign_in) -> None:
    verifier = sign_in(person=story.verifier)
    for _ in range(2):
        assert verifier.post(f"/cases/{story.case}/answers", data={"kind": "absorb"}).status_code == 303
    assert conn.execute("SELECT count(*) FROM responses").fetchone() == (1,)


def at_once(database_url: str, act: Callable[[Connection], object], times: int = 8) -> list[str]:
    """What came of ``act`` on several connections at the same moment: "done", or the refusal's class."""
    ready, said = threading.Barrier(times), []

    def run() -> None:
        with connect(database_url) as mine:
            ready.wait()
            try:
                act(mine)
                mine.commit()
                said.append("done")
            except (Conflict, Invalid) as why:
                said.append(type(why).__name__)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_many_hands_at_once_approve_publish_and_withdraw_once(
    committed: Connection, database_url: str
) -> None:
    committed.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', 'fabricated', jsonb_build_object('title', 'Tin giả'))"
    )
    story = Story(committed)
    story.gather()
    verdict = story.propose()
    story.step(story.verifier, "propose")
    committed.commit()
    sha = committed.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()[0]
    committed.commit()
    once = ["Conflict"] * 7 + ["done"]
    person = story.approver.id
    assert once == at_once(
        database_url,
        lambda mine: claims.decide(
            mine, verdict_id=verdict, decision="approve", user_id=person, seen_sha256=sha
        ),
    )
    story.step(story.approver, "approve")
    story.step(story.approver, "to_publish")
    committed.commit()

    def put(mine: Connection, kind: str) -> None:
        publications.publish(
            mine, claim_id=story.claim, kind=kind, office="Sở", user_id=person, seen_sha256=sha,
            public_note=None if kind == "label" else "Nhầm.",
        )  # fmt: skip

    assert once == at_once(database_url, lambda mine: put(mine, "label"))
    assert once == at_once(database_url, lambda mine: put(mine, "withdrawal"))
