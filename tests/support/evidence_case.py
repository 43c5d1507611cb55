"""A decided case over stored articles, made as staff make one: for tests of the whole line of evidence."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import seeding

from db.accounts import users
from db.desk import cases, claims

ROOT = Path(__file__).parent.parent.parent


def open_case(url: str, articles: list[int]) -> tuple[int, int]:
    """Flags the articles as one event: case and claim. The database asks for their exact captures itself."""
    with psycopg.connect(url) as conn:
        case = seeding.case(conn, articles=articles, title="Cầu treo ở xã Khe Thử")
        verifier = seeding.user(conn, role="verifier", name="xacminh")
        cases.act(conn, case_id=case, action="take", user_id=verifier.id, seen_version=1)
        claim = claims.add(conn, case_id=case, body="Cầu treo đã sập", user_id=verifier.id)
        return case, claim


def decide(url: str, claim: int) -> None:
    """Two persons find the claim inaccurate on evidence; the database asks for captures of that moment."""
    with psycopg.connect(url) as conn:
        verifier = users.named(conn, "xacminh")
        approver = seeding.user(conn, role="approver", name="pheduyet")
        seeding.upload(conn, "ab" * 32)
        for kind, title, file in (
            ("primary", "Biên bản kiểm tra cầu", "ab" * 32),
            ("press", "Bà Giàng Thị Mẩy, 52 tuổi, kể lại", None),
            ("archived_item", "Ảnh chụp bài đăng", "ab" * 32),
        ):
            conn.execute(
                "INSERT INTO evidence (claim_id, kind, title, independent, file_sha256, added_by) VALUES (%s, %s, %s, true, %s, %s)",
                [claim, kind, title, file, verifier.id],
            )
        conn.execute(
            "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%s, 'Tòa soạn', 'điện thoại', now(), 'chưa trả lời', %s)",
            [claim, verifier.id],
        )
        verdict = claims.propose(
            conn, claim_id=claim, code="fabricated", what_is_true="Cầu vẫn đứng vững.", reasoning="Biên bản và ảnh chụp tại chỗ.",
            counter_evidence="Đã tìm, không thấy.", user_id=verifier.id,
        )  # fmt: skip
        conn.execute(
            "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed)"
            " SELECT id, 'approve', %s, text_sha256, true FROM verdicts WHERE id = %s",
            [approver.id, verdict],
        )


def crawl_until(
    environment: dict[str, str], url: str, source: str, question: str, *, seconds: float = 120
) -> None:
    """Runs a crawl worker until ``question`` (SQL) finds nothing any more."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "kiemtin", "crawl", "--source", source], env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            deadline = time.monotonic() + seconds
            while conn.execute(question).fetchone():  # type: ignore[call-overload]
                assert time.monotonic() < deadline, "the worker did not end in time"
                assert worker.poll() is None, worker.communicate()[1]
                time.sleep(0.3)
    finally:
        worker.terminate()
        said = worker.communicate(timeout=60)[1]
    assert "Traceback" not in said, said


UNANSWERED = "SELECT 1 FROM capture_requests WHERE answered_at IS NULL LIMIT 1"
