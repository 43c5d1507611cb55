"""The claims of a case as its page shows them: evidence, attempts, carriers, proposals, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.desk import claim_articles, claims
from db.desk.cases import Case
from db.desk.claim_articles import Carrier
from db.desk.claims import Attempt, Claim, Evidence, Proposal
from db.queries.event_pages import EventArticle
from review_ui.casework.next_step import Check, checklist
from review_ui.claims import suggest
from review_ui.claims.suggest import Suggestions
from review_ui.web import access
from review_ui.web.auth import may, user
from review_ui.web.transaction import conn


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article in the table of a claim; ``relation`` '' where nobody said one; ``kept``: there is a copy of it that can be
    evidence, ``used``: it is evidence already."""

    article_id: int
    outlet: str
    title: str
    relation: str
    by_machine: bool
    quote: str | None
    kept: bool
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPart:
    """A claim with all that belongs to it; ``untouched``: nothing was built on its wording yet; ``newest``: the number of
    its last proposal, 0 where there is none."""

    claim: Claim
    evidence: list[Evidence]
    attempts: list[Attempt]
    carriers: list[Carrier]
    untouched: bool
    standing: Proposal | None
    newest: int
    earlier: list[Proposal]
    may_approve: bool
    changed: bool
    checks: list[Check]
    rows: list[ArticleRow]
    similar: Suggestions


def rows_of(
    claim: Claim,
    carriers: Sequence[Carrier],
    tellings: Sequence[EventArticle],
    evidence: Sequence[Evidence],
    kept: set[int],
) -> list[ArticleRow]:
    """The articles of a claim in one table: those with a relation first, then the event's others without their copies."""
    used = {one.url for one in evidence if one.capture_id and one.url}
    urls = {one.article_id: one.url for one in tellings}
    rows = [
        ArticleRow(
            article_id=one.article_id, outlet=one.outlet, title=one.title, relation=one.relation, by_machine=one.by_machine,
            quote=one.quote, kept=one.article_id in kept, used=urls.get(one.article_id) in used,
        )
        for one in carriers if one.claim_id == claim.id and not (one.by_machine and one.relation == "unrelated")
    ]  # fmt: skip
    known = {one.article_id for one in carriers if one.claim_id == claim.id}
    return rows + [
        ArticleRow(
            article_id=one.article_id, outlet=one.outlet, title=one.title, relation="", by_machine=False, quote=None,
            kept=one.article_id in kept, used=one.url in used,
        )
        for one in tellings if one.article_id not in known and one.copy_of is None
    ]  # fmt: skip


def of(case: Case, tellings: Sequence[EventArticle] = ()) -> list[ClaimPart]:
    """The claims of a case, each with what the person looking may do about it; ``tellings``: the articles of its event."""
    evidence = claims.evidence_of(conn(), case_id=case.id)
    attempts = claims.attempts_of(conn(), case_id=case.id)
    carriers = claim_articles.carriers_of(conn(), case_id=case.id, restricted=access.seen())
    proposals = claims.proposals_of(conn(), case_id=case.id)
    articles = [one.article_id for one in carriers] + [one.article_id for one in tellings]
    kept = claim_articles.kept(conn(), article_ids=articles)
    out = []
    for claim in claims.of_case(conn(), case_id=case.id):
        mine = [one for one in proposals if one.claim_id == claim.id]
        standing = mine[0] if mine and mine[0].decision in (None, "split") else None
        own_evidence = [one for one in evidence if one.claim_id == claim.id]
        own_attempts = [one for one in attempts if one.claim_id == claim.id]
        out.append(
            ClaimPart(
                claim=claim,
                evidence=own_evidence,
                attempts=own_attempts,
                carriers=[one for one in carriers if one.claim_id == claim.id],
                untouched=not (own_evidence or own_attempts or mine),
                standing=standing,
                newest=mine[0].id if mine else 0,
                earlier=[one for one in mine if one is not standing],
                may_approve=standing is not None and may("sign") and standing.proposed_by != user().id,
                changed=standing is not None and standing.text_sha256 != standing.now_sha256,
                checks=checklist(claim, own_evidence, own_attempts),
                rows=rows_of(claim, carriers, tellings, own_evidence, kept),
                similar=suggest.alike(claim.body, but_case=case.id),
            )
        )
    return out
