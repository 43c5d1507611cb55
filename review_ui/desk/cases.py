"""/cases/ID: claims, evidence, verdicts of two persons, and every step of the way to an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db import cases, claims, leases, reading, relations, reviews, users
from db.cases import Action, Case, Note, Step
from db.claims import Attempt, Claim, Evidence, Proposal
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.leases import Lease
from db.reading import Named, Telling
from db.relations import Carrier
from db.users import User
from review_ui import forms
from review_ui.auth import READERS, STAFF, VERIFIERS, roles, user
from review_ui.claims import suggest
from review_ui.claims.suggest import Suggestion
from review_ui.desk import deciding, uploads
from review_ui.labels import CHANNELS, EVIDENCE, FIELDS, RELATIONS, VERDICTS
from review_ui.transaction import conn

screen = Blueprint("cases", __name__)

# Steps that have a form of their own on the page.
OWN_FORMS = frozenset(
    {
        "take",
        "release",
        "propose",
        "approve",
        "split",
        "dismiss",
        "escalate",
        "route_critical",
        "merge",
        "publish",
    }
)
# How accurate criticism or a checked claim is answered (deciding.md: none of them asks for anything to be taken down).
ANSWERS = ("rebuttal", "reply", "ask_correction", "absorb", "warn_public")
OUTCOMES = (
    "source_corrected",
    "source_partly",
    "source_not",
    "source_unreachable",
    "answered",
    "not_ours",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPart:
    """A claim with all that belongs to it; ``untouched``: nothing was built on its wording yet."""

    claim: Claim
    evidence: list[Evidence]
    attempts: list[Attempt]
    carriers: list[Carrier]
    untouched: bool
    standing: Proposal | None
    earlier: list[Proposal]
    may_approve: bool
    changed: bool
    missing: list[str]
    kin: list[Suggestion]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """All that the case page shows."""

    case: Case
    parts: list[ClaimPart]
    tellings: list[Telling]
    steps: list[Step]
    notes: list[Note]
    history: list[Action]
    opinions: list[reviews.Review]
    lease: Lease | None
    colleagues: list[User]
    agencies: list[Named]
    can_work: bool
    can_verify: bool
    can_approve: bool
    proposable: bool


def _case(case_id: int) -> Case:
    case = cases.get(conn(), case_id)
    if case.restricted and user().role == "monitor":
        raise NotFound("Case not found")
    return case


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
        out.append(gettext("ít nhất hai bằng chứng (đang có %(n)s)", n=len(pieces)))
    if not outside:
        out.append(gettext("một tài liệu gốc hoặc nguồn trực tiếp độc lập với cơ quan bị nêu"))
    if not any(one.capture_id or one.file_sha256 for one in evidence):
        out.append(gettext("bản lưu của tin bị nghi"))
    if not attempts:
        out.append(gettext("một lần liên hệ với nguồn tin (hoặc lý do khẩn cấp)"))
    return out


def _parts(case: Case) -> list[ClaimPart]:
    evidence = claims.evidence_of(conn(), case_id=case.id)
    attempts = claims.attempts_of(conn(), case_id=case.id)
    carriers = relations.carriers_of(conn(), case_id=case.id)
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
                earlier=[one for one in mine if one is not standing],
                may_approve=standing is not None
                and user().role == "approver"
                and standing.proposed_by != user().id,
                changed=standing is not None and standing.text_sha256 != standing.now_sha256,
                missing=missing_for_label(claim, own_evidence, own_attempts),
                kin=suggest.alike(claim.body, but_case=case.id),
            )
        )
    return out


@screen.get("/cases/<int:case_id>")
@roles(*READERS)
def show(case_id: int) -> str:
    """The case page."""
    case = _case(case_id)
    steps = cases.steps_from(conn(), state=case.state, role=user().role)
    page = CasePage(
        case=case,
        parts=_parts(case),
        tellings=reading.tellings(conn(), event_id=case.event_id, limit=30) if case.event_id else [],
        steps=[
            step
            for step in steps
            if step.action not in OWN_FORMS and not (step.action == "return" and case.state == "decide")
        ],
        notes=cases.notes(conn(), case_id=case_id),
        history=cases.history(conn(), case_id=case_id),
        opinions=reviews.of_case(conn(), case_id=case_id),
        lease=leases.of_case(conn(), case_id=case_id),
        colleagues=[one for one in users.everyone(conn()) if one.disabled_at is None and one.role in STAFF],
        agencies=reading.agencies(conn()),
        can_work=user().role in STAFF,
        can_verify=user().role in VERIFIERS,
        can_approve=user().role == "approver",
        proposable=user().role in VERIFIERS and case.state in ("verify", "decide"),
    )
    return render_template(
        "desk/case.html",
        page=page,
        verdicts=[(code, word) for code, word in VERDICTS.items() if code != "unrated"],
        answers=ANSWERS,
        outcomes=OUTCOMES,
    )


# ── whose hands ─────────────────────────────────────────────────────────────────────────────────────────────────
def _back(case: Case) -> str:
    default = (
        url_for("events.show", event_id=case.event_id)
        if case.event_id
        else url_for("cases.show", case_id=case.id)
    )
    return deciding.back_to(request.form.get("back"), default)


@screen.post("/cases/<int:case_id>/take")
@roles(*STAFF)
def take(case_id: int) -> Response:
    """Takes the case (or takes it over); a flagged one moves to triage."""
    case = _case(case_id)
    if forms.flag("over"):
        leases.take_over(conn(), case_id=case_id, user_id=user().id, actor=user().name)
    else:
        leases.take(conn(), case_id=case_id, user_id=user().id)
    if case.state == "flagged":
        with deciding.telling_what_changed(conn(), case_id=case_id, seen=forms.whole("seen")):
            cases.act(
                conn(), case_id=case_id, action="take", user_id=user().id, seen_version=forms.whole("seen")
            )
    return redirect(_back(case), 303)


@screen.post("/cases/<int:case_id>/heartbeat")
@roles(*STAFF)
def heartbeat(case_id: int) -> Response:
    """Keeps the lease alive; 409 with a sentence when it has gone."""
    until = leases.beat(conn(), case_id=case_id, user_id=user().id)
    return jsonify({"until": until.isoformat()})


@screen.post("/cases/<int:case_id>/release")
@roles(*STAFF)
def release(case_id: int) -> Response:
    """Gives the case back; one that is still in triage returns to the queue as flagged."""
    case = _case(case_id)
    held = leases.of_case(conn(), case_id=case_id)
    if held is not None and held.user_id == user().id:
        leases.release(conn(), case_id=case_id, user_id=user().id)
        if case.state == "triage":
            with deciding.telling_what_changed(conn(), case_id=case_id, seen=forms.whole("seen")):
                cases.act(
                    conn(),
                    case_id=case_id,
                    action="release",
                    user_id=user().id,
                    seen_version=forms.whole("seen"),
                )
    return redirect(url_for("queue.index"), 303)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────────
@screen.post("/cases/<int:case_id>/step")
@roles(*STAFF)
def step(case_id: int) -> Response:
    """A step of the transition table that needs no form of its own."""
    case = _case(case_id)
    action = request.form.get("action", "")
    if action in OWN_FORMS or not action:
        raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
    seen = forms.whole("seen")
    data: dict[str, Any] = {}
    for name, allowed in (("answer", ANSWERS), ("outcome", OUTCOMES)):
        if value := forms.choice(name, allowed):
            data[name] = value
    if whom := forms.text("whom"):
        data["whom"] = whom
    due = forms.moment("due")
    if due is not None:
        data["due"] = due.isoformat()
    with deciding.telling_what_changed(conn(), case_id=case_id, seen=seen):
        leases.take(conn(), case_id=case_id, user_id=user().id, most=None)
        done = cases.act(
            conn(),
            case_id=case_id,
            action=action,
            user_id=user().id,
            seen_version=seen,
            reason=forms.text("reason", limit=5000),
            data=data,
        )
        leases.release(conn(), case_id=case_id, user_id=user().id)
    if action not in ("publish",):
        deciding.offer_undo(
            case_id=case_id, action=action, title=case.title, seen=seen, done=done,
            back=url_for("cases.show", case_id=case_id),
        )  # fmt: skip
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<int:case_id>/undo")
@roles(*STAFF)
def undo(case_id: int) -> Response:
    """Takes back one's own last step, by an event of its own."""
    case = _case(case_id)
    seen = forms.whole("seen")
    with deciding.telling_what_changed(conn(), case_id=case_id, seen=seen):
        cases.undo(
            conn(), case_id=case_id, user_id=user().id, seen_version=seen, action_id=forms.whole("done")
        )
    flash(gettext("Đã hoàn tác: %(title)s", title=case.title[:80]))
    return redirect(_back(case), 303)


