"""When the press was collected: the first and the last moment, and the days on which nothing was asked of any source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from db.core.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedSpan:
    """``first``, ``last``: moments of the first and the latest look at any source; None where nothing was ever collected."""

    first: datetime | None
    last: datetime | None


def span(conn: Connection) -> CollectedSpan:
    """The whole time of collection, from polls and, where their months were dropped, from what they brought."""
    row = conn.execute(
        "SELECT least(a.first, p.first), greatest(a.last, p.last) FROM (SELECT min(first_seen_at) AS first, max(first_seen_at) AS last FROM articles) a,"
        " (SELECT min(f.started_at) AS first, max(l.started_at) AS last FROM sources s"
        "    LEFT JOIN LATERAL (SELECT started_at FROM polls WHERE source_id = s.id ORDER BY started_at LIMIT 1) f ON true"
        "    LEFT JOIN LATERAL (SELECT started_at FROM polls WHERE source_id = s.id ORDER BY started_at DESC LIMIT 1) l ON true) p"
    ).fetchone()
    assert row is not None
    return CollectedSpan(first=row[0], last=row[1])


def gaps(conn: Connection, *, from_on: date, to_on: date) -> list[date]:
    """The Vietnamese days of the range on which no source was asked and no article came in."""
    rows = conn.execute(
        """
        SELECT d.on_day FROM (SELECT g::date AS on_day, g::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS begin,
                                     (g + interval '1 day')::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS finish
                                FROM generate_series(%(from)s::timestamp, %(to)s::timestamp, interval '1 day') g) d
         WHERE NOT EXISTS (SELECT FROM articles a WHERE a.first_seen_at >= d.begin AND a.first_seen_at < d.finish)
           AND NOT EXISTS (SELECT FROM sources s WHERE EXISTS (SELECT FROM polls p WHERE p.source_id = s.id
                                                                  AND p.started_at >= d.begin AND p.started_at < d.finish))
         ORDER BY 1
        """,
        {"from": from_on, "to": to_on},
    ).fetchall()
    return [on for (on,) in rows]
