"""Reads from the database what a digest over a range of days is composed of. The only file here that asks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from psycopg.rows import dict_row

from db.core.connection import Connection, many
from db.core.errors import Invalid
from db.core.time import HANOI
from review_ui.digests import labels, offices
from review_ui.digests.facts import CampaignCoverage, Checked, DigestFacts, Matter
from review_ui.digests.figures import DigestItem, count, period_before, stories, year_before

SUMMARISED = 80  # stories whose whole text is read: more than any digest tells in sentences
LONGEST_RANGE = 800  # days: two years and a little; a larger range is a slip of the keyboard


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: int
    source: str
    outlet: str
    kind: str
    language: str
    title: str
    lead: str
    url: str
    at: datetime
    copy_of: int | None
    copy_here: bool | None
    event: int | None
    relevance: Literal["core", "mention", "none"]
    harm: str
    criticism: str
    check: str
    rebuttal: bool
    priority: float
    topics: list[str]
    places: list[str] | None
    territories: list[str] | None
    stance: str | None
    gone: bool
    capture: int | None
    sha256: str | None
    closed_view: bool


def collect(
    conn: Connection, *, scope: Literal["domestic", "foreign"], from_on: date, to_on: date
) -> DigestFacts:
    """All facts of the digest of ``scope`` over ``from_on`` … ``to_on``, both Vietnamese days included.

    Raises Invalid for days in the wrong order or a range longer than LONGEST_RANGE days.
    """
    if to_on < from_on:
        raise Invalid("to", f"the range ends ({to_on}) before it begins ({from_on}): swap the two days")
    if (to_on - from_on).days >= LONGEST_RANGE:
        raise Invalid("to", f"the range is longer than {LONGEST_RANGE} days: choose a shorter one")
    before_range, year_range = period_before(from_on, to_on), year_before(from_on, to_on)
    topics, restricted = offices.topics(conn)
    rows = items(conn, scope=scope, from_on=from_on, to_on=to_on, restricted=restricted)
    about = {item.event for item in rows if item.event is not None and item.relevance == "core"}
    return DigestFacts(
        scope=scope,
        from_on=from_on,
        to_on=to_on,
        office=offices.office(conn, scope=scope, on=to_on),
        items=rows,
        before=count(
            items(conn, scope=scope, from_on=before_range[0], to_on=before_range[1], restricted=restricted)
        ),
        before_range=before_range,
        last_year=count(
            items(conn, scope=scope, from_on=year_range[0], to_on=year_range[1], restricted=restricted)
        ),
        year_range=year_range,
        matters=_matters(conn, rows, events=about),
        earlier=_earlier(conn, scope=scope, from_on=from_on, to_on=to_on, events=about),
        checked=_checked(conn, scope=scope, from_on=from_on, to_on=to_on),
        campaigns=_campaigns(conn, rows, scope=scope, from_on=from_on, to_on=to_on),
        topics=topics,
        places=offices.places(conn),
        bodies=_bodies(conn, [story.first.id for story in stories(rows)[:SUMMARISED]]),
        hidden=sum(i.restricted and i.relevance == "core" and i.copy_of is None for i in rows),
    )


def moments(from_on: date, to_on: date) -> tuple[datetime, datetime]:
    """The range as moments: from its first midnight in Vietnam to the one after its last day."""
    first = datetime.combine(from_on, time(), HANOI).astimezone(UTC)
    return first, datetime.combine(to_on + timedelta(days=1), time(), HANOI).astimezone(UTC)


def items(
    conn: Connection, *, scope: str, from_on: date, to_on: date, restricted: Iterable[str] = ()
) -> tuple[DigestItem, ...]:
    """Judged items of the range that concern or name the province, by time of publication (of first sight where none
    was stated). A copy whose original belongs to the other scope counts as the first of its group here."""
    begin, end = moments(from_on, to_on)
    rows = many(
        conn,
        _Row,
        """
        SELECT a.id, s.name AS source, s.title AS outlet, coalesce(s.owner, '') AS kind, a.language, a.title, a.lead, a.url,
               coalesce(a.published_at, a.first_seen_at) AS at, c.copy_of, os.scope = s.scope AS copy_here,
               m.event_id AS event, j.relevance, j.harm_band AS harm, j.criticism_band AS criticism, j.check_band AS check,
               j.rebuttal_band <> 'low' AS rebuttal, j.priority, j.topics, p.places, p.territories, st.stance,
               a.state = 'gone' AS gone, v.capture_id AS capture, v.text_sha256 AS sha256,
               coalesce(k.restricted, false) OR j.topics && %(restricted)s::text[] AS closed_view
          FROM articles a
          JOIN sources s ON s.id = a.source_id AND s.scope = %(scope)s
          JOIN LATERAL (SELECT relevance, harm_band, criticism_band, check_band, rebuttal_band, priority, topics, version_id
                          FROM judgements WHERE article_id = a.id ORDER BY id DESC LIMIT 1) j ON j.relevance <> 'none'
          LEFT JOIN copies c ON c.article_id = a.id
          LEFT JOIN articles o ON o.id = c.copy_of
          LEFT JOIN sources os ON os.id = o.source_id
          LEFT JOIN event_members m ON m.article_id = a.id
          LEFT JOIN cases k ON k.event_id = m.event_id
          LEFT JOIN versions v ON v.id = a.version_id
          LEFT JOIN LATERAL (SELECT array_agg(DISTINCT place) AS places, array_agg(DISTINCT territory) AS territories
                               FROM mentions WHERE version_id = j.version_id) p ON true
          LEFT JOIN LATERAL (SELECT stance FROM stances WHERE article_id = a.id ORDER BY id DESC LIMIT 1) st ON true
         WHERE (a.published_at >= %(begin)s AND a.published_at < %(end)s)
            OR (a.published_at IS NULL AND a.first_seen_at >= %(begin)s AND a.first_seen_at < %(end)s)
         ORDER BY coalesce(a.published_at, a.first_seen_at), a.id
        """,
        {"scope": scope, "begin": begin, "end": end, "restricted": list(restricted)},
    )
    return _in_scope(rows)


def _in_scope(rows: Iterable[_Row]) -> tuple[DigestItem, ...]:
    firsts: dict[int, int] = {}  # original of the other scope -> its first copy here
    found = []
    for row in rows:
        copy_of = row.copy_of
        if copy_of is not None and not row.copy_here:
            first = firsts.setdefault(copy_of, row.id)
            copy_of = None if first == row.id else first
        found.append(
            DigestItem(
                id=row.id, source=row.source, outlet=row.outlet, kind=row.kind, language=row.language, title=row.title,
                lead=row.lead, url=row.url, at=row.at, on=row.at.astimezone(HANOI).date(), copy_of=copy_of, event=row.event,
                relevance=row.relevance, harm=row.harm, criticism=row.criticism, check=row.check, rebuttal=row.rebuttal,
                priority=row.priority, topics=tuple(row.topics), places=tuple(p for p in row.places or () if p),
                territories=tuple(t for t in row.territories or () if t), stance=row.stance, gone=row.gone,
                capture=row.capture, sha256=row.sha256 or "", restricted=row.closed_view,
            )
        )  # fmt: skip
    return tuple(found)


def _bodies(conn: Connection, articles: list[int]) -> dict[int, str]:
    rows = conn.execute(
        "SELECT a.id, left(v.body, 12000) FROM articles a JOIN versions v ON v.id = a.version_id WHERE a.id = ANY (%s)",
        [articles],
    ).fetchall()
    return dict(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    case: int
    event: int | None
    title: str
    url: str
    first_at: datetime
    outlets: list[str]
    critical: bool
    state: str
    opened_at: datetime
    agency: str | None
    due_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    verdict: str | None
    response: str
    due_on: date | None
    settled_at: datetime | None
    settled: str
    paper: str
    result_url: str


# A case that turned out to be nothing, or another's, is no open matter of anybody.
_NOTHING = ("dismiss", "merge", "refer")


def _cases(
    conn: Connection,
    *,
    events: list[int],
    scope: str,
    opened_before: datetime | None,
    ended_since: datetime | None,
) -> list[Matter]:
    rows = many(
        conn,
        _Case,
        """
        SELECT c.id AS case, c.event_id AS event, c.title, a.url, coalesce(a.published_at, a.first_seen_at) AS first_at,
               ARRAY(SELECT DISTINCT s.title FROM event_members m JOIN articles ma ON ma.id = m.article_id
                       JOIN sources s ON s.id = ma.source_id WHERE m.event_id = c.event_id ORDER BY s.title) AS outlets,
               c.critical, c.state, c.opened_at, coalesce(g.data->>'title', c.agency, r.agency) AS agency, c.due_at,
               (SELECT min(at) FROM case_actions WHERE case_id = c.id AND action = 'answered') AS answered_at,
               (SELECT max(at) FROM case_actions WHERE case_id = c.id AND to_state = 'closed') AS closed_at,
               c.outcome,
               (SELECT CASE WHEN withdrawn(f.verdict_id) THEN 'withdrawn' ELSE f.code END
                  FROM claims l JOIN latest_verdicts f ON f.claim_id = l.id WHERE l.case_id = c.id
                 ORDER BY f.approved_at DESC LIMIT 1) AS verdict,
               coalesce(r.kind, '') AS response, r.due_on, r.settled_at, coalesce(r.outcome, '') AS settled,
               coalesce(r.document, '') AS paper, coalesce(r.url, '') AS result_url
          FROM cases c
          JOIN events e ON e.id = c.event_id
          JOIN articles a ON a.id = e.first_article_id
          LEFT JOIN LATERAL (SELECT p.kind, p.agency, p.due_on, u.outcome, u.document, u.url, u.set_at AS settled_at
                               FROM responses p
                               LEFT JOIN LATERAL (SELECT outcome, document, url, set_at FROM response_outcomes
                                                   WHERE response_id = p.id ORDER BY id DESC LIMIT 1) u ON true
                              WHERE p.case_id = c.id ORDER BY p.id DESC LIMIT 1) r ON true
          LEFT JOIN LATERAL (SELECT data FROM catalogue_entries WHERE kind = 'agency' AND name = coalesce(c.agency, r.agency)
                              ORDER BY valid_from DESC NULLS LAST LIMIT 1) g ON true
         WHERE NOT c.restricted
           AND (c.outcome IS NULL OR c.outcome <> ALL (%(nothing)s))
           AND ((%(opened_before)s::timestamptz IS NULL AND c.event_id = ANY (%(events)s))
             OR (c.opened_at < %(opened_before)s AND c.event_id <> ALL (%(events)s) AND %(scope)s = ANY (e.scopes)
                 AND (c.critical OR c.agency IS NOT NULL)
                 AND (c.state <> 'closed' OR c.changed_at >= %(ended_since)s)))
         ORDER BY c.due_at NULLS LAST, c.id
        """,
        {
            "events": events,
            "scope": scope,
            "opened_before": opened_before,
            "ended_since": ended_since,
            "nothing": list(_NOTHING),
        },
    )
    return [
        Matter(
            case=row.case, event=row.event, title=row.title, outlets=tuple(row.outlets), first_on=_on(row.first_at), url=row.url,
            critical=row.critical, state=row.state, opened_on=_on(row.opened_at), agency=row.agency,
            due_on=_on(row.due_at) if row.due_at else row.due_on,
            answered_on=_on(answered) if (answered := row.answered_at or _answered(row)) else None,
            closed_on=_on(row.closed_at) if row.closed_at and row.state == "closed" else None, outcome=row.outcome,
            verdict=row.verdict, response=row.response, response_paper=row.paper,
            result=" ".join(filter(None, (labels.RESULTS.get(row.settled, ""), row.result_url))),
        )
        for row in rows
    ]  # fmt: skip


def _answered(row: _Case) -> datetime | None:
    return row.settled_at if row.settled in ("answered", "corrected", "partly", "fixed") else None


def _on(at: datetime) -> date:
    return at.astimezone(HANOI).date()


def _matters(conn: Connection, rows: Iterable[DigestItem], *, events: set[int]) -> tuple[Matter, ...]:
    """The cases of the period's events. Criticism from the working threshold up asks for an answer as soon as it is
    seen, also before a person has sent it on its way."""
    critical = {item.event for item in rows if item.criticism in ("medium", "high") and item.copy_of is None}
    found = _cases(conn, events=sorted(events), scope="", opened_before=None, ended_since=None)
    return tuple(replace(m, critical=m.critical or m.event in critical) for m in found)


def _earlier(
    conn: Connection, *, scope: str, from_on: date, to_on: date, events: set[int]
) -> tuple[Matter, ...]:
    begin, _ = moments(from_on, to_on)
    return tuple(_cases(conn, events=sorted(events), scope=scope, opened_before=begin, ended_since=begin))


def _checked(conn: Connection, *, scope: str, from_on: date, to_on: date) -> tuple[Checked, ...]:
    begin, end = moments(from_on, to_on)
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            """
            SELECT c.id AS claim, c.body AS text, CASE WHEN w.id IS NULL THEN f.code ELSE 'withdrawn' END AS code,
                   f.what_is_true, f.approved_at, w.published_at AS withdrawn_at, coalesce(w.public_note, '') AS note, coalesce(c.channel, '') AS channel,
                   (SELECT n.data->>'title' FROM catalogue_entries n WHERE n.kind = 'label' AND n.data->>'name' = f.code
                       AND (n.valid_from IS NULL OR n.valid_from <= %(to)s) ORDER BY n.valid_from DESC NULLS LAST LIMIT 1) AS label,
                   ARRAY(SELECT DISTINCT s.title FROM claim_articles ca JOIN articles a ON a.id = ca.article_id
                           JOIN sources s ON s.id = a.source_id
                          WHERE ca.claim_id = c.id AND ca.relation = 'refutes' AND ca.set_by IS NOT NULL ORDER BY s.title) AS refuted_by
              FROM latest_verdicts f JOIN claims c ON c.id = f.claim_id
              LEFT JOIN publications w ON w.verdict_id = f.verdict_id AND w.kind = 'withdrawal'
                AND NOT EXISTS (SELECT FROM publications n WHERE n.replaces = w.id)
              LEFT JOIN cases k ON k.id = c.case_id LEFT JOIN events e ON e.id = k.event_id
             WHERE (f.approved_at >= %(begin)s AND f.approved_at < %(end)s OR w.published_at >= %(begin)s AND w.published_at < %(end)s)
               AND f.code IN ('partly_false', 'fabricated', 'authentic')
               AND NOT coalesce(k.restricted, false)
               AND CASE WHEN e.id IS NULL THEN %(scope)s = 'domestic' ELSE %(scope)s = ANY (e.scopes) END
             ORDER BY f.approved_at, c.id
            """,
            {"scope": scope, "begin": begin, "end": end, "to": to_on},
        ).fetchall()
    return tuple(
        Checked(
            claim=row["claim"], text=row["text"], code=row["code"], label=row["label"] or labels.VERDICTS[row["code"]],
            what_is_true=row["what_is_true"], approved_on=_on(row["approved_at"]), channel=row["channel"],
            refuted_by=tuple(row["refuted_by"]), note=row["note"],
            withdrawn_on=_on(row["withdrawn_at"]) if row["withdrawn_at"] else None,
        )
        for row in rows
    )  # fmt: skip


def _campaigns(
    conn: Connection, rows: Iterable[DigestItem], *, scope: str, from_on: date, to_on: date
) -> tuple[CampaignCoverage, ...]:
    """Coverage of the campaigns that ran in the range; the sum since their first day comes from the daily counts,
    with the range itself counted from its rows."""
    about = [item for item in rows if item.relevance == "core" and item.copy_of is None]
    found = []
    for title, topic, begun, planned, earlier in conn.execute(
        """
        SELECT c.title, c.topic, c.from_on, c.planned,
               (SELECT coalesce(sum(d.items), 0) FROM day_tones d WHERE d.dimension = 'topic' AND d.name = c.topic
                   AND d.scope = %(scope)s AND d.on_day >= c.from_on AND d.on_day < %(from)s)
          FROM campaigns c
         WHERE c.ended_at IS NULL AND c.from_on <= %(to)s AND (c.to_on IS NULL OR c.to_on >= %(from)s)
         ORDER BY c.id
        """,
        {"scope": scope, "from": from_on, "to": to_on},
    ).fetchall():
        mine = [item for item in about if topic in item.topics and item.on >= begun]
        found.append(
            CampaignCoverage(
                title=title,
                planned=planned,
                items=len(mine),
                outlets=len({item.source for item in mine}),
                items_since=int(earlier) + len(mine),
            )
        )
    return tuple(found)
