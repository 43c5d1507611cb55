"""Whose account does not count as a second person yet, and an approver's word that it is the person it names."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import second_person, users
from review_ui.web.auth import APPROVERS, READERS, roles, user
from review_ui.web.transaction import conn

screen = Blueprint("colleagues", __name__)


@screen.get("/colleagues")
@roles(*READERS)
def index() -> str:
    """Accounts that were made or reset lately, by whom, and from when they count."""
    return render_template(
        "account/colleagues.html",
        people=second_person.fresh(conn()),
        wait=second_person.wait(conn()).days,
        me=user().id,
        may_confirm=user().role in APPROVERS,
    )


@screen.post("/colleagues/<int:user_id>/confirm")
@roles(*APPROVERS)
def confirm(user_id: int) -> Response:
    """An approver has seen the person and says so."""
    second_person.confirm(conn(), user_id=users.get(conn(), user_id).id, confirmed_by=user().id)
    flash(
        gettext(
            "Đã xác nhận. Tài khoản được tính là người thứ hai, trừ trong việc do chính bạn đề xuất hoặc duyệt."
        )
    )
    return redirect(url_for("colleagues.index"), 303)
