"""Rows that a digest is composed of: judged items of a range, cases of events, verified claims, campaigns, names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A judged item of a range with what staff and machine said of it."""

    id: int
    source: str
    outlet: str
    kind: str
    language: str
    title: str
    lead: str
    url: str
    at: datetime
    copy_of: int | None
    copy_here: bool | None
    event: int | None
    relevance: Literal["core", "mention", "none"]
    harm: str
    criticism: str
    check: str
    rebuttal: bool
    priority: float
    topics: list[str]
    places: list[str] | None
    territories: list[str] | None
    stance: str | None
    gone: bool
    capture: int | None
    sha256: str | None
    closed_view: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """A claim of which a verdict was approved or taken back in the range, with what is in force now."""

    claim: int
    case: int | None
    event: int | None
    text: str
    code: Literal[
        "partly_false", "fabricated", "authentic", "insufficient", "not_checkable", "accurate", "withdrawn"
    ]
    what_is_true: str
    approved_at: datetime
    withdrawn_at: datetime | None
    note: str
    channel: str
    label: str | None
    refuted_by: list[str]


def items(
    conn: Connection, *, scope: str, begin: datetime, end: datetime, restricted: list[str]
) -> list[ItemRow]:
    """Items of ``scope`` published (or, undated, first seen) from ``begin`` to before ``end`` that name the province."""
    return many(
        conn,
        ItemRow,
        """
        SELECT a.id, s.name AS source, s.title AS outlet, coalesce(s.owner, '') AS kind, a.language, a.title, a.lead, a.url,
               coalesce(a.published_at, a.first_seen_at) AS at, c.copy_of, os.scope = s.scope AS copy_here,
               m.event_id AS event, j.relevance, j.harm_band AS harm, j.criticism_band AS criticism, j.check_band AS check,
               j.rebuttal_band <> 'low' AS rebuttal, j.priority, j.topics, p.places, p.territories, st.stance,
               a.state = 'gone' AS gone, v.capture_id AS capture, v.text_sha256 AS sha256,
               coalesce(k.restricted, false) OR j.topics && %(restricted)s::text[] AS closed_view
          FROM articles a
          JOIN sources s ON s.id = a.source_id AND s.scope = %(scope)s
          JOIN LATERAL (SELECT relevance, harm_band, criticism_band, check_band, rebuttal_band, priority, topics, version_id
                          FROM judgements WHERE article_id = a.id ORDER BY id DESC LIMIT 1) j ON j.relevance <> 'none'
          LEFT JOIN copies c ON c.article_id = a.id
          LEFT JOIN articles o ON o.id = c.copy_of
          LEFT JOIN sources os ON os.id = o.source_id
          LEFT JOIN event_members m ON m.article_id = a.id
          LEFT JOIN cases k ON k.event_id = m.event_id
          LEFT JOIN versions v ON v.id = a.version_id
          LEFT JOIN LATERAL (SELECT array_agg(DISTINCT place) AS places, array_agg(DISTINCT territory) AS territories
                               FROM mentions WHERE version_id = j.version_id) p ON true
          LEFT JOIN LATERAL (SELECT stance FROM stances WHERE article_id = a.id ORDER BY id DESC LIMIT 1) st ON true
         WHERE (a.published_at >= %(begin)s AND a.published_at < %(end)s)
            OR (a.published_at IS NULL AND a.first_seen_at >= %(begin)s AND a.first_seen_at < %(end)s)
         ORDER BY coalesce(a.published_at, a.first_seen_at), a.id
        """,
        {"scope": scope, "begin": begin, "end": end, "restricted": restricted},
    )


def bodies(conn: Connection, articles: list[int]) -> dict[int, str]:
    """The beginnings of the articles' latest texts by their numbers."""
    rows = conn.execute(
        "SELECT a.id, left(v.body, 12000) FROM articles a JOIN versions v ON v.id = a.version_id WHERE a.id = ANY (%s)",
        [articles],
    ).fetchall()
    return dict(rows)


