"""Who asserts, repeats or refutes a claim, and in which sentence: articles and claims. A person's word settles a machine's.

Offsets are code points of title, line feed, body of the version they name; the migration 0011 refuses any other shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, many, rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A sentence of a version of an article; ``words`` are what stands from ``start_at`` to ``end_at``."""

    version_id: int
    start_at: int
    end_at: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An article and how it stands to a claim."""

    claim_id: int
    article_id: int
    title: str
    outlet: str
    relation: str
    quote: str | None
    by_machine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A claim that an article was related to: where it stands in the article, who said so (None: the machine), and the
    claim's verdict in force."""

    claim_id: int
    case_id: int
    body: str
    relation: str
    version_id: int | None
    start_at: int | None
    end_at: int | None
    said_by: str | None
    at: datetime
    verdict: str | None


def kept(conn: Connection, *, article_ids: list[int]) -> set[int]:
    """Those of the articles whose present version has a kept copy."""
    rows = conn.execute(
        "SELECT a.id FROM articles a JOIN versions v ON v.id = a.version_id WHERE a.id = ANY (%s) AND v.capture_id IS NOT NULL",
        [article_ids],
    ).fetchall()
    return {int(row[0]) for row in rows}


def link(
    conn: Connection,
    *,
    claim_id: int,
    article_id: int,
    relation: str,
    user_id: int,
    quotation: Quotation | None = None,
) -> None:
    """A person says how an article stands to a claim. Without a quotation the last one said of the two stays, but
    for an article that has nothing to do with the claim."""
    with rules(), conn.transaction():
        if quotation is None and relation != "unrelated":
            quotation = first(
                conn,
                Quotation,
                "SELECT version_id, start_at, end_at, quote AS words FROM claim_articles"
                " WHERE claim_id = %s AND article_id = %s AND start_at IS NOT NULL ORDER BY id DESC LIMIT 1",
                [claim_id, article_id],
            )
        conn.execute(
            "INSERT INTO claim_articles (claim_id, article_id, version_id, relation, quote, start_at, end_at, set_by)"
            " SELECT %(claim)s, id, coalesce(%(version)s, version_id), %(relation)s, %(quote)s, %(start)s, %(end)s, %(user)s"
            " FROM articles WHERE id = %(article)s",
            {
                "claim": claim_id, "article": article_id, "relation": relation, "user": user_id,
                "version": quotation.version_id if quotation else None, "quote": quotation.words if quotation else None,
                "start": quotation.start_at if quotation else None, "end": quotation.end_at if quotation else None,
            },
        )  # fmt: skip


def propose(
    conn: Connection, *, claim_id: int, article_id: int, version_id: int | None, relation: str, quote: str | None,
    start_at: int | None, end_at: int | None,
) -> None:  # fmt: skip
    """The machine's proposal of how an article stands to a claim; it counts until a person says otherwise."""
    conn.execute(
        "INSERT INTO claim_articles (claim_id, article_id, version_id, relation, quote, start_at, end_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [claim_id, article_id, version_id, relation, quote, start_at, end_at],
    )


def settled(conn: Connection, *, claim_id: int, article_id: int) -> str | None:
    """How a person has said that the article stands to the claim, last said; None where nobody has."""
    row = conn.execute(
        "SELECT relation FROM claim_articles WHERE claim_id = %s AND article_id = %s AND set_by IS NOT NULL ORDER BY id DESC LIMIT 1",
        [claim_id, article_id],
    ).fetchone()
    return str(row[0]) if row else None


def carriers_of(conn: Connection, *, case_id: int, restricted: bool) -> list[Carrier]:
    """Articles of the claims of a case, with the relation that counts: a person's over a machine's, the latest first.
    Articles of restricted cases are among them only where ``restricted`` says that they may be read."""
    return many(
        conn,
        Carrier,
        "SELECT DISTINCT ON (k.claim_id, k.article_id) k.claim_id, k.article_id, a.title, s.title AS outlet, k.relation, k.quote,"
        " k.set_by IS NULL AS by_machine FROM claim_articles k JOIN claims_in_force c ON c.id = k.claim_id"
        " JOIN articles a ON a.id = k.article_id JOIN sources s ON s.id = a.source_id WHERE c.case_id = %s"
        " AND (%s OR NOT EXISTS (SELECT FROM event_members m JOIN cases n ON n.event_id = m.event_id AND n.restricted"
        "   WHERE m.article_id = k.article_id))"
        " ORDER BY k.claim_id, k.article_id, k.set_by IS NULL, k.id DESC",
        [case_id, restricted],
    )


