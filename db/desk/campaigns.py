"""Campaigns and resolutions whose coverage is followed against a plan. Written by review_ui."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign with its coverage so far: items of its topic since its first day, from the daily counts."""

    id: int
    title: str
    topic: str  # catalogue name
    from_on: date
    to_on: date | None
    planned: int | None
    items: int
    criticism: int
    last_week: int


def running(conn: Connection, *, on: date) -> list[Campaign]:
    """Campaigns that staff have not ended, with what was published since they began, both scopes together."""
    return many(
        conn,
        Campaign,
        """
        SELECT c.id, c.title, c.topic, c.from_on, c.to_on, c.planned, coalesce(sum(d.items), 0)::integer AS items,
               coalesce(sum(d.criticism), 0)::integer AS criticism,
               coalesce(sum(d.items) FILTER (WHERE d.on_day > %(on)s - 7), 0)::integer AS last_week
          FROM campaigns c
          LEFT JOIN day_tones d ON d.dimension = 'topic' AND d.name = c.topic AND d.on_day >= c.from_on
                               AND d.on_day <= coalesce(c.to_on, %(on)s)
         WHERE c.ended_at IS NULL GROUP BY c.id ORDER BY c.from_on DESC, c.id DESC
        """,
        {"on": on},
    )


def add(
    conn: Connection,
    *,
    title: str,
    topic: str,
    from_on: date,
    to_on: date | None,
    planned: int | None,
    created_by: int,
) -> None:
    """Begins to follow a campaign."""
    conn.execute(
        "INSERT INTO campaigns (title, topic, from_on, to_on, planned, created_by) VALUES (%s, %s, %s, %s, %s, %s)",
        [title, topic, from_on, to_on, planned, created_by],
    )


def end(conn: Connection, campaign_id: int) -> None:
    """Follows it no longer; what was counted stays in the digests issued."""
    conn.execute("UPDATE campaigns SET ended_at = now() WHERE id = %s AND ended_at IS NULL", [campaign_id])
