"""Answers to a case: choose, draft, approve by a second person, send as a letter, follow; and publishing to the bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from db.accounts.users import UserRole
from db.catalogue import rows
from db.core.connection import Connection
from db.core.errors import Invalid
from db.core.time import HANOI
from db.desk import business_days, cases, claims_in_force, publications, responses
from db.queries import letter_facts, letterheads
from review_ui import letters
from review_ui.casework import publishing
from review_ui.claims import relations
from review_ui.desk import decisions
from review_ui.letters.paper import letter
from review_ui.web import access, forms
from review_ui.web.auth import READERS, VERIFIERS, roles, user
from review_ui.web.filters import day, now
from review_ui.web.idempotency import once, once_then
from review_ui.web.labels import label
from review_ui.web.transaction import conn

screen = Blueprint("answers", __name__)

KINDS = {
    "rebuttal": _("Bác bỏ công khai"),
    "reply_to_press": _("Trả lời báo chí"),
    "ask_correction": _("Đề nghị cải chính"),
    "absorb": _("Tiếp thu, khắc phục"),
    "warn_public": _("Cảnh báo người dân"),
    "none": _("Không phản hồi (nêu lý do)"),
}
OUTCOMES = {
    "sent": _("Đã gửi"),
    "answered": _("Đã trả lời"),
    "corrected": _("Báo đã cải chính"),
    "partly": _("Báo cải chính một phần"),
    "not_corrected": _("Báo không cải chính"),
    "unreachable": _("Không liên hệ được"),
    "fixed": _("Đã khắc phục"),
}
# A label on criticism would be a verdict in disguise: these answers are for cases that carry one.
LABELLED_ONLY = frozenset({"rebuttal"})
DEADLINES = {"reply_to_press": "press_reply", "absorb": "press_reply", "ask_correction": "outlet_correction"}


def facts_of(connection: Connection, case_id: int, *, agency: str | None) -> dict[str, str]:
    """The fields of letter templates that the whole case has: the article that is answered, and the office that answers
    (``agency``; None: the press authority)."""
    found = letter_facts.of_case(connection, case_id)
    if found is None:
        return {}
    return {
        "title": found.title,
        "outlet": found.outlet or "",
        "article_title": found.article_title or "",
        "article_url": found.article_url or "",
        "published_on": day(found.published_at),  # type: ignore[arg-type]
        "office": letterhead(connection, agency).issuer,
    }


def claims_of(connection: Connection, case_id: int, kind: str) -> list[dict[str, str]]:
    """The fields of each claim that a letter of ``kind`` answers: those that stand; who refutes or asks for a correction
    speaks of what was found untrue, where anything was."""
    found = claims_in_force.of_case(connection, case_id)
    untrue = [claim for claim in found if claim.code in claims_in_force.FALSE]
    if kind in ("rebuttal", "ask_correction") and untrue:
        found = untrue
    return [
        {
            "claim": claim.body.rstrip("."),
            "verdict": f"là {label('verdict', claim.code).lower()}"
            if claim.what_is_true and claim.code
            else "",
            "what_is_true": claim.what_is_true or "",
            "evidence": "; ".join(claim.evidence),
        }
        for claim in found
    ]


def office(connection: Connection) -> str:
    """The office that speaks: the body that holds the role of press authority today, as the catalogue has it."""
    return letterhead(connection, None).issuer


def letterhead(connection: Connection, agency: str | None) -> letterheads.Letterhead:
    """The paper of the agency that answers; without one that of the press authority."""
    on = now().astimezone(HANOI).date()
    if agency:
        return letterheads.of_agency(connection, agency, on=on)
    known = letterheads.of_role(connection, "press_authority", on=on)
    return known or letterheads.of_agency(connection, "Cơ quan quản lý báo chí", on=on)


def answering(case_agency: str | None, answer: responses.OfficeResponse) -> str | None:
    """Who answers: the agency that the case is assigned to now, or the one named when the answer was begun."""
    return case_agency or answer.agency


@screen.get("/cases/<case:case_id>/answers")
@roles(*READERS)
def index(case_id: int) -> str:
    """The answers of a case, and what can be done next."""
    case = access.case(case_id)
    kinds = {kind: word for kind, word in KINDS.items() if not (case.critical and kind in LABELLED_ONLY)}
    publishable = [
        (claim_id, body, code, what, sha, publications.latest_of_claim(conn(), claim_id=claim_id))
        for claim_id, body, code, what, sha in publications.publishable(conn(), case_id=case_id)
    ]
    return render_template(
        "answers/index.html",
        case=case,
        found=responses.of_case(conn(), case_id=case_id),
        kinds=kinds,
        kind_words=KINDS,
        outcomes=OUTCOMES,
        publishable=[] if case.critical else publishable,
        withdrawn=publications.withdrawn_of_case(conn(), case_id=case_id),
        notice=publications.notice_of(conn(), case_id=case_id),
        may_notice=not case.critical and publications.may_notice(conn(), field=case.field),
        notice_hours=int(rows.number(conn(), "notice.hours")),
        office=office(conn()),
    )


def _answers_of(case_id: int) -> str:
    return url_for("answers.index", case_id=case_id)


@screen.post("/cases/<case:case_id>/answers")
@roles(*VERIFIERS)
@once_then(_answers_of)
def begin(case_id: int) -> Response:
    """Begins an answer with a draft from the template of its kind."""
    case = access.case(case_id)
    kind = forms.choice("kind", KINDS, required=True)
    if case.critical and kind in LABELLED_ONLY:
        raise Invalid("kind", gettext("Phản ánh đúng thì trả lời hoặc tiếp thu, không bác bỏ."))
    due = forms.day("due")
    if due is None and kind in DEADLINES:
        due = business_days.deadline(conn(), name=DEADLINES[kind], start=now().date())
    made = responses.begin(
        conn(),
        case_id=case_id,
        kind=kind,
        agency=forms.text("agency") or case.agency,
        due_on=due,
        user_id=user().id,
    )
    addressee, subject, body = letters.draft(
        kind,
        facts_of(conn(), case_id, agency=case.agency or forms.text("agency")),
        claims_of(conn(), case_id, kind),
    )
    responses.write(
        conn(), response_id=made, addressee=addressee, subject=subject, body=body, user_id=user().id
    )
    return redirect(url_for("answers.show", case_id=case_id, response_id=made), 303)


@screen.get("/cases/<case:case_id>/answers/<int:response_id>")
@roles(*READERS)
def show(case_id: int, response_id: int) -> str:
    """One answer: its text, who may approve it, what came of it."""
    answer = responses.get(conn(), case_id=case_id, response_id=response_id)
    return render_template(
        "answers/show.html",
        case=access.case(case_id),
        answer=answer,
        paragraphs=letters.marked(answer.body or ""),
        unfilled=letters.unfilled(answer.addressee, answer.subject, answer.body),
        due_on=due_on(answer),
        choices={
            code: word
            for code, word in OUTCOMES.items()
            if code != "sent" or (answer.approved_at is not None and not answer.sent)
        },
        found=proposed(case_id, answer) if answer.outcome in (None, "sent", "answered") else [],
        kind_words=KINDS,
        outcomes=OUTCOMES,
        typed=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedOutcome:
    """An outcome that a later look at an article suggests; a person settles it."""

    later: responses.Later
    outcome: str


def proposed(case_id: int, answer: responses.OfficeResponse) -> list[ProposedOutcome]:
    """What later versions of the articles suggest came of the answer."""
    out = []
    for later in responses.later_versions(conn(), case_id=case_id, response_id=answer.id):
        found = (
            "corrected"
            if later.gone
            else relations.outcome(
                later.claim, old=(later.old_title, later.old_body), new=(later.new_title, later.new_body)
            )
        )
        if found:
            out.append(ProposedOutcome(later=later, outcome=found))
    return out


def due_on(answer: responses.OfficeResponse) -> date | None:
    """The answer's day, moved on by the time in which the case waited for others since it was drafted."""
    if answer.due_on is None:
        return None
    waited = responses.pauses(conn(), case_id=answer.case_id, since=answer.drafted_at)
    return business_days.with_pauses(
        datetime.combine(answer.due_on, time(12), HANOI), waited, now=now()
    ).date()


