"""Staff's side of reports: read, enter what came by telephone or on paper, join to a case, refuse with a reason."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import Conflict, Invalid
from db.desk import cases, reports, upload_readings
from db.press import urls
from review_ui.claims import suggest
from review_ui.public import contact_encryption, receipts
from review_ui.web import access, forms, security, uploads
from review_ui.web.auth import STAFF, VERIFIERS, roles, user
from review_ui.web.labels import FIELDS
from review_ui.web.transaction import conn

screen = Blueprint("reports", __name__)
WHICH = ("open", "quarantined", "linked", "refused")
CHANNELS = ("phone", "paper", "social")


@screen.get("/reports")
@roles(*STAFF)
def index() -> str:
    """Reports by where they stand."""
    which = forms.choice("which", WHICH) or "open"
    before = forms.whole("after", default=0) or None
    found = reports.listed(conn(), which=which, before=before)
    return render_template(
        "reports/index.html", which=which, found=found, more=found[-1].id if len(found) == 50 else None
    )


@screen.get("/reports/<int:report_id>")
@roles(*STAFF)
def show(report_id: int) -> str:
    """One report, the case it may belong to, and earlier verified claims that it resembles."""
    report = reports.get(conn(), report_id)
    written = upload_readings.body(conn(), sha256=report.file_sha256) if report.file_sha256 else ""
    return render_template(
        "reports/show.html",
        report=report,
        near=reports.case_for(conn(), report),
        alike=suggest.alike(f"{report.what_is_wrong}\n{written}".strip(), but_case=report.case_id),
        fields=FIELDS,
        contact=None,
    )


@screen.route("/reports/new", methods=["GET", "POST"])
@roles(*STAFF)
def new() -> str | tuple[str, int]:
    """Enters a report that came by telephone, on paper, or as a post that somebody showed us."""
    if request.method in security.READS:
        return render_template("reports/new.html", typed={}, wrong=None, opened=receipts.opened())
    try:
        channel = forms.choice("channel", CHANNELS, required=True)
        url = forms.text("url", limit=2000) or None
        what = forms.text("what", required=True, limit=5000)
        contact = forms.text("contact", limit=200)
        file = request.files.get("file")
        kept = None
        if file and file.filename:
            kept = uploads.keep(
                conn(),
                home=current_app.extensions["kiemtin.settings"].home,
                content=file.read(uploads.largest(conn()) + 1),
                name=file.filename,
                received_from=user().name,
            )
    except Invalid as why:
        typed = {name: request.form.get(name, "") for name in ("channel", "url", "what", "contact")}
        return render_template("reports/new.html", typed=typed, wrong=why, opened=receipts.opened()), 422
    code = receipts.code(channel, url or "", what, contact, kept.sha256 if kept else "")
    try:
        number = reports.add(
            conn(), code=code, channel=channel, url=url, identity=urls.identity(url) if url else None,
            file_sha256=kept.sha256 if kept else None, what_is_wrong=what, prefix=None, entered_by=user().id, quarantined=False,
        )  # fmt: skip
    except Conflict:  # the same page sent twice: the same receipt again
        return render_template("reports/entered.html", code=code, number=reports.number_of(conn(), code))
    if contact:
        sealed = contact_encryption.seal(current_app.extensions["kiemtin.settings"], contact)
        reports.seal_contact(conn(), report_id=number, sealed=sealed, purpose="reply about this report")
    return render_template("reports/entered.html", code=code, number=number)


@screen.post("/reports/<int:report_id>/case")
@roles(*STAFF)
def to_case(report_id: int) -> Response:
    """Joins a report to the case it belongs to, or opens one for it."""
    report = reports.hold(conn(), report_id)
    if report.case_id is not None:
        access.case(report.case_id)
        flash(gettext("Tin báo này đã ở trong hồ sơ %(n)s.", n=report.case_id))
        return redirect(url_for("cases.show", case_id=report.case_id), 303)
    if report.refused_reason is not None:
        raise Conflict("this report was refused before")
    wanted = access.in_form("cases", "case", default=0) or reports.case_for(conn(), report)
    if not wanted:
        title = forms.text("title", limit=300) or report.what_is_wrong.splitlines()[0][:200]
        field = forms.choice("field", FIELDS) or None
        wanted = cases.open_by_staff(conn(), event_id=None, title=title, field=field, actor=user().name).id
    else:
        wanted = access.case(wanted).id
    reports.link(conn(), report_id=report_id, case_id=wanted)
    cases.remark(
        conn(),
        case_id=wanted,
        user_id=user().id,
        body=gettext("Tin báo %(n)s: %(what)s", n=report.id, what=report.what_is_wrong),
    )
    flash(gettext("Đã đưa tin báo vào hồ sơ %(n)s.", n=wanted), "good")
    return redirect(url_for("cases.show", case_id=wanted), 303)


@screen.post("/reports/<int:report_id>/refuse")
@roles(*STAFF)
def refuse(report_id: int) -> Response:
    """Refuses a report; the receipt shows the reason."""
    reports.refuse(
        conn(), report_id=report_id, user_id=user().id, reason=forms.text("reason", required=True, limit=500)
    )
    flash(gettext("Đã từ chối tin báo; người gửi thấy lý do khi tra mã."), "good")
    return redirect(url_for("reports.index"), 303)


@screen.post("/reports/<int:report_id>/contact")
@roles(*VERIFIERS)
def contact(report_id: int) -> str:
    """Shows a reporter's contact once, for a reason that is logged."""
    report = reports.get(conn(), report_id)
    sealed = reports.contact(
        conn(), report_id=report_id, user_id=user().id, reason=forms.text("reason", required=True, limit=300)
    )
    shown = contact_encryption.unseal(current_app.extensions["kiemtin.settings"], sealed)
    return render_template(
        "reports/show.html",
        report=report,
        near=reports.case_for(conn(), report),
        alike=None,
        fields=FIELDS,
        contact=shown,
    )


@screen.get("/reports/<int:report_id>/file")
@roles(*STAFF)
def file(report_id: int) -> Response:
    """The file handed in, as a download: it is never shown as a page of ours."""
    report = reports.get(conn(), report_id)
    answer = make_response(
        uploads.content(current_app.extensions["kiemtin.settings"].home, report.file_sha256 or "-")
    )
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers["Content-Disposition"] = f'attachment; filename="tin-bao-{report_id}.bin"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
