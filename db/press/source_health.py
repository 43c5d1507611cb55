"""Source health: one state and one sentence per source, and the numbers it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source does; ``state``: ok | failing | silent | volume | empty | unprobed."""

    source_id: int
    state: str
    sentence: str
    sentence_en: str
    since_at: datetime
    last_article_at: datetime | None
    computed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSigns:
    """What the state follows from. ``gap_hours``: the source's own usual gap
    between articles, known from ten articles over a week on; ``weeks``: articles a week."""

    lists: int
    polled: int
    failing: int
    failures: int
    empty: int
    last_ok_at: datetime | None
    why: str | None
    kind: str | None
    last_article_at: datetime | None
    last_published_at: datetime | None
    gap_hours: float | None
    this_week: int
    weeks_mean: float | None
    weeks_deviation: float | None
    weeks_known: int
    whole: int = 0  # articles of two weeks that were read themselves
    refused: int = 0  # article pages of two weeks that were not to be had
    refused_kind: str | None = None  # why, most often


def everyone(conn: Connection) -> list[Health]:
    """The health of all sources that have one."""
    return many(
        conn,
        Health,
        """SELECT source_id, state, sentence, sentence_en, since_at, last_article_at, computed_at
           FROM source_health ORDER BY source_id""",
    )


def signs(conn: Connection, source_id: int) -> HealthSigns:
    """The numbers of one source: its lists now, its articles of the last ten weeks."""
    return one(
        conn,
        HealthSigns,
        """WITH lists AS (
             SELECT r.last_outcome, r.last_kind, r.last_why, r.failures, r.last_ok_at FROM rhythms r
             LEFT JOIN source_addresses a ON a.id = r.address_id
             WHERE r.source_id = %(id)s AND a.retired_at IS NULL),
           mine AS (
             SELECT first_seen_at, coalesce(published_at, first_seen_at) AS at FROM articles
             WHERE source_id = %(id)s AND first_seen_at > now() - interval '70 days'),
           shut AS (
             SELECT kind FROM links WHERE source_id = %(id)s AND fate = 'set_aside' AND found_at > now() - interval '14 days'
               AND kind IN ('challenge', 'teaser', 'http_401', 'http_402', 'http_403', 'http_451', 'certificate')),
           gaps AS (SELECT extract(epoch FROM at - lag(at) OVER (ORDER BY at)) / 3600 AS hours FROM mine),
           weeks AS (
             SELECT w, count(m.at) AS n FROM generate_series(1, 9) AS w
             LEFT JOIN mine m ON m.at > now() - make_interval(weeks => w + 1) AND m.at <= now() - make_interval(weeks => w)
             GROUP BY w)
           SELECT (SELECT count(*) FROM lists)::int AS lists,
             (SELECT count(*) FROM lists WHERE last_outcome IS NOT NULL)::int AS polled,
             (SELECT count(*) FROM lists WHERE last_outcome IN ('failed', 'not_a_feed'))::int AS failing,
             coalesce((SELECT max(failures) FROM lists), 0)::int AS failures,
             (SELECT count(*) FROM lists WHERE last_outcome = 'empty')::int AS empty,
             (SELECT max(last_ok_at) FROM lists) AS last_ok_at,
             (SELECT last_why FROM lists WHERE last_outcome IN ('failed', 'not_a_feed') ORDER BY failures DESC LIMIT 1) AS why,
             (SELECT last_kind FROM lists WHERE last_outcome IN ('failed', 'not_a_feed') ORDER BY failures DESC LIMIT 1) AS kind,
             (SELECT max(first_seen_at) FROM mine) AS last_article_at,
             (SELECT max(at) FROM mine) AS last_published_at,
             (SELECT CASE WHEN count(*) >= 10 AND max(at) - min(at) > interval '7 days'
                    THEN (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) FROM gaps) END FROM mine)::float AS gap_hours,
             (SELECT count(*) FROM mine WHERE at > now() - interval '7 days')::int AS this_week,
             (SELECT avg(n) FROM weeks)::float AS weeks_mean,
             (SELECT stddev_samp(n) FROM weeks)::float AS weeks_deviation,
             (SELECT count(*) FROM weeks WHERE n > 0)::int AS weeks_known,
             (SELECT count(*) FROM articles WHERE source_id = %(id)s AND NOT partial
                AND first_seen_at > now() - interval '14 days')::int AS whole,
             (SELECT count(*) FROM shut)::int AS refused,
             (SELECT kind FROM shut GROUP BY kind ORDER BY count(*) DESC, kind LIMIT 1) AS refused_kind""",
        {"id": source_id},
    )


def keep(
    conn: Connection,
    source_id: int,
    *,
    state: str,
    sentence: str,
    sentence_en: str,
    last_article_at: datetime | None,
) -> None:
    """Remembers a source's health; ``since_at`` moves only when the state changes."""
    conn.execute(
        """INSERT INTO source_health (source_id, state, sentence, sentence_en, last_article_at) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, sentence = excluded.sentence,
             sentence_en = excluded.sentence_en, last_article_at = excluded.last_article_at, computed_at = now(),
             since_at = CASE WHEN source_health.state = excluded.state THEN source_health.since_at ELSE now() END""",
        [source_id, state, sentence, sentence_en, last_article_at],
    )
