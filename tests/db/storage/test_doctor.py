"""The doctor finds the faults that an office is likeliest to have; each is arranged here, small, and named with its mend."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

import db.ops.embedded_postgres
from db.core.connection import Connection
from db.core.settings import Settings
from db.ops import doctor


def told(findings: object, word: str) -> doctor.Diagnosis:
    """The one finding that speaks of ``word``; it is no praise and says how to mend."""
    found = [one for one in findings if word in one.what and one.level != "ok"]  # type: ignore[attr-defined]
    assert len(found) == 1, [one.what for one in findings]  # type: ignore[attr-defined]
    assert found[0].mend
    return found[0]


def source(conn: Connection) -> int:
    row = conn.execute(
        "INSERT INTO sources (name, title, home, hosts, status) VALUES ('o', 'Báo Thử', 'http://o.example/', '{o.example}', 'enabled') RETURNING id"
    ).fetchone()
    assert row is not None
    return int(row[0])


def article(conn: Connection, source_id: int, at: datetime) -> None:
    conn.execute(
        "INSERT INTO articles (source_id, url, identity, title, first_seen_at) VALUES (%s, 'http://o.example/1', 'o.example/1', 'x', %s)",
        [source_id, at],
    )


def settings(home: Path) -> Settings:
    (home / "captures").mkdir(exist_ok=True)
    return Settings(home=home)


def test_1_a_database_that_is_away(tmp_path: Path) -> None:
    findings = doctor.examine(Settings(home=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/x"))
    assert told(findings, "cannot be reached").level == "error"


def test_2_a_secret_that_others_can_read(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    assert "chmod 600" in (
        told(doctor.machine_findings(settings(tmp_path)), "can be read by others").mend or ""
    )


def test_3_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_LOW", 10**18)  # so much is free nowhere
    assert told(doctor.machine_findings(settings(tmp_path)), "GB free").level == "error"


@contextmanager
def an_account_without_rights() -> Iterator[None]:
    """Root may write everywhere, so where it runs the tests it is somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_4_a_folder_that_another_account_owns() -> None:
    with TemporaryDirectory() as name:  # not pytest's folder, which another account cannot even enter
        home = Path(name)
        assert not [one for one in doctor.machine_findings(Settings(home=home)) if "written" in one.what]
        home.chmod(0o555)
        with an_account_without_rights():
            findings = list(doctor.machine_findings(Settings(home=home)))
        home.chmod(0o700)
    assert told(findings, "cannot be written").level == "error"


def test_5_a_schema_that_lags_behind(urls: db.ops.embedded_postgres.Urls) -> None:
    with psycopg.connect(urls.owner or "", autocommit=True) as owner:
        row = owner.execute(
            "SELECT migration_hash, migration_id FROM _yoyo_migration ORDER BY migration_id DESC LIMIT 1"
        ).fetchone()
        assert row is not None
        owner.execute(
            "UPDATE _yoyo_migration SET migration_id = '0000_other' WHERE migration_hash = %s", [row[0]]
        )
        try:
            findings = doctor.database_findings(urls)
        finally:
            owner.execute(
                "UPDATE _yoyo_migration SET migration_id = %s WHERE migration_hash = %s", [row[1], row[0]]
            )
    assert [one for one in findings if one.level == "error" and one.mend]


def test_6_an_application_that_connects_as_the_owner(urls: db.ops.embedded_postgres.Urls) -> None:
    findings = doctor.database_findings(db.ops.embedded_postgres.Urls(app=urls.owner or "", owner=None))
    assert told(findings, "owns").level == "error"


def test_7_no_source_is_enabled(conn: Connection, tmp_path: Path) -> None:
    conn.execute("UPDATE sources SET status = 'paused'")
    assert "sources" in (
        told(doctor.work_findings(conn, settings(tmp_path)), "no source is enabled").mend or ""
    )


def test_8_a_crawler_that_does_not_run(conn: Connection, tmp_path: Path) -> None:
    source(conn)
    assert "kiemtin crawl" in (
        told(doctor.work_findings(conn, settings(tmp_path)), "polled with success").mend or ""
    )


def test_9_a_classifier_that_does_not_run(conn: Connection, tmp_path: Path) -> None:
    article(conn, source(conn), datetime.now(UTC) - timedelta(hours=3))
    assert "kiemtin classify" in (
        told(doctor.work_findings(conn, settings(tmp_path)), "waited over an hour").mend or ""
    )


def test_10_sources_that_fall_silent(conn: Connection, tmp_path: Path) -> None:
    number = source(conn)
    conn.execute(
        "INSERT INTO source_health (source_id, state, sentence, sentence_en) VALUES (%s, 'silent', 'Im lặng.', 'Silent.')",
        [number],
    )
    assert "/sources" in (
        told(doctor.work_findings(conn, settings(tmp_path)), "failing or silent").mend or ""
    )


def test_11_too_few_persons_for_a_public_label(conn: Connection, tmp_path: Path) -> None:
    assert "users add" in (told(doctor.work_findings(conn, settings(tmp_path)), "two persons").mend or "")


def test_12_captures_that_are_recorded_but_not_there(conn: Connection, tmp_path: Path) -> None:
    conn.execute(
        "INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset)"
        " VALUES (now(), 'x', 'x', 200, 'x', 'x', 1, 'x', 0)"
    )
    assert told(doctor.work_findings(conn, Settings(home=tmp_path)), "is missing").level == "error"


def test_13_jobs_that_failed(conn: Connection, tmp_path: Path) -> None:
    conn.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES ('crawl', 'x', 'failed', '{}')"
    )
    assert "/admin" in (told(doctor.work_findings(conn, settings(tmp_path)), "jobs failed").mend or "")


def test_every_finding_that_is_no_praise_says_how_to_mend_it(
    conn: Connection, urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    findings = [
        *doctor.machine_findings(settings(tmp_path)),
        *doctor.database_findings(urls),
        *doctor.work_findings(conn, settings(tmp_path)),
    ]
    assert len(findings) > 6
    for finding in findings:
        assert finding.level == "ok" or finding.mend, finding
        assert "\n" not in finding.what + (finding.mend or "")


def test_14_a_browser_without_what_steers_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "playwright", None)  # as where it was never installed
    assert "[pictures]" in (told(doctor.machine_findings(settings(tmp_path)), "Playwright").mend or "")
