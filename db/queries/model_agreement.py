"""How the machine's opinion fared beside people's: overrides, agreement by signal, accurate criticism held up for a check.

All of it audits the model. Nothing here ranks outlets: they stand in the order of the alphabet, with counts of what the
model did to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Decided events by the model that judged them and by why they were shown; ``dismissed``: people let them go."""

    model: str
    shown_by: str
    decided: int
    dismissed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAgreement:
    """A signal of the machine (medium or high) beside the first person's tick, over events where signals were ticked."""

    signal: str
    both: int
    machine_alone: int
    person_alone: int
    neither: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Articles of events that people sent on to be answered as accurate criticism, and for how many of them the machine
    asked for a check."""

    outlet: str
    critical: int
    to_check: int


def overrides(conn: Connection, *, since: datetime) -> list[Override]:
    """By model and by how the event was chosen; first opinions, blind ones left out."""
    return many(
        conn,
        Override,
        "SELECT coalesce(j.model, '–') AS model, coalesce(e.selected_by, 'rule') AS shown_by, count(*) AS decided,"
        "  count(*) FILTER (WHERE r.outcome = 'dismiss') AS dismissed"
        " FROM (SELECT DISTINCT ON (case_id) case_id, event_id, outcome, at FROM standing_reviews"
        "   WHERE NOT blind AND only_article IS NULL AND outcome <> 'merge' ORDER BY case_id, id) r"
        " JOIN events e ON e.id = r.event_id"
        " LEFT JOIN LATERAL (SELECT model FROM judgements WHERE article_id = e.first_article_id AND judged_at <= r.at"
        "   ORDER BY id DESC LIMIT 1) j ON true"
        " WHERE r.at >= %s GROUP BY 1, 2 ORDER BY 1, 2",
        [since],
    )


def agreement(conn: Connection, *, since: datetime) -> list[ModelAgreement]:
    """By signal; what people ticked says which signals they saw, so opinions without any tick are left out."""
    return many(
        conn,
        ModelAgreement,
        "SELECT s.signal, count(*) FILTER (WHERE s.machine AND s.person) AS both,"
        "  count(*) FILTER (WHERE s.machine AND NOT s.person) AS machine_alone,"
        "  count(*) FILTER (WHERE NOT s.machine AND s.person) AS person_alone,"
        "  count(*) FILTER (WHERE NOT s.machine AND NOT s.person) AS neither"
        " FROM (SELECT DISTINCT ON (case_id) case_id, event_id, signals, at FROM standing_reviews"
        "   WHERE NOT blind AND only_article IS NULL AND outcome <> 'merge' ORDER BY case_id, id) r"
        " JOIN events e ON e.id = r.event_id"
        " CROSS JOIN LATERAL (VALUES ('harm', e.harm_band <> 'low', 'harm' = ANY (r.signals)),"
        "   ('criticism', e.criticism_band <> 'low', 'criticism' = ANY (r.signals)),"
        "   ('check', e.check_band <> 'low', 'check' = ANY (r.signals))) s(signal, machine, person)"
        " WHERE r.at >= %s AND cardinality(r.signals) > 0 GROUP BY s.signal ORDER BY array_position('{harm,criticism,check}', s.signal)",
        [since],
    )


def fairness(conn: Connection, *, since: datetime) -> list[Fairness]:
    """By outlet, in the order of the alphabet; copies are left out."""
    return many(
        conn,
        Fairness,
        "SELECT s.title AS outlet, count(*) AS critical, count(*) FILTER (WHERE j.check_band <> 'low') AS to_check"
        " FROM (SELECT DISTINCT ON (event_id) event_id, outcome, at FROM standing_reviews"
        "   WHERE only_article IS NULL AND event_id IS NOT NULL AND outcome <> 'merge' ORDER BY event_id, id DESC) r"
        " JOIN event_members m ON m.event_id = r.event_id JOIN articles a ON a.id = m.article_id"
        " JOIN sources s ON s.id = a.source_id"
        " JOIN LATERAL (SELECT check_band, criticism_band FROM judgements WHERE article_id = a.id ORDER BY id DESC LIMIT 1) j ON true"
        " WHERE r.outcome = 'route_critical' AND r.at >= %s AND NOT EXISTS (SELECT FROM copies c WHERE c.article_id = a.id)"
        " GROUP BY s.title ORDER BY s.title",
        [since],
    )
