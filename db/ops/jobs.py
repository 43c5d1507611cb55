"""The job engine's tables as an administrator sees them: what waits, what failed, with the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many jobs of one task stand in one status."""

    queue: str
    task: str
    status: str
    jobs: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: whom it was for, how it stands, and how its source's last poll ended while it ran (None: no poll)."""

    id: int
    queue: str
    task: str
    source: str | None
    status: str
    attempts: int
    began_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    why: str | None


def counts(conn: Connection) -> list[Count]:
    """Jobs by queue, task and status."""
    return many(
        conn,
        Count,
        "SELECT j.queue_name AS queue, j.task_name AS task, j.status::text AS status, count(*)::int AS jobs,"
        " max(e.at) AS last_at FROM procrastinate_jobs j"
        " LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON true"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    )


def latest(conn: Connection, *, limit: int = 100) -> list[Job]:
    """The last jobs, failed ones first, then newest first, each with its source and what came of it."""
    return many(
        conn,
        Job,
        "SELECT j.id, j.queue_name AS queue, j.task_name AS task, s.title AS source, j.status::text AS status, j.attempts,"
        " e.began_at, e.ended_at, p.outcome, p.why"
        " FROM (SELECT id, queue_name, task_name, status, attempts, (args->>'source_id')::bigint AS source_id"
        "       FROM procrastinate_jobs ORDER BY status = 'failed' DESC, id DESC LIMIT %s) j"
        " LEFT JOIN sources s ON s.id = j.source_id"
        " LEFT JOIN LATERAL (SELECT max(at) FILTER (WHERE type = 'started') AS began_at,"
        "   max(at) FILTER (WHERE type IN ('succeeded', 'failed', 'cancelled', 'aborted')) AS ended_at"
        "   FROM procrastinate_events WHERE job_id = j.id) e ON true"
        " LEFT JOIN LATERAL (SELECT outcome, why FROM polls WHERE source_id = j.source_id AND started_at >= e.began_at"
        "   AND started_at <= coalesce(e.ended_at, now()) ORDER BY started_at DESC LIMIT 1) p ON true"
        " ORDER BY j.status = 'failed' DESC, j.id DESC",
        [limit],
    )
