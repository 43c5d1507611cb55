"""Lists as CSV and XLSX, streamed, with their row count, and a line in the audit about who took what."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from db.core.errors import Invalid, NotFound
from db.core.time import HANOI
from db.queries import export_lists
from review_ui.privacy.initials import initialled
from review_ui.web import forms
from review_ui.web.auth import READERS, VERIFIERS, roles, user
from review_ui.web.filters import now
from review_ui.web.tabular import Counted, csv_lines, xlsx

screen = Blueprint("exports", __name__, url_prefix="/exports")

NAMES = {"articles": _("Tin, bài"), "cases": _("Hồ sơ"), "claims": _("Nhận định"), "sources": _("Nguồn tin")}
MOST = 1_000_000  # rows; a sheet of XLSX holds 1,048,576
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@screen.get("")
@roles(*READERS)
def index() -> str:
    """Which lists there are, over which days."""
    today = now().astimezone(HANOI).date()
    return render_template("exports.html", names=NAMES, first=today - timedelta(days=30), last=today)


def without_private_names(name: str, row: Sequence[Any]) -> tuple[Any, ...]:
    """A row of the list ``name`` with private persons as initials in the columns that hold running text."""
    texts = export_lists.TEXTS[name]
    return tuple(
        initialled(value) if at in texts and isinstance(value, str) else value for at, value in enumerate(row)
    )


@screen.get("/<name>.<form>")
@roles(*READERS)
def download(name: str, form: str) -> Response:
    """The list over a range of days."""
    if name not in NAMES or form not in TYPES:
        raise NotFound(gettext("Không có danh sách này."))
    today = now().astimezone(HANOI).date()
    first, last = forms.day("from") or today - timedelta(days=30), forms.day("to") or today
    if last < first:
        raise Invalid("to", gettext("Ngày cuối đứng trước ngày đầu. Hãy đổi lại hai ngày."))
    begin = datetime.combine(first, time(), HANOI)
    end = datetime.combine(last + timedelta(days=1), time(), HANOI)
    person = user()
    lender = current_app.extensions["kiemtin.connections"]
    heads = export_lists.LISTS[name][0]

    def body() -> Iterator[bytes]:
        # the request's own transaction is over when its answer begins: a long list has one of its own
        with lender.connection() as conn:
            stored = export_lists.rows(
                conn, name, begin=begin, end=end, restricted=person.role in VERIFIERS, most=MOST + 1
            )
            rows = Counted((without_private_names(name, row) for row in stored), most=MOST)
            finished = False
            try:
                if form == "csv":
                    yield from csv_lines(heads, rows)
                else:
                    with tempfile.TemporaryFile() as file:
                        xlsx(file, heads, rows, name=str(NAMES[name]))
                        file.seek(0)
                        while portion := file.read(65_536):
                            yield portion
                finished = True
            finally:
                export_lists.note(
                    conn, actor=person.name, role=person.role, name=name, form=form, rows=rows.count,
                    complete=finished and rows.complete, span=f"{first}/{last}",
                )  # fmt: skip

    return Response(
        body(),
        content_type=TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}-{first:%Y%m%d}-{last:%Y%m%d}.{form}"'},
    )
