"""A backup brings everything back on another machine; half a backup brings nothing."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import db.audit
import db.backup
import db.migrate
import db.server
from db.connection import connect
from db.errors import Conflict, Invalid


def fill(url: str) -> None:
    with connect(url) as conn:
        conn.execute(
            "INSERT INTO users (name, display_name, role, password_hash) VALUES ('lan', 'Lan', 'verifier', 'x')"
        )
        for n in range(20):
            conn.execute(
                "SELECT audit_note('lan', 'verifier', 'note', %s, NULL, NULL, 'lý do: kiểm tra')",
                [f"case:{n}"],
            )


@pytest.fixture
def other_machine(new_home: Callable[[str], Path]) -> tuple[Path, db.server.Urls]:
    home = new_home("other-machine")
    urls = db.server.start(home)
    assert urls.owner
    db.migrate.migrate(urls.owner)
    return home, urls


def test_a_backup_restored_elsewhere_has_the_same_rows_bytes_keys_and_a_whole_chain(
    urls: db.server.Urls,
    committed: psycopg.Connection,
    tmp_path: Path,
    other_machine: tuple[Path, db.server.Urls],
) -> None:
    assert urls.owner
    fill(urls.app)
    home = tmp_path / "home"
    (home / "captures").mkdir(parents=True)
    (home / "captures" / "day.warc").write_bytes(b"WARC/1.1 kept bytes")
    (home / "secret-key").write_text("key")
    file = tmp_path / "backup.tar"
    about = db.backup.backup(urls.owner, home, file)
    assert file.stat().st_mode & 0o777 == 0o600

    there, other = other_machine
    assert other.owner
    db.backup.restore(other.owner, there, file)
    db.migrate.migrate(other.owner)
    assert db.backup.counts(other.owner) == about["rows"] == db.backup.counts(urls.owner)
    assert (there / "captures" / "day.warc").read_bytes() == b"WARC/1.1 kept bytes"
    assert (there / "secret-key").read_text() == "key"
    with connect(other.app) as conn:
        chain = db.audit.walk(conn)
        assert chain.why is None
        assert chain.rows == about["rows"]["audit"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("DELETE FROM audit")
    with pytest.raises(Conflict, match="already holds"):
        db.backup.restore(other.owner, there, file)


def test_a_backup_never_overwrites_a_file(urls: db.server.Urls, tmp_path: Path) -> None:
    (tmp_path / "there.tar").write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        db.backup.backup(urls.owner or "", tmp_path, tmp_path / "there.tar")
    assert (tmp_path / "there.tar").read_text() == "mine"


@pytest.mark.parametrize("kind", ["text", "other tar", "cut short", "missing"])
def test_a_file_that_is_no_backup_is_refused_in_one_sentence(
    urls: db.server.Urls, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "x.tar"
    match kind:
        case "text":
            file.write_text("no tar")
        case "other tar":
            with tarfile.open(file, "w") as tar:
                tar.add(__file__, "x.py")
        case "cut short":
            whole = tmp_path / "whole.tar"
            db.backup.backup(urls.owner or "", tmp_path / "nothing", whole)
            file.write_bytes(whole.read_bytes()[:20_000])
    before = db.backup.counts(urls.owner or "")
    with pytest.raises(Invalid, match="no kiemtin backup|damaged"):
        db.backup.restore(urls.owner or "", tmp_path, file)
    assert db.backup.counts(urls.owner or "") == before
