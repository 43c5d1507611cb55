"""Reads from the database what a digest over a range of days is composed of. The only file here that asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from db.core.connection import Connection
from db.core.errors import Invalid
from db.core.time import HANOI
from db.queries import case_histories, collection_days, digest_rows
from db.queries.case_histories import CaseRow, Happening
from db.queries.digest_rows import ItemRow
from review_ui.digests import labels, offices
from review_ui.digests.facts import CampaignCoverage, Checked, Collection, DigestFacts, Matter
from review_ui.digests.figures import DigestItem, count, period_before, stories, year_before
from review_ui.digests.sections import COUNTED, CaseHistory, Section, section

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
    told, counted = _matters(conn, scope=scope, from_on=from_on, to_on=to_on)
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
        collection=_collection(conn, from_on=from_on, to_on=to_on, before=before_range, year=year_range),
        matters=told,
        unread=counted[Section.UNREAD],
        set_aside=counted[Section.SET_ASIDE],
        closed_cases=counted[Section.RESTRICTED],
        checked=_checked(conn, scope=scope, from_on=from_on, to_on=to_on, told=told),
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


def _matters(
    conn: Connection, *, scope: str, from_on: date, to_on: date
) -> tuple[tuple[Matter, ...], Counter[Section]]:
    """Each case that concerns the period once, as it stood at its end, and how many stand in each section; the cases of
    the sections that are lines with a count come as that count alone."""
    begin, end = moments(from_on, to_on)
    rows = case_histories.cases(conn, scope=scope, begin=begin, end=end)
    by_case: dict[int, list[Happening]] = {}
    for happening in case_histories.happenings(conn, [row.case for row in rows]):
        by_case.setdefault(happening.case, []).append(happening)
    found: list[Matter] = []
    counted: Counter[Section] = Counter()
    for row in rows:
        known = [h for h in by_case.get(row.case, []) if h.at < end]
        history = CaseHistory(
            opened_at=row.opened_at,
            happenings=by_case.get(row.case, []),
            restricted=row.restricted,
            elsewhere=row.elsewhere,
        )
        chosen = section(history, begin=begin, end=end)
        if chosen is not None:
            counted[chosen] += 1
            if chosen not in COUNTED:
                found.append(_matter(row, known, chosen, state=history.state(end)))
    return tuple(found), counted


def _matter(row: CaseRow, known: Sequence[Happening], chosen: Section, *, state: str) -> Matter:
    answers = [h.at for h in known if h.what == "reply" or h.action == "answered"]
    ends = [h for h in known if h.what == "step" and h.to_state == "closed"]
    ended = ends[-1] if ends and state == "closed" else None
    source = {"report": "Người dân phản ánh", "staff": "Cán bộ ghi nhận"}.get(row.opened_by, "")
    return Matter(
        case=row.case, event=row.event, section=chosen, title=row.title,
        outlets=tuple(row.outlets) or ((source,) if source else ()), first_on=_on(row.first_at), url=row.url,
        critical=row.critical, state=state, opened_on=_on(row.opened_at), agency=row.agency,
        due_on=_on(row.due_at) if row.due_at else row.due_on, answered_on=_on(min(answers)) if answers else None,
        closed_on=_on(ended.at) if ended else None, outcome=ended.outcome if ended else None,
        verdict=row.verdict, response=row.response, response_paper=row.paper,
        result=" ".join(filter(None, (labels.RESULTS.get(row.settled, ""), row.result_url))),
    )  # fmt: skip


def _on(at: datetime) -> date:
    return at.astimezone(HANOI).date()


def _collection(
    conn: Connection,
    *,
    from_on: date,
    to_on: date,
    before: tuple[date, date],
    year: tuple[date, date],
) -> Collection:
    """Whether the period, and the two it is compared with, were collected from their first to their last day."""
    span = collection_days.span(conn)
    if span.first is None or span.last is None:
        return Collection(before_known=False, year_known=False, over=False)
    first, last = _on(span.first), _on(span.last)
    here = [on for on in collection_days.gaps(conn, from_on=from_on, to_on=to_on) if first <= on <= last]

    def known(days: tuple[date, date]) -> bool:
        return days[0] >= first and not collection_days.gaps(conn, from_on=days[0], to_on=days[1])

    return Collection(
        first=span.first.astimezone(HANOI),
        last=span.last.astimezone(HANOI),
        missing=tuple(here),
        before_known=known(before),
        year_known=known(year),
        over=last > to_on,
    )


def _checked(
    conn: Connection, *, scope: str, from_on: date, to_on: date, told: Iterable[Matter]
) -> tuple[Checked, ...]:
    begin, end = moments(from_on, to_on)
    concluded = {m.case for m in told if m.section is Section.CONCLUDED} | {None}
    rows = digest_rows.checked(conn, scope=scope, begin=begin, end=end, to_on=to_on)
    return tuple(
        Checked(
            claim=row.claim, case=row.case, event=row.event, text=row.text, code=row.code,
            label=row.label or labels.VERDICTS[row.code], what_is_true=row.what_is_true, approved_on=_on(row.approved_at),
            channel=row.channel, refuted_by=tuple(row.refuted_by), note=row.note,
            withdrawn_on=_on(at) if (at := row.withdrawn_at) and (row.code == "withdrawn" or begin <= at < end) else None,
        )
        for row in rows
        if row.case in concluded
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
