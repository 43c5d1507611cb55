"""Tokens of programs: made, listed and ended by the administrator; the secret is shown once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db import tokens
from db.errors import Invalid
from db.users import Role
from review_ui import forms
from review_ui.auth import roles, user
from review_ui.transaction import conn

screen = Blueprint("tokens", __name__)


@screen.route("/admin/tokens", methods=["GET", "POST"])
@roles(Role.ADMIN)
def index() -> str:
    """The list; after making one, its secret."""
    secret = ""
    if request.method == "POST":
        scopes = [scope for scope in request.form.getlist("scope") if scope in tokens.SCOPES]
        days = forms.whole("days", default=365)
        if not scopes:
            raise Invalid("scope", gettext("Hãy chọn ít nhất một phạm vi."))
        if not 1 <= days <= 730:
            raise Invalid("days", gettext("Thời hạn từ 1 đến 730 ngày."))
        secret = tokens.make(
            conn(),
            name=forms.text("name", required=True, limit=120),
            scopes=scopes,
            days=days,
            user_id=user().id,
            actor=user().name,
        )
    return render_template(
        "api/tokens.html", found=tokens.listed(conn()), scopes=tokens.SCOPES, secret=secret
    )


@screen.post("/admin/tokens/<int:token_id>/end")
@roles(Role.ADMIN)
def end(token_id: int) -> Response:
    """Ends a token."""
    tokens.end(conn(), token_id=token_id, actor=user().name)
    flash(gettext("Mã kết nối đã hết hiệu lực."), "good")
    return redirect(url_for("tokens.index"), 303)
