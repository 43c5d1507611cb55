"""The digest screens: list, draft, wording, approval, issue, downloads, corrections."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as AnyResponse

from db.catalogue import rows
from db.core.errors import Conflict, Invalid, NotFound
from db.core.time import HANOI
from db.desk import digests
from review_ui.digests import content, drafts, schedule
from review_ui.digests.render import charts
from review_ui.digests.render.formats import FORMATS, TYPES, write
from review_ui.web import forms
from review_ui.web.auth import READERS, VERIFIERS, roles, user
from review_ui.web.filters import now
from review_ui.web.idempotency import once_then
from review_ui.web.transaction import conn

screen = Blueprint("digests", __name__, url_prefix="/digests")

SCOPES = {"domestic": _("Báo chí trong nước"), "foreign": _("Báo chí nước ngoài")}
STATES = {
    "draft": _("Dự thảo"), "edited": _("Đã biên tập"), "approved": _("Đã duyệt"), "issued": _("Đã phát hành"),
    "discarded": _("Đã bỏ"),
}  # fmt: skip
STEPS = {"approve": _("Duyệt"), "return": _("Trả lại"), "issue": _("Phát hành"), "discard": _("Bỏ dự thảo")}
PERIODS = {
    "this_week": _("Tuần này"), "last_week": _("Tuần trước"), "last_month": _("Tháng trước"), "to_june": _("Đến 15/6"),
    "to_november": _("Đến 15/11"), "to_december": _("Đến 15/12"),
}  # fmt: skip
LONGEST_WORDING = 4_000  # letters of one paragraph


@screen.context_processor
def words() -> dict[str, object]:
    """The words of codes, for the templates of these screens."""
    return {
        "scopes": SCOPES,
        "states": STATES,
        "step_words": STEPS,
        "period_words": PERIODS,
        "formats": FORMATS,
    }


@screen.get("")
@roles(*READERS)
def index() -> str:
    """The digests made so far and the form for a new one."""
    today = now().astimezone(HANOI).date()
    return render_template(
        "digests/index.html",
        found=digests.latest(conn()),
        periods=drafts.usual_periods(today),
        today=today,
        due=schedule.coming(rows.entries(conn(), "deadlines"), today=today),
    )


def _list() -> str:
    return url_for("digests.index")


@screen.post("/new")
@roles(*VERIFIERS)
@once_then(_list)
def new() -> AnyResponse:
    """Collects a draft for a scope and a range."""
    scope = forms.choice("scope", tuple(SCOPES), required=True)
    first, last = forms.day("from", required=True), forms.day("to", required=True)
    assert first is not None
    assert last is not None
    if last < first:
        raise Invalid("to", gettext("Ngày cuối đứng trước ngày đầu. Hãy đổi lại hai ngày."))
    if (last - first).days >= 800:
        raise Invalid("to", gettext("Khoảng thời gian quá dài. Hãy chọn không quá hai năm."))
    made = drafts.make(conn(), scope=scope, from_on=first, to_on=last, created_by=user().id)
    flash(gettext("Đã lập dự thảo. Hãy đọc lại và biên tập trước khi trình duyệt."))
    return redirect(url_for("digests.item", digest_id=made), 303)


@screen.get("/<int:digest_id>")
@roles(*READERS)
def item(digest_id: int) -> str:
    """One digest as it stands, with what may be done next."""
    digest = digests.get(conn(), digest_id)
    editors = digests.editors(conn(), digest_id)
    document = drafts.document(conn(), digest)
    return render_template(
        "digests/item.html",
        digest=digest,
        document=document,
        blocks=content.body(document),
        kind=lambda block: type(block).__name__.lower(),
        text=content.cell_text,
        safe=content.safe_url,
        kept=digests.kept(conn(), digest_id),
        steps=digests.steps(conn(), digest_id),
        mine=user().id in editors,
        today=now().astimezone(HANOI).date(),
    )


@screen.get("/<int:digest_id>/edit")
@roles(*VERIFIERS)
def wording(digest_id: int) -> str:
    """The paragraphs that staff may word themselves."""
    digest = digests.get(conn(), digest_id)
    if digest.state not in ("draft", "edited"):
        raise Conflict(gettext("Bản này đã duyệt hoặc đã phát hành nên không sửa được nữa."))
    source = content.editable(drafts.stored(conn(), digest))
    return render_template(
        "digests/edit.html",
        digest=digest,
        paragraphs=source,
        edits=digests.edits(conn(), digest_id),
        longest=LONGEST_WORDING,
    )


@screen.post("/<int:digest_id>/edit")
@roles(*VERIFIERS)
def edit(digest_id: int) -> AnyResponse:
    """Stores the paragraphs that were changed."""
    digest = digests.get(conn(), digest_id)
    wording = {
        name.removeprefix("p-"): forms.text(name, limit=LONGEST_WORDING)
        for name in request.form
        if name.startswith("p-")
    }
    changed = drafts.edit(
        conn(), digest, wording=wording, user_id=user().id, seen_version=forms.whole("seen_version")
    )
    flash(gettext("Đã lưu %(n)s đoạn.", n=changed) if changed else gettext("Không có gì thay đổi."))
    return redirect(url_for("digests.item", digest_id=digest_id), 303)


def _page(digest_id: int) -> str:
    return url_for("digests.item", digest_id=digest_id)


@screen.post("/<int:digest_id>/step")
@roles(*VERIFIERS)
@once_then(_page)
def step(digest_id: int) -> AnyResponse:
    """Approves, returns or discards."""
    chosen = forms.choice("step", ("approve", "return", "discard"), required=True)
    digests.step(
        conn(),
        digest_id,
        chosen,
        actor_id=user().id,
        seen_version=forms.whole("seen_version"),
        reason=forms.text("reason") or None,
    )
    flash(gettext("Đã ghi: %(step)s.", step=STEPS[chosen]))
    if chosen == "discard":
        return redirect(url_for("digests.index"), 303)
    return redirect(url_for("digests.item", digest_id=digest_id), 303)


@screen.post("/<int:digest_id>/refresh")
@roles(*VERIFIERS)
def refresh(digest_id: int) -> AnyResponse:
    """Counts again and keeps staff's wording."""
    digest = digests.get(conn(), digest_id)
    made = drafts.refresh(conn(), digest, user_id=user().id, seen_version=forms.whole("seen_version"))
    flash(gettext("Đã lấy lại số liệu; phần đã biên tập được giữ nguyên."))
    return redirect(url_for("digests.item", digest_id=made), 303)


