"""The queue: one card per event that deserves a human eye, by priority; every filter answered from indexes.

Pages follow the last key (priority, case), never an offset, so that page 400 costs what page 1 costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from db.core.connection import Connection, many

PAGE = 30
COUNTED = 1000  # beyond this a count says "999+": counting further would read with the size of the archive

# What stands on a tab: the work of one kind of hands.
GROUPS: dict[str, tuple[str, ...]] = {
    "triage": ("flagged", "triage"),
    "verify": ("verify", "waiting"),
    "decide": ("decide",),
    "answer": ("respond", "publish", "published", "follow_up"),
    "open": (
        "flagged",
        "triage",
        "verify",
        "waiting",
        "decide",
        "respond",
        "publish",
        "published",
        "follow_up",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the person wants to see. Empty values do not filter. ``states`` are case states."""

    states: tuple[str, ...] = GROUPS["triage"]
    signal: str = ""  # check | harm | criticism, from medium up | rebuttal
    place: str = ""
    outlet: str = ""
    language: str = ""
    scope: str = ""
    field: str = ""
    topic: str = ""
    assigned_to: int | None = None
    unassigned: bool = False
    due: bool = False  # due within a day, or late
    news: bool = False  # closed before, and back because something new is told
    second: bool = False  # wants a second, blind opinion that this person has not given
    viewer: int = 0
    sees_restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One event in the queue, with all that its card shows."""

    id: int
    event_id: int | None
    title: str
    state: str
    version: int
    priority: float
    opened_at: datetime
    changed_at: datetime
    due_at: datetime | None
    agency: str | None
    case_field: str | None
    critical: bool
    restricted: bool
    emergency: bool
    assigned_to: int | None
    assigned_name: str | None
    holder_id: int | None
    holder_name: str | None
    articles: int | None
    outlets: int | None
    started_at: datetime | None
    last_at: datetime | None
    first_outlet: str | None
    first_article_id: int | None
    languages: list[str] | None
    scopes: list[str] | None
    places: list[str] | None
    relevance: str | None
    harm_band: str | None
    criticism_band: str | None
    check_band: str | None
    is_rebuttal: bool | None
    reasons: list[dict[str, Any]] | None = field(default_factory=list)
    news: list[dict[str, Any]] | None = None  # what brought it back after it was closed


# The cards of a page are chosen among the cases alone; what they show is then fetched for the thirty together.
_CARDS: LiteralString = (
    "SELECT id, event_id, title, state, version, priority, opened_at, changed_at, due_at, agency, case_field, critical,"
    " restricted, emergency, assigned_to, assigned_name, holder_id, holder_name, articles, outlets, started_at, last_at,"
    " first_outlet, first_article_id, languages, scopes, places, relevance, harm_band, criticism_band, check_band, is_rebuttal,"
    " reasons, news FROM queue_cards(ARRAY("
)
_FROM_CASES: LiteralString = "SELECT c.id FROM cases c WHERE "
_SHOWN: LiteralString = ")) c"
_BY_PRIORITY: LiteralString = " ORDER BY c.priority DESC, c.id DESC"
_ORDERS: dict[str, LiteralString] = {
    "priority": _BY_PRIORITY,
    "newest": " ORDER BY c.opened_at DESC, c.id DESC",
    "clock": " ORDER BY c.due_at, c.id DESC",  # ascending: what has no day comes last
}
_LIMIT: LiteralString = " LIMIT %(limit)s"
_BY_CLOSING: LiteralString = " ORDER BY c.changed_at DESC, c.id DESC"
_WANTED: LiteralString = (
    " AND (%(all)s::text[] = '{}' OR c.facets @> %(all)s) AND (%(any)s::text[] = '{}' OR c.facets && %(any)s)"
    " AND (%(field)s = '' OR c.field = %(field)s)"
    " AND (%(mine)s::int IS NULL OR c.assigned_to = %(mine)s) AND (NOT %(unassigned)s OR c.assigned_to IS NULL)"
    " AND (NOT %(due)s OR c.due_at < now() + interval '1 day') AND (%(restricted)s OR NOT c.restricted)"
)


def _parameters(wanted: Filter, after: tuple[float, int] | None, limit: int) -> dict[str, Any]:
    exact = {
        "place": wanted.place,
        "outlet": wanted.outlet,
        "lang": wanted.language,
        "scope": wanted.scope,
        "topic": wanted.topic,
    }
    facets = [f"{name}:{value}" for name, value in exact.items() if value]
    some: list[str] = []
    if wanted.news:
        facets.append("news")
    if wanted.signal == "rebuttal":
        facets.append("rebuttal")
    elif wanted.signal:
        some = [f"{wanted.signal}:medium", f"{wanted.signal}:high"]
    return {
        "states": list(wanted.states),
        "all": facets,
        "any": some,
        "field": wanted.field,
        "mine": wanted.assigned_to,
        "unassigned": wanted.unassigned,
        "due": wanted.due,
        "restricted": wanted.sees_restricted,
        "viewer": wanted.viewer,
        "priority": after[0] if after else None,
        "id": after[1] if after else None,
        "limit": limit,
    }


def page(
    conn: Connection,
    *,
    wanted: Filter,
    after: tuple[float, int] | None = None,
    limit: int = PAGE,
    order: str = "priority",
) -> list[Card]:
    """Open cases that match, by ``order`` (priority, newest, clock); ``after`` is (priority, id) of the last card of the page
    before, for the order by priority alone: the others are one page, of what is newest or most pressing."""
    # cases of merged events are closed by the database, or still somebody's work
    return many(
        conn,
        Card,
        _CARDS + _FROM_CASES + "c.state = ANY (%(states)s) AND NOT c.elsewhere"
        " AND (%(id)s::bigint IS NULL OR (c.priority, c.id) < (%(priority)s::real, %(id)s::bigint))"
        + _WANTED + _ORDERS[order] + _LIMIT + _SHOWN + _ORDERS[order],
        _parameters(wanted, after, limit),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A person's day: how many cases they have decided since ``since``, and how many came into triage meanwhile."""

    done: int
    fresh: int


