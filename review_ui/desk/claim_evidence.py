"""What is written into a case: claims, evidence, attempts to reach the source, verdicts of two persons."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from db.core.errors import Conflict, Invalid, NotFound
from db.desk import cases, claim_articles, claims, leases, publications
from db.desk.cases import Case
from db.desk.claims import Claim
from db.queries import event_pages
from review_ui.casework import publishing
from review_ui.desk import case_claims, decisions
from review_ui.web import access, forms, uploads
from review_ui.web.auth import APPROVERS, STAFF, VERIFIERS, roles, user
from review_ui.web.idempotency import once
from review_ui.web.labels import CHANNELS, EVIDENCE, FIELDS, SETTLED
from review_ui.web.transaction import conn

screen = Blueprint("claim_evidence", __name__)


@screen.post("/cases/<case:case_id>/claims")
@roles(*STAFF)
@once
def add_claim(case_id: int) -> Response:
    """A checkable sentence."""
    case = access.case(case_id)
    number = claims.add(
        conn(),
        case_id=case_id,
        body=forms.text("claim", required=True, limit=2000),
        user_id=user().id,
        said_on=forms.day("said_on"),
        place=forms.text("place", limit=120),
        field=forms.choice("field", tuple(FIELDS)) or (case.field or ""),
        channel=forms.choice("channel", tuple(CHANNELS)),
        criticised_agency=forms.text("agency", limit=120),
    )
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{number}", 303)


def _claim(case_id: int) -> Claim:
    """The claim that the form names, where it belongs to the case."""
    claim = claims.get(conn(), access.in_form("claims", "claim_id"))
    if claim.case_id != case_id:
        raise NotFound("Claim not found", code="row.not_found")
    return claim


@screen.post("/cases/<case:case_id>/evidence")
@roles(*VERIFIERS)
@once
def add_evidence(case_id: int) -> Response:
    """A piece of evidence: a link, a text, a file, or the kept copy of an article."""
    access.case(case_id)
    claim = _claim(case_id)
    article_id = access.in_form("articles", "article", default=0)
    file = request.files.get("file")
    if article_id:
        _keep_article(claim, article_id, _kind_of(claim, article_id))
    else:
        claims.add_evidence(
            conn(),
            claim_id=claim.id,
            kind=forms.choice("kind", tuple(EVIDENCE), required=True),
            title=forms.text("title", required=True),
            url=_url(),
            body=forms.text("body", limit=forms.LONG),
            issuer=forms.text("issuer", limit=120),
            independent=forms.flag("independent"),
            file_sha256=_kept(file),
            user_id=user().id,
        )
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


# What an article is among the evidence, by how it stands to the claim.
KINDS = {"asserts": "archived_item", "repeats": "archived_item", "refutes": "press"}


def _kind_of(claim: Claim, article_id: int) -> str:
    """The kind of evidence that an article is: what carries the claim is the suspect item, what refutes it is not. The
    relation is the one given with the form, which is then on record too, else the one that a person has settled.

    Raises Invalid where nobody has said how the article stands to the claim, or that it has nothing to do with it.
    """
    settled = claim_articles.settled(conn(), claim_id=claim.id, article_id=article_id)
    relation = forms.choice("relation", tuple(KINDS)) or settled
    if relation not in KINDS:
        raise Invalid(
            "relation",
            gettext("Hãy cho biết bài này khẳng định, nhắc lại hay bác bỏ thông tin cần kiểm chứng."),
        )
    if relation != settled:
        claim_articles.link(
            conn(), claim_id=claim.id, article_id=article_id, relation=relation, user_id=user().id
        )
    return KINDS[relation]


def _kept(file: FileStorage | None) -> str | None:
    """The SHA-256 under which a file handed in is kept, None without one."""
    if file is None or not file.filename:
        return None
    return uploads.keep(
        conn(),
        home=current_app.extensions["kiemtin.settings"].home,
        content=file.stream.read(uploads.largest(conn()) + 1),
        name=file.filename,
        received_from=user().name,
        any_kind=True,
    ).sha256


def _url() -> str:
    value = forms.text("url", limit=2000)
    if value and not value.lower().startswith(("https://", "http://")):
        raise Invalid("url", gettext("Địa chỉ phải bắt đầu bằng http:// hoặc https://."))
    return value


@screen.post("/cases/<case:case_id>/evidence/withdraw")
@roles(*VERIFIERS)
def withdraw_evidence(case_id: int) -> Response:
    """Withdraws a piece; it stays on record."""
    access.case(case_id)
    number = forms.whole("evidence")
    if number not in {one.id for one in claims.evidence_of(conn(), case_id=case_id)}:
        raise Conflict("this piece of evidence was withdrawn already")
    claim = claims.withdraw_evidence(conn(), evidence_id=number, user_id=user().id)
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim}", 303)


@screen.post("/cases/<case:case_id>/attempts")
@roles(*VERIFIERS)
@once
def add_attempt(case_id: int) -> Response:
    """An attempt to reach the source."""
    access.case(case_id)
    claim = _claim(case_id)
    at = forms.moment("at") or datetime.now(UTC)
    if at > datetime.now(UTC):
        raise Invalid("at", gettext("Lúc liên hệ không thể ở tương lai. Hãy ghi sau khi đã liên hệ."))
    claims.add_attempt(
        conn(),
        claim_id=claim.id,
        whom=forms.text("whom", required=True),
        how=forms.text("how", required=True),
        at=at,
        result=forms.text("result", required=True, limit=5000),
        user_id=user().id,
    )
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


def _keep_article(claim: Claim, article_id: int, kind: str) -> None:
    """The kept copy of an article becomes evidence; raises Invalid where there is none yet."""
    article = event_pages.article(conn(), article_id)
    if article.capture_id is None:
        raise Invalid(
            "article",
            gettext("Bài này chưa có bản lưu. Hãy mở bài, bấm Lưu lại bài bây giờ, rồi thử lại."),
        )
    claims.add_evidence(
        conn(), claim_id=claim.id, kind=kind, title=f"{article.outlet}: {article.title}"[:500],
        url=article.url, user_id=user().id, capture_id=article.capture_id,
    )  # fmt: skip


@screen.post("/cases/<case:case_id>/relations")
@roles(*STAFF)
@once
def relations(case_id: int) -> Response:
    """The whole table at once: how each article stands to the claim, and which of them become evidence by their kept copy."""
    access.case(case_id)
    claim = _claim(case_id)
    wanted = set(access.all_in_form("articles", "use")) if user().role in VERIFIERS else set()
    for article_id in access.all_in_form("articles", "article"):
        relation = forms.choice(f"relation-{article_id}", SETTLED)
        known = claim_articles.settled(conn(), claim_id=claim.id, article_id=article_id)
        if relation and relation != known:
            event_pages.article(conn(), article_id)
            claim_articles.link(
                conn(), claim_id=claim.id, article_id=article_id, relation=relation, user_id=user().id
            )
        if article_id not in wanted:
            continue
        if relation not in KINDS:
            raise Invalid(
                "use",
                gettext("Hãy cho biết bài này khẳng định, nhắc lại hay bác bỏ thông tin cần kiểm chứng."),
            )
        _keep_article(claim, article_id, KINDS[relation])
    flash(gettext("Đã ghi quan hệ của các bài."))
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


@screen.post("/cases/<case:case_id>/link")
@roles(*STAFF)
@once
def link(case_id: int) -> Response:
    """How an article stands to a claim."""
    access.case(case_id)
    claim = _claim(case_id)
    event_pages.article(conn(), article_id := access.in_form("articles", "article"))
    claim_articles.link(
        conn(), claim_id=claim.id, article_id=article_id, user_id=user().id,
        relation=forms.choice("relation", SETTLED, required=True),
    )  # fmt: skip
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


# ── verdicts ────────────────────────────────────────────────────────────────────────────────────────────────────
def _nothing_newer(case: Case, claim: Claim, *, seen: int) -> None:
    """Raises Conflict when the case moved since version ``seen``, or when another proposal on the claim stands than the
    one that was on the page: re-proposing does not move the case."""
    if cases.hold(conn(), case.id) != seen:
        raise Conflict(f"case {case.id} changed meanwhile (version {case.version}, seen {seen})")
    mine = [one.id for one in claims.proposals_of(conn(), case_id=case.id) if one.claim_id == claim.id]
    if case.state == "decide" and max(mine, default=0) != forms.whole("over", default=0):
        raise Conflict("a newer proposal stands for this claim")


@screen.post("/cases/<case:case_id>/propose")
@roles(*VERIFIERS)
def propose(case_id: int) -> Response:
    """Proposes a verdict on a claim; the case goes to the approver."""
    case = access.case(case_id)
    claim = _claim(case_id)
    seen = forms.version("seen")
    with decisions.telling_what_changed(conn(), case_id=case_id, seen=seen):
        if case.state not in ("verify", "decide"):
            raise Conflict(f'a case in state "{case.state}" has no step "propose"')
        _nothing_newer(case, claim, seen=seen)
        claims.propose(
            conn(),
            claim_id=claim.id,
            code=forms.choice("code", tuple(claims.Verdict), required=True),
            what_is_true=forms.text("what_is_true", required=True, limit=forms.LONG),
            reasoning=forms.text("reasoning", required=True, limit=forms.LONG),
            counter_evidence=forms.text("counter_evidence", required=True, limit=forms.LONG),
            emergency_reason=forms.text("emergency_reason", limit=2000),
            user_id=user().id,
        )
        if case.state == "verify":
            cases.act(conn(), case_id=case_id, action="propose", user_id=user().id, seen_version=seen)
    leases.release(conn(), case_id=case_id, user_id=user().id)
    flash(gettext("Đã gửi đề xuất. Người thứ hai sẽ duyệt."))
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _publish(case_id: int) -> Response:
    """What was just approved goes into the bulletin in the same step, where no other verdict of the case waits."""
    case = access.case(case_id)
    approved = {number: sha for number, _, _, _, sha in publications.publishable(conn(), case_id=case_id)}
    if case.state != "respond" or not approved:
        flash(gettext("Đã duyệt. Bản tin đăng khi mọi kết luận của hồ sơ đã duyệt."), "warn")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    for action in ("to_publish", "publish"):
        if action == "publish":
            publishing.publish(approved, user_id=user().id)
        version = cases.get(conn(), case_id).version
        cases.act(conn(), case_id=case_id, action=action, user_id=user().id, seen_version=version)
    flash(gettext("Đã duyệt và đăng trên bản tin."), "good")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<case:case_id>/decide")
@roles(*APPROVERS)
def decide(case_id: int) -> Response:
    """Approves, returns, or asks for a third person; on exactly the text that was shown."""
    cases.hold(conn(), case_id)
    case = access.case(case_id)
    chosen = forms.choice("decision", ("approve", "publish", "return", "split"), required=True)
    decision = "approve" if chosen == "publish" else chosen
    seen, reason = forms.version("seen"), forms.text("reason", limit=5000)
    with decisions.telling_what_changed(conn(), case_id=case_id, seen=seen):
        number = forms.whole("verdict")
        if number not in {one.id for one in claims.proposals_of(conn(), case_id=case_id)}:
            raise NotFound("Verdict not found", code="row.not_found")
        claims.decide(
            conn(),
            verdict_id=number,
            decision=decision,
            user_id=user().id,
            seen_sha256=forms.text("sha256", required=True, limit=64),
            reason=reason,
            independence=forms.flag("independence"),
        )
        waiting = [part for part in case_claims.of(case) if part.standing is not None]
        if case.state == "decide" and (decision != "approve" or not waiting):
            cases.act(
                conn(), case_id=case_id, action=decision, user_id=user().id, seen_version=seen, reason=reason
            )
        if chosen == "publish":
            return _publish(case_id)
    flash(
        {
            "approve": gettext("Đã duyệt kết luận."),
            "return": gettext("Đã trả lại kèm lý do."),
            "split": gettext("Đã đề nghị người thứ ba xem."),
        }[decision]
    )
    return redirect(url_for("cases.show", case_id=case_id), 303)
