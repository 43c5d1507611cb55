"""The claims of a case as its page shows them: evidence, attempts, carriers, proposals, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from db.desk import claim_articles, claims
from db.desk.cases import Case
from db.desk.claim_articles import Carrier
from db.desk.claims import Attempt, Claim, Evidence, Proposal
from review_ui.claims import suggest
from review_ui.claims.suggest import Suggestions
from review_ui.web import access
from review_ui.web.auth import may, user
from review_ui.web.transaction import conn


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
    missing: list[str]
    similar: Suggestions


def missing_for_label(claim: Claim, evidence: list[Evidence], attempts: list[Attempt]) -> list[str]:
    """What the evidence rule still asks for before "not true" can be proposed; the database has the last word."""
    pieces = [one for one in evidence if one.kind != "archived_item"]
    outside = [
        one
        for one in pieces
        if one.kind in ("primary", "first_hand")
        and one.independent
        and (claim.criticised_agency is None or one.issuer != claim.criticised_agency)
    ]
    out = []
    if len(pieces) < 2:
        out.append(
            gettext("ít nhất hai bằng chứng, không kể bản lưu của tin bị nghi (đang có %(n)s)", n=len(pieces))
        )
    if not outside:
        out.append(gettext("một tài liệu gốc hoặc nguồn trực tiếp độc lập với cơ quan bị nêu"))
    if not any(one.capture_id or one.file_sha256 for one in evidence):
        out.append(gettext("bản lưu của tin bị nghi"))
    if not attempts:
        out.append(gettext("một lần liên hệ với nguồn tin (hoặc lý do khẩn cấp)"))
    return out


def of(case: Case) -> list[ClaimPart]:
    """The claims of a case, each with what the person looking may do about it."""
    evidence = claims.evidence_of(conn(), case_id=case.id)
    attempts = claims.attempts_of(conn(), case_id=case.id)
    carriers = claim_articles.carriers_of(conn(), case_id=case.id, restricted=access.seen())
    proposals = claims.proposals_of(conn(), case_id=case.id)
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
                missing=missing_for_label(claim, own_evidence, own_attempts),
                similar=suggest.alike(claim.body, but_case=case.id),
            )
        )
    return out
