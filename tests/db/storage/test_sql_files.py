"""The rule in force has one text: files of functions, the generated schema, and what is said where they differ."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import db.core.migrate
import db.ops.embedded_postgres
from db.core import schema, sql_files
from db.core.connection import Connection, connect
from db.core.errors import Conflict
from db.ops.doctor import database_findings


@pytest.fixture
def own(new_home: Callable[[str], Path]) -> db.ops.embedded_postgres.Urls:
    """A migrated database of the test's own: what it changes nobody else reads."""
    urls = db.ops.embedded_postgres.start(new_home("functions"))
    db.core.migrate.migrate(urls.owner or "")
    return urls


@pytest.fixture
def owner(own: db.ops.embedded_postgres.Urls) -> Iterator[Connection]:
    with connect(own.owner or "", autocommit=True) as conn:
        yield conn


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sql"
    shutil.copytree(sql_files.FOLDER, folder)
    monkeypatch.setattr(sql_files, "FOLDER", folder)
    return folder


def test_the_written_schema_is_the_sum_of_migrations_and_files(urls: db.ops.embedded_postgres.Urls) -> None:
    assert schema.schema(urls.owner or "") == schema.FILE.read_text(encoding="utf-8"), (
        "write it anew: kiemtin db schema"
    )


def test_no_function_stands_in_a_migration_from_0019_on() -> None:
    for path in sorted(db.core.migrate.FOLDER.glob("*.sql")):
        if path.stem >= "0019":
            assert not re.search(
                r"CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE|VIEW|(CONSTRAINT\s+)?TRIGGER)",
                path.read_text(encoding="utf-8"),
                re.I,
            ), f"{path.name}: functions, views and triggers belong into db/sql/"


def test_every_rule_of_the_database_stands_in_one_file(conn: Connection) -> None:
    said = [
        name
        for path in sql_files.FOLDER.glob("*.sql")
        for name in re.findall(
            r"^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?(?:FUNCTION|VIEW|TRIGGER) (\w+)",
            path.read_text(encoding="utf-8"),
            re.M,
        )
    ]
    assert len(said) == len(set(said)), sorted(name for name in said if said.count(name) > 1)
    there = conn.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname !~ '^procrastinate'"
        " UNION SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
        " UNION SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND tgparentid = 0 AND c.relname !~ '^procrastinate' AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {name for (name,) in there} == set(said)


def test_a_changed_file_is_applied_and_told(owner: Connection, files: Path) -> None:
    assert sql_files.fault(owner) is None
    path = files / "10_text.sql"
    path.write_text(path.read_text(encoding="utf-8") + "\n-- another word\n", encoding="utf-8")
    assert "another version than db/sql (10_text.sql)" in (sql_files.fault(owner) or "")
    assert sql_files.apply(owner) == ["10_text.sql"]
    assert sql_files.fault(owner) is None
    assert sql_files.apply(owner) == []


def test_a_file_with_a_mistake_applies_nothing(owner: Connection, files: Path) -> None:
    before = owner.execute("SELECT pg_get_functiondef('blank'::regproc)").fetchone()
    path = files / "10_text.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("t IS NULL OR", "t IS NULL AND"), encoding="utf-8"
    )
    (files / "99_last.sql").write_text("CREATE OR REPLACE FUNCTION half(", encoding="utf-8")
    with pytest.raises(Exception, match="syntax error"):
        sql_files.apply(owner)
    assert owner.execute("SELECT pg_get_functiondef('blank'::regproc)").fetchone() == before


@pytest.mark.parametrize(
    "behind",
    [
        "CREATE OR REPLACE FUNCTION decide_once() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE publications DISABLE TRIGGER publications_are_checked",
        "DROP TRIGGER verdicts_are_kept ON verdicts",
        "CREATE OR REPLACE VIEW standing_evidence AS SELECT e.id, e.claim_id, e.kind, e.title, e.url, e.body, e.issuer,"
        " e.independent, e.capture_id, e.file_sha256, e.added_by, e.added_at FROM evidence e",
    ],
)
def test_a_rule_changed_behind_the_files_is_found_and_put_back(
    own: db.ops.embedded_postgres.Urls, owner: Connection, behind: str
) -> None:
    owner.execute(behind)  # type: ignore[call-overload]
    found = [finding for finding in database_findings(own) if finding.level == "error"]
    assert {(finding.mend or "")[:18] for finding in found} == {"kiemtin db migrate"}
    assert "changed since db/sql was applied" in found[0].what
    db.core.migrate.migrate(own.owner or "")
    assert not [finding for finding in database_findings(own) if finding.level == "error"]


def test_functions_of_a_newer_program_are_left_alone(
    owner: Connection, own: db.ops.embedded_postgres.Urls
) -> None:
    owner.execute("UPDATE sql_files SET program = '99.1.0', sha256 = 'x' WHERE name = '10_text.sql'")
    assert sql_files.fault(owner) == "the functions of the database are those of a newer kiemtin (99.1.0)"
    with pytest.raises(Conflict, match="newer kiemtin"):
        db.core.migrate.migrate(own.owner or "")
