"""What the programming interface gives out: articles, events, claims with an approved verdict, newest first."""

from __future__ import annotations

from typing import Any, Literal, LiteralString, TypeAlias

from psycopg.rows import dict_row

from db.core.connection import Connection

Kind: TypeAlias = Literal["articles", "events", "claims"]

_ARTICLES: LiteralString = """
    SELECT a.id, s.name AS source, a.url, a.title, a.lead, a.language, a.published_at, a.first_seen_at, a.state,
           m.event_id AS event, c.copy_of, (SELECT count(*) FROM versions v WHERE v.article_id = a.id) AS versions
      FROM articles a JOIN sources s ON s.id = a.source_id
      LEFT JOIN event_members m ON m.article_id = a.id LEFT JOIN copies c ON c.article_id = a.id
     WHERE (%(number)s::bigint IS NULL OR a.id = %(number)s) AND (%(after)s::bigint IS NULL OR a.id < %(after)s)
       AND NOT EXISTS (SELECT FROM cases k WHERE k.event_id = m.event_id AND k.restricted)
     ORDER BY a.id DESC LIMIT %(limit)s
"""
_EVENTS: LiteralString = """
    SELECT id, title, started_at, last_at, articles, outlets, relevance, harm_band AS harm, criticism_band AS criticism,
           check_band AS needs_checking, is_rebuttal, priority::float AS priority, places, topics, reasons
      FROM events
     WHERE (%(number)s::bigint IS NOT NULL AND id = %(number)s
            OR %(number)s::bigint IS NULL AND relevance <> 'none' AND merged_into IS NULL)
       AND (%(after)s::bigint IS NULL OR id < %(after)s)
       AND NOT EXISTS (SELECT FROM cases k WHERE k.event_id = events.id AND k.restricted)
     ORDER BY id DESC LIMIT %(limit)s
"""
# Restricted cases (personal data, party discipline) are for people at the desk, not for programs.
_CLAIMS: LiteralString = """
    SELECT c.id, c.body AS claim, c.said_on, c.field, c.code AS verdict, c.what_is_true, c.approved_at, w.at AS withdrawn_at
      FROM claims_in_force c LEFT JOIN cases k ON k.id = c.case_id
      LEFT JOIN LATERAL (SELECT max(p.published_at) AS at FROM publications p
                          WHERE p.verdict_id = c.verdict_id AND p.kind = 'withdrawal') w ON true
     WHERE c.verdict_id IS NOT NULL AND NOT coalesce(k.restricted, false) AND (%(after)s::bigint IS NULL OR c.id < %(after)s) AND %(number)s::bigint IS NULL
     ORDER BY c.id DESC LIMIT %(limit)s
"""
_QUERIES = {"articles": _ARTICLES, "events": _EVENTS, "claims": _CLAIMS}


def page(conn: Connection, kind: Kind, *, after: int | None, limit: int) -> list[dict[str, Any]]:
    """At most ``limit`` rows with numbers below ``after``, newest first."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_QUERIES[kind], {"after": after, "limit": limit, "number": None}).fetchall()


def one(conn: Connection, kind: Kind, number: int) -> dict[str, Any] | None:
    """The row of this number; None where there is none that programs may see."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_QUERIES[kind], {"after": None, "limit": 1, "number": number}).fetchone()
