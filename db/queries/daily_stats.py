"""Daily counts of items about the province: what the overview and campaigns read instead of the archive.

Written by review_ui. A day is a day of Vietnam. Only first publications count; copies stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.core.connection import Connection, many

# Judgements are numbered when written and seen when committed: as many behind the mark are looked at again.
OVERLAP = 1_000
PAUSE = timedelta(
    minutes=10
)  # without a new judgement today is counted again this often: copies and stances move
CHUNK = 20_000  # judgements looked at in one round


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVolume:
    """Items of one scope on one day."""

    on_day: date
    scope: str
    items: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCount:
    """Items of an outlet, field, place or territory over a range, with their tones (0 for outlets)."""

    name: str
    items: int
    criticism: int
    harm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTone:
    """Items of one name of a dimension on one day."""

    on_day: date
    name: str
    items: int
    criticism: int
    harm: int


def bring_up(conn: Connection, *, now: datetime) -> int:
    """Counts again the days whose items changed since the last time, and always today and yesterday; returns how many
    days. One worker at a time: another finds nothing to do."""
    mark = conn.execute(
        "SELECT judgement_id, coalesce(counted_at, '-infinity') > %(now)s::timestamptz - %(pause)s"
        " AND judgement_id = coalesce((SELECT max(id) FROM judgements), 0)"
        " FROM day_counts_marks FOR UPDATE SKIP LOCKED",
        {"now": now, "pause": PAUSE},
    ).fetchone()
    if mark is None or mark[1]:
        return 0
    rows = conn.execute(
        """
        WITH fresh AS (SELECT id, article_id FROM judgements WHERE id > %(mark)s - %(overlap)s ORDER BY id LIMIT %(chunk)s)
        SELECT max(f.id), array_agg(DISTINCT (coalesce(a.published_at, a.first_seen_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
          FROM fresh f JOIN articles a ON a.id = f.article_id
        """,
        {"mark": mark[0], "overlap": OVERLAP, "chunk": CHUNK},
    ).fetchone()
    last, days = rows if rows is not None and rows[0] is not None else (mark[0], [])
    recent = conn.execute(
        "SELECT d::date FROM generate_series(%(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh' - interval '1 day',"
        " %(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh', interval '1 day') d",
        {"now": now},
    ).fetchall()
    touched = sorted({*days, *(on for (on,) in recent)})
    for on in touched:
        count_day(conn, on)
    conn.execute(
        "UPDATE day_counts_marks SET judgement_id = greatest(judgement_id, %s), counted_at = %s", [last, now]
    )
    return len(touched)


def count_day(conn: Connection, on: date) -> None:
    """Counts one day afresh."""
    conn.execute("DELETE FROM day_volumes WHERE on_day = %s", [on])
    conn.execute("DELETE FROM day_tones WHERE on_day = %s", [on])
    conn.execute(
        """
        WITH items AS MATERIALIZED (
          SELECT a.id, a.source_id, s.scope, j.version_id, j.topics,
                 c.copy_of IS NOT NULL AND os.scope = s.scope AS copied,
                 j.criticism_band IN ('medium', 'high') AS criticism,
                 j.harm_band IN ('medium', 'high') AND j.criticism_band = 'low' AS harm
            FROM articles a
            JOIN sources s ON s.id = a.source_id
            JOIN LATERAL (SELECT relevance, criticism_band, harm_band, topics, version_id FROM judgements
                           WHERE article_id = a.id ORDER BY id DESC LIMIT 1) j ON j.relevance = 'core'
            LEFT JOIN copies c ON c.article_id = a.id
            LEFT JOIN articles o ON o.id = c.copy_of
            LEFT JOIN sources os ON os.id = o.source_id
           WHERE (a.published_at >= %(on)s::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                  AND a.published_at < (%(on)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
              OR (a.published_at IS NULL AND a.first_seen_at >= %(on)s::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                  AND a.first_seen_at < (%(on)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
        ), volumes AS (
          INSERT INTO day_volumes (on_day, source_id, items, copies)
          SELECT %(on)s, source_id, count(*) FILTER (WHERE NOT copied), count(*) FILTER (WHERE copied) FROM items GROUP BY source_id
        ), named AS (
          SELECT scope, 'all' AS dimension, '' AS name, criticism, harm FROM items WHERE NOT copied
          UNION ALL
          SELECT scope, 'topic', topic, criticism, harm FROM items, unnest(topics) AS topic WHERE NOT copied
          UNION ALL
          SELECT i.scope, 'place', m.place, i.criticism, i.harm
            FROM items i JOIN LATERAL (SELECT DISTINCT place FROM mentions WHERE version_id = i.version_id) m ON true
           WHERE NOT i.copied
          UNION ALL
          SELECT i.scope, 'territory',
                 CASE WHEN m.old > 1 THEN 'both' WHEN m.old = 1 THEN m.one WHEN m.whole THEN 'new' ELSE 'unknown' END, i.criticism, i.harm
            FROM items i JOIN LATERAL (SELECT count(DISTINCT territory) FILTER (WHERE territory <> 'new') AS old,
                                              min(territory) FILTER (WHERE territory <> 'new') AS one,
                                              coalesce(bool_or(territory = 'new'), false) AS whole
                                         FROM mentions WHERE version_id = i.version_id) m ON true
           WHERE NOT i.copied
        )
        INSERT INTO day_tones (on_day, scope, dimension, name, items, criticism, harm)
        SELECT %(on)s, scope, dimension, name, count(*), count(*) FILTER (WHERE criticism), count(*) FILTER (WHERE harm)
          FROM named GROUP BY scope, dimension, name
        """,
        {"on": on},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Items of a name on a day and the day before, each with the sum of the four weeks before it."""

    dimension: str
    name: str
    items: int
    before: int
    items_eve: int
    before_eve: int


def beside(conn: Connection, *, on: date) -> list[Beside]:
    """Fields and places with what is needed to tell a spike on ``on`` or the day before, in one look."""
    return many(
        conn,
        Beside,
        """
        SELECT dimension, name,
               coalesce(sum(items) FILTER (WHERE on_day = %(on)s), 0)::integer AS items,
               coalesce(sum(items) FILTER (WHERE on_day BETWEEN %(on)s - 28 AND %(on)s - 1), 0)::integer AS before,
               coalesce(sum(items) FILTER (WHERE on_day = %(on)s - 1), 0)::integer AS items_eve,
               coalesce(sum(items) FILTER (WHERE on_day BETWEEN %(on)s - 29 AND %(on)s - 2), 0)::integer AS before_eve
          FROM day_tones WHERE on_day BETWEEN %(on)s - 29 AND %(on)s AND dimension IN ('topic', 'place')
         GROUP BY dimension, name
        """,
        {"on": on},
    )


def by_day(conn: Connection, *, first: date, last: date) -> list[DayVolume]:
    """Volume by day and scope; days without items are missing."""
    return many(
        conn,
        DayVolume,
        "SELECT d.on_day, s.scope, sum(d.items)::integer AS items, sum(d.copies)::integer AS copies"
        " FROM day_volumes d JOIN sources s ON s.id = d.source_id WHERE d.on_day BETWEEN %s AND %s"
        " GROUP BY d.on_day, s.scope ORDER BY d.on_day, s.scope",
        [first, last],
    )


def by_outlet(conn: Connection, *, first: date, last: date, most: int) -> list[NamedCount]:
    """Outlets by volume; tones are not counted by outlet and stand at 0."""
    return many(
        conn,
        NamedCount,
        "SELECT s.title AS name, sum(d.items)::integer AS items, 0 AS criticism, 0 AS harm"
        " FROM day_volumes d JOIN sources s ON s.id = d.source_id WHERE d.on_day BETWEEN %s AND %s"
        " GROUP BY s.id, s.title HAVING sum(d.items) > 0 ORDER BY sum(d.items) DESC, s.title LIMIT %s",
        [first, last, most],
    )


def by_name(conn: Connection, dimension: str, *, first: date, last: date, most: int) -> list[NamedCount]:
    """Fields, places or territories by volume, with tones."""
    return many(
        conn,
        NamedCount,
        "SELECT name, sum(items)::integer AS items, sum(criticism)::integer AS criticism, sum(harm)::integer AS harm"
        " FROM day_tones WHERE dimension = %s AND on_day BETWEEN %s AND %s GROUP BY name ORDER BY sum(items) DESC, name LIMIT %s",
        [dimension, first, last, most],
    )


def days_of(conn: Connection, dimension: str, *, first: date, last: date) -> list[DayTone]:
    """Every name of a dimension by day, scopes together: what spikes are found in."""
    return many(
        conn,
        DayTone,
        "SELECT on_day, name, sum(items)::integer AS items, sum(criticism)::integer AS criticism, sum(harm)::integer AS harm"
        " FROM day_tones WHERE dimension = %s AND on_day BETWEEN %s AND %s GROUP BY on_day, name ORDER BY name, on_day",
        [dimension, first, last],
    )
