"""/articles/ID: the article beside the reasons that point into it, its versions, its stance."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.desk import cases, claim_articles
from db.desk.cases import Case
from db.desk.claim_articles import Carried
from db.judging.judgements import Mention
from db.queries import event_pages
from db.queries.event_pages import ArticleView
from review_ui.claims import suggest
from review_ui.claims.suggest import Suggestions
from review_ui.desk import highlighting
from review_ui.desk.events import Change, changes_of
from review_ui.web import access, choices, forms
from review_ui.web.auth import READERS, STAFF, roles, user
from review_ui.web.labels import SIGNALS, STANCES
from review_ui.web.transaction import conn

screen = Blueprint("articles", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """A signal of the judgement with its band and its reasons."""

    name: str
    band: str
    reasons: list[highlighting.Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """All that the article page shows."""

    article: ArticleView
    case: Case | None
    title: highlighting.Sentence
    paragraphs: list[list[highlighting.Sentence]]
    carried: list[Carried]
    signals: list[SignalView]
    places: list[tuple[str, list[Mention]]]
    changes: list[Change]
    similar: Suggestions
    can_work: bool


@screen.get("/articles/<article:article_id>")
@roles(*READERS)
def show(article_id: int) -> str:
    """The article page."""
    article = event_pages.article(conn(), article_id)
    case = cases.of_event(conn(), article.event_id) if article.event_id is not None else None
    reasons = highlighting.reasons_of(article.result)
    found = claim_articles.of_articles(conn(), article_ids=[article_id], restricted=access.seen())
    carried = found.get(article_id, [])
    marks = [*highlighting.carried(carried, version_id=article.version_id), *reasons]
    mentions = event_pages.mentions(conn(), version_id=article.version_id)
    titles = choices.lists().titles
    by_place: dict[str, list[Mention]] = {}
    for one in mentions:
        by_place.setdefault(titles.get(one.place, one.place), []).append(one)
    versions = event_pages.versions(conn(), article_id=article_id)
    page = ArticlePage(
        article=article,
        case=case,
        title=highlighting.heading(article.title, marks),
        paragraphs=highlighting.paragraphs(article.title, article.body, marks),
        carried=carried,
        signals=[
            SignalView(
                name=name,
                band=str((article.result.get(name) or {}).get("band", "low")),
                reasons=[one for one in reasons if one.signal == name],
            )
            for name in SIGNALS
        ]
        if article.result
        else [],
        places=list(by_place.items()),
        changes=changes_of(versions, {article.id: article.outlet}),
        similar=suggest.alike(f"{article.title}.\n{article.body[:3000]}", but_case=case.id if case else None),
        can_work=user().role in STAFF,
    )
    return render_template("desk/article.html", page=page, picking=forms.flag("pick"))


@screen.post("/articles/<article:article_id>/stance")
@roles(*STAFF)
def stance(article_id: int) -> Response:
    """Says how the piece treats the province; nothing else follows from it."""
    event_pages.article(conn(), article_id)
    event_pages.set_stance(
        conn(),
        article_id=article_id,
        stance=forms.choice("stance", tuple(STANCES), required=True),
        user_id=user().id,
    )
    flash(gettext("Đã ghi thái độ của bài."))
    return redirect(url_for("articles.show", article_id=article_id), 303)


@screen.post("/articles/<article:article_id>/capture")
@roles(*STAFF)
def capture(article_id: int) -> Response:
    """Asks the crawler for a fresh copy."""
    event_pages.article(conn(), article_id)
    event_pages.ask_capture(conn(), article_id=article_id, kind="recheck", asked_by=user().name)
    flash(gettext("Đã yêu cầu lưu lại bài; bản mới hiện ở đây sau ít phút."))
    return redirect(url_for("articles.show", article_id=article_id), 303)
