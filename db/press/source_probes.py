"""Trials of sources that staff asked for on the sources screen; the crawler answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An open trial."""

    id: int
    source_id: int


def waiting(conn: Connection, *, most: int = 10) -> list[Wish]:
    """Open trials, oldest first."""
    return many(
        conn,
        Wish,
        "SELECT id, source_id FROM source_probes WHERE answered_at IS NULL ORDER BY id LIMIT %s",
        [most],
    )


def answer(conn: Connection, probe_id: int, *, ok: bool, result: dict[str, Any]) -> None:
    """Writes what a trial found."""
    conn.execute(
        "UPDATE source_probes SET answered_at = now(), ok = %s, result = %s WHERE id = %s AND answered_at IS NULL",
        [ok, Jsonb(result), probe_id],
    )
