"""What the screens read about events and articles: tellings side by side, versions, reasons, stances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.core.connection import Connection, first, many, one, rules
from db.judging.judgements import Mention

MOST_TELLINGS = 60  # articles shown on an event page; copies come folded under the one they copy
EXCERPT = 700  # code points of a telling's text on the event page


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening, told by many; ``reasons`` strongest first, ``differences`` as the classifier found them."""

    id: int
    title: str
    started_at: datetime
    last_at: datetime
    first_article_id: int
    articles: int
    outlets: int
    languages: list[str]
    scopes: list[str]
    places: list[str]
    territories: list[str]
    topics: list[str]
    relevance: str
    harm_band: str
    criticism_band: str
    check_band: str
    is_rebuttal: bool
    priority: float
    reasons: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    flagged: bool
    selected_by: str | None
    merged_into: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventArticle:
    """An article of an event, with what its column on the event page shows."""

    article_id: int
    source_id: int
    outlet: str
    scope: str
    url: str
    title: str
    excerpt: str
    cut: bool
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    state: str
    version_id: int | None
    versions: int
    copy_of: int | None
    result: dict[str, Any] | None
    stance: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article with its latest text and judgement."""

    id: int
    source_id: int
    outlet: str
    url: str
    canonical_url: str | None
    title: str
    body: str
    authors: list[str]
    language: str
    published_at: datetime | None
    published_from: str | None
    first_seen_at: datetime
    state: str
    gone_at: datetime | None
    gone_how: str | None
    partial: bool
    version_id: int
    version_number: int
    capture_id: int | None
    text_sha256: str
    event_id: int | None
    event_title: str | None
    copy_of: int | None
    result: dict[str, Any] | None
    model: str | None
    judged_at: datetime | None
    stance: str | None
    stance_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """What an article said from ``seen_at`` on."""

    id: int
    article_id: int
    number: int
    seen_at: datetime
    title: str
    body: str
    text_sha256: str
    capture_id: int | None


def event(conn: Connection, event_id: int) -> Event:
    """The event, or NotFound."""
    return one(
        conn,
        Event,
        "SELECT id, title, started_at, last_at, first_article_id, articles, outlets, languages, scopes, places,"
        " territories, topics, relevance, harm_band, criticism_band, check_band, is_rebuttal, priority, reasons,"
        " differences, flagged, selected_by, merged_into FROM events WHERE id = %s",
        [event_id],
        often=True,
    )


def tellings(
    conn: Connection, *, event_id: int, limit: int = MOST_TELLINGS, whole: bool = False
) -> list[EventArticle]:
    """The articles of an event, first published first; ``whole`` gives full texts instead of excerpts. An article that
    is known under another address is shown there."""
    return many(
        conn,
        EventArticle,
        "SELECT article_id, source_id, outlet, scope, url, title, excerpt, cut_off AS cut, language, published_at, first_seen_at,"
        " state, version_id, versions, copy_of, result, stance FROM event_tellings(%(event)s, %(limit)s, %(cut)s)",
        {"event": event_id, "limit": limit, "cut": 200_000 if whole else EXCERPT},
        often=True,
    )


def article(conn: Connection, article_id: int) -> ArticleView:
    """The article with its latest version and judgement, or NotFound."""
    return one(
        conn,
        ArticleView,
        "SELECT a.id, a.source_id, s.title AS outlet, a.url, a.canonical_url, v.title, v.body, v.authors, a.language,"
        " a.published_at, v.published_from, a.first_seen_at, a.state, a.gone_at, a.gone_how, a.partial, v.id AS version_id,"
        " v.number AS version_number, v.capture_id, v.text_sha256, m.event_id, e.title AS event_title, c.copy_of,"
        " j.result, j.model, j.judged_at, t.stance, t.display_name AS stance_by"
        " FROM articles a JOIN sources s ON s.id = a.source_id JOIN versions v ON v.id = a.version_id"
        " LEFT JOIN event_members m ON m.article_id = a.id LEFT JOIN events e ON e.id = m.event_id"
        " LEFT JOIN copies c ON c.article_id = a.id"
        " LEFT JOIN LATERAL (SELECT result, model, judged_at FROM judgements WHERE version_id = v.id ORDER BY id DESC LIMIT 1) j ON true"
        " LEFT JOIN LATERAL (SELECT x.stance, u.display_name FROM stances x JOIN users u ON u.id = x.user_id"
        "   WHERE x.article_id = a.id ORDER BY x.id DESC LIMIT 1) t ON true WHERE a.id = %s",
        [article_id],
        often=True,
    )


def versions(conn: Connection, *, article_id: int) -> list[VersionRow]:
    """All versions of an article, oldest first."""
    return many(
        conn,
        VersionRow,
        "SELECT id, article_id, number, seen_at, title, body, text_sha256, capture_id FROM versions"
        " WHERE article_id = %s ORDER BY number",
        [article_id],
        often=True,
    )


def versions_of(conn: Connection, *, article_ids: list[int], limit: int = 40) -> list[VersionRow]:
    """All versions of these articles, oldest first, article by article."""
    if not article_ids:
        return []
    return many(
        conn,
        VersionRow,
        "SELECT id, article_id, number, seen_at, title, body, text_sha256, capture_id FROM versions"
        " WHERE article_id = ANY (%s) ORDER BY article_id, number LIMIT %s",
        [article_ids, limit],
    )


def mentions(conn: Connection, *, version_id: int) -> list[Mention]:
    """Where places are named in a version, in the order of the text."""
    return many(
        conn,
        Mention,
        "SELECT place, territory, as_written, start_at, end_at FROM mentions WHERE version_id = %s ORDER BY start_at, place",
        [version_id],
        often=True,
    )


def set_stance(conn: Connection, *, article_id: int, stance: str, user_id: int) -> None:
    """Says how a piece treats the province. An axis of its own: nothing else reads it but counts and digests."""
    with rules(), conn.transaction():
        conn.execute(
            "INSERT INTO stances (article_id, stance, user_id) VALUES (%s, %s, %s)",
            [article_id, stance, user_id],
        )


def ask_correction(
    conn: Connection,
    *,
    kind: str,
    event_id: int,
    user_id: int,
    article_ids: list[int],
    into_event: int | None,
    reason: str,
) -> int:
    """Writes a wish to split, merge or move; the classifier applies it. Returns its number."""
    row = conn.execute(
        "INSERT INTO event_corrections (kind, event_id, article_ids, into_event, reason, asked_by)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        [kind, event_id, article_ids, into_event, reason or None, user_id],
    ).fetchone()
    assert row is not None
    return int(row[0])


def withdraw_wish(conn: Connection, *, event_id: int, user_id: int) -> bool:
    """Takes back one's own last wish to merge an event while the classifier has not applied it; whether there was one."""
    return (
        conn.execute(
            "UPDATE event_corrections SET applied_at = clock_timestamp(), outcome = 'taken back',"
            " outcome_code = 'correction.taken_back' WHERE id ="
            " (SELECT id FROM event_corrections WHERE event_id = %s AND asked_by = %s AND kind = 'merge' AND applied_at IS NULL"
            "   ORDER BY id DESC LIMIT 1 FOR UPDATE SKIP LOCKED)",
            [event_id, user_id],
        ).rowcount
        == 1
    )


