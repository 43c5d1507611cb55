"""A full disk, a clock that jumped, a database that takes no writes or is older or newer, settings that are wrong: one clear
line each, and nothing half written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

import db.core.migrate
import db.ops.backup
import db.ops.embedded_postgres
from db.core import audit
from db.core.connection import connect
from db.core.errors import Unavailable

ROOT = Path(__file__).parents[3]


def run(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of ours as an administrator types it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
    return subprocess.run(
        [sys.executable, "-m", "kiemtin", *words], cwd=ROOT, env={**kept, "KIEMTIN_HOME": str(home), **environment},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It ended 1 with a single line for people, with these words in it."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


@contextmanager
def database_setting(urls: db.ops.embedded_postgres.Urls, statement: str, undo: str) -> Iterator[None]:
    """A setting of the whole database for a while."""
    with psycopg.connect(urls.owner or "", autocommit=True) as owner:
        name = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL(statement).format(name))  # type: ignore[arg-type]
        try:
            yield
        finally:
            owner.execute("SET default_transaction_read_only = off")
            owner.execute(sql.SQL(undo).format(name))  # type: ignore[arg-type]


READ_ONLY = (
    "ALTER DATABASE {} SET default_transaction_read_only = on",
    "ALTER DATABASE {} RESET default_transaction_read_only",
)


def test_a_database_that_takes_no_writes_is_one_line_and_nothing_is_written(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    before = db.ops.backup.counts(urls.owner or "")
    with database_setting(urls, *READ_ONLY):
        done = run(
            "users", "add", "lan", "--role", "monitor", home=tmp_path,
            KIEMTIN_DATABASE_URL=urls.app, KIEMTIN_OWNER_DATABASE_URL=urls.owner or "",
        )  # fmt: skip
        one_line(done, "read-only")
    assert db.ops.backup.counts(urls.owner or "") == before


def test_an_application_on_an_empty_database_says_which_command_is_missing(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    with psycopg.connect(urls.owner or "", autocommit=True) as owner:
        owner.execute("CREATE SCHEMA IF NOT EXISTS nothing_yet")
        try:
            empty = urls.app + ("&" if "?" in urls.app else "?") + "options=-csearch_path%3Dnothing_yet"
            done = run("audit", "verify", home=tmp_path, KIEMTIN_DATABASE_URL=empty)
            one_line(done, "kiemtin db migrate")
        finally:
            owner.execute("DROP SCHEMA nothing_yet")


def test_a_newer_database_is_named_by_doctor_and_refused_by_migrate(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    with psycopg.connect(urls.owner or "", autocommit=True) as owner:
        owner.execute(
            "INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc) VALUES ('y', '9998_of_tomorrow', now())"
        )
        try:
            done = run(
                "db",
                "migrate",
                home=tmp_path,
                KIEMTIN_DATABASE_URL=urls.app,
                KIEMTIN_OWNER_DATABASE_URL=urls.owner or "",
            )
            one_line(done, "newer kiemtin", "update the program")
            asked = run("doctor", home=tmp_path, KIEMTIN_DATABASE_URL=urls.app)
            assert asked.returncode == 1
            assert "update the program" in asked.stdout
        finally:
            owner.execute("DELETE FROM _yoyo_migration WHERE migration_hash = 'y'")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "KIEMTIN_DATABASE_URL",
            "postgresql://nobody@127.0.0.1:1/x",
            ["cannot be reached", "KIEMTIN_DATABASE_URL"],
        ),
        ("KIEMTIN_DATABASE_URL", "not a url at all", ["KIEMTIN_DATABASE_URL"]),
        ("KIEMTIN_DATABASE_URL", "postgresql://ktx.invalid/x", ["cannot be reached"]),
        ("KIEMTIN_HOME", "/proc/nowhere", ["KIEMTIN_HOME", "/proc/nowhere"]),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    tmp_path: Path, name: str, value: str, words: list[str]
) -> None:
    environment = {"KIEMTIN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x", name: value}
    home = Path(environment.pop("KIEMTIN_HOME", str(tmp_path)))
    one_line(run("audit", "verify", home=home, **environment), *words)


def test_a_province_that_nobody_shipped_is_one_line(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    done = run(
        "catalogue",
        "import",
        "--shipped",
        home=tmp_path,
        KIEMTIN_DATABASE_URL=urls.app,
        KIEMTIN_PROVINCE="atlantis",
    )
    one_line(done, "atlantis")


class FullDisk:
    """A file system of one megabyte, mounted for a while; only root may mount."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def __enter__(self) -> Path:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(self.folder)],
            capture_output=True,
            check=False,
        )
        self.mounted = mounted.returncode == 0
        return self.folder if self.mounted else Path("/dev/full").parent

    def __exit__(self, *_: object) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


