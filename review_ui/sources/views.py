"""One source by itself (its lists, trial, what was set aside and why), and lists of sources as OPML in and out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext, ngettext
from werkzeug.wrappers import Response as Answer

from db.accounts.users import UserRole
from db.catalogue import opml as catalogue_opml
from db.catalogue import rows, sightings
from db.catalogue.kinds import Catalogue
from db.core.errors import Invalid
from db.press import links, poll_state, urls
from db.queries import source_admin
from review_ui.sources.reasons import reason
from review_ui.web import forms
from review_ui.web.auth import EVERYBODY, roles, user
from review_ui.web.transaction import conn

REFUSED_SHOWN = 20  # lines of a list that are named

screen = Blueprint("source", __name__)
MOST_ASIDE = 100


@screen.get("/sources/<int:source_id>")
@roles(*EVERYBODY)
def show(source_id: int) -> str:
    """What is polled of a source and how that goes, its last trial, and what was set aside."""
    line = source_admin.one_line(conn(), source_id)
    result: dict[str, Any] = line.probe_result or {}
    listed = poll_state.of_source(conn(), source_id)
    known = {urls.identity(one.url) for one in listed}
    return render_template(
        "sources/show.html",
        line=line,
        listed=listed,
        result=result,
        found=[u for u in result.get("feeds_found", ()) if urls.identity(u) not in known],
        seen=sightings.all_of_source(conn(), line.name),
        aside=links.asides(conn(), source_id, most=MOST_ASIDE),
        reason=reason,
        english=str(get_locale()) == "en",
        can_change=user().role == UserRole.ADMIN,
    )


@screen.post("/sources/<int:source_id>/feeds")
@roles(UserRole.ADMIN)
def adopt(source_id: int) -> Answer:
    """Polls a feed too that the last trial found announced on the source's page."""
    line = source_admin.one_line(conn(), source_id)
    url = forms.text("url", required=True, limit=2000)
    if url not in (line.probe_result or {}).get("feeds_found", ()):
        raise Invalid("url", gettext("Lần thử gần nhất không tìm thấy RSS này. Hãy thử lại nguồn."))
    known = next(one for one in rows.sources(conn()) if one.name == line.name)
    rows.store(
        conn(),
        Catalogue(sources=(replace(known, feeds=(*known.feeds, url)),)),
        actor=user().name,
        allow_private_hosts=False,
    )
    flash(gettext("Đã thêm RSS vào nguồn."))
    return redirect(url_for("source.show", source_id=source_id), 303)


@screen.get("/sources.opml")
@roles(*EVERYBODY)
def opml() -> Response:
    """All sources with feeds, for feed readers."""
    return Response(
        catalogue_opml.write(rows.sources(conn())),
        mimetype="text/x-opml",
        headers={"Content-Disposition": 'attachment; filename="kiemtin-sources.opml"'},
    )


@screen.post("/sources/opml")
@roles(UserRole.ADMIN)
def take_opml() -> Answer:
    """Sources from another reader's list: new ones wait for their trial, known ones stay as they are."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("file", gettext("Hãy chọn tệp OPML."))
    read = catalogue_opml.read_list(file.read(catalogue_opml.LARGEST + 1))
    given = catalogue_opml.some(read)
    known = rows.sources(conn())
    hosts = {host for one in known for host in one.hosts}
    names = {one.name for one in known}
    new = [one for one in given if one.name not in names and not hosts & set(one.hosts)]
    if new:
        rows.store(conn(), Catalogue(sources=tuple(new)), actor=user().name, allow_private_hosts=False)
    flash(ngettext("Đã thêm %(num)d nguồn, đang chờ thử.", "Đã thêm %(num)d nguồn, đang chờ thử.", len(new)))
    if read.refused:
        lines = ", ".join(str(one.line) for one in read.refused[:REFUSED_SHOWN])
        flash(
            ngettext(
                "Có %(num)d dòng không nhận được (dòng %(lines)s).",
                "Có %(num)d dòng không nhận được (dòng %(lines)s).",
                len(read.refused),
                lines=lines + (" …" if len(read.refused) > REFUSED_SHOWN else ""),
            )
        )
    return redirect(url_for("sources.index", status="to_probe"), 303)
