"""/cases/ID: the page of a case, and every step of the transition table that needs no form of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from db.accounts import users
from db.accounts.users import Colleague
from db.core.errors import Invalid
from db.core.time import HANOI
from db.desk import (
    business_days,
    case_merges,
    cases,
    leases,
    notifications,
    publications,
    responses,
    reviews,
)
from db.desk.case_merges import Joined, Onward
from db.desk.cases import Action, Case, Note, Transition
from db.desk.leases import Lease
from db.queries import case_log, event_pages
from db.queries.case_log import CaseLogEntry
from db.queries.event_pages import EventArticle, NamedChoice
from review_ui.casework.next_step import NextStep, next_step
from review_ui.desk import case_claims, deadlines, decisions
from review_ui.desk.case_claims import ClaimPart
from review_ui.desk.deadlines import RunningDeadline
from review_ui.web import access, forms
from review_ui.web.auth import READERS, STAFF, VERIFIERS, may, roles, user
from review_ui.web.filters import now
from review_ui.web.idempotency import once
from review_ui.web.labels import VERDICTS
from review_ui.web.transaction import conn

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
# How a letter that answers criticism may be headed; letters/views.py has them all.
ANSWER_KINDS = {
    "reply_to_press": _("Trả lời báo chí"),
    "ask_correction": _("Đề nghị cải chính"),
    "absorb": _("Tiếp thu, khắc phục"),
    "warn_public": _("Cảnh báo người dân"),
    "none": _("Không phản hồi (nêu lý do)"),
}
PUBLIC = ("authentic", "partly_false", "fabricated")  # verdicts that carry a public label
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
class CasePage:
    """All that the case page shows."""

    case: Case
    parts: list[ClaimPart]
    tellings: list[EventArticle]
    steps: list[Transition]
    notes: list[Note]
    history: list[Action]
    written: list[CaseLogEntry]
    opinions: list[reviews.Review]
    lease: Lease | None
    colleagues: list[Colleague]
    agencies: list[NamedChoice]
    offices: dict[str, str]
    can_work: bool
    can_verify: bool
    can_approve: bool
    proposable: bool
    running: list[RunningDeadline]
    onward: Onward | None
    joined: list[Joined]
    withdrawn: list[publications.Publication]
    next: NextStep
    pending: int
    way: str
    letters: list[responses.OfficeResponse]
    letter_kinds: list[tuple[str, LazyString]]
    published: list[publications.Publication]


def possible(step: Transition, *, critical: bool, verdicts: list[str | None]) -> bool:
    """Whether the database would let the case take this step, as far as it is known before it is tried (guard_step): the
    bulletin takes no criticism, and nothing without an approved public label."""
    if step.to_state not in ("publish", "published"):
        return True
    return not critical and any(verdict in PUBLIC for verdict in verdicts)


# Where a step that is done on another page is done.
ELSEWHERE = {"publish": "answers.index", "draft": "answers.index"}


def _way(
    case: Case,
    step: NextStep,
    pending: int,
    parts: list[ClaimPart],
    letters: list[responses.OfficeResponse],
) -> str:
    """The address at which whoever looks may do the next step; '' where it is not theirs."""
    if (
        step.hands == "approver"
        and not may("sign")
        or step.hands == "verifier"
        and user().role not in VERIFIERS
    ):
        return ""
    if step.name == "triage":
        return url_for("queue.index") + f"#card-{case.id}" if user().role in STAFF else ""
    if step.name == "sign":
        found = next((one.standing for one in parts if one.may_approve and one.standing is not None), None)
        return url_for("signing.show", case_id=case.id, verdict_id=found.id) if found else ""
    if step.name in ("letter", "send"):
        open_ones = [one for one in letters if (one.approved_at is None) == (step.name == "letter")]
        return url_for("answers.show", case_id=case.id, response_id=open_ones[0].id) if open_ones else ""
    if step.name in ("claim", "draft") and case.critical == (step.name == "draft"):
        return f"#form-{step.form}"
    if step.name == "publish" or step.name == "draft":
        return url_for(ELSEWHERE[step.name], case_id=case.id)
    if step.form == "steps":
        return "#form-steps"
    return f"#form-{step.form}-{pending or parts[0].claim.id}" if step.form and parts else ""


@screen.get("/cases/<case:case_id>")
@roles(*READERS)
def show(case_id: int) -> str:
    """The case page."""
    case = access.case(case_id)
    tellings = event_pages.tellings(conn(), event_id=case.event_id, limit=30) if case.event_id else []
    parts = case_claims.of(case, tellings)
    letters = responses.of_case(conn(), case_id=case_id)
    upcoming = next_step(
        state=case.state,
        critical=case.critical,
        claims=parts,
        letters=[(one.approved_at is not None, one.outcome is not None) for one in letters],
        publishable=any(part.claim.verdict in PUBLIC for part in parts),
    )
    pending = next((one.claim.id for one in parts if not one.claim.verdict and one.standing is None), 0)
    steps = cases.steps_from(conn(), state=case.state, role=user().role)
    history = cases.history(conn(), case_id=case_id)
    agencies = event_pages.agencies(conn())
    page = CasePage(
        case=case,
        parts=parts,
        tellings=tellings,
        steps=[
            step
            for step in steps
            if step.action not in OWN_FORMS
            and not (step.action == "return" and case.state == "decide")
            and possible(step, critical=case.critical, verdicts=[part.claim.verdict for part in parts])
        ],
        notes=cases.notes(conn(), case_id=case_id),
        history=history,
        written=case_log.written(conn(), case_id=case_id, restricted=access.seen()),
        opinions=reviews.of_case(conn(), case_id=case_id),
        lease=leases.of_case(conn(), case_id=case_id),
        colleagues=users.colleagues(conn()),
        agencies=agencies,
        offices={one.name: one.title for one in agencies},
        can_work=user().role in STAFF,
        can_verify=user().role in VERIFIERS,
        can_approve=may("sign"),
        proposable=user().role in VERIFIERS and case.state in ("verify", "decide"),
        running=deadlines.running(
            case,
            history,
            deadlines=business_days.deadlines(conn(), on=now().astimezone(HANOI).date()),
            calendar=business_days.read(conn()),
            now=now(),
        ),
        onward=case_merges.onward(conn(), case_id=case_id),
        joined=case_merges.joined_here(conn(), case_id=case_id),
        withdrawn=publications.withdrawn_of_case(conn(), case_id=case_id),
        next=upcoming,
        pending=pending,
        way=_way(case, upcoming, pending, parts, letters),
        letters=letters,
        letter_kinds=[
            (code, ANSWER_KINDS[code])
            for code in ("reply_to_press", "absorb", "ask_correction", "warn_public", "none")
        ],
        published=[
            found
            for part in parts
            if (found := publications.latest_of_claim(conn(), claim_id=part.claim.id)) is not None
            and found.kind != "withdrawal"
        ],
    )
    notifications.see_case(conn(), user_id=user().id, case_id=case_id)
    return render_template(
        "desk/case.html",
        page=page,
        verdicts=[(code, word) for code, word in VERDICTS.items() if code not in ("unrated", "withdrawn")],
        answers=ANSWERS,
        outcomes=OUTCOMES,
    )


@screen.post("/cases/<case:case_id>/step")
@roles(*STAFF)
@once
def step(case_id: int) -> Response:
    """A step of the transition table that needs no form of its own."""
    case = access.case(case_id)
    action = request.form.get("action", "")
    if action in OWN_FORMS or not action:
        raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
    seen = forms.version("seen")
    data: dict[str, Any] = {}
    for name, allowed in (("answer", ANSWERS), ("outcome", OUTCOMES)):
        if value := forms.choice(name, allowed):
            data[name] = value
    if whom := forms.text("whom"):
        data["whom"] = whom
    due = forms.moment("due")
    if due is not None:
        data["due"] = due.isoformat()
    with decisions.telling_what_changed(conn(), case_id=case_id, seen=seen):
        leases.take(conn(), case_id=case_id, user_id=user().id, counted=False)
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
    if action not in cases.LASTING:
        decisions.offer_undo(
            case_id=case_id, action=action, title=case.title, seen=seen, done=done,
            back=url_for("cases.show", case_id=case_id),
        )  # fmt: skip
    return redirect(url_for("cases.show", case_id=case_id), 303)


@screen.post("/cases/<case:case_id>/undo")
@roles(*STAFF)
def undo(case_id: int) -> Response:
    """Takes back one's own last step, by an event of its own."""
    case = access.case(case_id)
    seen = forms.version("seen")
    with decisions.telling_what_changed(conn(), case_id=case_id, seen=seen):
        cases.undo(
            conn(), case_id=case_id, user_id=user().id, seen_version=seen, action_id=forms.whole("done")
        )
    if case.event_id is not None:  # merging also asked the classifier for something
        event_pages.withdraw_wish(conn(), event_id=case.event_id, user_id=user().id)
    flash(gettext("Đã hoàn tác: %(title)s", title=case.title[:80]))
    return redirect(decisions.back_of(case), 303)
