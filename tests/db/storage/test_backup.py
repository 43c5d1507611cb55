"""A backup brings everything back on another machine; half a backup brings nothing."""

from __future__ import annotations

import json
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import db.core.audit
import db.core.migrate
import db.ops.backup
import db.ops.embedded_postgres
import db.ops.restore
from db.core.connection import connect
from db.core.errors import Conflict, Invalid


def fill(url: str) -> None:
    with connect(url) as conn:
        conn.execute("SELECT add_account('lan', 'Lan', 'verifier', 'x', NULL, true)")
        for n in range(20):
            conn.execute(
                "SELECT note_in_audit('lan', 'verifier', 'note', %s, NULL, NULL, 'lý do: kiểm tra')",
                [f"case:{n}"],
            )


@pytest.fixture(scope="module")
def other_server(new_home: Callable[[str], Path]) -> tuple[Path, db.ops.embedded_postgres.Urls]:
    home = new_home("other-machine")
    return home, db.ops.embedded_postgres.start(home)


@pytest.fixture
def other_machine(
    other_server: tuple[Path, db.ops.embedded_postgres.Urls], tmp_path: Path
) -> tuple[Path, db.ops.embedded_postgres.Urls]:
    """A machine that has a database and nothing in it."""
    with connect(other_server[1].owner or "", autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO kiemtin_app"
        )
    return tmp_path / "there", other_server[1]


def test_a_backup_restored_elsewhere_has_the_same_rows_bytes_keys_and_a_whole_chain(
    urls: db.ops.embedded_postgres.Urls,
    committed: psycopg.Connection,
    tmp_path: Path,
    other_machine: tuple[Path, db.ops.embedded_postgres.Urls],
) -> None:
    assert urls.owner
    fill(urls.app)
    home = tmp_path / "home"
    (home / "captures").mkdir(parents=True)
    (home / "captures" / "day.warc").write_bytes(b"WARC/1.1 kept bytes")
    (home / "secret-key").write_text("key")
    file = tmp_path / "backup.tar"
    about = db.ops.backup.backup(urls.owner, home, file)
    assert file.stat().st_mode & 0o777 == 0o600

    there, other = other_machine
    assert other.owner
    db.ops.restore.restore(other.owner, there, file)
    db.core.migrate.migrate(other.owner)
    assert db.ops.backup.counts(other.owner) == about["rows"] == db.ops.backup.counts(urls.owner)
    assert (there / "captures" / "day.warc").read_bytes() == b"WARC/1.1 kept bytes"
    assert (there / "secret-key").read_text() == "key"
    with connect(other.app) as conn:
        chain = db.core.audit.walk(conn)
        assert chain.why is None
        assert chain.rows == about["rows"]["audit"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("DELETE FROM audit")
    with pytest.raises(Conflict, match="already holds"):
        db.ops.restore.restore(other.owner, there, file)


def test_a_backup_while_others_write_is_one_moment_and_is_compared_row_by_row(
    urls: db.ops.embedded_postgres.Urls,
    committed: psycopg.Connection,
    tmp_path: Path,
    other_machine: tuple[Path, db.ops.embedded_postgres.Urls],
) -> None:
    fill(urls.app)
    over = threading.Event()

    def write() -> None:
        with connect(urls.app, autocommit=True) as conn:
            while not over.is_set():
                conn.execute(
                    "SELECT note_in_audit('lan', 'verifier', 'note', 'case:1', NULL, NULL, 'đang làm')"
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        about = db.ops.backup.backup(urls.owner or "", tmp_path, tmp_path / "backup.tar")
    finally:
        over.set()
        writer.join()
    there, other = other_machine
    db.ops.restore.restore(other.owner or "", there, tmp_path / "backup.tar")  # compares by itself
    with connect(other.owner or "") as conn:
        found = db.ops.backup.fingerprints(conn)
        assert db.core.audit.walk(conn).why is None
    assert {name: rows for name, (rows, _) in found.items()} == about["rows"]
    assert {name: total for name, (_, total) in found.items()} == about["hashes"]
    assert found["audit"][0] < db.ops.backup.counts(urls.owner or "")["audit"]


def test_a_restore_that_brought_other_rows_than_the_backup_saw_is_refused(
    urls: db.ops.embedded_postgres.Urls,
    tmp_path: Path,
    other_machine: tuple[Path, db.ops.embedded_postgres.Urls],
) -> None:
    file, folder = tmp_path / "backup.tar", tmp_path / "opened"
    db.ops.backup.backup(urls.owner or "", tmp_path / "nothing", file)
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    about = json.loads((folder / "backup.json").read_text())
    about["hashes"]["transitions"] = "1"
    (folder / "backup.json").write_text(json.dumps(about))
    with tarfile.open(tmp_path / "altered.tar", "w") as tar:
        for name in ("backup.json", "database.dump"):
            tar.add(folder / name, name)
    there, other = other_machine
    with pytest.raises(Invalid, match="transitions"):
        db.ops.restore.restore(other.owner or "", there, tmp_path / "altered.tar")


def test_a_backup_never_overwrites_a_file(urls: db.ops.embedded_postgres.Urls, tmp_path: Path) -> None:
    (tmp_path / "there.tar").write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        db.ops.backup.backup(urls.owner or "", tmp_path, tmp_path / "there.tar")
    assert (tmp_path / "there.tar").read_text() == "mine"


@pytest.mark.parametrize("kind", ["text", "other tar", "cut short", "missing"])
def test_a_file_that_is_no_backup_is_refused_in_one_sentence(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path, kind: str
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
            db.ops.backup.backup(urls.owner or "", tmp_path / "nothing", whole)
            file.write_bytes(whole.read_bytes()[:20_000])
    before = db.ops.backup.counts(urls.owner or "")
    with pytest.raises(Invalid, match="no kiemtin backup|damaged"):
        db.ops.restore.restore(urls.owner or "", tmp_path, file)
    assert db.ops.backup.counts(urls.owner or "") == before
