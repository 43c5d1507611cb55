"""The claim in force: papers and lists speak of the claims that stand and of what is established about each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from published import Story, refused

from db.core.connection import Connection
from db.core.errors import Conflict
from db.desk import claims, responses
from db.queries import evidence_pack, export_lists

ROOT = Path(__file__).parents[4]
BETTER = "Đập thủy điện Nậm Hư vỡ lúc 22 giờ ngày 09/9/2026."
SECOND = "Công ty thủy điện Nậm Hư đã bỏ trốn."


def reworded(story: Story, conn: Connection) -> None:
    """The claim's wording bettered before anything was built on it; the new one is the story's."""
    story.claim = claims.add(
        conn, case_id=story.case, body=BETTER, user_id=story.verifier.id, replaces=story.claim
    )


def body_of(conn: Connection, verifier, story: Story, kind: str) -> str:
    assert verifier.post(f"/cases/{story.case}/answers", data={"kind": kind}).status_code == 303
    return str(responses.of_case(conn, case_id=story.case)[-1].body)


@pytest.mark.parametrize("kind", ["rebuttal", "ask_correction", "reply_to_press", "absorb"])
def test_a_letter_quotes_the_better_wording_with_its_verdict(story: Story, conn: Connection, sign_in, kind):
    reworded(story, conn)
    story.to_publish()
    body = body_of(conn, sign_in(person=story.verifier), story, kind)
    assert BETTER.rstrip(".") in body
    assert "tràn về thị trấn" not in body
    assert "Đập vẫn vận hành bình thường." in body
    if kind in ("rebuttal", "ask_correction"):
        assert "là tin giả" in body
        assert "Nhật ký vận hành hồ" in body


def test_a_case_with_two_claims_answers_about_each(story: Story, conn: Connection, sign_in):
    claims.add(conn, case_id=story.case, body=SECOND, user_id=story.verifier.id)
    story.gather()
    story.approve(story.propose("accurate"))
    body = body_of(conn, sign_in(person=story.verifier), story, "reply_to_press")
    first, second = body.index("1) Về nội dung “Đập thủy điện"), body.index("2) Về nội dung “Công ty")
    assert first < second
    assert "Đập vẫn vận hành bình thường." in body[first:second]
    assert "………" in body[second:]


def test_a_rebuttal_speaks_of_what_was_found_untrue_alone(story: Story, conn: Connection, sign_in):
    claims.add(conn, case_id=story.case, body=SECOND, user_id=story.verifier.id)
    story.to_publish()
    assert SECOND.rstrip(".") not in body_of(conn, sign_in(person=story.verifier), story, "rebuttal")


def test_packs_and_exports_hold_the_claims_that_stand_alone(story: Story, conn: Connection):
    reworded(story, conn)
    story.to_publish()
    assert [(c["body"], c["code"]) for c in evidence_pack.claims(conn, story.case)] == [
        (BETTER, "fabricated")
    ]
    with conn.transaction():
        begin, end = conn.execute("SELECT now() - interval '1 day', now() + interval '1 day'").fetchone()
        rows = list(export_lists.rows(conn, "claims", begin=begin, end=end, restricted=True, most=10))
    assert [(row[2], row[5]) for row in rows] == [(BETTER, "fabricated")]


# Rows of the record itself, which keep what was: the claim by its number, the log, merging, publishing history.
RECORD = {
    "db/core/audit_tables.py",  # compares the rows themselves with the chain
    "db/desk/claims.py",
    "db/desk/publications.py",
    "db/queries/case_histories.py",  # when a claim that stands was concluded: a step of the period
    "db/queries/case_log.py",
    "db/queries/digest_rows.py",  # the same, for the list of conclusions of a period
    "db/queries/verified_claims.py",
    "db/queries/work.py",  # proposals that wait for a second person
}


def test_nobody_else_asks_for_verdicts():
    asking = re.compile(r"\b(?:verdicts_in_force|latest_verdicts|(?:FROM|JOIN) verdicts)\b")
    files = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for room in ("db", "review_ui", "classifier", "crawler")
        for path in (ROOT / room).rglob("*.py")
    }
    assert {name for name, text in files.items() if asking.search(text)} <= RECORD


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("Kết quả kiểm tra: ………", False),
        ("Họp lúc ...... giờ", False),
        ("Ký tên ____", False),
        ("Ông T. nói: “… không sao…”. Còn nữa...", True),
    ],
)
def test_a_letter_with_a_hole_is_not_approved(story: Story, conn: Connection, sign_in, body, whole):
    made = responses.begin(
        conn, case_id=story.case, kind="absorb", agency=None, due_on=None, user_id=story.verifier.id
    )
    text = responses.write(
        conn, response_id=made, addressee="Báo Thử", subject="trả lời", body=body, user_id=story.verifier.id
    )
    answer = responses.get(conn, case_id=story.case, response_id=made)
    if whole:
        responses.approve(conn, text_id=text, seen_sha256=answer.text_sha256 or "", user_id=story.approver.id)
        return
    approver = sign_in(person=story.approver)
    page = approver.get(f"/cases/{story.case}/answers/{made}").text
    assert '<mark class="hole">' in page
    assert "Duyệt văn bản" not in page
    said = approver.post(f"/cases/{story.case}/answers/{made}/approve", data={"sha256": answer.text_sha256})
    assert said.status_code == 409
    assert "còn chỗ chưa điền" in said.text
    why = refused(
        conn,
        lambda: responses.approve(
            conn, text_id=text, seen_sha256=answer.text_sha256 or "", user_id=story.approver.id
        ),
    )
    assert isinstance(why, Conflict)
    assert responses.get(conn, case_id=story.case, response_id=made).approved_at is None