@screen.post("/cases/<int:case_id>/assign")
@roles(*STAFF)
def assign(case_id: int) -> Response:
    """Who works on it, which office owes the answer, until when."""
    _case(case_id)
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


@screen.post("/cases/<int:case_id>/notes")
@roles(*STAFF)
def note(case_id: int) -> Response:
    """A remark for colleagues."""
    case = _case(case_id)
    cases.remark(
        conn(), case_id=case_id, user_id=user().id, body=forms.text("body", required=True, limit=forms.LONG)
    )
    return redirect(_back(case), 303)


# ── claims and evidence ─────────────────────────────────────────────────────────────────────────────────────────
@screen.post("/cases/<int:case_id>/claims")
@roles(*STAFF)
def add_claim(case_id: int) -> Response:
    """A checkable sentence."""
    case = _case(case_id)
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
    claim = claims.get(conn(), forms.whole("claim_id"))
    if claim.case_id != case_id:
        raise NotFound("Claim not found")
    return claim


@screen.post("/cases/<int:case_id>/evidence")
@roles(*VERIFIERS)
def add_evidence(case_id: int) -> Response:
    """A piece of evidence: a link, a text, a file, or the kept copy of an article."""
    _case(case_id)
    claim = _claim(case_id)
    article_id = forms.whole("article", default=0)
    file = request.files.get("file")
    if article_id:
        article = reading.article(conn(), article_id)
        if article.capture_id is None:
            raise Invalid(
                "article",
                gettext("Bài này chưa có bản lưu. Hãy mở bài, bấm Lưu lại bài bây giờ, rồi thử lại."),
            )
        claims.add_evidence(
            conn(), claim_id=claim.id, kind="archived_item", title=f"{article.outlet}: {article.title}"[:500],
            url=article.url, user_id=user().id, capture_id=article.capture_id,
        )  # fmt: skip
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
            file_sha256=uploads.keep(file) if file is not None and file.filename else None,
            user_id=user().id,
        )
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


