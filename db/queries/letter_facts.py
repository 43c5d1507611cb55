"""What a letter can say of a case."""

from __future__ import annotations

from dataclasses import dataclass

from db.core.connection import Connection, first


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What a letter can say of a case: the article it answers, and each claim that stands."""

    title: str
    outlet: str | None
    article_title: str | None
    article_url: str | None
    published_at: object


def of_case(conn: Connection, case_id: int) -> LetterFacts | None:
    """The case's first article that asserts a claim that stands; where none does, the first of its event."""
    return first(
        conn,
        LetterFacts,
        "SELECT c.title, a.outlet, a.title AS article_title, a.url AS article_url, a.published_at"
        " FROM cases c LEFT JOIN LATERAL (SELECT s.title AS outlet, ar.title, ar.url, ar.published_at FROM articles ar JOIN sources s ON s.id = ar.source_id"
        "   LEFT JOIN claim_articles ca ON ca.article_id = ar.id AND ca.claim_id IN (SELECT id FROM claims_in_force WHERE case_id = c.id)"
        "   LEFT JOIN event_members m ON m.article_id = ar.id AND m.event_id = c.event_id"
        "   WHERE ca.article_id IS NOT NULL OR m.article_id IS NOT NULL"
        "   ORDER BY (ca.relation IN ('asserts', 'repeats')) DESC NULLS LAST, ar.published_at NULLS LAST, ar.id LIMIT 1) a ON true"
        " WHERE c.id = %s",
        [case_id],
    )
