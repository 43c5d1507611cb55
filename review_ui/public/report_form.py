"""The public's way in: an item and what is wrong with it, a receipt, and later what became of it."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import Conflict, Invalid, NotFound, TryLater
from db.desk import reports
from db.press import urls
from review_ui.claims import suggest
from review_ui.public import contact_encryption, receipts
from review_ui.web import forms, security, uploads
from review_ui.web.auth import somebody
from review_ui.web.transaction import conn

screen = Blueprint("report", __name__)

# Chosen 2026-11-21: a person reports a few things, an abuser many; above the first number we keep the report apart for
# staff to look at, above the second we ask to come back later. Nothing is thrown away.
APART, MOST, WITHIN = 5, 30, timedelta(hours=1)
# Bytes of files: from one network and from everybody in a day, and what stays free on the disk for the work itself. A report
# without a file is always taken. Chosen 2026-11-29.
BYTES_OF_NETWORK, BYTES_OF_ALL, DAY = 200 * 2**20, 2 * 2**30, timedelta(days=1)
KEPT_FREE = 2 * 2**30
QUICKEST = 3  # seconds in which nobody fills in the form
PURPOSE = "reply about this report"


@screen.route("/report", methods=["GET", "POST"])
def form() -> str | tuple[str, int] | Response:
    """The form; on success the receipt, shown once."""
    if request.method in security.READS:
        return render_template("report/form.html", opened=receipts.opened(), typed={}, wrong=None)
    network = security.prefix(request.remote_addr)
    reports.one_at_a_time(conn(), prefix=network)
    recent = reports.recent_from(conn(), prefix=network, within=WITHIN)
    if recent >= MOST and somebody() is None:
        raise TryLater(gettext("Mạng này đã gửi quá nhiều tin báo trong một giờ. Hãy thử lại sau."))
    try:
        url, what, contact, content, name = _read()
    except Invalid as why:
        return _again(why)
    try:
        kept = None
        if name:
            _room_for(len(content), network)
            kept = uploads.keep(
                conn(),
                home=current_app.extensions["kiemtin.settings"].home,
                content=content,
                name=name,
                received_from="public",
            )
    except Invalid as why:
        return _again(why)
    code = receipts.code(url or "", what, contact, name, content=content)
    # a page sent twice is one report: the second answer shows the same receipt
    with suppress(Conflict):
        number = reports.add(
            conn(),
            code=code,
            channel="web",
            url=url,
            identity=urls.identity(url) if url else None,
            file_sha256=kept.sha256 if kept else None,
            what_is_wrong=what,
            prefix=network,
            entered_by=None,
            quarantined=recent >= APART or _looks_automatic(),
        )
        if contact:
            sealed = contact_encryption.seal(current_app.extensions["kiemtin.settings"], contact)
            reports.seal_contact(conn(), report_id=number, sealed=sealed, purpose=PURPOSE)
    return render_template("report/receipt.html", code=code, alike=suggest.alike(what, public=True, limit=2))


def _room_for(size: int, network: str) -> None:
    """Raises Invalid where the day's files of this network or of everybody, or the disk, leave no room for one more."""
    if somebody() is not None:
        return
    own, of_all = reports.public_uploads(conn(), prefix=network, within=DAY)
    home = current_app.extensions["kiemtin.settings"].home
    if (
        own + size > BYTES_OF_NETWORK
        or of_all + size > BYTES_OF_ALL
        or shutil.disk_usage(home).free < KEPT_FREE
    ):
        raise Invalid(
            "file",
            gettext(
                "Hôm nay chưa nhận thêm tệp được. Hãy gửi đường dẫn và lời kể, hoặc gửi tệp vào ngày mai."
            ),
        )


def _again(why: Invalid) -> tuple[str, int]:
    """The form once more with everything that was typed and one sentence at the field that is wrong."""
    typed = {name: request.form.get(name, "") for name in ("url", "what", "contact")}
    return render_template("report/form.html", opened=receipts.opened(), typed=typed, wrong=why), 422


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a bracket that opens and does not close
        return ""


def _read() -> tuple[str | None, str, str, bytes, str]:
    url = forms.text("url", limit=2000)
    what = forms.text("what", required=True, limit=5000)
    contact = forms.text("contact", limit=200)
    file = request.files.get("file")
    content = file.read(uploads.largest(conn()) + 1) if file and file.filename else b""
    if url and not re.match(r"https?://", url, re.I):
        url = f"https://{url}"
    if url and "." not in _host(url):
        raise Invalid("url", gettext("Đường dẫn không đúng. Viết như https://bao.vn/bai-viet.html."))
    if not url and not (file and file.filename):
        raise Invalid("url", gettext("Hãy ghi đường dẫn hoặc đính kèm ảnh chụp của tin."))
    if contact and not forms.flag("consent"):
        raise Invalid(
            "contact",
            gettext("Hãy đánh dấu đồng ý để chúng tôi được giữ liên hệ này, hoặc để trống ô liên hệ."),
        )
    return url or None, what, contact, content, (file.filename or "") if file else ""


def _looks_automatic() -> bool:
    """The field that people do not see is filled, or the form came back faster than anybody types."""
    if request.form.get("website"):
        return True
    shown = receipts.shown_at()
    return shown is None or time.time() - shown < QUICKEST


@screen.route("/report/<code>")
def outcome(code: str) -> str:
    """What became of the report with this receipt."""
    asked = code.upper()
    found = reports.by_receipt(conn(), asked) if len(asked) <= 40 else None
    if found is None:
        raise NotFound(gettext("Không có tin báo nào mang mã này. Hãy xem lại từng chữ của mã."))
    told = reports.get(conn(), reports.number_of(conn(), asked)).what_is_wrong
    settled = found.publication_id or found.refused_reason or found.state == "closed"
    near = suggest.Suggestions(found=[]) if settled else suggest.alike(told, public=True, limit=2)
    return render_template("report/outcome.html", found=found, code=asked, alike=near)
