"""Cases with all that happened to them: what a digest tells of a period is read from here and decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as it is called and assigned now. ``event``, ``url``: None and '' for a case that no press item holds."""

    case: int
    event: int | None
    title: str
    url: str
    first_at: datetime
    outlets: list[str]
    opened_by: str
    critical: bool
    restricted: bool
    elsewhere: bool
    opened_at: datetime
    agency: str | None
    due_at: datetime | None
    verdict: str | None
    response: str
    due_on: date | None
    settled: str
    paper: str
    result_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened to a case and stands: a ``step`` (into ``to_state``, with its ``outcome`` at an end), a
    verdict approved (``concluded``) or taken back (``withdrawn``), an answer noted as given (``reply``)."""

    case: int
    at: datetime
    what: Literal["step", "concluded", "withdrawn", "reply"]
    action: str = ""
    to_state: str = ""
    outcome: str = ""


def cases(conn: Connection, *, scope: str, begin: datetime, end: datetime) -> list[CaseRow]:
    """Every case of ``scope`` opened before ``end``, but for those over before ``begin`` of which nothing was heard since.

    A case belongs to the scopes of its event; one without an event (a citizen's report) to ``domestic``.
    """
    return many(
        conn,
        CaseRow,
        """
        SELECT c.id AS case, c.event_id AS event, c.title, coalesce(a.url, '') AS url,
               coalesce(a.published_at, a.first_seen_at, c.opened_at) AS first_at,
               ARRAY(SELECT DISTINCT s.title FROM event_members m JOIN articles ma ON ma.id = m.article_id
                       JOIN sources s ON s.id = ma.source_id WHERE m.event_id = c.event_id ORDER BY s.title) AS outlets,
               c.opened_by, c.critical, c.restricted, c.elsewhere, c.opened_at,
               coalesce(g.data->>'title', c.agency, r.agency) AS agency, c.due_at,
               (SELECT l.code FROM claims_in_force l WHERE l.case_id = c.id AND l.verdict_id IS NOT NULL
                 ORDER BY l.code IN ('fabricated', 'partly_false') DESC, l.approved_at DESC LIMIT 1) AS verdict,
               coalesce(r.kind, '') AS response, r.due_on, coalesce(r.outcome, '') AS settled,
               coalesce(r.document, '') AS paper, coalesce(r.url, '') AS result_url
          FROM cases c
          LEFT JOIN events e ON e.id = c.event_id
          LEFT JOIN articles a ON a.id = e.first_article_id
          LEFT JOIN LATERAL (SELECT p.kind, p.agency, p.due_on, u.outcome, u.document, u.url
                               FROM responses p
                               LEFT JOIN LATERAL (SELECT outcome, document, url FROM response_outcomes
                                                   WHERE response_id = p.id ORDER BY id DESC LIMIT 1) u ON true
                              WHERE p.case_id = c.id ORDER BY p.id DESC LIMIT 1) r ON true
          LEFT JOIN LATERAL (SELECT data FROM catalogue_entries WHERE kind = 'agency' AND name = coalesce(c.agency, r.agency)
                              ORDER BY valid_from DESC NULLS LAST LIMIT 1) g ON true
         WHERE c.opened_at < %(end)s
           AND CASE WHEN coalesce(e.scopes, '{}') = '{}' THEN %(scope)s = 'domestic' ELSE %(scope)s = ANY (e.scopes) END
           AND (c.state <> 'closed' OR c.changed_at >= %(begin)s
             OR EXISTS (SELECT FROM responses p JOIN response_outcomes u ON u.response_id = p.id
                         WHERE p.case_id = c.id AND u.set_at >= %(begin)s)
             OR EXISTS (SELECT FROM claims l JOIN publications w ON w.claim_id = l.id
                         WHERE l.case_id = c.id AND w.kind = 'withdrawal' AND w.published_at >= %(begin)s))
         ORDER BY c.due_at NULLS LAST, c.id
        """,
        {"scope": scope, "begin": begin, "end": end},
    )


def happenings(conn: Connection, cases: list[int]) -> list[Happening]:
    """All that happened to ``cases``, in order of time; what was undone, and its undoing, never happened.

    A verdict on accurate criticism concludes nothing unless it was published: such a case is answered.
    """
    return many(
        conn,
        Happening,
        """
        SELECT case_id AS case, at, what, action, to_state, outcome FROM (
          SELECT a.case_id, a.at, 'step' AS what, a.action, a.to_state, coalesce(a.data->>'outcome', a.action) AS outcome, a.id AS n
            FROM case_actions a
           WHERE a.action <> 'undo' AND NOT EXISTS (SELECT FROM case_actions u WHERE u.reverses = a.id)
          UNION ALL
          SELECT j.case_id, j.at, 'step', 'joined', j.to_state, 'joined', j.id FROM case_joins j WHERE j.to_state <> j.from_state
          UNION ALL
          SELECT r.case_id, r.at, 'step', 'come_back', 'flagged', '', r.id FROM case_returns r
          UNION ALL
          SELECT c.case_id, d.decided_at, 'concluded', '', '', v.code, v.id
            FROM verdict_decisions d JOIN verdicts v ON v.id = d.verdict_id JOIN standing_claims c ON c.id = v.claim_id
            JOIN cases k ON k.id = c.case_id
           WHERE d.decision = 'approve' AND v.code <> 'accurate'
             AND (NOT k.critical OR EXISTS (SELECT FROM publications p WHERE p.verdict_id = v.id))
          UNION ALL
          SELECT c.case_id, p.published_at, 'withdrawn', '', '', 'withdrawn', p.id
            FROM publications p JOIN standing_claims c ON c.id = p.claim_id WHERE p.kind = 'withdrawal'
          UNION ALL
          SELECT r.case_id, u.set_at, 'reply', '', '', u.outcome, u.id
            FROM response_outcomes u JOIN responses r ON r.id = u.response_id
           WHERE u.outcome IN ('answered', 'corrected', 'partly', 'fixed')
        ) h WHERE case_id = ANY (%s) ORDER BY at, n
        """,
        [cases],
    )
