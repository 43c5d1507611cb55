"""Sources to be added by an address: asked for on the sources screen, looked at by the crawler, confirmed by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many, one


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAddress:
    """An address that somebody wants to add, and what the crawler made of it."""

    id: int
    url: str
    asked_at: datetime
    answered_at: datetime | None
    entered: Any
    result: Any
    why: str | None
    source_id: int | None


_COLUMNS = "id, url, asked_at, answered_at, entered, result, why, source_id"


def ask(conn: Connection, *, url: str, user_id: int) -> int:
    """Asks the crawler to look at an address; the open question for the same address where there is one."""
    row = conn.execute(
        """WITH known AS (SELECT id FROM source_proposals WHERE url = %(url)s AND answered_at IS NULL LIMIT 1),
             made AS (INSERT INTO source_proposals (url, asked_by) SELECT %(url)s, %(user)s
                      WHERE NOT EXISTS (SELECT FROM known) RETURNING id)
           SELECT id FROM known UNION ALL SELECT id FROM made""",
        {"url": url, "user": user_id},
    ).fetchone()
    assert row is not None
    return int(row[0])


def get(conn: Connection, proposal_id: int) -> AskedAddress:
    """The question and its answer, or NotFound."""
    query = f"SELECT {_COLUMNS} FROM source_proposals WHERE id = %s"
    return one(conn, AskedAddress, query, [proposal_id])


def waiting(conn: Connection, *, most: int = 10) -> list[AskedAddress]:
    """Open questions, oldest first."""
    query = f"SELECT {_COLUMNS} FROM source_proposals WHERE answered_at IS NULL ORDER BY id LIMIT %s"
    return many(conn, AskedAddress, query, [most])


def answer(conn: Connection, proposal_id: int, *, entered: Any, result: Any, why: str | None) -> None:
    """Writes what the crawler found."""
    conn.execute(
        """UPDATE source_proposals SET answered_at = now(), entered = %s, result = %s, why = %s
           WHERE id = %s AND answered_at IS NULL""",
        [Jsonb(entered) if entered else None, Jsonb(result) if result else None, why, proposal_id],
    )


def confirmed(conn: Connection, proposal_id: int, *, source_id: int) -> None:
    """A person has confirmed it."""
    conn.execute("UPDATE source_proposals SET source_id = %s WHERE id = %s", [source_id, proposal_id])
