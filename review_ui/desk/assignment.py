"""Assignment of a case: its lease (who works on it now), who it is given to, its due date, notes to colleagues."""

from __future__ import annotations

from flask import Blueprint, flash, g, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import Conflict, Forbidden, Invalid
from db.desk import cases, leases
from db.desk.cases import Case
from db.queries import event_pages
from review_ui.desk import decisions
from review_ui.web import access, filters, forms
from review_ui.web.auth import STAFF, VERIFIERS, roles, user
from review_ui.web.idempotency import once
from review_ui.web.labels import FIELDS, label
from review_ui.web.transaction import conn

screen = Blueprint("assignment", __name__)


@screen.post("/cases/<case:case_id>/take")
@roles(*STAFF)
def take(case_id: int) -> Response:
    """Takes the case (or takes it over); a flagged one moves to triage."""
    case = access.case(case_id)
    if forms.flag("over"):
        leases.take_over(conn(), case_id=case_id, user_id=user().id, actor=user().name)
    else:
        leases.take(conn(), case_id=case_id, user_id=user().id)
    if case.state == "flagged":
        with decisions.telling_what_changed(conn(), case_id=case_id, seen=forms.version("seen")):
            cases.act(
                conn(), case_id=case_id, action="take", user_id=user().id, seen_version=forms.version("seen")
            )
    return redirect(decisions.back_of(case), 303)


@screen.post("/cases/<case:case_id>/heartbeat")
@roles(*STAFF)
def heartbeat(case_id: int) -> Response:
    """Keeps the lease alive; 409 with a sentence when it has gone."""
    until = leases.beat(conn(), case_id=case_id, user_id=user().id)
    return jsonify({"until": until.isoformat()})


@screen.post("/cases/<case:case_id>/let-go")
@roles(*STAFF)
def let_go(case_id: int) -> Response:
    """Nobody has touched key or mouse for a while: the lease ends, the case stays where it is."""
    leases.release(conn(), case_id=case_id, user_id=user().id)
    return jsonify({"released": True})


@screen.post("/cases/<case:case_id>/release")
@roles(*STAFF)
def release(case_id: int) -> Response:
    """Gives the case back; one that is still in triage returns to the queue as flagged."""
    case = access.case(case_id)
    held = leases.of_case(conn(), case_id=case_id)
    if held is not None and held.user_id == user().id:
        leases.release(conn(), case_id=case_id, user_id=user().id)
        if case.state == "triage":
            with decisions.telling_what_changed(conn(), case_id=case_id, seen=forms.version("seen")):
                cases.act(
                    conn(),
                    case_id=case_id,
                    action="release",
                    user_id=user().id,
                    seen_version=forms.version("seen"),
                )
    return redirect(url_for("queue.index"), 303)


@screen.post("/cases/<case:case_id>/assign")
@roles(*STAFF)
def assign(case_id: int) -> Response:
    """Who works on it, which office owes the answer, until when. Only what the person changed is written; what somebody
    else changed meanwhile is not written over unasked."""
    cases.hold(conn(), case_id)
    case = access.case(case_id)
    sent, changed = _sent(), _changed(case)
    offices = {one.name for one in event_pages.agencies(conn())}
    if "agency" in changed and sent["agency"] not in offices | {""}:
        raise Invalid("agency", gettext("Hãy chọn một mục trong danh sách."))
    wanted = _standing(case) | {name: sent[name] for name in changed}
    if changed & {"agency", "due"} and wanted["agency"] and not wanted["due"]:
        raise Invalid("due", gettext("Chuyển cho cơ quan thì cần có hạn trả lời."))
    if changed:
        cases.assign(
            conn(),
            case_id=case_id,
            assigned_to=int(wanted["assigned_to"] or 0) or None,
            agency=wanted["agency"] or None,
            due_at=forms.moment("due") if "due" in changed else case.due_at,
            field=wanted["field"] or None,
            restricted=bool(wanted["restricted"]),
            emergency=bool(wanted["emergency"]),
            actor=user().name,
        )
    flash(gettext("Đã lưu."))
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<case:case_id>/title")
@roles(*STAFF)
def rename(case_id: int) -> Response:
    """A title of a person's for the case and its event."""
    cases.hold(conn(), case_id)
    access.case(case_id)
    title = " ".join(forms.text("title", required=True, limit=300).split())
    cases.rename(conn(), case_id=case_id, title=title, actor=user().name)
    flash(gettext("Đã đổi tên hồ sơ."))
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _standing(case: Case) -> dict[str, str]:
    """What the form of giving work shows of the case, as a browser sends it back."""
    return {
        "assigned_to": str(case.assigned_to or ""),
        "agency": case.agency or "",
        "due": filters.local_input(case.due_at),
        "field": case.field or "",
        "restricted": "1" if case.restricted else "",
        "emergency": "1" if case.emergency else "",
    }


