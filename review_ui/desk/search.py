"""/search: all articles by their words; marks may be missing, what agrees in marks comes first."""

from __future__ import annotations

from flask import Blueprint, render_template

from db.desk import cases
from db.queries import search
from db.queries.search import Query
from review_ui.web import access, choices, forms
from review_ui.web.auth import READERS, roles
from review_ui.web.labels import LANGUAGES
from review_ui.web.transaction import conn

screen = Blueprint("search", __name__)


def _marks(written: str) -> bool:
    """Whether the last hit carried its tone marks as they were asked for."""
    if written not in ("1", "0"):
        raise ValueError(written)
    return written == "1"


@screen.get("/search")
@roles(*READERS)
def index() -> str:
    """The search page."""
    query = Query(
        text=forms.text("q", limit=200),
        source=forms.text("source", limit=80),
        language=forms.text("language", limit=8),
        since=forms.day("since"),
        until=forms.day("until"),
    )
    after = forms.page_mark(_marks)
    page = search.articles(conn(), query=query, after=after) if query.text else search.NOTHING
    found = search.in_order(page.hits, query.text)
    if found and not access.seen():
        closed = cases.restricted_articles(conn(), article_ids=[hit.id for hit in found])
        found = [hit for hit in found if hit.id not in closed]
    count, more = len(found), not page.whole
    if (
        page.after and page.whole and not after
    ):  # counted with the first page, and only where it does not show them all
        count, more = search.count(conn(), query=query, restricted=access.seen())
    return render_template(
        "desk/search.html",
        query=query,
        found=found,
        count=None if after else count,
        more=more,
        whole=page.whole,
        only_without=all(word.startswith("-") for word in query.text.split()),
        after=f"{int(page.after[0])}:{page.after[1]}" if page.after else None,
        outlets=choices.lists().outlets,
        languages=LANGUAGES,
    )
