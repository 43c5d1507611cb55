"""Notifications of the signed-in person: mentions, assignments, merged cases. Counted in the bar of every page; seen when
the case is opened, or when ticked off here."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, url_for
from werkzeug.wrappers import Response

from db.accounts import limits
from db.desk import notifications
from review_ui.web import access, forms, transaction
from review_ui.web.auth import READERS, roles, somebody, user
from review_ui.web.transaction import conn

screen = Blueprint("inbox", __name__)


@screen.post("/needs/seen")
@roles(*READERS)
def seen() -> Response:
    """Ticks off one notice, or all."""
    number = forms.whole("notice", default=0)
    notifications.see(conn(), user_id=user().id, numbers=[number] if number else None)
    return redirect(url_for("overview.index") + "#needs", 303)


def waiting() -> int:
    """How many notices wait for whoever is signed in; for the bar of every page."""
    person = somebody()
    if person is None or transaction.lost():  # an error's page asks the database nothing more
        return 0
    return notifications.count(conn(), user_id=person.id, restricted=access.seen())


def register(app: Flask) -> None:
    """Gives the templates ``needs_waiting()`` and ``desk_limits()``."""
    app.jinja_env.globals.update(needs_waiting=waiting, desk_limits=lambda: limits.read(conn()))