def progress(
    conn: Connection, *, user_id: int, today: datetime, since: datetime, restricted: bool
) -> Progress:
    """What the person has decided since ``today`` and not taken back; ``fresh``: cases opened after ``since`` that wait for
    triage, no further than ``COUNTED``."""
    return many(
        conn,
        Progress,
        "SELECT (SELECT count(*) FROM case_actions a WHERE a.actor_id = %(user)s AND a.at >= %(today)s"
        "   AND a.action = ANY ('{dismiss,escalate,route_critical}') AND NOT EXISTS (SELECT FROM case_actions r WHERE r.reverses = a.id))::int AS done,"
        " (SELECT count(*) FROM (SELECT FROM cases WHERE state = ANY ('{flagged,triage}') AND (opened_at > %(since)s OR returned_at > %(since)s) AND NOT elsewhere"
        "   AND (%(restricted)s OR NOT restricted) LIMIT %(most)s) x)::int AS fresh",
        {"user": user_id, "today": today, "since": since, "restricted": restricted, "most": COUNTED},
    )[0]


def following(conn: Connection, *, after: tuple[float, int], sees_restricted: bool) -> int | None:
    """The event whose case comes after (priority, case) in triage, or None at its end."""
    row = conn.execute(
        "SELECT event_id FROM cases WHERE state = ANY ('{flagged,triage}') AND NOT elsewhere AND event_id IS NOT NULL"
        " AND (%(restricted)s OR NOT restricted) AND (priority, id) < (%(priority)s::real, %(id)s::bigint)"
        " ORDER BY priority DESC, id DESC LIMIT 1",
        {"priority": after[0], "id": after[1], "restricted": sees_restricted},
        prepare=True,
    ).fetchone()
    return int(row[0]) if row else None


