"""Notifications of the signed-in person: mentions, assignments, merged cases. Listed at /work and counted in the bar; seen when
the case is opened, or when ticked off here."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, url_for
from werkzeug.wrappers import Response

from db.accounts import limits
from db.desk import notifications
from review_ui.web import forms
from review_ui.web.auth import READERS, roles, user
from review_ui.web.transaction import conn

screen = Blueprint("inbox", __name__)


@screen.post("/needs/seen")
@roles(*READERS)
def seen() -> Response:
    """Ticks off one notice, or all."""
    number = forms.whole("notice", default=0)
    notifications.see(conn(), user_id=user().id, numbers=[number] if number else None)
    return redirect(url_for("work.index") + "#needs", 303)


def register(app: Flask) -> None:
    """Gives the templates ``desk_limits()``."""
    app.jinja_env.globals.update(desk_limits=lambda: limits.read(conn()))
