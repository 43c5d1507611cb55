"""The job engine's tables as an administrator sees them: what waits, what failed, with the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many jobs of one task stand in one status."""

    queue: str
    task: str
    status: str
    jobs: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A job that failed for good."""

    id: int
    queue: str
    task: str
    attempts: int
    at: datetime | None


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


def failed(conn: Connection, *, limit: int = 50) -> list[Failed]:
    """The last failed jobs, newest first."""
    return many(
        conn,
        Failed,
        "SELECT j.id, j.queue_name AS queue, j.task_name AS task, j.attempts,"
        " (SELECT max(at) FROM procrastinate_events WHERE job_id = j.id) AS at"
        " FROM procrastinate_jobs j WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT %s",
        [limit],
    )
