"""What the screens show as "verified before, may be alike": answers of the claim memory, as they stand at this moment.

The memory lives with the classifier. A page puts its question as a row and shows what was answered; while nothing was, it
shows a place that fills itself. No page waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from db.core.errors import NotFound
from db.desk import claims
from db.judging import claim_lookups
from db.queries.verified_claims import VerifiedClaim, since
from review_ui.web import access, forms
from review_ui.web.auth import STAFF, roles
from review_ui.web.transaction import conn

screen = Blueprint("similar", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An earlier claim that may be alike, where it was settled, and where the public reads it (or None).

    ``shared``: words and facts that both say; ``differs``: (what, here, there), what: place time count polarity subject.
    """

    claim: VerifiedClaim
    band: str
    shared: list[str]
    differs: list[dict[str, str]]
    case_id: int | None
    publication_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What was found, best first; ``waiting``: the name of the question while it was not answered yet."""

    found: list[Suggestion]
    waiting: str | None = None
    but_case: int | None = None

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.found)

    def __bool__(self) -> bool:
        return bool(self.found) or self.waiting is not None


def alike(text: str, *, but_case: int | None = None, public: bool = False, limit: int = 3) -> Suggestions:
    """Earlier claims that ``text`` may tell again, at the middle band or above, best first, but for those of ``but_case``.

    Restricted cases only for those who read them. ``public``: for a reader who is not signed in, only what stands in the
    bulletin, in band high, and where no fact differs.
    """
    if not text.strip():
        return Suggestions(found=[])
    row = claim_lookups.ask(conn(), text)
    waiting = claim_lookups.key_of(text) if row.answered_at is None else None
    return Suggestions(
        found=_standing(row.answer, but_case=but_case, public=public)[:limit],
        waiting=waiting,
        but_case=but_case,
    )


@screen.get("/claims/similar/<key>")
@roles(*STAFF)
def answer(key: str) -> tuple[Response, int]:
    """The answer to a question, ``html``: a piece of a page; 202 while there is none."""
    row = claim_lookups.answer_of(conn(), key) if re.fullmatch("[0-9a-f]{64}", key) else None
    if row is None:
        raise NotFound("Question not found")
    if row.answered_at is None:
        return jsonify(html=""), 202
    but_case = forms.whole("but", default=0) or None
    found = Suggestions(found=_standing(row.answer, but_case=but_case, public=False)[:3])
    title = forms.text("title", limit=40) or "similar"
    return jsonify(html=render_template("claims_alike_answer.html", found=found, title_id=title)), 200


def _standing(answer: list[dict[str, Any]], *, but_case: int | None, public: bool) -> list[Suggestion]:
    near = [
        one
        for one in answer
        if one["band"] == "high" and not one["differs"] or not public and one["band"] != "low"
    ]
    ids = [int(one["claim"]) for one in near]
    if not ids:
        return []
    standing = {one.id: one for one in claims.current_states(conn(), ids=ids)}
    known = {one.id: one for one in since(conn(), ids=ids)}
    out = []
    for one in near:
        number = int(one["claim"])
        now, claim = standing.get(number), known.get(number)
        if (
            now is None
            or claim is None
            or now.code != claim.code
            or (but_case is not None and now.case_id == but_case)
        ):
            continue  # judged anew or withdrawn meanwhile, or the matter itself
        if (now.restricted and (public or not access.seen())) or (public and now.publication_id is None):
            continue
        out.append(
            Suggestion(
                claim=claim, band=one["band"], shared=one["shared"], differs=one["differs"], case_id=now.case_id,
                publication_id=now.publication_id,
            )
        )  # fmt: skip
    return out
