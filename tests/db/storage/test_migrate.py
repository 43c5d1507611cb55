"""Migrations go forward from nothing; what the schema promises is so."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import db.core.migrate
import db.ops.embedded_postgres
from db.core.connection import Connection, connect
from db.core.errors import Conflict, Unavailable


def test_a_second_migration_changes_nothing(urls: db.ops.embedded_postgres.Urls) -> None:
    assert db.core.migrate.migrate(urls.owner or "") == []


def test_a_lock_left_by_a_killed_migration_stops_nobody(urls: db.ops.embedded_postgres.Urls) -> None:
    with connect(urls.owner or "", autocommit=True) as owner:
        owner.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 999999)")
    assert db.core.migrate.migrate(urls.owner or "") == []


def test_a_database_of_a_newer_program_is_refused(urls: db.ops.embedded_postgres.Urls) -> None:
    with connect(urls.owner or "", autocommit=True) as owner:
        owner.execute(
            "INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc) VALUES ('x', '9999_of_tomorrow', now())"
        )
        try:
            with pytest.raises(Conflict, match="newer kiemtin"):
                db.core.migrate.migrate(urls.owner or "")
        finally:
            owner.execute("DELETE FROM _yoyo_migration WHERE migration_hash = 'x'")


def test_an_unreachable_database_is_one_sentence() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        db.core.migrate.migrate("postgresql://nobody@127.0.0.1:1/nothing")


def test_the_application_owns_nothing_and_may_not_make_tables(conn: Connection) -> None:
    assert conn.execute(
        "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    ).fetchone() == (0,)
    assert conn.execute("SELECT has_schema_privilege(current_user, 'public', 'CREATE')").fetchone() == (
        False,
    )


def test_every_function_that_runs_with_the_owners_rights_fixes_its_search_path(conn: Connection) -> None:
    loose = conn.execute(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND NOT coalesce(proconfig::text, '') ~ 'search_path'"
    ).fetchall()
    assert loose == []


def test_append_only_tables_refuse_the_application_by_right_and_everyone_by_trigger(conn: Connection) -> None:
    kept = [name for (name,) in conn.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'refuse_change'"
    )]  # fmt: skip
    assert {
        "audit",
        "versions",
        "judgements",
        "case_actions",
        "verdicts",
        "verdict_decisions",
        "evidence",
    } <= set(kept)
    for name in kept:
        rights = conn.execute(
            "SELECT has_table_privilege(current_user, %s, 'UPDATE'), has_table_privilege(current_user, %s, 'DELETE')",
            [name, name],
        ).fetchone()
        assert rights == (False, False), name


def test_each_table_is_explained_where_it_is_made() -> None:
    for path in sorted(db.core.migrate.FOLDER.glob("*.sql")):
        assert path.read_text(encoding="utf-8").startswith("-- "), path
        assert re.fullmatch(r"\d{4}_[a-z_]+", path.stem), path


def test_two_processes_that_start_the_same_server_at_once_agree(
    new_home: Callable[[str], Path],
) -> None:
    home = new_home("two-starts")
    root = Path(__file__).parents[3]
    command = [
        sys.executable,
        "-c",
        f"import db.ops.embedded_postgres, pathlib; print(db.ops.embedded_postgres.start(pathlib.Path({str(home)!r})).app)",
    ]
    both = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert answers[0][0] == answers[1][0]
