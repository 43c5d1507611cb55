"""A PostgreSQL of a benchmark's own: thrown away afterwards, or kept between runs where filling it takes minutes."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import argon2
import psycopg

import db.core.migrate
import db.ops.embedded_postgres
from db.accounts import users
from db.core.settings import Settings

PASSWORD = "suối reo dưới chân núi"
OURS = {"Sec-Fetch-Site": "same-origin"}  # what a browser says when our own page sends a form
KEPT = Path(
    os.environ.get("KIEMTIN_BENCH_HOME", Path(tempfile.gettempdir()) / f"kiemtin-bench-{os.getuid()}")
)


@contextmanager
def database() -> Iterator[tuple[Path, db.ops.embedded_postgres.Urls]]:
    """An empty, migrated database and its home; both gone at the end."""
    with tempfile.TemporaryDirectory(prefix="kiemtin-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder), opened(Path(folder))


def kept(
    name: str, fill: Callable[[Path, str], None], *, edition: int
) -> tuple[Path, db.ops.embedded_postgres.Urls]:
    """A database that ``fill`` (home, the owner's connection string) filled once; kept under ``KEPT`` until the edition
    of its data changes. Later migrations run over it, as they do over any filled archive."""
    home = KEPT / name
    mark = home / "edition"
    if home.exists() and (not mark.exists() or mark.read_text() != str(edition)):
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    KEPT.chmod(0o755)
    urls = opened(home)
    if not mark.exists():
        fill(home, urls.owner or "")
        mark.write_text(str(edition))
    return home, urls


def opened(home: Path) -> db.ops.embedded_postgres.Urls:
    """The database of this folder, started and migrated; an empty one where there is none."""
    home.chmod(0o755)  # where root runs the benchmark, the server runs as another account
    urls = db.ops.embedded_postgres.start(home)
    db.core.migrate.migrate(urls.owner or "")
    return urls


def unguarded(home: Path, owner_url: str) -> psycopg.Connection:
    """A connection past which no trigger and no foreign key looks, for filling by the million: whoever uses it writes
    what the triggers would have written."""
    secret = json.loads((home / "database.json").read_text())["postgres"]
    conn = psycopg.connect(owner_url, user="postgres", password=secret, autocommit=True)
    for setting in (
        "session_replication_role = replica",
        "synchronous_commit = off",
        "maintenance_work_mem = '1GB'",
        "work_mem = '256MB'",
        "max_parallel_maintenance_workers = 2",
    ):
        conn.execute("SET " + setting)  # type: ignore[call-overload]
    conn.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
    conn.execute("SELECT pg_reload_conf()")
    return conn


def account(conn: psycopg.Connection, name: str, *, role: str = "approver") -> None:
    """An account with the cheapest hash there is: signing in is not what is measured. One that is there stays."""
    if users.named(conn, name) is None:
        users.add(
            conn, name=name, role=role, password_hash=argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD),
            must_change=False,
        )  # fmt: skip


def settings(home: Path) -> Settings:
    """Settings of an application on a benchmark's database."""
    return Settings(home=home, secret_key="bench")


def clock(work: Callable[[], object]) -> float:
    """Milliseconds by the clock that ``work`` took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def p95(times: list[float]) -> float:
    """The time that one in twenty is over."""
    return statistics.quantiles(times, n=20)[-1]