@screen.post("/cases/<case:case_id>/answers/<int:response_id>/text")
@roles(*VERIFIERS)
def write(case_id: int, response_id: int) -> Response:
    """A new text; what was approved before is no longer approved."""
    access.case(case_id)
    responses.get(conn(), case_id=case_id, response_id=response_id)
    responses.write(
        conn(),
        response_id=response_id,
        addressee=forms.text("addressee", limit=500),
        subject=forms.text("subject", required=True, limit=500),
        body=forms.text("body", required=True, limit=20_000),
        user_id=user().id,
        seen_text=forms.whole("seen_text", default=0) or None,
    )
    flash(gettext("Đã lưu bản thảo. Người khác cần duyệt trước khi gửi."), "good")
    return redirect(url_for("answers.show", case_id=case_id, response_id=response_id), 303)


@screen.post("/cases/<case:case_id>/answers/<int:response_id>/approve")
@roles(UserRole.APPROVER)
def approve(case_id: int, response_id: int) -> Response:
    """The second person's approval of exactly the text that was shown."""
    access.case(case_id)
    answer = responses.get(conn(), case_id=case_id, response_id=response_id)
    if answer.text_id is None:
        raise Invalid("text", gettext("Chưa có bản thảo nào."))
    responses.approve(
        conn(), text_id=answer.text_id, seen_sha256=forms.text("sha256", limit=64), user_id=user().id
    )
    flash(gettext("Đã duyệt văn bản trả lời."), "good")
    return redirect(url_for("answers.show", case_id=case_id, response_id=response_id), 303)


