"""The scene of the gate: a case, a claim with its evidence, one person of each role."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import seeding
from gate_scene import Scene, evidence

from db.desk import cases, claims


@pytest.fixture
def scene(conn):
    people = {
        role: seeding.user(conn, role=role).id
        for role in ("monitor", "verifier", "approver", "leader", "admin")
    }
    other, second = seeding.user(conn, role="verifier").id, seeding.user(conn, role="approver").id
    gone = seeding.user(conn, role="approver").id
    conn.execute("SELECT set_account_state(%s, true)", [gone])
    case = seeding.case(conn)
    cases.act(
        conn,
        case_id=case,
        action="escalate",
        user_id=people["monitor"],
        seen_version=1,
        data={"to_verify": "Đập sắp vỡ"},
    )
    claim = claims.add(
        conn, case_id=case, body="Đập Bản Thử sắp vỡ", user_id=people["verifier"], criticised_agency="so-thu"
    )
    evidence(conn, claim, people["verifier"], independent=True)
    evidence(conn, claim, people["verifier"], kind="press", title="Bài báo thử")
    archived = evidence(
        conn, claim, people["verifier"], kind="archived_item", title="Bản lưu", file_sha256="0" * 64
    )
    claims.add_attempt(
        conn, claim_id=claim, whom="Trang tin thử", how="thư", at=datetime.now(UTC), result="chưa trả lời", user_id=people["verifier"]
    )  # fmt: skip
    return Scene(case=case, claim=claim, archived=archived, other=other, second=second, gone=gone, **people)


@pytest.fixture
def proposed(conn, scene):
    """The same, with `fabricated` proposed by the verifier and waiting for an approver."""
    scene.verdict = claims.propose(
        conn, claim_id=scene.claim, code="fabricated", what_is_true="Đập an toàn", reasoning="Biên bản", counter_evidence="không thấy",
        user_id=scene.verifier,
    )  # fmt: skip
    cases.act(conn, case_id=scene.case, action="propose", user_id=scene.verifier, seen_version=2)
    (scene.sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [scene.verdict]).fetchone()
    return scene