def test_a_backup_onto_a_full_disk_leaves_no_half_file(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "captures").mkdir(parents=True)
    (home / "captures" / "day.warc").write_bytes(os.urandom(3_000_000))
    small = FullDisk(tmp_path / "small")
    with small as folder:
        if not small.mounted:  # without the right to mount, a folder that cannot be written stands in for it
            folder = Path("/proc")
        with pytest.raises(Unavailable, match=r"cannot be written|failed"):
            db.ops.backup.backup(urls.owner or "", home, folder / "backup.tar")
        assert not [path.name for path in folder.glob("*backup*")]


def test_a_clock_set_back_breaks_neither_the_audit_chain_nor_the_months(
    owner_conn: psycopg.Connection,
) -> None:
    note = "SELECT note_in_audit('lan', 'verifier', 'note', %s, NULL, NULL, NULL)"
    owner_conn.execute(note, ["case:1"])
    # what a jump leaves behind: a row of next year, and then the clock put right
    owner_conn.execute("SELECT ensure_months(now() + interval '1 year')")
    owner_conn.execute(
        "INSERT INTO polls (source_id, url, started_at, ended_at, outcome) SELECT 1, 'http://o.example/', t, t, 'ok'"
        " FROM unnest(ARRAY[now(), now() + interval '1 year', now() - interval '20 years', now() + interval '30 years']) t"
    )
    owner_conn.execute(note, ["case:2"])
    owner_conn.execute("SELECT ensure_months()")
    assert audit.walk(owner_conn).why is None
    assert owner_conn.execute("SELECT count(*) FROM polls").fetchone() == (4,)


def alone() -> list[str]:
    """The words before a command that give it a network of its own with nothing in it; none where that is not allowed."""
    words = ["unshare", "--net"]
    try:
        return (
            words
            if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
            else []
        )
    except FileNotFoundError:
        return []


def test_without_a_network_each_address_says_that_its_name_cannot_be_resolved(
    urls: db.ops.embedded_postgres.Urls, tmp_path: Path
) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
    done = subprocess.run(
        [*alone(), sys.executable, "-m", "kiemtin", "sources", "try", "https://bao-hu-cau.invalid/rss.xml"], cwd=ROOT,
        env={**kept, "KIEMTIN_HOME": str(tmp_path), "KIEMTIN_DATABASE_URL": urls.app},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    assert "cannot be resolved" in done.stdout
    assert "nothing would be taken" in done.stdout


def test_two_workers_with_homes_and_networks_of_their_own_share_one_database(
    urls: db.ops.embedded_postgres.Urls, committed: psycopg.Connection, tmp_path: Path
) -> None:
    """Two machines: other data folders, other networks, the same database; what one has judged the other leaves alone."""
    import hashlib

    committed.execute(
        "INSERT INTO sources (name, title, home, hosts) VALUES ('o', 'Báo Thử', 'http://o.example/', '{o.example}')"
    )
    for n in range(30):
        title, body = f"Tin hư cấu số {n} ở Sa Pa, Lào Cai", f"Nội dung thử nghiệm số {n} về xã Tả Phìn."
        committed.execute(
            "WITH a AS (INSERT INTO articles (source_id, url, identity, title, published_at) SELECT id, %(u)s, %(u)s, %(t)s, now() FROM sources RETURNING id),"
            " v AS (INSERT INTO versions (article_id, number, title, body, text_sha256, reader, language) SELECT id, 1, %(t)s, %(b)s, %(h)s, 'test', 'vi' FROM a RETURNING id, article_id)"
            " SELECT id FROM v",
            {
                "u": f"http://o.example/{n}",
                "t": title,
                "b": body,
                "h": hashlib.sha256(body.encode()).hexdigest(),
            },
        )
    committed.execute("UPDATE articles a SET version_id = v.id FROM versions v WHERE v.article_id = a.id")
    committed.commit()
    assert (
        run(
            "catalogue", "import", "--shipped", home=tmp_path / "one", KIEMTIN_DATABASE_URL=urls.app
        ).returncode
        == 0
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
    workers = [
        subprocess.Popen(
            [*alone(), sys.executable, "-m", "kiemtin", "classify", "--once"], cwd=ROOT, text=True,
            env={**kept, "KIEMTIN_HOME": str(tmp_path / name), "KIEMTIN_DATABASE_URL": urls.app},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    said = [worker.communicate(timeout=300) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    with connect(urls.app) as conn:
        assert conn.execute("SELECT count(*), count(DISTINCT article_id) FROM judgements").fetchone() == (
            30,
            30,
        )
        assert conn.execute("SELECT count(*), count(DISTINCT article_id) FROM event_members").fetchone() == (
            30,
            30,
        )
