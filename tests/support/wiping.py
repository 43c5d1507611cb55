"""Empties the tables of the tests' database."""

from __future__ import annotations

import psycopg

import db.ops.embedded_postgres


def wipe(urls: db.ops.embedded_postgres.Urls) -> None:
    """Empties every table that tests fill; the rules of append-only tables step aside for the owner here alone."""
    assert urls.owner
    kept = {"transitions", "case_states", "sql_files", "gate"}
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        tables = [
            name
            for (name,) in owner.execute(
                "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
                " AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '%yoyo%'"
            ).fetchall()
            if name not in kept
        ]
        with owner.transaction():
            for name in tables:
                owner.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
            owner.execute(
                "TRUNCATE " + ", ".join(f'"{name}"' for name in tables) + " RESTART IDENTITY CASCADE"
            )
            for name in tables:
                owner.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
            owner.execute(
                "INSERT INTO day_counts_marks DEFAULT VALUES"
            )  # the one row that a migration puts there
