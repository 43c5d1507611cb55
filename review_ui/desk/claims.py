"""/claims: what has been claimed, and what was established."""

from __future__ import annotations

from flask import Blueprint, render_template

from db.desk import claims
from review_ui.web import access, forms
from review_ui.web.auth import READERS, roles
from review_ui.web.labels import VERDICTS
from review_ui.web.transaction import conn

screen = Blueprint("claims", __name__)
PAGE = 50


@screen.get("/claims")
@roles(*READERS)
def index() -> str:
    """The claims, newest first, by words and verdict."""
    text, verdict = forms.text("q", limit=200), forms.choice("verdict", tuple(VERDICTS))
    found = claims.listed(
        conn(), text=text, verdict=verdict, before=forms.whole("after", default=0) or None, limit=PAGE,
        restricted=access.seen(),
    )  # fmt: skip
    return render_template(
        "desk/claims.html",
        found=found,
        text=text,
        verdict=verdict,
        after=found[-1].id if len(found) == PAGE else None,
    )
