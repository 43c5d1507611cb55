"""Signing: a proposed verdict as the public would read it, with its evidence, before the second person approves it.

Approving takes two deliberate steps: opening this page, and pressing its button. No key signs.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import NotFound
from review_ui.casework import publishing
from review_ui.desk import case_claims
from review_ui.desk.cases import PUBLIC
from review_ui.web import access
from review_ui.web.auth import APPROVERS, roles

screen = Blueprint("signing", __name__)


@screen.get("/cases/<case:case_id>/verdicts/<int:verdict_id>/sign")
@roles(*APPROVERS)
def show(case_id: int, verdict_id: int) -> str | Response:
    """The proposal that waits, as it would stand in the bulletin, beside everything it rests on."""
    case = access.case(case_id)
    parts = case_claims.of(case)
    part = next((one for one in parts if one.standing is not None and one.standing.id == verdict_id), None)
    if part is None:
        known = any(verdict_id in [old.id for old in one.earlier] for one in parts)
        if not known:
            raise NotFound("Verdict not found", code="row.not_found")
        flash(gettext("Đề xuất này đã được quyết định hoặc đã thay bằng đề xuất khác."), "warn")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    proposal = part.standing
    assert proposal is not None
    return render_template(
        "desk/sign.html",
        case=case,
        part=part,
        proposal=proposal,
        public=proposal.code in PUBLIC and not case.critical,
        office=publishing.office(),
    )
