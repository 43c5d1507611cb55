"""Figures that /metrics shows about the whole installation. Counts and ages only; nothing reads the whole archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One figure of a family; ``label`` is empty where the family has none."""

    name: str
    label: str
    value: float


# Each reads a small table, a partial index, or the rows of one day through an index.
_QUERIES: tuple[LiteralString, ...] = (
    # the planner's own estimate: counting a million rows at every scrape would cost more than it tells
    "SELECT 'articles_estimate' AS name, '' AS label, greatest(reltuples, 0)::float AS value FROM pg_class WHERE oid = 'articles'::regclass",
    "SELECT 'articles_last_day' AS name, '' AS label, count(*)::float AS value FROM articles WHERE first_seen_at > now() - interval '1 day'",
    "SELECT 'articles_unjudged' AS name, '' AS label, count(*)::float AS value FROM articles a"
    " WHERE a.first_seen_at > now() - interval '2 days' AND NOT EXISTS (SELECT FROM judgements j WHERE j.article_id = a.id)",
    "SELECT 'links_open' AS name, fate AS label, count(*)::float AS value FROM links WHERE fate IN ('pending', 'retry') GROUP BY fate",
    "SELECT 'lists' AS name, coalesce(last_outcome, 'never') AS label, count(*)::float AS value FROM rhythms GROUP BY 2",
    "SELECT 'polls' AS name, '' AS label, coalesce(sum(polls), 0)::float AS value FROM rhythms",
    "SELECT 'poll_age_seconds' AS name, '' AS label, extract(epoch FROM now() - max(last_ok_at))::float AS value FROM rhythms"
    " HAVING max(last_ok_at) IS NOT NULL",
    "SELECT 'sources' AS name, coalesce(h.state, 'unprobed') AS label, count(*)::float AS value FROM sources s"
    " LEFT JOIN source_health h ON h.source_id = s.id WHERE s.status = 'enabled' GROUP BY 2",
    "SELECT 'cases_open' AS name, state AS label, count(*)::float AS value FROM cases WHERE state <> 'closed' GROUP BY state",
    "SELECT 'cases_overdue' AS name, '' AS label, count(*)::float AS value FROM cases WHERE state <> 'closed' AND due_at < now()",
    "SELECT 'jobs' AS name, queue_name || '/' || status::text AS label, count(*)::float AS value FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 2",
    "SELECT 'deliveries_waiting' AS name, '' AS label, count(*)::float AS value FROM alert_deliveries WHERE sent_at IS NULL AND given_up_at IS NULL",
    "SELECT a.name, a.label, a.value FROM (SELECT 'audit_rows' AS name, '' AS label, id::float AS value FROM audit ORDER BY id DESC LIMIT 1) a",
    "SELECT a.name, a.label, a.value FROM (SELECT 'audit_head_age_seconds' AS name, '' AS label, extract(epoch FROM now() - at)::float AS value"
    " FROM audit ORDER BY id DESC LIMIT 1) a",
    "SELECT 'database_bytes' AS name, '' AS label, pg_database_size(current_database())::float AS value",
)


def read(conn: Connection) -> list[Gauge]:
    """All figures as they stand now."""
    return [gauge for query in _QUERIES for gauge in many(conn, Gauge, query)]
