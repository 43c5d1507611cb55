"""Packs on the desk: made, listed, downloaded as made; kept pages that cannot do anything."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from evidence_packs import five_articles

from db.core.connection import Connection
from db.core.settings import Settings
from db.ops import capture_check
from db.press import evidence_captures


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "captures").mkdir(exist_ok=True)
    return tmp_path


@pytest.fixture
def case_id(conn: Connection, home: Path) -> int:
    return five_articles(conn, home)


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


def test_pictures_of_a_capture_are_shown_shut_off_and_every_look_is_logged(
    sign_in, case_id: int, conn: Connection, home: Path
) -> None:
    number, at, article = conn.execute(
        "SELECT id, at, article_id FROM captures WHERE status = 200 ORDER BY id LIMIT 1"
    ).fetchone()
    request = conn.execute(
        "SELECT id FROM capture_requests WHERE article_id = %s AND kind = 'flag'", [article]
    ).fetchone()
    assert request is not None, "a flagged event asks for exact captures of its articles"
    evidence_captures.add(
        conn, capture_id=number, captured_at=at, request_id=request[0], warc_sha256="0" * 64, warc_bytes=1,
        record={}, noted={}, kind="flag", reason="case:1",
    )  # fmt: skip
    digest = hashlib.sha256(b"\x89PNG").hexdigest()
    path = evidence_captures.picture(home / "captures", digest, ".png")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x89PNG")
    evidence_captures.pictured(
        conn, number, browser="Chromium", record={}, why=None, screenshot=(digest, 4), pdf=("1" * 64, 4)
    )
    verifier = sign_in("verifier")
    assert f"/articles/{article}/kept/{number}.png" in verifier.get(f"/cases/{case_id}/packs").text
    answer = verifier.get(f"/articles/{article}/kept/{number}.png")
    assert (answer.data, answer.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert conn.execute("SELECT count(*) FROM audit WHERE action = 'capture.view'").fetchone() == (1,)
    missing = verifier.get(f"/articles/{article}/kept/{number}.pdf")
    assert missing.status_code == 404
    assert verifier.get(f"/articles/{article}/kept/{number}.exe").status_code == 404


@pytest.mark.parametrize("within", [0, 3, 12, 60, 150, 250])
def test_a_damaged_file_is_a_named_gap_on_the_kept_page_in_the_pack_and_at_the_doctor(
    sign_in, case_id: int, home: Path, conn: Connection, within: int
) -> None:
    path = home / "captures" / "day.warc.gz"
    content = path.read_bytes()
    (at,) = conn.execute(
        "SELECT warc_offset + %s FROM captures WHERE status = 200 ORDER BY id LIMIT 1", [within]
    ).fetchone()
    path.write_bytes(content[:at] + b"\xff\x00\xff\x00" + content[at + 4 :])
    verifier = sign_in("verifier")
    captures = conn.execute("SELECT id, article_id FROM captures WHERE status = 200").fetchall()
    said = [verifier.get(f"/articles/{article}/kept/{number}") for number, article in captures]
    lost = [answer for answer in said if answer.status_code != 200]
    assert {answer.status_code for answer in said} <= {200, 404}
    assert all("Bản lưu không đọc được" in answer.text for answer in lost)
    assert verifier.post(f"/cases/{case_id}/packs").status_code == 303
    faults = [what for what, _ in capture_check.faults(conn, Settings(home=home))]
    assert any("damaged: day.warc.gz" in what for what in faults)
