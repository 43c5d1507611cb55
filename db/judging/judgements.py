"""Judgements and mentions, and what still waits to be judged. Written by classifier; never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many

RECENT_DAYS = 14  # a new model judges again what was seen within so many days; older judgements stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A version that the model has not judged; ``latest``: it is what its article says now."""

    id: int
    article_id: int
    latest: bool
    title: str
    body: str
    language: str
    source: str
    url: str
    at: datetime  # publication, or first sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place as it is written in a version; offsets in code points of title, line feed, text."""

    place: str
    territory: str | None
    as_written: str
    start_at: int
    end_at: int


def begin(conn: Connection, *, model: str) -> None:
    """Notes where a model begins: at the recent past, or earlier where the model before it had not come so far."""
    conn.execute(
        "INSERT INTO judging_progress (model, done_to) SELECT %s, least("
        " coalesce((SELECT max(done_to) FROM judging_progress), 0),"
        " coalesce((SELECT min(id) - 1 FROM versions WHERE id > (SELECT coalesce(max(done_to), 0) - 200000 FROM judging_progress)"
        "   AND seen_at > now() - make_interval(days => %s)), 0)) ON CONFLICT (model) DO NOTHING",
        [model, RECENT_DAYS],
    )


def pending(conn: Connection, *, model: str, limit: int = 20) -> list[Pending]:
    """Versions the model has not judged, of at most ``limit`` articles, first published first (among the 2,000 that
    wait longest); their articles stay locked until
    the transaction ends and other workers pass them by."""
    return many(
        conn,
        Pending,
        "WITH waiting AS (SELECT v.article_id, min(v.id) AS oldest FROM (SELECT id, article_id FROM versions v"
        "    WHERE v.id > coalesce((SELECT done_to FROM judging_progress WHERE model = %(model)s), 0)"
        "      AND NOT EXISTS (SELECT FROM judgements j WHERE j.version_id = v.id AND j.model = %(model)s)"
        "    ORDER BY v.id LIMIT 2000) v GROUP BY v.article_id),"
        " taken AS (SELECT a.id FROM articles a JOIN waiting w ON w.article_id = a.id"
        "    ORDER BY coalesce(a.published_at, a.first_seen_at), w.oldest LIMIT %(limit)s"
        "    FOR NO KEY UPDATE OF a SKIP LOCKED)"
        " SELECT v.id, v.article_id, v.id = a.version_id AS latest, v.title, v.body, v.language, s.name AS source, a.url,"
        "  coalesce(v.published_at, a.published_at, a.first_seen_at) AS at"
        " FROM taken t JOIN articles a ON a.id = t.id JOIN sources s ON s.id = a.source_id JOIN versions v ON v.article_id = a.id"
        " WHERE v.id > coalesce((SELECT done_to FROM judging_progress WHERE model = %(model)s), 0)"
        "  AND NOT EXISTS (SELECT FROM judgements j WHERE j.version_id = v.id AND j.model = %(model)s) ORDER BY v.id",
        {"model": model, "limit": limit},
    )


def advance(conn: Connection, *, model: str) -> None:
    """Moves the mark up to the last version before the first that waits. What was seen within the hour stays in front
    of it: numbers are given before the rows are committed, and a lower one may still appear."""
    conn.execute(
        "UPDATE judging_progress p SET done_to = greatest(p.done_to, n.mark) FROM (SELECT coalesce("
        "  (SELECT min(v.id) - 1 FROM versions v WHERE v.id > (SELECT done_to FROM judging_progress WHERE model = %(model)s)"
        "     AND (v.seen_at > now() - interval '1 hour' OR NOT EXISTS"
        "       (SELECT FROM judgements j WHERE j.version_id = v.id AND j.model = %(model)s))),"
        "  (SELECT max(id) FROM versions WHERE seen_at <= now() - interval '1 hour'), 0) AS mark) n WHERE p.model = %(model)s",
        {"model": model},
    )


def add(
    conn: Connection,
    *,
    article_id: int,
    version_id: int,
    model: str,
    judgement: dict[str, Any],
    mentions: Sequence[Mention],
) -> None:
    """Stores what a model said of a version, in the contract's form, and the places it found; a second time changes nothing."""
    conn.execute(
        "INSERT INTO judgements (article_id, version_id, model, relevance, relevance_score, harm, harm_band, criticism,"
        " criticism_band, needs_check, check_band, rebuttal, rebuttal_band, topics, priority, result)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (version_id, model) DO NOTHING",
        [
            article_id, version_id, model, judgement["relevance"]["label"], judgement["relevance"]["score"],
            judgement["harm"]["score"], judgement["harm"]["band"],
            judgement["criticism"]["score"], judgement["criticism"]["band"],
            judgement["check"]["score"], judgement["check"]["band"],
            judgement["rebuttal"]["score"], judgement["rebuttal"]["band"],
            judgement["topics"], judgement["priority"], Jsonb(judgement),
        ],
    )  # fmt: skip
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO mentions (version_id, article_id, place, territory, as_written, start_at, end_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (version_id, start_at, place) DO NOTHING",
            [
                (version_id, article_id, m.place, m.territory, m.as_written, m.start_at, m.end_at)
                for m in mentions
            ],
        )
