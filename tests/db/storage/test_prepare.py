"""A given server is made ready by one command, and made right again by the same."""

from __future__ import annotations

import json
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from click.testing import CliRunner

import db.core.grants
import db.core.migrate
import db.ops.embedded_postgres
from db.cli.database import database
from db.core.connection import connect
from db.core.errors import Conflict, Invalid
from db.ops.prepare import prepare


@pytest.fixture(scope="module")
def server(new_home) -> db.ops.embedded_postgres.Urls:
    """A server of its own, as its superuser."""
    home = new_home("prepare")
    found = db.ops.embedded_postgres.start(home)
    password = json.loads((home / "database.json").read_text())["postgres"]
    return db.ops.embedded_postgres.Urls(
        app=_string(found.app, "postgres", password, "postgres"), owner=found.app
    )


@pytest.fixture
def strings(server: db.ops.embedded_postgres.Urls) -> tuple[str, str]:
    return (
        _string(server.app, "van_phong", "một mật khẩu", "tin"),
        _string(server.app, "chu_so_huu", "mật khẩu khác", "tin"),
    )


def _string(url: str, role: str, password: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, f"{role}:{quote(password)}@{parts.netloc.rpartition('@')[2]}", f"/{name}", parts.query, ""))  # fmt: skip


def test_a_prepared_and_migrated_server_has_no_fault_and_again_changes_nothing(server, strings) -> None:
    app, owner = strings
    for _ in range(2):
        prepare(server.app, app, owner)
        db.core.migrate.migrate(owner)
        with connect(app) as conn:
            assert db.core.grants.faults(conn) == []
            assert conn.execute("SELECT count(*) FROM articles").fetchone() == (0,)


@pytest.mark.parametrize(
    "careless",
    [
        "GRANT ALL ON DATABASE tin TO van_phong",
        "GRANT TEMPORARY ON DATABASE tin TO PUBLIC",
        "ALTER DATABASE tin OWNER TO postgres; GRANT TEMPORARY ON DATABASE tin TO PUBLIC",
        "ALTER ROLE van_phong CREATEROLE CREATEDB",
    ],
)
def test_what_somebody_gave_away_is_named_and_taken_back(server, strings, careless: str) -> None:
    app, owner = strings
    prepare(server.app, app, owner)
    db.core.migrate.migrate(owner)
    with connect(server.app, autocommit=True) as admin:
        for statement in careless.split("; "):
            admin.execute(statement)  # type: ignore[call-overload]
    with connect(app) as conn:
        assert db.core.grants.faults(conn)
    prepare(server.app, app, owner)
    with connect(app) as conn:
        assert db.core.grants.faults(conn) == []


def test_a_superuser_is_no_role_of_the_application(server, strings) -> None:
    _, owner = strings
    with pytest.raises(Conflict, match="superuser"):
        prepare(server.app, _string(server.app, "postgres", "x", "tin"), owner)


@pytest.mark.parametrize(
    ("app", "owner", "said"),
    [
        ("a", "a", "two different roles"),
        ("a", "", "two different roles"),
    ],
)
def test_strings_that_contradict_each_other_are_one_sentence(server, app: str, owner: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        prepare(server.app, _string(server.app, app, "x", "tin"), _string(server.app, owner, "x", "tin"))


def test_two_databases_are_one_sentence(server) -> None:
    with pytest.raises(Invalid, match="different databases"):
        prepare(server.app, _string(server.app, "a", "x", "tin"), _string(server.app, "b", "x", "khac"))


def test_only_a_superuser_prepares(server, strings) -> None:
    app, owner = strings
    prepare(server.app, app, owner)
    with pytest.raises(Invalid, match="no superuser's"):
        prepare(owner, app, owner)


def test_the_command_prints_strings_where_none_were_given(server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KIEMTIN_DATABASE_URL", "KIEMTIN_OWNER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(database, ["prepare", "--as", server.app])
    assert done.exit_code == 0, done.output
    said = dict(line.split("=", 1) for line in done.output.splitlines() if line.startswith("KIEMTIN_"))
    with connect(said["KIEMTIN_DATABASE_URL"]) as conn:
        assert db.core.grants.faults(conn) == []
