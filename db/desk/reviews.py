"""Opinions on flagged events: what each person thought it deserves. Training data for the classifier.

Kept apart from verdicts: an opinion says where the work goes, never whether something is true.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, many, rules

OUTCOMES = ("dismiss", "escalate", "route_critical")
GUIDELINE = "1"  # the version of the criteria beside the item (help page); raise it when they change


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One opinion that stands."""

    id: int
    case_id: int
    user_id: int
    display_name: str
    at: datetime
    outcome: str
    reason: str | None
    blind: bool
    only_article: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The first opinion and the blind second one on a case, and what a third person decided where they differ."""

    case_id: int
    event_id: int | None
    title: str
    first: str
    first_id: int
    first_name: str
    first_reason: str | None
    second: str
    second_id: int
    second_name: str
    second_reason: str | None
    at: datetime
    settled: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerAgreement:
    """How far two people agree. ``kappa`` is Cohen's (1 = always, 0 = as by chance); None below two pairs or where
    chance alone explains everything."""

    pairs: int
    same: int
    kappa: float | None
    table: dict[tuple[str, str], int]


def record(
    conn: Connection,
    *,
    case_id: int,
    user_id: int,
    outcome: str,
    reason: str = "",
    signals: list[str] | None = None,
    relevance: str | None = None,
    outside_text: bool = False,
    blind: bool = False,
    only_article: int | None = None,
    case_action: int | None = None,
) -> int:
    """Keeps an opinion; returns its number."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO reviews (case_id, event_id, user_id, outcome, reason, signals, relevance, outside_text, blind,"
            " only_article, guideline, case_action)"
            " SELECT id, event_id, %(user)s, %(outcome)s, %(reason)s, %(signals)s, %(relevance)s, %(outside)s, %(blind)s,"
            " %(only)s, %(guideline)s, %(action)s FROM cases WHERE id = %(case)s RETURNING id",
            {
                "case": case_id,
                "user": user_id,
                "outcome": outcome,
                "reason": reason or None,
                "signals": signals or [],
                "relevance": relevance or None,
                "outside": outside_text,
                "blind": blind,
                "only": only_article,
                "guideline": GUIDELINE,
                "action": case_action,
            },
        ).fetchone()
    assert row is not None
    return int(row[0])


def of_case(conn: Connection, *, case_id: int) -> list[Review]:
    """The opinions that stand on a case, oldest first."""
    return many(
        conn,
        Review,
        "SELECT r.id, r.case_id, r.user_id, u.display_name, r.at, r.outcome, r.reason, r.blind, r.only_article"
        " FROM standing_reviews r JOIN users u ON u.id = r.user_id WHERE r.case_id = %s ORDER BY r.id",
        [case_id],
    )


def by(conn: Connection, *, case_id: int, user_id: int) -> Review | None:
    """This person's own standing opinion on the case, or None."""
    return first(
        conn,
        Review,
        "SELECT r.id, r.case_id, r.user_id, u.display_name, r.at, r.outcome, r.reason, r.blind, r.only_article"
        " FROM standing_reviews r JOIN users u ON u.id = r.user_id"
        " WHERE r.case_id = %s AND r.user_id = %s AND r.only_article IS NULL ORDER BY r.id LIMIT 1",
        [case_id, user_id],
    )


def pairs(conn: Connection, *, restricted: bool, limit: int = 2000) -> list[Pair]:
    """First opinions beside their blind second ones, newest first; those on restricted cases only where ``restricted``
    says so."""
    return many(
        conn,
        Pair,
        "SELECT c.id AS case_id, c.event_id, c.title, f.outcome AS first, fu.id AS first_id,"
        " fu.display_name AS first_name, f.reason AS first_reason, s.outcome AS second, su.id AS second_id,"
        " su.display_name AS second_name, s.reason AS second_reason, s.at, a.outcome AS settled"
        " FROM standing_reviews s JOIN cases c ON c.id = s.case_id JOIN users su ON su.id = s.user_id"
        " JOIN LATERAL (SELECT r.outcome, r.user_id, r.reason FROM standing_reviews r WHERE r.case_id = s.case_id AND NOT r.blind"
        "   AND r.only_article IS NULL AND r.user_id <> s.user_id ORDER BY r.id LIMIT 1) f ON true"
        " JOIN users fu ON fu.id = f.user_id LEFT JOIN adjudications a ON a.case_id = c.id"
        " WHERE s.blind AND s.only_article IS NULL AND (%s OR NOT c.restricted) ORDER BY s.id DESC LIMIT %s",
        [restricted, limit],
    )


def adjudicate(conn: Connection, *, case_id: int, user_id: int, outcome: str, reason: str) -> None:
    """A third person says which opinion the guideline means."""
    with rules(), conn.transaction():
        conn.execute(
            "INSERT INTO adjudications (case_id, outcome, reason, user_id) VALUES (%s, %s, %s, %s)",
            [case_id, outcome, reason, user_id],
        )


def agreement(found: list[tuple[str, str]]) -> ReviewerAgreement:
    """Agreement of pairs of outcomes, with Cohen's kappa."""
    table = Counter(found)
    n, same = len(found), sum(count for (a, b), count in table.items() if a == b)
    if n < 2:
        return ReviewerAgreement(pairs=n, same=same, kappa=None, table=dict(table))
    firsts, seconds = Counter(a for a, _ in found), Counter(b for _, b in found)
    chance = sum(firsts[code] * seconds[code] for code in firsts) / (n * n)
    kappa = None if chance == 1 else (same / n - chance) / (1 - chance)
    return ReviewerAgreement(pairs=n, same=same, kappa=kappa, table=dict(table))
