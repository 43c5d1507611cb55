"""What was withdrawn is told as withdrawn everywhere, and what is pressed twice or from an old page is done once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import seeding
from published import Story, insert, publish_by_web, refused, text_of

from db.accounts import api_tokens
from db.core.connection import Connection, connect
from db.core.errors import Conflict, Invalid
from db.desk import claims, publications
from db.judging import false_claims
from db.queries import verified_claims
from review_ui.digests import content
from review_ui.digests.collect import collect
from review_ui.digests.compose import compose


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
    assert verified_claims.since(conn) == []
    assert false_claims.listed(conn) == []
    reader = sign_in("leader")
    for address in (f"/cases/{story.case}", f"/cases/{story.case}/answers"):
        page = reader.get(address).text
        assert "Đã rút lại khỏi bản tin lúc" in page
        assert "Nhầm tên đập." in page
    assert "Đã rút lại</span>" in reader.get("/claims").text


def test_the_api_says_that_a_verdict_was_withdrawn(story: Story, conn: Connection, sign_in, anybody) -> None:
    withdrawn(story, sign_in)
    admin = seeding.user(conn, role="admin")
    token = api_tokens.make(conn, name="thử", scopes=["claims"], user_id=admin.id, days=1, actor=admin.name)
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
    items = anybody.get("/bulletin/feed.json").get_json(force=True)["items"]
    assert "Tin giả" not in json.dumps(items, ensure_ascii=False)


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
    seeding.press_authority(conn)
    address = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"}).location
    early = verifier.post(f"{address}/outcome", data={"outcome": "sent"})
    assert early.status_code == 409
    assert "chưa được người thứ hai duyệt" in early.text
    assert 'value="sent"' not in verifier.get(address).text
    whole = {"subject": "x", "body": "Đề nghị cải chính.", "seen_text": text_of(conn)}
    assert verifier.post(f"{address}/text", data=whole).status_code == 303
    sha = conn.execute("SELECT text_sha256 FROM response_texts ORDER BY id DESC LIMIT 1").fetchone()[0]
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
    entry = {"verdict": verdict, "seen": version, "sha256": sha, "decision": "approve", "independence": "on"}
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
            mine, verdict_id=verdict, decision="approve", user_id=person, seen_sha256=sha, independence=True
        ),
    )
    story.step(story.approver, "approve")
    story.step(story.approver, "to_publish")
    committed.commit()

    def put(mine: Connection, kind: str) -> None:
        publications.publish(
            mine, claim_id=story.claim, kind=kind, user_id=person, seen_sha256=sha,
            public_note=None if kind == "label" else "Nhầm.",
        )  # fmt: skip

    assert once == at_once(database_url, lambda mine: put(mine, "label"))
    assert once == at_once(database_url, lambda mine: put(mine, "withdrawal"))