@screen.post("/cases/<case:case_id>/answers/<int:response_id>/outcome")
@roles(*VERIFIERS)
def settle(case_id: int, response_id: int) -> Response:
    """What came of it."""
    case = access.case(case_id)
    answer = responses.get(conn(), case_id=case_id, response_id=response_id)
    outcome = forms.choice("outcome", OUTCOMES, required=True)
    head = letterhead(conn(), answering(case.agency, answer))
    if outcome == "sent" and not head.symbol:
        raise Invalid(
            "outcome",
            gettext(
                "%(office)s chưa có ký hiệu văn bản; hãy nhập ký hiệu ở Quản trị, Danh mục, Cơ quan rồi ghi đã gửi.",
                office=head.issuer,
            ),
        )
    responses.record_outcome(
        conn(),
        response_id=response_id,
        outcome=outcome,
        document=forms.text("document", limit=200) or None,
        url=forms.text("url", limit=2000) or None,
        note=forms.text("note", limit=2000) or None,
        user_id=user().id,
    )
    return redirect(url_for("answers.show", case_id=case_id, response_id=response_id), 303)


@screen.get("/cases/<case:case_id>/answers/<int:response_id>.docx")
@roles(*READERS)
def paper(case_id: int, response_id: int) -> Response:
    """The text as an official letter; number, date and signer are left to the văn thư."""
    case = access.case(case_id)
    answer = responses.get(conn(), case_id=case_id, response_id=response_id)
    head = letterhead(conn(), answering(case.agency, answer))
    answer_bytes = letter(answer, head=head, on=now().astimezone(HANOI).date())
    sent = make_response(answer_bytes)
    sent.headers["Content-Type"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    sent.headers["Content-Disposition"] = f'attachment; filename="van-ban-{case_id}-{response_id}.docx"'
    return sent


@screen.post("/cases/<case:case_id>/publish")
@roles(UserRole.APPROVER)
@once
def publish(case_id: int) -> Response:
    """Publishes every labelled claim of the case exactly as approved, and moves the case; both or neither."""
    cases.hold(conn(), case_id)
    case = access.case(case_id)
    shown = dict(
        zip(
            access.all_in_form("claims", "claim"),
            [value[:64] for value in request.form.getlist("sha256")],
            strict=False,
        )
    )
    if not shown:
        raise Invalid("claim", gettext("Không có nội dung nào để công bố."))
    publishing.publish(shown, user_id=user().id)
    seen = forms.version("seen")
    with decisions.telling_what_changed(conn(), case_id=case_id, seen=seen):
        cases.act(conn(), case_id=case_id, action="publish", user_id=user().id, seen_version=seen)
    flash(gettext("Đã công bố trên bản tin."), "good")
    return redirect(url_for("cases.show", case_id=case.id), 303)


@screen.post("/cases/<case:case_id>/correct")
@roles(UserRole.APPROVER)
def correct(case_id: int) -> Response:
    """Publishes a correction (a newer verdict is in force) or a withdrawal; the public note is part of it."""
    access.case(case_id)
    kind = forms.choice("kind", ("correction", "withdrawal"), required=True)
    publishing.without_names(forms.text("public_note", required=True, limit=2000))
    if kind == "correction":
        publishing.without_names(
            *publications.approved_texts(conn(), claim_id=access.in_form("claims", "claim"))
        )
    made = publications.publish(
        conn(),
        claim_id=access.in_form("claims", "claim"),
        kind=kind,
        user_id=user().id,
        seen_sha256=forms.text("sha256", limit=64),
        public_note=forms.text("public_note", required=True, limit=2000),
    )
    flash(
        gettext("Đã đăng bản cải chính.")
        if kind == "correction"
        else gettext("Đã rút lại; thông báo rút lại còn trên bản tin."),
        "good",
    )
    return redirect(url_for("bulletin.item", publication_id=made), 303)


@screen.post("/cases/<case:case_id>/notice")
@roles(*VERIFIERS)
def notice(case_id: int) -> Response:
    """Posts "Đang xác minh": in the fields and for the hours of the settings ``notice.…``."""
    access.case(case_id)
    publishing.without_names(forms.text("body", required=True, limit=1000))
    publications.post_notice(
        conn(), case_id=case_id, body=forms.text("body", required=True, limit=1000), user_id=user().id
    )
    flash(
        gettext(
            "Đã đăng thông báo “Đang xác minh”, tự hết hạn sau %(n)s giờ.",
            n=int(rows.number(conn(), "notice.hours")),
        ),
        "good",
    )
    return redirect(url_for("answers.index", case_id=case_id), 303)
