"""/sources: what is read, how it does, and what an administrator may change about it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from db.accounts.users import UserRole
from db.catalogue import rows
from db.catalogue.kinds import Catalogue
from db.catalogue.sources import Source
from db.core.errors import Invalid
from db.press import source_probes
from db.queries import source_admin
from review_ui.sources.kinds import KINDS
from review_ui.web import forms
from review_ui.web.auth import EVERYBODY, roles, user
from review_ui.web.labels import HEALTH, LANGUAGES, SCOPES, SOURCE_STATES
from review_ui.web.transaction import conn

screen = Blueprint("sources", __name__)
PAGE = 100


@screen.get("/sources")
@roles(*EVERYBODY)
def index() -> str:
    """The list, by name, with filters."""
    found = source_admin.listed(
        conn(),
        text=forms.text("q", limit=100),
        status=forms.choice("status", tuple(SOURCE_STATES)),
        health=forms.choice("health", tuple(HEALTH)),
        group=forms.text("group", limit=60),
        after=forms.text("after", limit=200),
        limit=PAGE,
    )
    return render_template(
        "desk/sources.html",
        found=found,
        after=found[-1].name if len(found) == PAGE else None,
        groups=source_admin.groups(conn()),
        text=forms.text("q", limit=100),
        status=forms.choice("status", tuple(SOURCE_STATES)),
        health=forms.choice("health", tuple(HEALTH)),
        group=forms.text("group", limit=60),
        english=str(get_locale()) == "en",
        languages=LANGUAGES,
        kinds=KINDS,
        can_change=user().role == UserRole.ADMIN,
    )


def _groups() -> list[str]:
    return list(
        dict.fromkeys(name for name in re.split(r"[,;\s]+", forms.text("groups", limit=300)) if name)
    )[:20]


@screen.post("/sources/<int:source_id>")
@roles(UserRole.ADMIN)
def change(source_id: int) -> Response:
    """Pauses, resumes, groups."""
    source_admin.change(
        conn(),
        source_id=source_id,
        status=forms.choice("status", ("enabled", "paused"), required=True),
        groups=_groups(),
        actor=user().name,
        role=user().role,
    )
    flash(gettext("Đã lưu."))
    return redirect(url_for("sources.index") + f"#source-{source_id}", 303)


@screen.post("/sources/<int:source_id>/try")
@roles(UserRole.ADMIN)
def probe(source_id: int) -> Response:
    """Asks the crawler to poll the source once and say what it would take."""
    source_admin.get(conn(), source_id)
    source_probes.ask(conn(), source_id, user_id=user().id)
    flash(gettext("Đã yêu cầu thử nguồn. Kết quả hiện ở đây trong ít phút."))
    return redirect(url_for("sources.index") + f"#source-{source_id}", 303)


@screen.post("/sources")
@roles(UserRole.ADMIN)
def add() -> Response:
    """A new source, paused until its trial went well. Loopback and private hosts only from the command line."""
    address = forms.text("url", required=True, limit=2000)
    wrong = Invalid("url", gettext("Địa chỉ phải bắt đầu bằng http:// hoặc https://."))
    try:
        parts = urlsplit(address)
    except ValueError as why:  # a bracket that opens and does not close
        raise wrong from why
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong
    kind = forms.choice("kind", tuple(KINDS), required=True)
    title = forms.text("title", required=True, limit=120)
    name = forms.text("name", limit=80) or re.sub(
        r"[^a-z0-9]+", "-", parts.hostname.removeprefix("www.").lower()
    ).strip("-")
    if any(known.name == name for known in rows.sources(conn())):
        raise Invalid("name", gettext("Đã có nguồn tên %(name)s. Hãy đặt tên khác.", name=name))
    source = Source(
        name=name,
        title=title,
        home=f"{parts.scheme}://{parts.netloc}/",
        hosts=(parts.hostname.lower(),),
        language=forms.choice("language", tuple(LANGUAGES)) or "vi",
        scope="foreign" if forms.choice("scope", tuple(SCOPES)) == "foreign" else "domestic",
        status="paused",
        **{kind: (address,)},  # type: ignore[arg-type]
    )
    rows.store(conn(), Catalogue(sources=(source,)), actor=user().name, allow_private_hosts=False)
    flash(gettext("Đã thêm nguồn, đang tạm dừng. Hãy bấm Thử trước khi cho chạy."))
    return redirect(url_for("sources.index", q=name), 303)
