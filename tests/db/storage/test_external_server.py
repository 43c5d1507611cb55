"""Servers of other versions than ours (Debian's PostgreSQL, or those whose folders KIEMTIN_TEST_POSTGRES lists).

Each is made ready by ``db prepare``, migrated, backed up and restored by the wheel's own programs.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import db.core.grants
import db.core.migrate
import db.ops.backup
import db.ops.doctor
import db.ops.embedded_postgres
import db.ops.prepare
import db.ops.restore
from db.core.connection import connect
from db.core.errors import Conflict
from db.press import hosts

ROOT = Path(__file__).parents[3]
_GIVEN = [Path(part) for part in os.environ.get("KIEMTIN_TEST_POSTGRES", "").split(":") if part]
SERVERS = [path for path in (*_GIVEN, *Path("/usr/lib/postgresql").glob("*/bin")) if (path / "initdb").exists()]  # fmt: skip

pytestmark = pytest.mark.skipif(not SERVERS, reason="no other PostgreSQL on this machine")


@pytest.fixture(scope="module", params=SERVERS, ids=lambda path: path.parent.name)
def server(
    request: pytest.FixtureRequest, new_home: Callable[[str], Path]
) -> Iterator[db.ops.embedded_postgres.Urls]:
    """A server of another version, prepared and migrated."""
    folder, programs = new_home("external"), request.param
    who = {"user": "postgres"} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(folder, "postgres")
    words = folder / "words"
    words.write_text("quản trị")
    words.chmod(0o644)
    data = folder / "data"
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={words}", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, env=environment, **who,
    )  # fmt: skip
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=32MB -c jit=off"
    subprocess.run(
        [programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"],
        check=True, stdout=subprocess.DEVNULL, env=environment, **who,
    )  # fmt: skip
    try:
        at = f"?host={str(folder).replace('/', '%2F')}"
        superuser = f"postgresql://postgres:qu%E1%BA%A3n%20tr%E1%BB%8B@/postgres{at}"
        app, owner = f"postgresql://ung_dung:a@/tin{at}", f"postgresql://chu:b@/tin{at}"
        db.ops.prepare.prepare(superuser, app, owner)
        yield db.ops.embedded_postgres.Urls(app=app, owner=owner)
    finally:
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            **who,
        )


@pytest.fixture
def empty(server: db.ops.embedded_postgres.Urls) -> db.ops.embedded_postgres.Urls:
    with connect(server.owner or "", autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA IF EXISTS kiemtin_restore; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
            " GRANT USAGE ON SCHEMA public TO kiemtin_app"
        )
    return server


def test_it_is_migrated_whole_and_has_no_fault(empty: db.ops.embedded_postgres.Urls) -> None:
    db.core.migrate.migrate(empty.owner or "")
    assert db.core.migrate.migrate(empty.owner or "") == []
    found = [one.what for one in db.ops.doctor.database_findings(empty) if one.level == "error"]
    assert found == []


def test_turns_at_a_host_never_asked_are_taken_one_by_one(empty: db.ops.embedded_postgres.Urls) -> None:
    db.core.migrate.migrate(empty.owner or "")
    with connect(empty.app, autocommit=True) as conn:
        hosts.know(conn, "bao.example")
        assert hosts.take_turn(conn, "bao.example", gap=30).granted
        again = hosts.take_turn(conn, "bao.example", gap=30)
        assert not again.granted
        assert 25 < again.wait <= 30
        assert again.quiet == 0
        hosts.know(conn, "khac.example")  # somebody else has the row: nothing was asked there yet
        conn.execute("UPDATE hosts SET quiet_until = now() + interval '1 hour' WHERE host = 'khac.example'")
        quiet = hosts.take_turn(conn, "khac.example", gap=1)
        assert not quiet.granted
        assert 3500 < quiet.wait <= 3600 >= quiet.quiet > 3500


def test_a_backup_of_ours_and_of_its_own_comes_back(
    urls: db.ops.embedded_postgres.Urls, empty: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    ours = db.ops.backup.backup(urls.owner or "", tmp_path, tmp_path / "ours.tar")
    for name, about in (("ours.tar", ours), ("its.tar", None)):
        if about is None:
            about = db.ops.backup.backup(empty.owner or "", tmp_path, tmp_path / name)
            with connect(empty.owner or "", autocommit=True) as owner:
                owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO kiemtin_app")  # fmt: skip
        db.ops.restore.restore(empty.owner or "", tmp_path / "there", tmp_path / name)
        db.core.migrate.migrate(empty.owner or "")
        assert db.ops.backup.counts(empty.owner or "") == about["rows"]
        found = [one.what for one in db.ops.doctor.database_findings(empty) if one.level == "error"]
        assert [
            what for what in found if "sessions_required" not in what
        ] == []  # the tests' switch came along


def test_a_restore_killed_at_any_moment_is_whole_or_told_and_begins_anew(
    urls: db.ops.embedded_postgres.Urls, empty: db.ops.embedded_postgres.Urls, tmp_path: Path, soak: int
) -> None:
    file = tmp_path / "backup.tar"
    about = db.ops.backup.backup(urls.owner or "", tmp_path, file)
    chance = random.Random(15)
    settings = os.environ | {
        "KIEMTIN_HOME": str(tmp_path / "home"),
        "KIEMTIN_DATABASE_URL": empty.app,
        "KIEMTIN_OWNER_DATABASE_URL": empty.owner or "",
    }
    for _ in range(min(2 * soak, 10)):
        killed = subprocess.Popen(
            [sys.executable, "-m", "kiemtin", "db", "restore", str(file)],
            cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.3, 2.5))
        killed.kill()
        killed.wait()
        with connect(empty.owner or "", autocommit=True) as owner:
            if db.core.migrate.half_restored(owner):
                with pytest.raises(Conflict, match="restore FILE again"):
                    db.core.migrate.migrate(empty.owner or "")
            owner.execute("SELECT pg_sleep(0.5)")  # its psql hears that nobody speaks any more
            if not db.core.migrate.half_restored(owner) and db.core.migrate.has_schema(owner):
                owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO kiemtin_app")  # fmt: skip
    db.ops.restore.restore(empty.owner or "", tmp_path / "home", file)
    db.core.migrate.migrate(empty.owner or "")
    assert db.ops.backup.counts(empty.owner or "") == about["rows"]
