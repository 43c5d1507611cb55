"""/models: which model judges, what it was made of, how it fares beside people, what it may miss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template

import db.catalogue.rows
from db.desk import reviews
from db.judging import models, sampling
from db.queries import model_agreement
from review_ui.web.auth import EVERYBODY, roles
from review_ui.web.transaction import conn

screen = Blueprint("models", __name__)

SPAN = timedelta(days=90)  # of people's decisions that the tables count
NIGHTS = 14  # looks at the model that are listed


@screen.get("/models")
@roles(*EVERYBODY)
def index() -> str:
    """The model in use and its card, how it fares, what each night's look said, and the versions before."""
    since = datetime.now(UTC) - SPAN
    nights = sampling.watched(conn(), limit=NIGHTS)
    pairs = [(pair.first, pair.second) for pair in reviews.pairs(conn(), restricted=True)]
    return render_template(
        "desk/models.html",
        found=models.listed(conn()),
        nights=nights,
        last=nights[0].report if nights else None,
        budget=db.catalogue.rows.number(conn(), "review.weekly_budget"),
        overrides=model_agreement.overrides(conn(), since=since),
        signals=model_agreement.agreement(conn(), since=since),
        fairness=model_agreement.fairness(conn(), since=since),
        people=reviews.agreement(pairs),
        days=SPAN.days,
    )
