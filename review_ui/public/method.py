"""The public page on how items are chosen, checked and corrected, with counts; and the key that signs evidence."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, current_app, make_response, render_template

from db.accounts import second_person
from db.core.time import HANOI
from db.desk import publications
from review_ui.evidence import keys
from review_ui.web.filters import now
from review_ui.web.transaction import conn

screen = Blueprint("method", __name__)


def _quarter_before(day: date) -> tuple[date, date]:
    """The last ninety days, today not included: what is counted is over."""
    return day - timedelta(days=90), day - timedelta(days=1)


@screen.get("/method")
def index() -> Response:
    """Selection, checking, correcting, what we never do, counts."""
    from_on, to_on = _quarter_before(now().astimezone(HANOI).date())
    answer = make_response(
        render_template(
            "bulletin/method.html",
            counts=publications.counts(conn(), from_on=from_on, to_on=to_on),
            from_on=from_on,
            to_on=to_on,
            wait=second_person.wait(conn()).days,
            fingerprint=keys.current(current_app.extensions["kiemtin.settings"].home).fingerprint,
        )
    )
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer
