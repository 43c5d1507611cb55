"""/articles/ID/claims: a sentence of an article becomes a claim; its case is opened or sent on where that is still to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import Conflict, Invalid, NotFound
from db.desk import cases, claim_articles, claims
from db.desk.cases import Case
from db.desk.claim_articles import Quotation
from db.queries import event_pages
from db.queries.event_pages import ArticleView, NamedChoice
from review_ui.claims import quote, suggest
from review_ui.claims.suggest import Suggestions
from review_ui.desk import decisions
from review_ui.web import access, choices, forms
from review_ui.web.auth import STAFF, roles, user
from review_ui.web.labels import CHANNELS, FIELDS, RELATIONS, SETTLED
from review_ui.web.transaction import conn

screen = Blueprint("claim_from_text", __name__)
SAID = tuple(code for code in SETTLED if code != "unrelated")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPage:
    """The form of a claim picked from an article, with what is known filled in."""

    article: ArticleView
    case: Case | None
    quoted: Quotation
    latest: bool
    relation: str
    place: str
    similar: Suggestions
    agencies: list[NamedChoice]


def _article(article_id: int) -> tuple[ArticleView, Case | None]:
    article = event_pages.article(conn(), article_id)
    case = cases.of_event(conn(), article.event_id) if article.event_id is not None else None
    return article, case


def _quoted(article_id: int) -> Quotation:
    return quote.quotation(
        conn(), article_id=article_id, version_id=forms.whole("version"), start=forms.whole("start"), end=forms.whole("end"),
    )  # fmt: skip


@screen.get("/articles/<article:article_id>/claims/new")
@roles(*STAFF)
def new(article_id: int) -> str:
    """The form, with the sentence, its day, its place and how the article probably stands to it."""
    article, case = _article(article_id)
    quoted = _quoted(article_id)
    mentioned = [
        one
        for one in event_pages.mentions(conn(), version_id=quoted.version_id)
        if quoted.start_at <= one.start_at < quoted.end_at
    ]
    titles = choices.lists().titles
    rebuttal = ((article.result or {}).get("rebuttal") or {}).get("band") in ("medium", "high")
    first = event_pages.event(conn(), article.event_id).first_article_id if article.event_id else article.id
    page = PickPage(
        article=article,
        case=case,
        quoted=quoted,
        latest=quoted.version_id == article.version_id,
        relation="refutes" if rebuttal else "asserts" if first == article.id else "repeats",
        place=next((titles[one.place] for one in mentioned if one.place in titles), ""),
        similar=suggest.alike(quoted.words, but_case=case.id if case else None),
        agencies=event_pages.agencies(conn()),
    )
    return render_template("desk/pick.html", page=page, said=[(code, RELATIONS[code]) for code in SAID])


@screen.post("/articles/<article:article_id>/claims")
@roles(*STAFF)
def add(article_id: int) -> Response:
    """Keeps the claim with its sentence. A case in triage goes on to be verified with it; without a case one is opened."""
    article, case = _article(article_id)
    quoted = _quoted(article_id)
    body = forms.text("claim", required=True, limit=quote.LONGEST)
    if case is not None and case.state == "closed":
        raise Conflict(gettext("Hồ sơ của sự việc này đã đóng. Hãy mở lại hồ sơ trước khi thêm nhận định."))
    details = quote.Details(
        said_on=forms.day("said_on"),
        place=forms.text("place", limit=120),
        field=forms.choice("field", tuple(FIELDS)),
        channel=forms.choice("channel", tuple(CHANNELS)),
        criticised_agency=forms.text("agency", limit=120),
    )
    relation = forms.choice("relation", SAID, required=True)
    if case is None:
        case = cases.open_by_staff(
            conn(), event_id=article.event_id, title=article.title, field=details.field or None, actor=user().name
        )  # fmt: skip
    number = quote.keep(
        conn(), case=case, body=body, user_id=user().id, details=details, article_id=article_id, quoted=quoted, relation=relation,
    )  # fmt: skip
    if case.state in ("flagged", "triage"):
        seen = forms.version("seen", default=case.version)
        with decisions.telling_what_changed(conn(), case_id=case.id, seen=seen):
            done = decisions.quick(
                conn(), case_id=case.id, action="escalate", user=user(), seen=seen, to_verify=body
            )
        decisions.offer_undo(
            case_id=case.id, action="escalate", title=case.title, seen=seen, done=done,
            back=url_for("articles.show", article_id=article_id),
        )  # fmt: skip
    return redirect(url_for("cases.show", case_id=case.id) + f"#claim-{number}", 303)


@screen.post("/articles/<article:article_id>/relation")
@roles(*STAFF)
def settle(article_id: int) -> Response:
    """A person's word on how the article stands to a claim, from the article's page."""
    article, _case = _article(article_id)
    claim = claims.get(conn(), access.in_form("claims", "claim_id"))
    if claim.case_id is None:
        raise NotFound("Claim not found", code="row.not_found")
    access.case(claim.case_id)
    claim_articles.link(
        conn(), claim_id=claim.id, article_id=article.id, user_id=user().id,
        relation=forms.choice("relation", SETTLED, required=True),
    )  # fmt: skip
    flash(gettext("Đã ghi."))
    return redirect(url_for("articles.show", article_id=article_id) + "#claims-title", 303)


@screen.post("/cases/<case:case_id>/claims/<claim:claim_id>/reword")
@roles(*STAFF)
def reword(case_id: int, claim_id: int) -> Response:
    """A better wording of a claim on which nothing has been built; the old one stays on record."""
    access.case(case_id)
    old = claims.get(conn(), claim_id)
    if old.case_id != case_id:
        raise NotFound("Claim not found", code="row.not_found")
    body = forms.text("claim", required=True, limit=quote.LONGEST)
    if body == old.body:
        raise Invalid("claim", gettext("Lời vẫn như cũ."))
    number = claims.add(
        conn(), case_id=case_id, body=body, user_id=user().id, said_on=old.said_on, place=old.place or "", field=old.field or "",
        channel=old.channel or "", criticised_agency=old.criticised_agency or "", replaces=claim_id,
    )  # fmt: skip
    return redirect(url_for("cases.show", case_id=case_id) + f"#claim-{number}", 303)
