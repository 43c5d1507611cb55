"""The public bulletin: what was published, corrected, withdrawn; nothing is edited in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from db.core.connection import Connection, first, many, one, rules
from db.core.errors import Invalid

PUBLIC_CODES = ("authentic", "partly_false", "fabricated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One published text. ``replaced_by`` names what stands in its place now."""

    id: int
    claim_id: int
    kind: str
    code: str
    label: str
    claim: str
    what_is_true: str
    why: str
    office: str
    evidence: list[dict[str, Any]]
    published_at: datetime
    said_on: date | None
    field: str | None
    replaces: int | None
    replaced_by: int | None
    public_note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCorrection:
    """A line of the public log of corrections."""

    id: int
    at: datetime
    kind: str
    claim: str
    old_label: str
    new_label: str
    public_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCounts:
    """What the method page counts over a period; accurate criticism and our own corrections stand beside the rest."""

    articles: int
    events_seen: int
    cases: int
    dismissed: int
    accurate_critical: int
    answered: int
    answered_late: int
    fabricated: int
    partly_false: int
    authentic: int
    insufficient: int
    not_checkable: int
    corrections: int
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyingNotice:
    """A notice "Đang xác minh" that has not run out."""

    id: int
    body: str
    posted_at: datetime
    ends_at: datetime


