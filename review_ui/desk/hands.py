"""Whose hands a case is in: leases, assignments, dates, notes to colleagues."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db import cases, leases, reading
from db.errors import Invalid
from review_ui import formats, forms, restricted
from review_ui.auth import STAFF, roles, user
from review_ui.desk import deciding
from review_ui.desk.once import once
from review_ui.labels import FIELDS
from review_ui.transaction import conn

screen = Blueprint("hands", __name__)


@screen.post("/cases/<int:case_id>/take")
@roles(*STAFF)
def take(case_id: int) -> Response:
    """Takes the case (or takes it over); a flagged one moves to triage."""
    case = restricted.case(case_id)
    if forms.flag("over"):
        leases.take_over(conn(), case_id=case_id, user_id=user().id, actor=user().name)
    else:
        leases.take(conn(), case_id=case_id, user_id=user().id)
    if case.state == "flagged":
        with deciding.telling_what_changed(conn(), case_id=case_id, seen=forms.version("seen")):
            cases.act(
                conn(), case_id=case_id, action="take", user_id=user().id, seen_version=forms.version("seen")
            )
    return redirect(deciding.back_of(case), 303)


@screen.post("/cases/<int:case_id>/heartbeat")
@roles(*STAFF)
def heartbeat(case_id: int) -> Response:
    """Keeps the lease alive; 409 with a sentence when it has gone."""
    until = leases.beat(conn(), case_id=case_id, user_id=user().id)
    return jsonify({"until": until.isoformat()})


@screen.post("/cases/<int:case_id>/let-go")
@roles(*STAFF)
def let_go(case_id: int) -> Response:
    """Nobody has touched key or mouse for a while: the lease ends, the case stays where it is."""
    leases.release(conn(), case_id=case_id, user_id=user().id)
    return jsonify({"released": True})


@screen.post("/cases/<int:case_id>/release")
@roles(*STAFF)
def release(case_id: int) -> Response:
    """Gives the case back; one that is still in triage returns to the queue as flagged."""
    case = restricted.case(case_id)
    held = leases.of_case(conn(), case_id=case_id)
    if held is not None and held.user_id == user().id:
        leases.release(conn(), case_id=case_id, user_id=user().id)
        if case.state == "triage":
            with deciding.telling_what_changed(conn(), case_id=case_id, seen=forms.version("seen")):
                cases.act(
                    conn(),
                    case_id=case_id,
                    action="release",
                    user_id=user().id,
                    seen_version=forms.version("seen"),
                )
    return redirect(url_for("queue.index"), 303)


@screen.post("/cases/<int:case_id>/assign")
@roles(*STAFF)
def assign(case_id: int) -> Response:
    """Who works on it, which office owes the answer, until when."""
    restricted.case(case_id)
    agency = forms.text("agency", limit=120)
    if agency and agency not in {one.name for one in reading.agencies(conn())}:
        raise Invalid("agency", gettext("Hãy chọn một mục trong danh sách."))
    due = forms.moment("due")
    if agency and due is None:
        raise Invalid("due", gettext("Chuyển cho cơ quan thì cần có hạn trả lời."))
    cases.assign(
        conn(),
        case_id=case_id,
        assigned_to=forms.whole("assigned_to", default=0) or None,
        agency=agency or None,
        due_at=due,
        field=forms.choice("field", tuple(FIELDS)) or None,
        restricted=forms.flag("restricted"),
        emergency=forms.flag("emergency"),
        actor=user().name,
    )
    flash(gettext("Đã lưu."))
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<int:case_id>/due")
@roles(*STAFF)
def due(case_id: int) -> Response:
    """Takes over a proposed time, or any other; what else stands in the case stays."""
    restricted.case(case_id)
    moment = forms.moment("due")
    if moment is None:
        raise Invalid("due", gettext("Hãy chọn ngày."))
    cases.set_due(conn(), case_id=case_id, due_at=moment, actor=user().name)
    flash(gettext("Đã đặt hạn %(moment)s.", moment=formats.moment(moment)))
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<int:case_id>/notes")
@roles(*STAFF)
@once
def note(case_id: int) -> Response:
    """A remark for colleagues."""
    case = restricted.case(case_id)
    cases.remark(
        conn(), case_id=case_id, user_id=user().id, body=forms.text("body", required=True, limit=forms.LONG)
    )
    return redirect(deciding.back_of(case), 303)
