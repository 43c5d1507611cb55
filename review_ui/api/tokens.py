"""Tokens of programs: made, listed and ended by the administrator; the secret is shown once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import api_tokens
from db.accounts.users import UserRole
from db.core.errors import Invalid
from review_ui.web import forms
from review_ui.web.auth import roles, user
from review_ui.web.transaction import conn

screen = Blueprint("tokens", __name__)


@screen.route("/admin/tokens", methods=["GET", "POST"])
@roles(UserRole.ADMIN)
def index() -> str:
    """The list; after making one, its secret."""
    secret = ""
    if request.method == "POST":
        scopes = [scope for scope in request.form.getlist("scope") if scope in api_tokens.SCOPES]
        days = forms.whole("days", default=365)
        if not scopes:
            raise Invalid("scope", gettext("Hãy chọn ít nhất một phạm vi."))
        if not 1 <= days <= 730:
            raise Invalid("days", gettext("Thời hạn từ 1 đến 730 ngày."))
        secret = api_tokens.make(
            conn(),
            name=forms.text("name", required=True, limit=120),
            scopes=scopes,
            days=days,
            user_id=user().id,
            actor=user().name,
        )
    return render_template(
        "api/tokens.html", found=api_tokens.listed(conn()), scopes=api_tokens.SCOPES, secret=secret
    )


@screen.post("/admin/tokens/<int:token_id>/end")
@roles(UserRole.ADMIN)
def end(token_id: int) -> Response:
    """Ends a token."""
    api_tokens.end(conn(), token_id=token_id, actor=user().name)
    flash(gettext("Mã kết nối đã hết hiệu lực."), "good")
    return redirect(url_for("tokens.index"), 303)
