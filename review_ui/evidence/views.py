"""Evidence packs of a case: make, list, download; and the kept page of a capture, shown so that nothing in it can run."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts.users import UserRole
from db.core import audit
from db.core.errors import NotFound
from db.desk import cases, evidence_packs
from db.press import evidence_captures
from db.queries import evidence_pack
from db.queries.evidence_pack import PackCapture
from review_ui.evidence import authorities, keys
from review_ui.evidence.collect import exchange, shown
from review_ui.evidence.export import export, kept
from review_ui.web import access
from review_ui.web.auth import READERS, VERIFIERS, roles, user
from review_ui.web.idempotency import once
from review_ui.web.transaction import conn

screen = Blueprint("evidence", __name__)

EXPORTERS = (*VERIFIERS, UserRole.LEADER)
# Nothing may run, load, send or leave: the page is its own origin, without scripts, forms or network.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
LARGEST_SHOWN = 5_000_000  # bytes of a page that is shown


@screen.get("/cases/<case:case_id>/packs")
@roles(*READERS)
def index(case_id: int) -> str:
    """The packs made of a case, newest first."""
    packs = evidence_packs.of_case(conn(), case_id)
    home = current_app.extensions["kiemtin.settings"].home
    return render_template(
        "evidence/index.html",
        case=access.case(case_id),
        packs=packs,
        captures=evidence_captures.of_case(conn(), case_id),
        fingerprint=keys.current(home).fingerprint,
    )


@screen.post("/cases/<case:case_id>/packs")
@roles(*EXPORTERS)
@once
def make(case_id: int) -> Response:
    """Makes a further pack; earlier ones stay."""
    home = current_app.extensions["kiemtin.settings"].home
    made = export(
        conn(), case_id=case_id, home=home, operator=user().name, operator_role=user().role,
        authorities=authorities.configured(conn(), home),
    )  # fmt: skip
    if made.missing:
        flash(
            gettext(
                "Đã lập hồ sơ lần %(n)s; %(m)s mục thiếu bản lưu, hồ sơ ghi rõ lý do.",
                n=made.number,
                m=len(made.missing),
            ),
            "warn",
        )
    else:
        flash(gettext("Đã lập hồ sơ lần %(n)s.", n=made.number), "good")
    return redirect(url_for("evidence.index", case_id=case_id), 303)


@screen.get("/cases/<case:case_id>/packs/<int:number>.zip")
@roles(*EXPORTERS)
def download(case_id: int, number: int) -> Response:
    """The bytes of a pack as they were made; the download is logged."""
    content = kept(
        conn(), home=current_app.extensions["kiemtin.settings"].home, case_id=case_id, number=number
    )
    audit.note(
        conn(),
        actor=user().name,
        role=user().role,
        action="evidence.download",
        subject=f"case:{case_id}",
        after={"pack": number},
    )
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="LC-ho-so-{case_id}-lan-{number}.zip"'
    return answer


@screen.get("/articles/<article:article_id>/kept/<int:capture_id>")
@roles(*READERS)
def replay(article_id: int, capture_id: int) -> Response:
    """The page as it was received, without pictures or scripts; every look is logged."""
    capture = _capture(article_id, capture_id)
    try:
        warc = exchange(current_app.extensions["kiemtin.settings"].home / "captures", capture)
    except (OSError, ValueError) as why:
        raise NotFound(gettext("Bản lưu không đọc được: %(why)s.", why=str(why))) from why
    _looked(capture_id)
    answer = make_response(shown(warc, most=LARGEST_SHOWN))
    answer.headers["Content-Type"] = "text/html"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@screen.get("/articles/<article:article_id>/kept/<int:capture_id>.<ending>")
@roles(*READERS)
def picture(article_id: int, capture_id: int, ending: str) -> Response:
    """The screenshot or the printed page of a capture; every look is logged."""
    capture = _capture(article_id, capture_id)
    made = evidence_captures.renderings(conn(), [capture.id]).get(capture.id)
    digests = {"png": made.screenshot_sha256, "pdf": made.pdf_sha256} if made else {}
    digest = digests.get(ending)
    if digest is None:
        raise NotFound(gettext("Bản lưu này chưa có ảnh chụp."))
    content = evidence_captures.whole_picture(
        current_app.extensions["kiemtin.settings"].captures, digest, f".{ending}"
    )
    _looked(capture_id)
    answer = make_response(content)
    answer.headers["Content-Type"] = "image/png" if ending == "png" else "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="luu-{capture_id}.{ending}"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _capture(article_id: int, capture_id: int) -> PackCapture:
    """The capture of the article; NotFound when there is none, or not for this person."""
    hidden = not access.seen() and cases.restricted_articles(conn(), article_ids=[article_id])
    capture = None if hidden else evidence_pack.capture(conn(), article_id=article_id, capture_id=capture_id)
    if capture is None:
        raise NotFound(gettext("Bài này không có bản lưu ấy."))
    return capture


def _looked(capture_id: int) -> None:
    audit.note(
        conn(), actor=user().name, role=user().role, action="capture.view", subject=f"capture:{capture_id}"
    )
