"""A case on its way to the public bulletin, and the hands that bring it there; for tests of what the public reads."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import seeding
from psycopg.types.json import Jsonb

from db.core.connection import Connection
from db.core.errors import Conflict, Forbidden, Invalid
from db.desk import cases

CLAIM = "Đập thủy điện Nậm Hư đã vỡ và nước đang tràn về thị trấn trong đêm nay, dân phải chạy ngay."


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
        seeding.upload(self.conn, "ab" * 32)
        for kind, title, independent in (
            ("primary", "Nhật ký vận hành hồ", True),
            ("agency_statement", "Thông báo của công ty", False),
            ("archived_item", "Ảnh chụp bài đăng", False),
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
            "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed)"
            " SELECT id, 'approve', %s, text_sha256, true FROM verdicts WHERE id = %s",
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


def publish_by_web(story: Story, sign_in: Callable, **fields: str):
    version = story.conn.execute("SELECT version FROM cases WHERE id = %s", [story.case]).fetchone()[0]
    return sign_in(person=story.approver).post(
        f"/cases/{story.case}/publish",
        data={"claim": str(story.claim), "sha256": story.sha(), "seen": str(version), **fields},
    )


def refused(conn: Connection, act: Callable[[], object]) -> Exception:
    try:
        with conn.transaction():
            act()
    except (psycopg.Error, Forbidden, Conflict, Invalid) as why:
        return why
    raise AssertionError("this must be refused")


def insert(story: Story, **changed: object) -> None:
    (evidence,) = story.conn.execute("SELECT public_evidence(%s)", [story.claim]).fetchone()
    row = {
        "claim_id": story.claim, "verdict_id": None, "kind": "label", "code": "fabricated", "label": "Tin giả", "claim": CLAIM,
        "what_is_true": "Đập vẫn vận hành bình thường.", "why": "Hai nguồn độc lập cùng xác nhận.", "office": "Cơ quan quản lý báo chí tỉnh",
        "evidence": Jsonb(evidence), "text_sha256": "", "published_by": story.approver.id,
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
    seeding.press_authority(conn)
    made = verifier.post(f"/cases/{story.case}/answers", data={"kind": "ask_correction"})
    approve_letter(story, conn)
    assert verifier.post(f"{made.location}/outcome", data={"outcome": "sent"}).status_code == 303
    return made.location, article
