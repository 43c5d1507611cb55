"""Sources as staff see and change them: health, last good sample, pause, groups, trials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, act_as, many, one
from db.core.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source in the list, with its health, what it gave last, and the last trial."""

    id: int
    name: str
    title: str
    home: str
    language: str
    scope: str
    status: str
    groups: list[str]
    note: str | None
    lists: int
    health: str | None
    sentence: str | None
    sentence_en: str | None
    since_at: datetime | None
    last_id: int | None
    last_title: str | None
    last_seen_at: datetime | None
    week: int
    probe_asked_at: datetime | None
    probe_answered_at: datetime | None
    probe_ok: bool | None
    probe_result: Any


def listed(
    conn: Connection,
    *,
    text: str = "",
    status: str = "",
    health: str = "",
    group: str = "",
    after: str = "",
    limit: int = 100,
    source_id: int | None = None,
) -> list[SourceRow]:
    """Sources by name from ``after`` on, that match; ``text`` is looked for in name and title without marks."""
    return many(
        conn,
        SourceRow,
        "SELECT s.id, s.name, s.title, s.home, s.language, s.scope, s.status, s.groups, s.note,"
        " (SELECT count(*) FROM source_addresses x WHERE x.source_id = s.id AND x.retired_at IS NULL)::int AS lists,"
        " h.state AS health, h.sentence, h.sentence_en, h.since_at, a.id AS last_id, a.title AS last_title,"
        " a.first_seen_at AS last_seen_at,"
        " (SELECT count(*) FROM (SELECT FROM articles w WHERE w.source_id = s.id AND w.first_seen_at > now() - interval '7 days'"
        "   LIMIT 1000) n)::int AS week,"
        " p.asked_at AS probe_asked_at, p.answered_at AS probe_answered_at, p.ok AS probe_ok, p.result AS probe_result"
        " FROM sources s LEFT JOIN source_health h ON h.source_id = s.id"
        " LEFT JOIN LATERAL (SELECT id, title, first_seen_at FROM articles WHERE source_id = s.id ORDER BY id DESC LIMIT 1) a ON true"
        " LEFT JOIN LATERAL (SELECT asked_at, answered_at, ok, result FROM source_probes WHERE source_id = s.id"
        "   ORDER BY id DESC LIMIT 1) p ON true"
        " WHERE s.name > %(after)s AND (%(text)s = '' OR strpos(fold(s.name || ' ' || s.title), fold(%(text)s)) > 0)"
        " AND (%(status)s = '' OR s.status = %(status)s) AND (%(health)s = '' OR coalesce(h.state, 'unprobed') = %(health)s)"
        " AND (%(group)s = '' OR %(group)s = ANY (s.groups)) AND (%(id)s::integer IS NULL OR s.id = %(id)s)"
        " ORDER BY s.name LIMIT %(limit)s",
        {
            "text": text, "status": status, "health": health, "group": group, "after": after, "limit": limit,
            "id": source_id,
        },
    )  # fmt: skip


def one_line(conn: Connection, source_id: int) -> SourceRow:
    """One source as the list shows it, or NotFound."""
    found = listed(conn, source_id=source_id, limit=1)
    if not found:
        raise NotFound("source not found", code="row.not_found")
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditableSource:
    """What a change needs to know of a source."""

    id: int
    name: str
    status: str
    groups: list[str]


def get(conn: Connection, source_id: int) -> EditableSource:
    """The source, or NotFound."""
    return one(
        conn, EditableSource, "SELECT id, name, status, groups FROM sources WHERE id = %s", [source_id]
    )


def groups(conn: Connection) -> list[str]:
    """The names of all groups in use."""
    return [
        name
        for (name,) in conn.execute("SELECT DISTINCT unnest(groups) AS g FROM sources ORDER BY g").fetchall()
    ]


def change(
    conn: Connection, *, source_id: int, status: str, groups: list[str], actor: str, role: str
) -> None:
    """Sets the status (enabled, paused) and the groups of a source; noted in the audit."""
    before = get(conn, source_id)
    if status not in ("enabled", "paused", "to_probe"):
        raise Invalid("status", "status must be enabled, paused or to_probe")
    act_as(conn, actor)
    conn.execute(
        "UPDATE sources SET status = %s, groups = %s, updated_at = now() WHERE id = %s",
        [status, groups, source_id],
    )
    conn.execute(
        "SELECT note_in_audit(%s, %s, 'source.change', %s, %s, %s)",
        [
            actor,
            role,
            f"source:{before.name}",
            Jsonb({"status": before.status, "groups": before.groups}),
            Jsonb({"status": status, "groups": groups}),
        ],
    )
