"""What needs me: mentions, cases given to me or to my office, cases that became one. Shown on the overview and counted in
the bar; seen when the case is opened, or when ticked off here."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, url_for
from werkzeug.wrappers import Response

from db import desk_limits, staff_notices
from review_ui import forms, restricted, transaction
from review_ui.auth import READERS, roles, somebody, user
from review_ui.transaction import conn

screen = Blueprint("needs", __name__)


@screen.post("/needs/seen")
@roles(*READERS)
def seen() -> Response:
    """Ticks off one notice, or all."""
    number = forms.whole("notice", default=0)
    staff_notices.see(conn(), user_id=user().id, numbers=[number] if number else None)
    return redirect(url_for("overview.index") + "#needs", 303)


def waiting() -> int:
    """How many notices wait for whoever is signed in; for the bar of every page."""
    person = somebody()
    if person is None or transaction.lost():  # an error's page asks the database nothing more
        return 0
    return staff_notices.count(conn(), user_id=person.id, restricted=restricted.seen())


def register(app: Flask) -> None:
    """Gives the templates ``needs_waiting()`` and ``desk_limits()``."""
    app.jinja_env.globals.update(needs_waiting=waiting, desk_limits=lambda: desk_limits.read(conn()))
