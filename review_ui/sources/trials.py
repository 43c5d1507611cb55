"""Trying many sources at once, adding one by any of its addresses, and outlets that moved or merged."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import get_locale, gettext, ngettext
from werkzeug.wrappers import Response

from db.accounts.users import UserRole
from db.catalogue import cells, moves, rows
from db.catalogue.kinds import Catalogue
from db.catalogue.sources import Source
from db.core.connection import act_as
from db.core.errors import Conflict, Invalid
from db.press import source_probes, source_proposals, sources, trial_list
from db.press.trial_advice import advice
from review_ui.sources.kinds import KINDS
from review_ui.web import forms
from review_ui.web.auth import EVERYBODY, roles, user
from review_ui.web.labels import LANGUAGES, SCOPES
from review_ui.web.transaction import conn

screen = Blueprint("trials", __name__)


def _is_english() -> bool:
    return str(get_locale()) == "en"


def _advise(code: str | None) -> tuple[str, str]:
    """Why, and what to do, in the reader's language."""
    told = advice(code)
    return (told.why_en, told.do_en) if _is_english() else (told.why, told.do)


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────────────


@screen.get("/sources/trials")
@roles(*EVERYBODY)
def show() -> str:
    """The round asked for last: how far it is, what works, what does not, why and what to do."""
    trial_round = source_probes.newest_round(conn())
    trials = source_probes.of_round(conn(), trial_round.id) if trial_round else []
    counts = Counter(t.code for t in trials if t.code)
    return render_template(
        "sources/round.html",
        round=trial_round,
        trials=trials,
        counts=counts.most_common(),
        idle=sum(t.ok is True and t.code != "old" and t.status != "enabled" for t in trials),
        advise=_advise,
        can_change=user().role == UserRole.ADMIN,
    )


@screen.post("/sources/trials")
@roles(UserRole.ADMIN)
def begin() -> Response:
    """Asks for a round, or goes on with the one of that scope that is open."""
    group = forms.text("group", limit=60)
    scope = f"group:{group}" if group else forms.choice("scope", source_probes.SCOPES, required=True)
    source_probes.begin_round(conn(), scope=scope, user_id=user().id)
    return redirect(url_for("trials.show"), 303)


@screen.post("/sources/trials/enable")
@roles(UserRole.ADMIN)
def enable() -> Response:
    """Enables every source that waits or is paused and whose last trial went well."""
    act_as(conn(), user().name)
    names = source_probes.enable_working(conn())
    flash(ngettext("Đã bật %(num)d nguồn.", "Đã bật %(num)d nguồn.", len(names)))
    return redirect(url_for("trials.show"), 303)


@screen.get("/sources/left.csv")
@roles(*EVERYBODY)
def left() -> Response:
    """What is not read, why, and what to do about each; for a spreadsheet."""
    text = io.StringIO()
    writer = csv.DictWriter(text, trial_list.COLUMNS)
    writer.writeheader()
    writer.writerows(
        trial_list.table(source_probes.left_over(conn()), language="en" if _is_english() else "vi")
    )
    return Response(
        "\ufeff" + text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="kiemtin-nguon-con-lai.csv"'},
    )


# ── adding ──────────────────────────────────────────────────────────────────────────────────────────────


@screen.post("/sources/propose")
@roles(UserRole.ADMIN)
def propose() -> Response:
    """Asks the crawler what stands behind an address."""
    url = forms.text("url", required=True, limit=2000)
    number = source_proposals.ask(conn(), url=url, user_id=user().id)
    return redirect(url_for("trials.proposal", proposal_id=number), 303)


@screen.get("/sources/proposals/<int:proposal_id>")
@roles(UserRole.ADMIN)
def proposal(proposal_id: int) -> str:
    """What the address leads to, and the newest items as they would be stored."""
    asked = source_proposals.get(conn(), proposal_id)
    entered = asked.entered or {}
    lists = [(kind, url) for kind in KINDS for url in entered.get(kind) or ()]
    return render_template(
        "sources/proposal.html",
        asked=asked,
        lists=lists,
        kinds=KINDS,
        languages=LANGUAGES,
        parse=datetime.fromisoformat,
        advise=_advise,
        told=_advise((asked.result or {}).get("code")),
    )


@screen.post("/sources/proposals/<int:proposal_id>")
@roles(UserRole.ADMIN)
def confirm(proposal_id: int) -> Response:
    """The one confirmation: the source is entered, and read from now on where its trial went well."""
    asked = source_proposals.get(conn(), proposal_id)
    if asked.entered is None:
        raise Invalid("url", gettext("Địa chỉ này chưa được xem xong. Hãy chờ trang cập nhật."))
    if asked.source_id is not None:
        raise Conflict(gettext("Nguồn này đã được thêm."))
    found: Source = cells.from_json(Source, asked.entered)
    entered = replace(
        found,
        title=forms.text("title", required=True, limit=120),
        language=forms.choice("language", tuple(LANGUAGES)) or "vi",
        scope="foreign" if forms.choice("scope", tuple(SCOPES)) == "foreign" else "domestic",
        status="enabled" if (asked.result or {}).get("works") else "paused",
    )
    rows.store(conn(), Catalogue(sources=(entered,)), actor=user().name, allow_private_hosts=False)
    kept = sources.named(conn(), entered.name)
    source_proposals.confirmed(conn(), proposal_id, source_id=kept.id)
    flash(gettext("Đã thêm nguồn."))
    return redirect(url_for("source.show", source_id=kept.id), 303)


# ── moved, merged ───────────────────────────────────────────────────────────────────────────────────────


@screen.post("/sources/<int:source_id>/move")
@roles(UserRole.ADMIN)
def move(source_id: int) -> Response:
    """The outlet lives at another host now; it is tried there at once."""
    moves.move(
        conn(),
        sources.get(conn(), source_id),
        forms.text("url", required=True, limit=2000),
        actor=user().name,
    )
    source_probes.ask(conn(), source_id, user_id=user().id)
    flash(gettext("Đã chuyển sang địa chỉ mới; nguồn đang được thử lại."))
    return redirect(url_for("source.show", source_id=source_id), 303)


@screen.post("/sources/<int:source_id>/merge")
@roles(UserRole.ADMIN)
def merge(source_id: int) -> Response:
    """The outlet has become part of another: its archive goes along."""
    into = sources.named(conn(), forms.text("into", required=True, limit=80))
    moves.merge(conn(), sources.get(conn(), source_id), into, actor=user().name)
    flash(gettext("Đã ghi: %(title)s nhận bài của báo này.", title=into.title))
    return redirect(url_for("source.show", source_id=source_id), 303)