@screen.post("/<int:digest_id>/issue")
@roles(*VERIFIERS)
def issue(digest_id: int) -> AnyResponse:
    """Freezes an approved digest with its four files."""
    number = forms.whole("number", default=0)
    drafts.issue(
        conn(),
        digests.get(conn(), digest_id),
        actor_id=user().id,
        seen_version=forms.whole("seen_version"),
        number=number or None,
        signed_on=forms.day("signed_on"),
        signer=forms.text("signer", limit=120),
    )
    flash(gettext("Đã phát hành. Bốn tệp được lưu nguyên vẹn; muốn sửa phải lập bản đính chính."))
    return redirect(url_for("digests.item", digest_id=digest_id), 303)


@screen.post("/<int:digest_id>/correct")
@roles(*VERIFIERS)
def correct(digest_id: int) -> AnyResponse:
    """Begins a new issue that corrects this one."""
    made = drafts.correct(
        conn(),
        digests.get(conn(), digest_id),
        correction=forms.text("correction", required=True, limit=1_000),
        user_id=user().id,
        recount=forms.flag("recount"),
    )
    flash(gettext("Đã lập dự thảo bản đính chính."))
    return redirect(url_for("digests.item", digest_id=made), 303)


@screen.get("/<int:digest_id>/download/<form>")
@roles(*READERS)
def download(digest_id: int, form: str) -> Response:
    """The stored bytes of an issued digest; of any other, the draft as it stands now."""
    if form not in FORMATS:
        raise NotFound(gettext("Không có định dạng này."))
    digest = digests.get(conn(), digest_id)
    if digest.state == "issued":
        kept = digests.file(conn(), digest_id, form)
        data, sha256 = kept.bytes, kept.sha256
    else:
        data, sha256 = write(drafts.document(conn(), digest), form), ""
    digests.note_download(
        conn(),
        digest_id,
        actor=user().name,
        role=user().role,
        form=form,
        rows=digest.row_count,
        state=digest.state,
    )
    headers = {"Content-Disposition": f'attachment; filename="{drafts.file_name(digest, form)}"'}
    if sha256:
        headers["X-Content-SHA256"] = sha256
    return Response(data, mimetype=TYPES[form], headers=headers)


@screen.get("/<int:digest_id>/chart/<name>.svg")
@roles(*READERS)
def chart(digest_id: int, name: str) -> Response:
    """A chart of the digest, drawn on the server."""
    digest = digests.get(conn(), digest_id)
    for block in content.everything(drafts.document(conn(), digest)):
        if isinstance(block, content.Chart) and block.name == name:
            return Response(charts.draw(block, form="svg"), mimetype="image/svg+xml")
    raise NotFound(gettext("Không có biểu đồ này."))
