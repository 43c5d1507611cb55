"""From a sentence to a claim of a case: kept with the article, the version and the place it was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from db.core.connection import Connection
from db.core.errors import Invalid
from db.core.time import HANOI
from db.desk import claim_articles, claims
from db.desk.cases import Case
from db.desk.claim_articles import Quotation

LONGEST = 2000  # letters of a claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is said about a claim beside its words; '' and None: not known."""

    said_on: date | None = None
    place: str = ""
    field: str = ""
    channel: str = ""
    criticised_agency: str = ""


def quotation(conn: Connection, *, article_id: int, version_id: int, start: int, end: int) -> Quotation:
    """The sentence from ``start`` to ``end`` of a version (code points of title, line feed, body); Invalid where there
    is no such place."""
    found = claim_articles.version_text(conn, article_id=article_id, version_id=version_id)
    if found is None or not 0 <= start < end <= len(found[0]) or not found[0][start:end].strip():
        raise Invalid("start", gettext("Câu đã chọn không có trong bài này. Hãy mở lại bài rồi chọn câu."))
    if end - start > LONGEST:
        raise Invalid("end", gettext("Đoạn đã chọn dài quá %(n)s ký tự. Hãy chọn một câu.", n=LONGEST))
    return Quotation(version_id=version_id, start_at=start, end_at=end, words=found[0][start:end])


def keep(
    conn: Connection,
    *,
    case: Case,
    body: str,
    user_id: int,
    details: Details,
    article_id: int | None = None,
    quoted: Quotation | None = None,
    relation: str = "asserts",
) -> int:
    """A claim of the case and, where it was picked from an article, that article as its first carrier. Words that are a
    standing claim of the case already are not kept twice. Returns the claim's number."""
    known = next((one.id for one in claims.of_case(conn, case_id=case.id) if one.body == body), None)
    number = known or claims.add(
        conn,
        case_id=case.id,
        body=body,
        user_id=user_id,
        said_on=details.said_on,
        place=details.place,
        field=details.field or case.field or "",
        channel=details.channel,
        criticised_agency=details.criticised_agency,
    )
    if article_id is not None:
        claim_articles.link(
            conn, claim_id=number, article_id=article_id, relation=relation, user_id=user_id, quotation=quoted
        )
    return number


def keep_quoted(conn: Connection, *, case: Case, words: str, user_id: int) -> int:
    """The claim of a case that was sent to be verified with the sentence ``words``. Where the sentence stands in an
    article of the event, its day and place in the text are kept; how the article stands to it is the machine's proposal,
    for nobody was asked."""
    known = next((one.id for one in claims.of_case(conn, case_id=case.id) if one.body == words), None)
    if known is not None:
        return known
    at = (
        claim_articles.place_of(conn, event_id=case.event_id, words=words)
        if case.event_id is not None
        else None
    )
    number = claims.add(
        conn,
        case_id=case.id,
        body=words,
        user_id=user_id,
        said_on=at.published_at.astimezone(HANOI).date() if at else None,
        field=case.field or "",
        channel="press" if at and not at.is_rebuttal else "",
    )
    if at is not None:
        claim_articles.propose(
            conn, claim_id=number, article_id=at.article_id, version_id=at.version_id,
            relation="refutes" if at.is_rebuttal else "asserts", quote=words, start_at=at.start_at,
            end_at=at.start_at + len(words),
        )  # fmt: skip
    return number
