"""A file that was sent in, as the machine read it: the picture with its lines, the text to correct, the same picture again,
marks of origin. Facts for staff; nothing here is a verdict."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.core.errors import NotFound
from db.desk import cases, upload_readings
from db.desk.upload_readings import PictureLikeness
from review_ui.claims import suggest
from review_ui.web import access, forms
from review_ui.web.auth import STAFF, roles, user
from review_ui.web.transaction import conn

screen = Blueprint("files", __name__)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@screen.get("/files/<sha256>")
@roles(*STAFF)
def show(sha256: str) -> str:
    """The file with what was read in it."""
    _allowed(sha256)
    upload = upload_readings.upload(conn(), sha256=sha256)
    try:
        reading = upload_readings.reading(conn(), sha256=sha256)
    except NotFound:
        return render_template("desk/file.html", upload=upload, reading=None)
    return render_template(
        "desk/file.html",
        upload=upload,
        reading=reading,
        lines=upload_readings.lines(conn(), sha256=sha256),
        marks=upload_readings.marks(conn(), sha256=sha256),
        again=_shown(upload_readings.likenesses(conn(), sha256=sha256)),
        pages=[number for number in range(1, reading.sheets + 1) if _preview(sha256, number).exists()],
        alike=suggest.alike(reading.body) if reading.body else [],
    )


@screen.post("/files/<sha256>/text")
@roles(*STAFF)
def correct(sha256: str) -> Response:
    """Keeps the text as a person corrected it."""
    _allowed(sha256)
    upload_readings.upload(conn(), sha256=sha256)
    upload_readings.correct(
        conn(), sha256=sha256, body=forms.text("body", required=True, limit=20_000), user_id=user().id
    )
    flash(gettext("Đã lưu bản chữ đã sửa; bản máy đọc vẫn giữ bên cạnh."))
    return redirect(url_for("files.show", sha256=sha256), 303)


@screen.get("/files/<sha256>/picture/<int:number>")
@roles(*STAFF)
def picture(sha256: str, number: int) -> Response:
    """A page or frame as it was drawn anew when the file was read: pixels alone, nothing else of the file."""
    _allowed(sha256)
    path = _preview(sha256, number)
    if not path.exists():
        raise NotFound("Preview not found", code="row.not_found")
    answer = make_response(path.read_bytes())
    answer.headers["Content-Type"] = "image/jpeg"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _allowed(sha256: str) -> None:
    """Raises NotFound for what is no hash of ours, and for files of restricted cases alone where the person does not read them."""
    if not _SHA256.fullmatch(sha256):
        raise NotFound("File not found", code="row.not_found")
    found = upload_readings.cases_of(conn(), sha256=sha256)
    if found and all(_hidden(number) for number in found):
        raise NotFound("File not found", code="row.not_found")


def _shown(found: list[PictureLikeness]) -> list[tuple[PictureLikeness, bool]]:
    """Each with whether its case may be named to this person."""
    return [(one, one.case_id is None or not _hidden(one.case_id)) for one in found]


def _hidden(case_id: int) -> bool:
    return not access.seen() and cases.get(conn(), case_id).restricted


def _preview(sha256: str, number: int) -> Path:
    home: Path = current_app.extensions["kiemtin.settings"].home
    return home / "uploads" / "previews" / sha256[:2] / f"{sha256}-{number}.jpg"
