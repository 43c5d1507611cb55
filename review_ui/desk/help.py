"""/help: keys, the picture of states drawn from the transition table, the guide; and one's own keys."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import users
from db.core.errors import Invalid
from db.desk import cases
from db.desk.cases import CaseState, Transition
from review_ui.web import forms
from review_ui.web.auth import EVERYBODY, roles, user
from review_ui.web.shortcuts import KEYS, chosen, words
from review_ui.web.transaction import conn

screen = Blueprint("help", __name__)

# Where each state stands in the picture (drawing units); the arrows come from the table alone.
PLACES: dict[str, tuple[int, int]] = {
    "flagged": (90, 150),
    "triage": (320, 150),
    "verify": (550, 150),
    "waiting": (550, 40),
    "decide": (780, 150),
    "respond": (780, 290),
    "publish": (550, 290),
    "published": (320, 290),
    "follow_up": (550, 400),
    "closed": (90, 400),
}
BOX = (160, 42)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A line of the picture, with the steps it stands for."""

    x1: float
    y1: float
    x2: float
    y2: float
    steps: list[Transition]


def arrows(steps: list[Transition]) -> list[Arrow]:
    """One arrow for every pair of states that the table joins, from border to border; steps that stay draw none.

    Two kinds are said in words instead, because they would cross everything: ways to ``closed`` from the middle
    (``closing``), and what can be done to a flagged case at once, which is all that can be done in triage.
    """
    pairs: dict[tuple[str, str], list[Transition]] = {}
    for step in steps:
        at_once = step.from_state == "flagged" and step.to_state != "triage"
        if step.from_state != step.to_state and not at_once and not closing([step]):
            pairs.setdefault((step.from_state, step.to_state), []).append(step)
    out = []
    for (start, end), found in pairs.items():
        (ax, ay), (bx, by) = PLACES[start], PLACES[end]
        # arrows that run both ways keep apart
        shift = 9 if (end, start) in pairs else 0
        dx, dy = bx - ax, by - ay
        length = (dx * dx + dy * dy) ** 0.5
        sx, sy = -dy / length * shift, dx / length * shift
        leave, reach = _edge(dx, dy), _edge(-dx, -dy)
        out.append(
            Arrow(
                x1=round(ax + leave[0] + sx, 1),
                y1=round(ay + leave[1] + sy, 1),
                x2=round(bx + reach[0] + sx, 1),
                y2=round(by + reach[1] + sy, 1),
                steps=found,
            )
        )
    return out


def closing(steps: list[Transition]) -> set[str]:
    """The states from which a case can be closed without being followed up."""
    return {step.from_state for step in steps if step.to_state == "closed" and step.from_state != "follow_up"}


def _edge(dx: float, dy: float) -> tuple[float, float]:
    """Where a line from a box's middle in this direction leaves the box."""
    half_w, half_h = BOX[0] / 2 + 3, BOX[1] / 2 + 3
    scale = min(half_w / abs(dx) if dx else 1e9, half_h / abs(dy) if dy else 1e9)
    return dx * scale, dy * scale


@screen.get("/help")
@roles(*EVERYBODY)
def index() -> str:
    """The help page."""
    steps = cases.steps(conn())
    said = words()
    return render_template(
        "desk/help.html",
        steps=steps,
        arrows=arrows(steps),
        places=PLACES,
        box=BOX,
        closing=closing(steps),
        states=list(CaseState),
        key_rows=[(name, key, said[name]) for name, key in chosen().items()],
    )


@screen.post("/help/keys")
@roles(*EVERYBODY)
def set_keys() -> Response:
    """One's own keys: one printed character each, no two alike; blank brings the shipped one back, ``shipped`` all."""
    if forms.flag("shipped"):
        users.prefer(conn(), user_id=user().id, preferences={"keys": None})
        flash(gettext("Đã dùng lại phím tắt có sẵn."))
        return redirect(url_for("help.index") + "#keys", 303)
    own: dict[str, str] = {}
    for name, (key, _said) in KEYS.items():
        wanted = request.form.get(f"key-{name}", "").strip() or key
        if len(wanted) != 1 or not wanted.isprintable():
            raise Invalid(f"key-{name}", gettext("Mỗi phím tắt là một ký tự."))
        own[name] = wanted
    said = words()
    taken: dict[str, str] = {}
    for name, wanted in own.items():
        if wanted in taken:
            raise Invalid(
                f"key-{name}",
                gettext(
                    "“%(one)s” và “%(other)s” dùng chung phím %(key)s. Hãy đổi một trong hai.",
                    one=said[taken[wanted]],
                    other=said[name],
                    key=wanted,
                ),
            )
        taken[wanted] = name
    users.prefer(conn(), user_id=user().id, preferences={"keys": own})
    flash(gettext("Đã lưu phím tắt."))
    return redirect(url_for("help.index") + "#keys", 303)