_PUBLICATIONS: Final = (
    "SELECT p.id, p.claim_id, p.kind, p.code, p.label, p.claim, p.what_is_true, p.why, p.office, p.evidence, p.published_at,"
    " c.said_on, c.field, p.replaces, (SELECT n.id FROM publications n WHERE n.replaces = p.id) AS replaced_by, p.public_note"
    " FROM publications p JOIN claims c ON c.id = p.claim_id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFilter:
    """What a reader of the bulletin asks for: ``words`` (all of them, accents may be left out), ``month`` (its first day),
    ``field`` and ``place`` by their names in the catalogue. None asks for nothing."""

    words: str | None = None
    month: date | None = None
    field: str | None = None
    place: str | None = None


def current(
    conn: Connection, *, asked: BulletinFilter | None = None, before: int | None = None, limit: int = 30
) -> list[Publication]:
    """What stands in the bulletin now, newest first; that which the filter asks for."""
    asked = asked or BulletinFilter()
    return many(
        conn,
        Publication,
        _PUBLICATIONS + " WHERE NOT EXISTS (SELECT FROM publications n WHERE n.replaces = p.id)"
        "   AND (%(before)s::bigint IS NULL OR p.id < %(before)s)"
        "   AND (%(words)s::text IS NULL OR NOT EXISTS (SELECT FROM regexp_split_to_table(fold(%(words)s), '\\s+') w"
        "     WHERE strpos(fold(concat_ws(' ', p.claim, p.what_is_true, p.why, p.label)), w) = 0))"
        "   AND (%(month)s::date IS NULL OR date_trunc('month', p.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh') = %(month)s::date)"
        "   AND (%(field)s::text IS NULL OR c.field = %(field)s)"
        "   AND (%(place)s::text IS NULL OR EXISTS (SELECT FROM cases k JOIN events e ON e.id = k.event_id"
        "     WHERE k.id = c.case_id AND %(place)s = ANY (e.places)))"
        " ORDER BY p.id DESC LIMIT %(limit)s",
        {
            "words": (asked.words or "").strip() or None,
            "month": asked.month,
            "field": asked.field,
            "place": asked.place,
            "before": before,
            "limit": limit,
        },
    )


def months(conn: Connection) -> list[tuple[date, int]]:
    """First day of each month in which something was published that stands, and how much; newest first."""
    rows = conn.execute(
        "SELECT date_trunc('month', p.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month, count(*)"
        " FROM publications p WHERE NOT EXISTS (SELECT FROM publications n WHERE n.replaces = p.id)"
        " GROUP BY month ORDER BY month DESC"
    ).fetchall()
    return [(month, int(number)) for month, number in rows]


def places(conn: Connection) -> list[tuple[str, str]]:
    """Name and title of each place that a standing publication speaks of, by title."""
    rows = conn.execute(
        "SELECT DISTINCT ON (t.title, t.name) t.name, t.title FROM publications p JOIN claims c ON c.id = p.claim_id"
        " JOIN cases k ON k.id = c.case_id JOIN events e ON e.id = k.event_id CROSS JOIN unnest(e.places) AS named (place)"
        " JOIN LATERAL (SELECT name, data->>'name' AS title FROM catalogue_entries WHERE kind = 'place' AND name = named.place"
        "   ORDER BY valid_from DESC NULLS LAST LIMIT 1) t ON true"
        " WHERE NOT EXISTS (SELECT FROM publications n WHERE n.replaces = p.id) ORDER BY t.title, t.name"
    ).fetchall()
    return [(str(name), str(title)) for name, title in rows]


def places_of(conn: Connection, *, claim_id: int) -> list[str]:
    """Titles of the places that the event of a claim's case speaks of, the smallest units first; empty without an event."""
    rows = conn.execute(
        "SELECT t.title FROM claims c JOIN cases k ON k.id = c.case_id JOIN events e ON e.id = k.event_id"
        " CROSS JOIN unnest(e.places) WITH ORDINALITY AS named (place, n)"
        " JOIN LATERAL (SELECT data->>'name' AS title, data->>'level' AS level FROM catalogue_entries"
        "   WHERE kind = 'place' AND name = named.place ORDER BY valid_from DESC NULLS LAST LIMIT 1) t ON true"
        " WHERE c.id = %s ORDER BY t.level = 'province', n",
        [claim_id],
    ).fetchall()
    return [str(title) for (title,) in rows]


def get(conn: Connection, publication_id: int) -> Publication:
    """The publication, replaced or not; NotFound for a number that was never given."""
    return one(
        conn,
        Publication,
        _PUBLICATIONS + " WHERE p.id = %s",
        [publication_id],
    )


def history(conn: Connection, *, claim_id: int) -> list[Publication]:
    """Everything ever published about a claim, oldest first."""
    return many(
        conn,
        Publication,
        _PUBLICATIONS + " WHERE p.claim_id = %s ORDER BY p.id",
        [claim_id],
    )


def latest_of_claim(conn: Connection, *, claim_id: int) -> Publication | None:
    """What stands about a claim now, or None when it was never published."""
    found = history(conn, claim_id=claim_id)
    return found[-1] if found else None


def withdrawn_of_case(conn: Connection, *, case_id: int) -> list[Publication]:
    """The withdrawals that stand about claims of a case, oldest first."""
    return many(
        conn,
        Publication,
        _PUBLICATIONS + " WHERE c.case_id = %s AND p.kind = 'withdrawal'"
        "   AND NOT EXISTS (SELECT FROM publications n WHERE n.replaces = p.id) ORDER BY p.id",
        [case_id],
    )


def publish(
    conn: Connection,
    *,
    claim_id: int,
    kind: str,
    user_id: int,
    seen_sha256: str,
    public_note: str | None = None,
) -> int:
    """Publishes the verdict in force on a claim exactly as it was approved (``kind`` label or correction), or withdraws
    what stands. The words of the label are those of the label table today; the evidence named is what stands now; the office
    that speaks is the press authority of the catalogue.

    A withdrawal takes back the verdict that was published; a newer one that was approved meanwhile is not touched.

    Raises Invalid when no label is in force, Forbidden and Conflict where the database's gate refuses.
    """
    old = latest_of_claim(conn, claim_id=claim_id)
    if kind == "withdrawal" and old is not None:
        verdict = conn.execute(
            "SELECT verdict_id, code, what_is_true, why, claim, text_sha256 FROM publications WHERE id = %s",
            [old.id],
        ).fetchone()
    else:
        verdict = conn.execute(
            "SELECT verdict_id, code, what_is_true, reasoning, body, %s FROM claims_in_force"
            " WHERE id = %s AND code <> 'withdrawn'",
            [seen_sha256, claim_id],
        ).fetchone()
    if verdict is None:
        raise Invalid("claim", "no verdict on this claim is approved", code="publication.none_approved")
    verdict_id, code, what_is_true, reasoning, body, sha256 = verdict
    label = label_of(conn, code) if kind != "withdrawal" else "Đã rút lại"
    with rules():
        row = conn.execute(
            "INSERT INTO publications (claim_id, verdict_id, kind, code, label, claim, what_is_true, why, office, evidence, text_sha256,"
            " published_by, replaces, public_note) VALUES (%(claim)s, %(verdict)s, %(kind)s, %(code)s, %(label)s, %(body)s, %(true)s, %(why)s, press_authority(),"
            " public_evidence(%(claim)s), %(sha)s, %(user)s, %(old)s, %(note)s) RETURNING id",
            {
                "claim": claim_id, "verdict": verdict_id, "kind": kind, "code": code, "label": label, "body": body,
                "true": what_is_true, "why": reasoning, "sha": sha256, "user": user_id,
                "old": old.id if old and kind != "label" else None, "note": public_note,
            },
        ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def approved_texts(conn: Connection, *, claim_id: int) -> tuple[str, ...]:
    """What publishing a claim would print of it: the claim, what is true, why; empty where nothing is approved."""
    row = conn.execute(
        "SELECT body, what_is_true, reasoning FROM claims_in_force WHERE id = %s AND code <> 'withdrawn'",
        [claim_id],
    ).fetchone()
    return tuple(row) if row else ()


def label_of(conn: Connection, code: str, *, on: date | None = None) -> str:
    """The public words for a verdict's code on a day (default today); raises Invalid when the table has none."""
    row = conn.execute(
        "SELECT data->>'title' FROM catalogue_entries WHERE kind = 'label' AND name = %(code)s"
        " AND (valid_from IS NULL OR valid_from <= coalesce(%(on)s, current_date))"
        " AND (valid_to IS NULL OR valid_to >= coalesce(%(on)s, current_date)) ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        {"code": code, "on": on},
    ).fetchone()
    if row is None or not row[0]:
        raise Invalid(
            "label",
            f"the label table has no words for '{code}' on that day; add a dated row under Quản trị",
            code="label.none",
            values={"code": code},
        )
    return str(row[0])


def corrections(conn: Connection, *, limit: int = 200) -> list[PublicCorrection]:
    """The public log of corrections and withdrawals, newest first."""
    return many(
        conn,
        PublicCorrection,
        "SELECT p.id, p.published_at AS at, p.kind, p.claim, o.label AS old_label, p.label AS new_label, p.public_note"
        " FROM publications p JOIN publications o ON o.id = p.replaces ORDER BY p.id DESC LIMIT %s",
        [limit],
    )


def post_notice(conn: Connection, *, case_id: int, body: str, user_id: int) -> int:
    """Posts "Đang xác minh" for the hours of the setting ``notice.hours``; Forbidden outside its ``notice.fields``."""
    with rules():
        row = conn.execute(
            "INSERT INTO notices (case_id, body, posted_by, ends_at) VALUES (%s, %s, %s, now()) RETURNING id",
            [case_id, body, user_id],
        ).fetchone()
    assert row is not None
    return int(row[0])


def may_notice(conn: Connection, *, field: str | None) -> bool:
    """Whether the notice may be posted in this field (setting ``notice.fields``)."""
    row = conn.execute("SELECT urgent_field(%s)", [field]).fetchone()
    return bool(row and row[0])


def notices(conn: Connection) -> list[VerifyingNotice]:
    """Notices that the public sees now."""
    return many(
        conn,
        VerifyingNotice,
        "SELECT id, body, posted_at, ends_at FROM notices WHERE ended_at IS NULL AND ends_at > now() ORDER BY id DESC",
    )


def notice_of(conn: Connection, *, case_id: int) -> VerifyingNotice | None:
    """The notice of a case, run out or not."""
    return first(
        conn,
        VerifyingNotice,
        "SELECT id, body, posted_at, ends_at FROM notices WHERE case_id = %s",
        [case_id],
    )


def counts(conn: Connection, *, from_on: date, to_on: date) -> MethodCounts:
    """What was done between two days, both included (days of Hà Nội)."""
    return one(
        conn,
        MethodCounts,
        "WITH span AS (SELECT (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS f,"
        "                     (%(to)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS t),"
        " decided AS (SELECT DISTINCT ON (v.claim_id) CASE WHEN withdrawn(v.id) THEN 'withdrawn' ELSE v.code END AS code FROM verdicts v JOIN verdict_decisions d ON d.verdict_id = v.id"
        "             AND d.decision = 'approve', span WHERE d.decided_at >= f AND d.decided_at < t ORDER BY v.claim_id, d.id DESC)"
        " SELECT (SELECT count(*) FROM articles, span WHERE first_seen_at >= f AND first_seen_at < t) AS articles,"
        "  (SELECT count(*) FROM events, span WHERE last_at >= f AND last_at < t AND relevance <> 'none') AS events_seen,"
        "  (SELECT count(*) FROM cases, span WHERE opened_at >= f AND opened_at < t) AS cases,"
        "  (SELECT count(*) FROM case_actions, span WHERE action = 'dismiss' AND at >= f AND at < t) AS dismissed,"
        "  (SELECT count(DISTINCT case_id) FROM case_actions, span WHERE action = 'route_critical' AND at >= f AND at < t) AS accurate_critical,"
        "  (SELECT count(DISTINCT case_id) FROM case_actions, span WHERE action = 'answered' AND at >= f AND at < t) AS answered,"
        "  (SELECT count(DISTINCT a.case_id) FROM case_actions a JOIN cases c ON c.id = a.case_id, span"
        "     WHERE a.action = 'answered' AND a.at >= f AND a.at < t AND c.due_at < a.at) AS answered_late,"
        "  (SELECT count(*) FROM decided WHERE code = 'fabricated') AS fabricated,"
        "  (SELECT count(*) FROM decided WHERE code = 'partly_false') AS partly_false,"
        "  (SELECT count(*) FROM decided WHERE code = 'authentic') AS authentic,"
        "  (SELECT count(*) FROM decided WHERE code = 'insufficient') AS insufficient,"
        "  (SELECT count(*) FROM decided WHERE code = 'not_checkable') AS not_checkable,"
        "  (SELECT count(*) FROM publications, span WHERE kind <> 'label' AND published_at >= f AND published_at < t) AS corrections,"
        "  (SELECT count(*) FROM reports, span WHERE received_at >= f AND received_at < t) AS reports",
        {"from": from_on, "to": to_on},
    )


def stream(conn: Connection, *, limit: int) -> list[Publication]:
    """The newest publications of every kind, replaced ones too."""
    return many(
        conn,
        Publication,
        "SELECT p.id, p.claim_id, p.kind, p.code, p.label, p.claim, p.what_is_true, p.why, p.office, p.evidence, p.published_at,"
        " c.said_on, c.field, p.replaces, (SELECT n.id FROM publications n WHERE n.replaces = p.id) AS replaced_by, p.public_note"
        " FROM publications p JOIN claims c ON c.id = p.claim_id ORDER BY p.id DESC LIMIT %s",
        [limit],
    )


def publishable(conn: Connection, *, case_id: int) -> list[tuple[int, str, str, str, str]]:
    """Claims of a case whose verdict in force has a public label: number, words, code, what is true, hash of the text."""
    return conn.execute(
        "SELECT id, body, code, what_is_true, text_sha256 FROM claims_in_force WHERE case_id = %s AND code = ANY (%s) ORDER BY id",
        [case_id, list(PUBLIC_CODES)],
    ).fetchall()