def _url() -> str:
    value = forms.text("url", limit=2000)
    if value and not value.lower().startswith(("https://", "http://")):
        raise Invalid("url", gettext("Địa chỉ phải bắt đầu bằng http:// hoặc https://."))
    return value


@screen.post("/cases/<int:case_id>/evidence/withdraw")
@roles(*VERIFIERS)
def withdraw_evidence(case_id: int) -> Response:
    """Withdraws a piece; it stays on record."""
    _case(case_id)
    number = forms.whole("evidence")
    if number not in {one.id for one in claims.evidence_of(conn(), case_id=case_id)}:
        raise Conflict("this piece of evidence was withdrawn already")
    claim = claims.withdraw_evidence(conn(), evidence_id=number, user_id=user().id)
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim}", 303)


@screen.post("/cases/<int:case_id>/attempts")
@roles(*VERIFIERS)
def add_attempt(case_id: int) -> Response:
    """An attempt to reach the source."""
    _case(case_id)
    claim = _claim(case_id)
    claims.add_attempt(
        conn(),
        claim_id=claim.id,
        whom=forms.text("whom", required=True),
        how=forms.text("how", required=True),
        at=forms.moment("at") or datetime.now(UTC),
        result=forms.text("result", required=True, limit=5000),
        user_id=user().id,
    )
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


@screen.post("/cases/<int:case_id>/link")
@roles(*STAFF)
def link(case_id: int) -> Response:
    """How an article stands to a claim."""
    _case(case_id)
    claim = _claim(case_id)
    reading.article(conn(), article_id := forms.whole("article"))
    relations.link(
        conn(), claim_id=claim.id, article_id=article_id, user_id=user().id,
        relation=forms.choice("relation", tuple(RELATIONS), required=True),
    )  # fmt: skip
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{claim.id}", 303)


