"""Trained models: their bytes, their cards, which one counts. Written by classifier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, first, many, one


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummary:
    """A model without its bytes; ``card``: data, settings, metrics with intervals, known failures, forbidden uses."""

    id: int
    name: str
    state: str
    trained_at: datetime
    rules: str
    card: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A model with its bytes (see classifier.signals.model); None: rules and lexicons alone."""

    name: str
    artifact: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A standing opinion of staff on one article, with what it says now. Kept apart from verdicts."""

    article_id: int
    event_id: int | None
    outcome: str
    signals: list[str]
    relevance: str | None
    at: datetime
    title: str
    body: str
    language: str
    source: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article to learn from."""

    id: int
    title: str
    body: str
    language: str


def champion(conn: Connection) -> StoredModel | None:
    """The model that counts, or None before any training."""
    return first(conn, StoredModel, "SELECT name, artifact FROM models WHERE state = 'champion'")


def champion_name(conn: Connection) -> str | None:
    """Its name alone: a worker asks often whether it still holds the right one."""
    row = conn.execute("SELECT name FROM models WHERE state = 'champion'").fetchone()
    return None if row is None else str(row[0])


def listed(conn: Connection, *, limit: int = 100) -> list[ModelSummary]:
    """The models, newest first."""
    return many(
        conn,
        ModelSummary,
        "SELECT id, name, state, trained_at, rules, card FROM models ORDER BY id DESC LIMIT %s",
        [limit],
    )


def get(conn: Connection, *, name: str) -> ModelSummary:
    """One model, or NotFound."""
    return one(
        conn,
        ModelSummary,
        "SELECT id, name, state, trained_at, rules, card FROM models WHERE name = %s",
        [name],
    )


def store(
    conn: Connection, *, name: str, rules: str, card: dict[str, Any], artifact: bytes | None, wins: bool
) -> None:
    """Keeps a model; ``wins``: it takes the champion's place, else it stays beside it as a challenger.

    A model of the same name (same data, same settings) is kept once; only its state moves.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('models'))")  # one champion at a time
        conn.execute(
            "INSERT INTO models (name, rules, card, artifact) VALUES (%s, %s, %s, %s) ON CONFLICT (name) DO NOTHING",
            [name, rules, Jsonb(card), artifact],
        )
        if wins:
            promote(conn, name=name)


def promote(conn: Connection, *, name: str) -> None:
    """Makes a model the champion: after training, or by hand to roll back. NotFound when there is none such."""
    get(conn, name=name)
    with conn.transaction():
        conn.execute("UPDATE models SET state = 'retired' WHERE state = 'champion' AND name <> %s", [name])
        conn.execute("UPDATE models SET state = 'champion' WHERE name = %s", [name])


def decisions(conn: Connection, *, limit: int = 20_000) -> list[Decision]:
    """What staff decided, newest first, one for each case (or article taken out of its event): the last opinion that
    stands, or what a third person settled. Left out is what was decided for reasons outside the text. A decision on
    an event counts for the article that was first in it."""
    return many(
        conn,
        Decision,
        "SELECT a.id AS article_id, r.event_id, coalesce(d.outcome, r.outcome) AS outcome, r.signals,"
        # what staff put right in the article itself says more than what they ticked with the case
        " coalesce((SELECT c.value FROM article_corrections c WHERE c.article_id = a.id AND c.aspect = 'relevance'"
        "   AND c.says = 'yes' AND NOT EXISTS (SELECT FROM article_corrections n WHERE n.article_id = a.id"
        "     AND n.aspect = 'relevance' AND n.id > c.id)), r.relevance) AS relevance,"
        " r.at, v.title,"
        " v.body, v.language, s.name AS source, a.url"
        " FROM (SELECT DISTINCT ON (case_id, only_article) id, case_id, event_id, outcome, signals, relevance, at,"
        "   only_article"
        "   FROM standing_reviews WHERE NOT outside_text AND event_id IS NOT NULL"
        "   AND outcome IN ('dismiss', 'escalate', 'route_critical') ORDER BY case_id, only_article, id DESC) r"
        " LEFT JOIN adjudications d ON d.case_id = r.case_id AND r.only_article IS NULL"
        " JOIN events e ON e.id = r.event_id JOIN articles a ON a.id = coalesce(r.only_article, e.first_article_id)"
        " JOIN versions v ON v.id = a.version_id JOIN sources s ON s.id = a.source_id ORDER BY r.id DESC LIMIT %s",
        [limit],
    )


def harvest(conn: Connection, *, limit: int) -> list[Text]:
    """The newest articles with something to read, newest first."""
    return many(
        conn,
        Text,
        "SELECT a.id, v.title, v.body, v.language FROM articles a JOIN versions v ON v.id = a.version_id"
        " WHERE length(v.title) + length(v.body) > 20 ORDER BY a.id DESC LIMIT %s",
        [limit],
    )