def ask_capture(conn: Connection, *, article_id: int, kind: str, asked_by: str) -> None:
    """Asks the crawler for a fresh capture of an article; one open request per article and kind is enough."""
    conn.execute(
        "INSERT INTO capture_requests (article_id, kind, asked_by) SELECT %(id)s, %(kind)s, %(by)s"
        " WHERE NOT EXISTS (SELECT FROM capture_requests WHERE article_id = %(id)s AND kind = %(kind)s AND answered_at IS NULL)",
        {"id": article_id, "kind": kind, "by": asked_by},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCorrection:
    """A correction of an event that staff have asked for."""

    id: int
    kind: str
    reason: str | None
    display_name: str
    asked_at: datetime
    applied_at: datetime | None
    outcome: str | None
    outcome_code: str | None
    outcome_values: dict[str, object]
    into_event: int | None


def corrections(conn: Connection, *, event_id: int) -> list[PendingCorrection]:
    """What staff asked to be changed about an event, newest first."""
    return many(
        conn,
        PendingCorrection,
        "SELECT c.id, c.kind, c.reason, u.display_name, c.asked_at, c.applied_at, c.outcome, c.outcome_code, c.outcome_values, c.into_event"
        " FROM event_corrections c JOIN users u ON u.id = c.asked_by WHERE c.event_id = %s ORDER BY c.id DESC LIMIT 20",
        [event_id],
        often=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChoice:
    """A catalogue entry by its name and title, for lists of choices."""

    name: str
    title: str


def places(conn: Connection) -> list[NamedChoice]:
    """All places of the catalogue with their latest titles, told apart: "(cũ)" where the unit is no more, the unit above it
    where others bear the same title."""
    return many(
        conn,
        NamedChoice,
        "WITH latest AS (SELECT DISTINCT ON (name) name, coalesce(data->>'name', name) AS title, data->>'parent' AS parent,"
        "   coalesce(valid_to < current_date, false) AS old FROM catalogue_entries WHERE kind = 'place'"
        "   ORDER BY name, valid_from DESC NULLS LAST),"
        " shared AS (SELECT name, title, parent, old, count(*) OVER (PARTITION BY title) > 1 AS equal FROM latest)"
        " SELECT s.name, s.title || coalesce(' (' || nullif(concat_ws(', ', CASE WHEN s.old THEN 'cũ' END,"
        "   CASE WHEN s.equal THEN above.title END), '') || ')', '') AS title"
        " FROM shared s LEFT JOIN latest above ON above.name = s.parent",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The words around a spot of an article's latest text: what stands before, the words, what stands after."""

    article_id: int
    start_at: int
    before: str
    hit: str
    after: str


def quotes(conn: Connection, *, spots: list[tuple[int, int, int]], around: int = 90) -> list[Excerpt]:
    """Quotations for (article, start, end), offsets in code points of title, line feed, text; unknown articles fall out."""
    if not spots:
        return []
    return many(
        conn,
        Excerpt,
        "SELECT article_id, start_at, before, hit, after FROM quotes_of(%(articles)s::bigint[], %(starts)s::int[], %(ends)s::int[], %(around)s)",
        {
            "articles": [spot[0] for spot in spots],
            "starts": [spot[1] for spot in spots],
            "ends": [spot[2] for spot in spots],
            "around": around,
        },
        often=True,
    )


def place_titles(conn: Connection) -> dict[str, str]:
    """The latest titles of places and landmarks by name."""
    found = many(
        conn,
        NamedChoice,
        "SELECT DISTINCT ON (name) name, coalesce(data->>'name', name) AS title FROM catalogue_entries"
        " WHERE kind IN ('place', 'landmark') ORDER BY name, valid_from DESC NULLS LAST",
    )
    return {place.name: place.title for place in found}


def outlets(conn: Connection) -> list[NamedChoice]:
    """All sources by name and title."""
    return many(conn, NamedChoice, "SELECT name, title FROM sources ORDER BY lower(title), name")


def lists_state(conn: Connection) -> tuple[int, str]:
    """What is another after every change of the catalogue's entries or of the sources (migration 0015)."""
    row = conn.execute(
        "SELECT count(*), coalesce(max(transaction)::text, '') FROM list_changes", prepare=True
    ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def agencies(conn: Connection) -> list[NamedChoice]:
    """Agencies in service today."""
    return many(
        conn,
        NamedChoice,
        "SELECT DISTINCT ON (name) name, coalesce(data->>'title', name) AS title FROM catalogue_entries WHERE kind = 'agency'"
        " AND (valid_to IS NULL OR valid_to >= current_date) AND (valid_from IS NULL OR valid_from <= current_date)"
        " ORDER BY name, valid_from DESC NULLS LAST",
    )


def topic(conn: Connection, name: str) -> str | None:
    """The title of a topic, or None."""
    found = first(
        conn,
        NamedChoice,
        "SELECT name, coalesce(data->>'title', name) AS title FROM catalogue_entries WHERE kind = 'topic' AND name = %s"
        " ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        [name],
    )
    return found.title if found else None
