"""`kiemtin up`: everything comes up by itself, comes back when it is killed, and goes away cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from db.core import audit

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 150  # seconds; a busy machine starts slowly, and no test asserts a time


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ready: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except (OSError, psycopg.Error):
            pass
        time.sleep(0.5)
    raise AssertionError(f"waited {PATIENCE} s for: {what}")


class Running:
    """One `kiemtin up --demo` of its own, its output in a file."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.log = home / "up.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kiemtin", "up", "--demo", "--port", str(port)],
                cwd=ROOT, env={**environment, "KIEMTIN_HOME": str(home)}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def answers(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)

    def children(self) -> dict[str, psutil.Process]:
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                words = child.cmdline()
            except psutil.Error:
                continue  # just killed, not yet buried
            if "kiemtin" in words:
                found[words[words.index("kiemtin") + 1]] = child
        return found

    def ask(self, query: str) -> tuple:
        url = json.loads((self.home / "database-urls.json").read_text())["app"]
        with psycopg.connect(url, connect_timeout=5) as conn:
            row = conn.execute(query).fetchone()  # type: ignore[call-overload]
            assert row is not None
            return tuple(row)

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def running(new_home: Callable[[str], Path]) -> Iterator[Running]:
    up = Running(new_home("up"), free_port())
    yield up
    up.end()


def left_over(home: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(home) in words or (process.info["environ"] or {}).get("KIEMTIN_HOME") == str(home):
            found.append(words)
    return found


def postmaster_of(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_up_comes_back_from_every_kill_and_leaves_nothing_behind(running: Running) -> None:
    until(running.answers, "the web application")
    until(lambda: running.ask("SELECT count(*) FROM judgements")[0] > 20, "articles crawled and judged")
    assert set(running.children()) >= {"db", "newsroom", "web", "crawl", "classify", "desk"}

    accounts = json.loads((running.home / "demo-accounts.json").read_text())
    assert len(accounts) == 5
    assert (running.home / "demo-accounts.json").stat().st_mode & 0o777 == 0o600
    assert all(password in running.log.read_text() for password in accounts.values())

    for name in ("web", "classify"):
        old = running.children()[name]
        old.send_signal(signal.SIGKILL)
        until(
            lambda name=name, old=old: running.children().get(name, old).pid != old.pid,
            f"{name} started again",
        )
    until(running.answers, "the web application after its kill")

    os.kill(postmaster_of(running.home), signal.SIGKILL)
    until(lambda: running.ask("SELECT count(*) FROM articles")[0] > 0, "PostgreSQL after its kill")
    until(running.answers, "the web application after the database's kill")

    until(
        lambda: running.ask("SELECT count(*) FILTER (WHERE fate IN ('pending', 'retry')) = 0 FROM links")[0],
        "every link its fate",
    )
    articles, identities = running.ask("SELECT count(*), count(DISTINCT identity) FROM articles")
    assert articles == identities
    assert running.ask("SELECT count(*) FROM links WHERE fate = 'stored' AND article_id IS NULL") == (0,)
    url = json.loads((running.home / "database-urls.json").read_text())["app"]
    with psycopg.connect(url) as conn:
        assert audit.walk(conn).why is None

    again = subprocess.run(
        [sys.executable, "-m", "kiemtin", "up", "--port", str(free_port())],
        cwd=ROOT, env={**os.environ, "KIEMTIN_HOME": str(running.home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert "already running" in again.stderr

    assert running.end() == 0
    until(lambda: not left_over(running.home), "nothing left behind")

    told = (running.home / "database-urls.json").stat().st_mtime
    second = Running(running.home, running.port)
    try:
        until(
            lambda: (running.home / "database-urls.json").stat().st_mtime > told, "PostgreSQL's second start"
        )
        os.kill(postmaster_of(running.home), signal.SIGKILL)  # in the middle of the opening
        until(second.answers, "the second start")
        assert second.ask("SELECT count(*) FROM articles")[0] >= articles
        assert json.loads((running.home / "demo-accounts.json").read_text()) == accounts
        second.process.kill()  # even killed outright, its children do not stay
        second.process.wait(10)
        until(
            lambda: not [line for line in left_over(running.home) if "kiemtin" in line],
            "children leave with their parent",
        )
    finally:
        second.end()


def test_a_port_in_use_is_one_line_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "kiemtin", "up", "--port", str(taken.getsockname()[1])],
            cwd=ROOT, env={**os.environ, "KIEMTIN_HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "choose another with --port" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "postgres").exists()
