"""Packs on the desk: made, listed, downloaded as made; kept pages that cannot do anything."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path

import pytest

from db.connection import Connection

spec = importlib.util.spec_from_file_location(
    "evidence_cases", Path(__file__).parent.parent / "storage" / "test_evidence.py"
)
assert spec is not None
assert spec.loader is not None
evidence_cases = importlib.util.module_from_spec(spec)
sys.modules["evidence_cases"] = evidence_cases
spec.loader.exec_module(evidence_cases)
case_id = evidence_cases.case_id


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "captures").mkdir(exist_ok=True)
    return tmp_path


def test_a_pack_is_made_listed_downloaded_and_logged(sign_in, case_id: int, conn: Connection) -> None:
    leader = sign_in("leader")
    assert leader.post(f"/cases/{case_id}/packs").status_code == 303
    page = leader.get(f"/cases/{case_id}/packs").text
    [digest] = conn.execute("SELECT sha256 FROM evidence_packs").fetchone()
    assert digest in page
    first, second = (leader.get(f"/cases/{case_id}/packs/1.zip").data for _ in range(2))
    assert first == second
    assert hashlib.sha256(first).hexdigest() == digest
    actions = [
        row[0]
        for row in conn.execute(
            "SELECT action FROM audit WHERE subject = %s ORDER BY id", [f"case:{case_id}"]
        )
    ]
    assert actions[-3:] == ["evidence.export", "evidence.download", "evidence.download"]


@pytest.mark.parametrize("role", ["monitor", "admin"])
def test_those_who_may_not_export_do_not(sign_in, case_id: int, role: str) -> None:
    assert sign_in(role).post(f"/cases/{case_id}/packs").status_code == 403
    assert sign_in(role).get(f"/cases/{case_id}/packs/1.zip").status_code == 403


def test_a_kept_page_is_shut_off_and_every_look_is_logged(sign_in, case_id: int, conn: Connection) -> None:
    number, article = conn.execute(
        "SELECT id, article_id FROM captures WHERE status = 200 ORDER BY id LIMIT 1"
    ).fetchone()
    answer = sign_in("verifier").get(f"/articles/{article}/kept/{number}")
    assert "Tin hư cấu" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "allow-" not in answer.headers["Content-Security-Policy"]
    assert conn.execute("SELECT count(*) FROM audit WHERE action = 'capture.view'").fetchone() == (1,)


def test_a_capture_of_another_article_is_not_shown(sign_in, case_id: int, conn: Connection) -> None:
    number, article = conn.execute("SELECT id, article_id FROM captures ORDER BY id LIMIT 1").fetchone()
    assert sign_in("verifier").get(f"/articles/{article + 1}/kept/{number}").status_code == 404
