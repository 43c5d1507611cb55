"""The second, blind opinion on a case; how far two people agree; and the third person who settles what they differ on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import Conflict, Forbidden, Invalid
from db.desk import reviews
from db.queries import event_pages
from review_ui.web import access, forms
from review_ui.web.auth import READERS, STAFF, roles, user
from review_ui.web.transaction import conn

screen = Blueprint("second", __name__)


@screen.get("/cases/<case:case_id>/second")
@roles(*STAFF)
def show(case_id: int) -> str | Response:
    """The bare articles, without reasons, scores or the first opinion."""
    case = access.case(case_id)
    if not case.wants_second or reviews.by(conn(), case_id=case_id, user_id=user().id) is not None:
        flash(gettext("Hồ sơ này không cần thêm ý kiến của bạn."))
        return redirect(url_for("queue.index", tab="second"), 303)
    tellings = event_pages.tellings(conn(), event_id=case.event_id, limit=12) if case.event_id else []
    return render_template("desk/second.html", case=case, tellings=tellings)


@screen.post("/cases/<case:case_id>/second")
@roles(*STAFF)
def give(case_id: int) -> Response:
    """Keeps the blind opinion; it moves nothing."""
    case = access.case(case_id)
    outcome, _, code = request.form.get("action", "").partition(":")
    if outcome not in reviews.OUTCOMES:
        raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
    if reviews.by(conn(), case_id=case_id, user_id=user().id) is not None or not case.wants_second:
        raise Conflict(gettext("Hồ sơ này không cần thêm ý kiến của bạn."))
    reviews.record(
        conn(), case_id=case_id, user_id=user().id, outcome=outcome, blind=True,
        reason=forms.text("reason", limit=2000) or code, relevance="none" if code == "not_local" else None,
    )  # fmt: skip
    first = next((one for one in reviews.of_case(conn(), case_id=case_id) if not one.blind), None)
    if first is not None and first.outcome == outcome:
        flash(gettext("Đã ghi. Ý kiến của bạn trùng với ý kiến thứ nhất."))
    else:
        flash(gettext("Đã ghi. Hai ý kiến khác nhau; người thứ ba sẽ xem lại."))
    return redirect(url_for("queue.index", tab="second"), 303)


@screen.get("/reviews")
@roles(*READERS)
def agreement() -> str:
    """How far people agree, and where a third person must look."""
    pairs = reviews.pairs(conn(), restricted=access.seen())
    return render_template(
        "desk/agreement.html",
        pairs=pairs[:100],
        open_pairs=[pair for pair in pairs if pair.first != pair.second and pair.settled is None],
        figures=reviews.agreement([(pair.first, pair.second) for pair in pairs]),
        outcomes=reviews.OUTCOMES,
        can_settle=user().role in STAFF,
    )


@screen.post("/cases/<case:case_id>/adjudicate")
@roles(*STAFF)
def adjudicate(case_id: int) -> Response:
    """A third person settles two opinions that differ."""
    access.case(case_id)
    if reviews.by(conn(), case_id=case_id, user_id=user().id) is not None:
        raise Forbidden(gettext("Người thứ ba phải là người chưa cho ý kiến về hồ sơ này."))
    reviews.adjudicate(
        conn(), case_id=case_id, user_id=user().id,
        outcome=forms.choice("outcome", reviews.OUTCOMES, required=True),
        reason=forms.text("reason", required=True, limit=2000),
    )  # fmt: skip
    flash(gettext("Đã ghi."))
    return redirect(url_for("second.agreement"), 303)
