"""Coverage of campaigns and resolutions against their plan."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import Invalid
from db.core.time import HANOI
from db.desk import campaigns
from review_ui.digests import offices
from review_ui.web import forms
from review_ui.web.auth import READERS, VERIFIERS, roles, user
from review_ui.web.filters import now
from review_ui.web.transaction import conn

screen = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@screen.get("")
@roles(*READERS)
def index() -> str:
    """The campaigns that are followed: how much was published, against which plan."""
    topics, _closed = offices.topics(conn())
    today = now().astimezone(HANOI).date()
    return render_template(
        "digests/campaigns.html", found=campaigns.running(conn(), on=today), topics=topics, today=today
    )


@screen.post("/new")
@roles(*VERIFIERS)
def add() -> Response:
    """Begins to follow a campaign."""
    topics, _closed = offices.topics(conn())
    topic = forms.choice("topic", tuple(topics), required=True)
    first, last = forms.day("from", required=True), forms.day("to")
    assert first is not None
    if last is not None and last < first:
        raise Invalid("to", gettext("Ngày cuối đứng trước ngày đầu. Hãy đổi lại hai ngày."))
    planned = forms.whole("planned", default=0)
    if planned > 1_000_000:
        raise Invalid("planned", gettext("Số kế hoạch quá lớn."))
    campaigns.add(
        conn(),
        title=forms.text("title", limit=200) or topics[topic],
        topic=topic,
        from_on=first,
        to_on=last,
        planned=planned or None,
        created_by=user().id,
    )
    flash(gettext("Đã thêm chuyên đề theo dõi."))
    return redirect(url_for("campaigns.index"), 303)


@screen.post("/<int:campaign_id>/end")
@roles(*VERIFIERS)
def end(campaign_id: int) -> Response:
    """Follows a campaign no longer."""
    campaigns.end(conn(), campaign_id)
    flash(gettext("Đã thôi theo dõi chuyên đề."))
    return redirect(url_for("campaigns.index"), 303)
