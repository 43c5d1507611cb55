"""Reads from the database what a digest over a range of days is composed of. The only file here that asks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from db.core.connection import Connection
from db.core.errors import Invalid
from db.core.time import HANOI
from db.queries import digest_rows
from db.queries.digest_rows import CaseRow, ItemRow
from review_ui.digests import labels, offices
from review_ui.digests.facts import CampaignCoverage, Checked, DigestFacts, Matter
from review_ui.digests.figures import DigestItem, count, period_before, stories, year_before

SUMMARISED = 80  # stories whose whole text is read: more than any digest tells in sentences
LONGEST_RANGE = 800  # days: two years and a little; a larger range is a slip of the keyboard


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
        bodies=digest_rows.bodies(conn, [story.first.id for story in stories(rows)[:SUMMARISED]]),
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
    return _in_scope(digest_rows.items(conn, scope=scope, begin=begin, end=end, restricted=list(restricted)))


def _in_scope(rows: Iterable[ItemRow]) -> tuple[DigestItem, ...]:
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


def _cases(
    conn: Connection,
    *,
    events: list[int],
    scope: str,
    opened_before: datetime | None,
    ended_since: datetime | None,
) -> list[Matter]:
    rows = digest_rows.cases(
        conn, events=events, scope=scope, opened_before=opened_before, ended_since=ended_since
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


def _answered(row: CaseRow) -> datetime | None:
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
    rows = digest_rows.checked(conn, scope=scope, begin=begin, end=end, to_on=to_on)
    return tuple(
        Checked(
            claim=row.claim, text=row.text, code=row.code, label=row.label or labels.VERDICTS[row.code],
            what_is_true=row.what_is_true, approved_on=_on(row.approved_at), channel=row.channel,
            refuted_by=tuple(row.refuted_by), note=row.note,
            withdrawn_on=_on(row.withdrawn_at) if row.withdrawn_at else None,
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
    for title, topic, begun, planned, earlier in digest_rows.campaigns(
        conn, scope=scope, from_on=from_on, to_on=to_on
    ):
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
