"""What a rule finds: the same query for live findings and for the preview on past data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.core.connection import Connection
from db.core.time import HANOI
from db.desk.alerts import Rule
from db.queries import alert_findings, daily_stats
from review_ui.alerts import spikes
from review_ui.alerts.policy import Policy
from review_ui.digests import offices
from review_ui.digests.summaries import cut

SIGNALS = ("check", "harm", "criticism")
MOST = 500  # findings of a rule in one look


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFinding:
    """One thing found: ``key`` is the same whenever it is found again."""

    key: str
    subject: str
    link: str
    at: datetime


def find(
    conn: Connection, rule: Rule, *, policy: Policy, since: datetime, now: datetime
) -> list[AlertFinding]:
    """Findings of ``rule`` from ``since`` to ``now``, oldest first."""
    match rule.kind:
        case "high_band":
            signal = rule.value if rule.value in SIGNALS else "check"
            return _events(conn, since=since, now=now, signal=signal)
        case "place":
            return _events(conn, since=since, now=now, place=rule.value)
        case "field":
            return _events(conn, since=since, now=now, topic=rule.value)
        case "spike":
            return _spikes(conn, rule, policy=policy, since=since, now=now)
        case "source_silent":
            return _silent(conn, policy=policy, since=since, now=now)
        case _:
            return _clocks(conn, policy=policy, since=since, now=now)


def _events(
    conn: Connection,
    *,
    since: datetime,
    now: datetime,
    signal: str | None = None,
    place: str | None = None,
    topic: str | None = None,
) -> list[AlertFinding]:
    rows = alert_findings.events(
        conn, since=since, now=now, signal=signal, place=place, topic=topic, most=MOST
    )
    return [
        AlertFinding(
            key=f"event:{row.id}",
            subject=f"{cut(row.title, 160)} ({row.outlets} cơ quan báo chí)",
            link=f"/events/{row.id}",
            at=row.last_at,
        )
        for row in rows
    ]


def _spikes(
    conn: Connection, rule: Rule, *, policy: Policy, since: datetime, now: datetime
) -> list[AlertFinding]:
    factor = float(rule.value) if rule.value.replace(".", "", 1).isdigit() else policy.spike_factor
    first, last = since.astimezone(HANOI).date(), now.astimezone(HANOI).date()
    topics, _ = offices.topics(conn)
    found = []
    for dimension, words in (("topic", topics), ("place", offices.places(conn))):
        rows = [
            (row.name, row.on_day, row.items)
            for row in daily_stats.days_of(
                conn, dimension, first=first - timedelta(days=spikes.BASELINE_DAYS), last=last
            )
        ]
        for n in range((last - first).days + 1):
            on = first + timedelta(days=n)
            found += [
                AlertFinding(
                    key=f"spike:{dimension}:{spike.name}:{on}",
                    subject=f"{words[spike.name]}: {spike.items} tin, bài ngày {on:%d/%m/%Y} (thường {spike.baseline:.1f}/ngày)",
                    link="/",
                    at=min(now, datetime.combine(on, datetime.min.time(), HANOI)),
                )
                for spike in spikes.find(rows, on=on, factor=factor)
                if spike.name in words
            ]
    return found[:MOST]


def _silent(conn: Connection, *, policy: Policy, since: datetime, now: datetime) -> list[AlertFinding]:
    rows = alert_findings.silent_sources(conn, silent=policy.silent, since=since, now=now, most=MOST)
    return [
        AlertFinding(
            key=f"source:{number}:{begun:%Y-%m-%dT%H:%M}",
            subject=f"Nguồn {cut(title, 120)} không có tin mới từ {begun.astimezone(HANOI):%H:%M %d/%m/%Y}",
            link=f"/sources/{number}",
            at=begun + policy.silent,
        )
        for number, title, begun in rows
    ]


def _clocks(conn: Connection, *, policy: Policy, since: datetime, now: datetime) -> list[AlertFinding]:
    rows = alert_findings.due_cases(conn, ahead=policy.clock, since=since, now=now, most=MOST)
    return [
        AlertFinding(
            key=f"case:{number}:{due:%Y-%m-%dT%H:%M}",
            subject=f"Sắp hết hạn {due.astimezone(HANOI):%H:%M %d/%m/%Y}: {cut(title, 140)}",
            link=f"/cases/{number}",
            at=due - policy.clock,
        )
        for number, title, due in rows
    ]