def of_articles(conn: Connection, *, article_ids: list[int], restricted: bool) -> dict[int, list[Carried]]:
    """Article -> the standing claims it is related to, with the relation that counts, oldest claim first; unrelated ones
    fall out, and those of restricted cases unless ``restricted`` says that they may be read."""
    rows = conn.execute(
        "SELECT k.article_id, k.claim_id, k.case_id, k.body, k.relation, k.version_id, k.start_at, k.end_at, u.display_name, k.at, k.code"
        " FROM (SELECT DISTINCT ON (r.article_id, r.claim_id) r.article_id, r.claim_id, c.case_id, c.body, c.code, r.relation, r.version_id,"
        "   r.start_at, r.end_at, r.set_by, r.at FROM claim_articles r JOIN claims_in_force c ON c.id = r.claim_id"
        "   JOIN cases n ON n.id = c.case_id WHERE r.article_id = ANY (%(articles)s) AND (%(restricted)s OR NOT n.restricted)"
        "   ORDER BY r.article_id, r.claim_id, r.set_by IS NULL, r.id DESC) k"
        " LEFT JOIN users u ON u.id = k.set_by"
        " WHERE k.relation <> 'unrelated' ORDER BY k.article_id, k.claim_id",
        {"articles": article_ids, "restricted": restricted},
        prepare=True,
    ).fetchall()
    found: dict[int, list[Carried]] = {}
    for article, claim, case, body, relation, version, start, end, said_by, at, verdict in rows:
        found.setdefault(article, []).append(
            Carried(
                claim_id=claim, case_id=case, body=body, relation=relation, version_id=version, start_at=start,
                end_at=end, said_by=said_by, at=at, verdict=verdict,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An article of a case's event of which nobody has said how it stands to a claim of the case."""

    claim_id: int
    claim: str
    article_id: int
    version_id: int | None
    title: str
    body: str
    is_rebuttal: bool
    is_first: bool


def unread(conn: Connection, *, limit: int = 200) -> list[Unread]:
    """Pairs of claim and article in open cases that have no relation yet, oldest claim first. ``is_first``: the first
    article of the event; ``is_rebuttal``: its newest judgement reads it as a refutation."""
    return many(
        conn,
        Unread,
        "SELECT c.id AS claim_id, c.body AS claim, a.id AS article_id, a.version_id, v.title, v.body,"
        " coalesce((SELECT j.rebuttal_band IN ('medium', 'high') FROM judgements j WHERE j.article_id = a.id ORDER BY j.id DESC LIMIT 1), false) AS is_rebuttal,"
        " a.id = e.first_article_id AS is_first"
        " FROM cases k JOIN standing_claims c ON c.case_id = k.id JOIN events e ON e.id = k.event_id JOIN event_members m ON m.event_id = e.id"
        " JOIN articles a ON a.id = m.article_id JOIN versions v ON v.id = a.version_id"
        " WHERE k.state NOT IN ('flagged', 'closed')"
        " AND NOT EXISTS (SELECT FROM claim_articles r WHERE r.claim_id = c.id AND r.article_id = a.id)"
        " ORDER BY c.id, a.id LIMIT %s",
        [limit],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePosition:
    """Where words stand in an article of an event: the version, the offset, what the machine reads the article as."""

    article_id: int
    version_id: int
    start_at: int
    published_at: datetime
    is_rebuttal: bool


def place_of(conn: Connection, *, event_id: int, words: str) -> QuotePosition | None:
    """The first published article of an event in which ``words`` stand letter by letter, or None."""
    return first(
        conn,
        QuotePosition,
        "SELECT a.id AS article_id, v.id AS version_id, strpos(v.title || E'\\n' || v.body, %(words)s) - 1 AS start_at,"
        " coalesce(a.published_at, a.first_seen_at) AS published_at,"
        " coalesce((SELECT j.rebuttal_band IN ('medium', 'high') FROM judgements j WHERE j.article_id = a.id ORDER BY j.id DESC LIMIT 1), false) AS is_rebuttal"
        " FROM (SELECT article_id FROM event_members WHERE event_id = %(event)s LIMIT 200) m JOIN articles a ON a.id = m.article_id"
        " JOIN versions v ON v.id = a.version_id WHERE strpos(v.title || E'\\n' || v.body, %(words)s) > 0"
        " ORDER BY coalesce(a.published_at, a.first_seen_at), a.id LIMIT 1",
        {"event": event_id, "words": words},
    )


def version_text(conn: Connection, *, article_id: int, version_id: int) -> tuple[str, bool] | None:
    """Title, line feed, body of that version of the article, and whether it is the latest; None where it is none of its
    versions."""
    row = conn.execute(
        "SELECT v.title || E'\\n' || v.body, v.id = a.version_id FROM versions v JOIN articles a ON a.id = v.article_id"
        " WHERE v.id = %s AND a.id = %s",
        [version_id, article_id],
    ).fetchone()
    return (str(row[0]), bool(row[1])) if row else None