def checked(conn: Connection, *, scope: str, begin: datetime, end: datetime, to_on: date) -> list[CheckedRow]:
    """Claims of which a verdict was approved, or whose label was withdrawn, from ``begin`` to before ``end``, with what is
    in force about them now. A verdict on accurate criticism concludes nothing unless it was published."""
    return many(
        conn,
        CheckedRow,
        """
        SELECT c.id AS claim, c.case_id AS case, k.event_id AS event, c.body AS text, c.code,
               coalesce(c.what_is_true, '') AS what_is_true, c.approved_at, w.published_at AS withdrawn_at, coalesce(w.public_note, '') AS note, coalesce(c.channel, '') AS channel,
               (SELECT n.data->>'title' FROM catalogue_entries n WHERE n.kind = 'label' AND n.data->>'name' = c.code
                   AND (n.valid_from IS NULL OR n.valid_from <= %(to)s) ORDER BY n.valid_from DESC NULLS LAST LIMIT 1) AS label,
               ARRAY(SELECT DISTINCT s.title FROM claim_articles ca JOIN articles a ON a.id = ca.article_id
                       JOIN sources s ON s.id = a.source_id
                      WHERE ca.claim_id = c.id AND ca.relation = 'refutes' AND ca.set_by IS NOT NULL ORDER BY s.title) AS refuted_by
          FROM claims_in_force c
          LEFT JOIN LATERAL (SELECT p.published_at, p.public_note FROM publications p
                              WHERE p.claim_id = c.id AND p.kind = 'withdrawal' ORDER BY p.id DESC LIMIT 1) w ON true
          LEFT JOIN cases k ON k.id = c.case_id LEFT JOIN events e ON e.id = k.event_id
         WHERE (w.published_at >= %(begin)s AND w.published_at < %(end)s
             OR EXISTS (SELECT FROM verdicts v JOIN verdict_decisions d ON d.verdict_id = v.id AND d.decision = 'approve'
                         WHERE v.claim_id = c.id AND v.code <> 'accurate' AND d.decided_at >= %(begin)s AND d.decided_at < %(end)s
                           AND (NOT coalesce(k.critical, false) OR EXISTS (SELECT FROM publications p WHERE p.verdict_id = v.id))))
           AND NOT coalesce(k.restricted, false)
           AND CASE WHEN coalesce(e.scopes, '{}') = '{}' THEN %(scope)s = 'domestic' ELSE %(scope)s = ANY (e.scopes) END
         ORDER BY c.approved_at, c.id
        """,
        {"scope": scope, "begin": begin, "end": end, "to": to_on},
    )


def campaigns(
    conn: Connection, *, scope: str, from_on: date, to_on: date
) -> list[tuple[str, str, date, int | None, int]]:
    """Campaigns that ran in the range: title, topic, first day, planned items, items counted before the range."""
    return conn.execute(
        """
        SELECT c.title, c.topic, c.from_on, c.planned,
               (SELECT coalesce(sum(d.items), 0) FROM day_tones d WHERE d.dimension = 'topic' AND d.name = c.topic
                   AND d.scope = %(scope)s AND d.on_day >= c.from_on AND d.on_day < %(from)s)
          FROM campaigns c
         WHERE c.ended_at IS NULL AND c.from_on <= %(to)s AND (c.to_on IS NULL OR c.to_on >= %(from)s)
         ORDER BY c.id
        """,
        {"scope": scope, "from": from_on, "to": to_on},
    ).fetchall()


def topics(conn: Connection) -> list[tuple[str, str, bool]]:
    """Name, title and whether it is restricted, of every subject; a later row of a name comes later."""
    return conn.execute(
        "SELECT data->>'name', data->>'title', coalesce((data->>'restricted')::boolean, false)"
        " FROM catalogue_entries WHERE kind = 'topic' ORDER BY name, valid_from NULLS FIRST"
    ).fetchall()


def places(conn: Connection) -> list[tuple[str, str, str, bool]]:
    """Number, name, level and whether it is gone, of every place below the province."""
    return conn.execute(
        "SELECT data->>'id', data->>'name', data->>'level', valid_to IS NOT NULL AND valid_to < current_date"
        " FROM catalogue_entries WHERE kind = 'place' AND data->>'level' <> 'province' ORDER BY name"
    ).fetchall()


def province(conn: Connection, *, on: date) -> tuple[str, date | None] | None:
    """The province's name that day, and since when it has been this province."""
    return conn.execute(
        "SELECT data->>'name', valid_from FROM catalogue_entries WHERE kind = 'place' AND data->>'level' = 'province'"
        " AND (valid_from IS NULL OR valid_from <= %(on)s) AND (valid_to IS NULL OR valid_to >= %(on)s)"
        " ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        {"on": on},
    ).fetchone()


def settings(conn: Connection, *prefixes: str) -> dict[str, str]:
    """Values of the settings whose names begin with one of ``prefixes`` and a dot."""
    rows = conn.execute(
        "SELECT data->>'name', coalesce(data->>'value', '') FROM catalogue_entries"
        " WHERE kind = 'setting' AND split_part(name, '.', 1) = ANY (%s) ORDER BY name",
        [list(prefixes)],
    ).fetchall()
    return dict(rows)


def holder(conn: Connection, role: str, *, on: date) -> str | None:
    """The title of the agency that holds ``role`` on that day; None where the catalogue knows none."""
    row = conn.execute(
        """
        SELECT regexp_replace(a.data->>'title', '\\s*\\([^()]*\\)\\s*$', '')
          FROM catalogue_entries r
          JOIN catalogue_entries a ON a.kind = 'agency' AND a.data->>'name' = r.data->>'agency'
         WHERE r.kind = 'role' AND r.data->>'name' = %(role)s
           AND (r.valid_from IS NULL OR r.valid_from <= %(on)s) AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
         ORDER BY r.valid_from DESC NULLS LAST, a.valid_from DESC NULLS LAST LIMIT 1
        """,
        {"role": role, "on": on},
    ).fetchone()
    return None if row is None else str(row[0])