def _sent() -> dict[str, str]:
    """The same fields as the person left them."""
    return {
        "assigned_to": str(forms.whole("assigned_to", default=0) or ""),
        "agency": forms.text("agency", limit=120),
        "due": filters.local_input(forms.moment("due")),
        "field": forms.choice("field", tuple(FIELDS)),
        "restricted": "1" if forms.flag("restricted") else "",
        "emergency": "1" if forms.flag("emergency") else "",
    }


def _changed(case: Case) -> set[str]:
    """The fields that the person changed: they differ from ``seen_…``, what stood there when the page was made.

    Raises Conflict where one of them was changed meanwhile, Forbidden for a restriction that is not the person's to set.
    """
    sent, now = _sent(), _standing(case)
    if user().role not in VERIFIERS and ("restricted" in request.form or "seen_restricted" in request.form):
        raise Forbidden(
            gettext(
                "Chỉ người thẩm định hoặc người duyệt được hạn chế người xem. Hãy ghi chú nhắc một trong số họ."
            )
        )
    unsaid = [name for name in sent if name in request.form and f"seen_{name}" not in request.form]
    if unsaid:
        raise Invalid(unsaid[0], gettext("Trang hồ sơ bạn mở đã cũ. Hãy tải lại trang rồi sửa lại."))
    before = {name: request.form[f"seen_{name}"].strip() for name in sent if f"seen_{name}" in request.form}
    changed = {name for name in before if sent[name] != before[name]}
    overtaken = [name for name in before if name in changed and now[name] not in (before[name], sent[name])]
    if overtaken:
        g.fresh = {f"seen_{name}": now[name] for name in overtaken}
        raise Conflict(
            gettext(
                "Từ lúc bạn mở trang, hồ sơ đã có thay đổi: %(what)s. Chưa ghi gì. Bấm Gửi lại nếu vẫn muốn ghi như bạn đã chọn.",
                what="; ".join(f"{label('form_field', name)}: {_said(case, name)}" for name in overtaken),
            )
        )
    return changed


def _said(case: Case, name: str) -> str:
    """A field of the case in words."""
    yes_or_no = {True: gettext("có"), False: gettext("không")}
    offices = {one.name: one.title for one in event_pages.agencies(conn())}
    words: dict[str, str] = {
        "assigned_to": case.assigned_name or gettext("chưa giao"),
        "agency": offices.get(case.agency or "", case.agency or gettext("không có")),
        "due": filters.moment(case.due_at) or gettext("không có"),
        "field": label("field", case.field) or gettext("chưa rõ"),
        "restricted": yes_or_no[case.restricted],
        "emergency": yes_or_no[case.emergency],
    }
    return words[name]


@screen.post("/cases/<case:case_id>/due")
@roles(*STAFF)
def due(case_id: int) -> Response:
    """Takes over a proposed time, or any other; what else stands in the case stays."""
    access.case(case_id)
    moment = forms.moment("due")
    if moment is None:
        raise Invalid("due", gettext("Hãy chọn ngày."))
    cases.set_due(conn(), case_id=case_id, due_at=moment, actor=user().name)
    flash(gettext("Đã đặt hạn %(moment)s.", moment=filters.moment(moment)))
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<case:case_id>/notes")
@roles(*STAFF)
@once
def note(case_id: int) -> Response:
    """A remark for colleagues."""
    case = access.case(case_id)
    cases.remark(
        conn(), case_id=case_id, user_id=user().id, body=forms.text("body", required=True, limit=forms.LONG)
    )
    return redirect(decisions.back_of(case), 303)