def second(
    conn: Connection, *, wanted: Filter, after: tuple[float, int] | None = None, limit: int = PAGE
) -> list[Card]:
    """Cases that want a second opinion which this person has not given a first one on, by priority."""
    return many(
        conn,
        Card,
        _CARDS + _FROM_CASES + "c.wants_second AND NOT EXISTS (SELECT FROM reviews r WHERE r.case_id = c.id AND r.user_id = %(viewer)s)"
        " AND (%(id)s::bigint IS NULL OR (c.priority, c.id) < (%(priority)s::real, %(id)s::bigint))"
        + _WANTED + _BY_PRIORITY + _LIMIT + _SHOWN + _BY_PRIORITY,
        _parameters(wanted, after, limit),
    )  # fmt: skip


def closed(
    conn: Connection, *, wanted: Filter, after: tuple[datetime, int] | None = None, limit: int = PAGE
) -> list[Card]:
    """Closed cases that match, last closed first; ``after`` is (changed_at, id) of the last card before."""
    parameters = _parameters(wanted, None, limit) | {
        "at": after[0] if after else None,
        "id": after[1] if after else None,
    }
    chosen: LiteralString = (
        _FROM_CASES + "c.state = 'closed' AND (%(id)s::bigint IS NULL OR (c.changed_at, c.id) < (%(at)s::timestamptz, %(id)s::bigint))"
        + _WANTED + _BY_CLOSING + _LIMIT
    )  # fmt: skip
    if (parameters["all"] or parameters["any"]) and not wanted.due:
        chosen = (
            "SELECT id FROM closed_cases(%(all)s, %(any)s, nullif(%(field)s, ''), %(mine)s, %(unassigned)s, %(restricted)s,"
            " %(at)s::timestamptz, %(id)s::bigint, (SELECT min(changed_at) FROM cases WHERE state = 'closed'), %(limit)s)"
        )
    return many(conn, Card, _CARDS + chosen + _SHOWN + _BY_CLOSING, parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class TabCounts:
    """How many cases stand on each tab; ``COUNTED`` means that many or more."""

    triage: int
    verify: int
    decide: int
    answer: int
    mine: int
    due: int
    second: int


def counts(conn: Connection, *, viewer: int, restricted: bool) -> TabCounts:
    """The numbers on the tabs; each counts no further than ``COUNTED``. Restricted cases count where ``restricted``
    says that they may be read."""
    plain: LiteralString = "" if restricted else " AND NOT restricted"
    return many(
        conn,
        TabCounts,
        "SELECT (SELECT count(*) FROM (SELECT FROM cases WHERE state = ANY ('{flagged,triage}') AND NOT elsewhere"
        + plain
        + " LIMIT %(most)s) x)::int AS triage,"
        " (SELECT count(*) FROM (SELECT FROM cases WHERE state = ANY ('{verify,waiting}') AND NOT elsewhere"
        + plain
        + " LIMIT %(most)s) x)::int AS verify,"
        " (SELECT count(*) FROM (SELECT FROM cases WHERE state = 'decide' AND NOT elsewhere"
        + plain
        + " LIMIT %(most)s) x)::int AS decide,"
        " (SELECT count(*) FROM (SELECT FROM cases WHERE state = ANY ('{respond,publish,published,follow_up}') AND NOT elsewhere"
        + plain
        + " LIMIT %(most)s) x)::int AS answer,"
        " (SELECT count(*) FROM (SELECT FROM cases WHERE state <> 'closed' AND assigned_to = %(viewer)s AND NOT elsewhere"
        + plain
        + " LIMIT %(most)s) x)::int AS mine,"
        " (SELECT count(*) FROM (SELECT FROM cases WHERE state <> 'closed' AND due_at IS NOT NULL AND due_at < now() + interval '1 day'"
        "   AND NOT elsewhere" + plain + " LIMIT %(most)s) x)::int AS due,"
        " (SELECT count(*) FROM (SELECT FROM cases c WHERE wants_second AND NOT EXISTS (SELECT FROM reviews r WHERE r.case_id = c.id AND r.user_id = %(viewer)s)"
        + plain
        + " LIMIT %(most)s) x)::int AS second",
        {"most": COUNTED, "viewer": viewer},
        often=True,
    )[0]  # fmt: skip
