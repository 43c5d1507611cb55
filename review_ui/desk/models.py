"""/models: which model judges, what it was made of, how good it was measured to be."""

from __future__ import annotations

from flask import Blueprint, render_template

from db import models
from review_ui.auth import EVERYBODY, roles
from review_ui.transaction import conn

screen = Blueprint("models", __name__)


@screen.get("/models")
@roles(*EVERYBODY)
def index() -> str:
    """All models, the one in use first, with their cards."""
    return render_template("desk/models.html", found=models.listed(conn()))
