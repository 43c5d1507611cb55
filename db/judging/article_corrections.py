"""What staff put right in articles, as the classifier reads and carries it out. Asked for by ``db.desk.article_corrections``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCorrection:
    """The standing word of staff on one thing of an article; ``says`` yes or no (a place or topic, a copy)."""

    id: int
    article_id: int
    aspect: str
    value: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineJudgement:
    """The machine's newest judgement of an article's latest version."""

    article_id: int
    version_id: int
    model: str
    result: dict[str, Any]


def current_corrections(
    conn: Connection, *, article_ids: Sequence[int]
) -> dict[int, list[ArticleCorrection]]:
    """The corrections that stand, by article: of one thing the newest, those given back to the machine left out."""
    found: dict[int, list[ArticleCorrection]] = {}
    for one in many(
        conn,
        ArticleCorrection,
        "SELECT id, article_id, aspect, value, says FROM (SELECT DISTINCT ON (article_id, aspect, thing) * FROM (SELECT *,"
        "  CASE WHEN aspect IN ('place', 'topic') THEN value ELSE '' END AS thing FROM article_corrections"
        "  WHERE article_id = ANY (%s)) c ORDER BY article_id, aspect, thing, id DESC) n WHERE says <> 'machine' ORDER BY id",
        [list(article_ids)],
        often=True,
    ):
        found.setdefault(one.article_id, []).append(one)
    return found


def waiting(conn: Connection, *, limit: int = 50) -> dict[int, int]:
    """Articles with corrections not carried out yet, each with its newest; locked until the transaction ends, other workers
    pass them by."""
    rows = conn.execute(
        "SELECT article_id, id FROM article_corrections WHERE applied_at IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    ).fetchall()
    return {int(article): int(number) for article, number in rows}


def applied(conn: Connection, *, article_id: int, to: int) -> None:
    """Notes that the article's corrections up to the number ``to`` were carried out."""
    conn.execute(
        "UPDATE article_corrections SET applied_at = clock_timestamp() WHERE article_id = %s AND id <= %s AND applied_at IS NULL",
        [article_id, to],
    )


def machine_judgement(conn: Connection, *, article_id: int) -> MachineJudgement | None:
    """What the machine said last of the article's latest version; None before it said anything."""
    found = many(
        conn,
        MachineJudgement,
        "SELECT j.article_id, j.version_id, j.model, j.result FROM articles a JOIN judgements j ON j.version_id = a.version_id"
        " WHERE a.id = %s AND j.model NOT LIKE 'staff:%%' ORDER BY j.id DESC LIMIT 1",
        [article_id],
    )
    return found[0] if found else None


def detached(conn: Connection, *, article_ids: Sequence[int]) -> set[int]:
    """Those of the articles that staff said are no copies."""
    return {
        article
        for article, said in current_corrections(conn, article_ids=article_ids).items()
        if any(one.aspect == "copy" and one.says == "no" for one in said)
    }