# ── verdicts ────────────────────────────────────────────────────────────────────────────────────────────────────
@screen.post("/cases/<int:case_id>/propose")
@roles(*VERIFIERS)
def propose(case_id: int) -> Response:
    """Proposes a verdict on a claim; the case goes to the approver."""
    case = _case(case_id)
    claim = _claim(case_id)
    seen = forms.whole("seen")
    with deciding.telling_what_changed(conn(), case_id=case_id, seen=seen):
        if case.state not in ("verify", "decide"):
            raise Conflict(f'a case in state "{case.state}" has no step "propose"')
        claims.propose(
            conn(),
            claim_id=claim.id,
            code=forms.choice("code", tuple(VERDICTS), required=True),
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


@screen.post("/cases/<int:case_id>/decide")
@roles(*VERIFIERS)
def decide(case_id: int) -> Response:
    """Approves, returns, or asks for a third person; on exactly the text that was shown."""
    case = _case(case_id)
    if user().role != "approver":
        raise Forbidden(gettext("Chỉ người duyệt được duyệt kết luận."))
    decision = forms.choice("decision", ("approve", "return", "split"), required=True)
    seen, reason = forms.whole("seen"), forms.text("reason", limit=5000)
    with deciding.telling_what_changed(conn(), case_id=case_id, seen=seen):
        number = forms.whole("verdict")
        if number not in {one.id for one in claims.proposals_of(conn(), case_id=case_id)}:
            raise NotFound("Verdict not found")
        claims.decide(
            conn(),
            verdict_id=number,
            decision=decision,
            user_id=user().id,
            seen_sha256=forms.text("sha256", required=True, limit=64),
            reason=reason,
        )
        waiting = [part for part in _parts(case) if part.standing is not None]
        if case.state == "decide" and (decision != "approve" or not waiting):
            cases.act(
                conn(), case_id=case_id, action=decision, user_id=user().id, seen_version=seen, reason=reason
            )
    flash(
        {
            "approve": gettext("Đã duyệt kết luận."),
            "return": gettext("Đã trả lại kèm lý do."),
            "split": gettext("Đã đề nghị người thứ ba xem."),
        }[decision]
    )
    return redirect(url_for("cases.show", case_id=case_id), 303)


# ── the second, blind opinion ───────────────────────────────────────────────────────────────────────────────────
@screen.get("/cases/<int:case_id>/second")
@roles(*STAFF)
def second(case_id: int) -> str | Response:
    """The bare articles, without reasons, scores or the first opinion."""
    case = _case(case_id)
    if not case.wants_second or reviews.by(conn(), case_id=case_id, user_id=user().id) is not None:
        flash(gettext("Hồ sơ này không cần thêm ý kiến của bạn."))
        return redirect(url_for("queue.index", tab="second"), 303)
    tellings = reading.tellings(conn(), event_id=case.event_id, limit=12) if case.event_id else []
    return render_template("desk/second.html", case=case, tellings=tellings)


@screen.post("/cases/<int:case_id>/second")
@roles(*STAFF)
def give_second(case_id: int) -> Response:
    """Keeps the blind opinion; it moves nothing."""
    case = _case(case_id)
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
    pairs = reviews.pairs(conn())
    return render_template(
        "desk/agreement.html",
        pairs=pairs[:100],
        open_pairs=[pair for pair in pairs if pair.first != pair.second and pair.settled is None],
        figures=reviews.agreement([(pair.first, pair.second) for pair in pairs]),
        outcomes=reviews.OUTCOMES,
        can_settle=user().role in STAFF,
    )


@screen.post("/cases/<int:case_id>/adjudicate")
@roles(*STAFF)
def adjudicate(case_id: int) -> Response:
    """A third person settles two opinions that differ."""
    _case(case_id)
    if reviews.by(conn(), case_id=case_id, user_id=user().id) is not None:
        raise Forbidden(gettext("Người thứ ba phải là người chưa cho ý kiến về hồ sơ này."))
    reviews.adjudicate(
        conn(), case_id=case_id, user_id=user().id,
        outcome=forms.choice("outcome", reviews.OUTCOMES, required=True),
        reason=forms.text("reason", required=True, limit=2000),
    )  # fmt: skip
    flash(gettext("Đã ghi."))
    return redirect(url_for("cases.agreement"), 303)
