"""Errors as pages: one clear sentence, what changed where something changed, and everything that was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import psycopg
import psycopg_pool
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from psycopg.errors import CheckViolation
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from db.core.connection import mendable
from db.core.errors import Conflict, Forbidden, Invalid, KiemtinError, NotFound, TryLater, Unavailable
from review_ui.web import catalogue_messages, error_messages, transaction
from review_ui.web.labels import label

STATUS = {NotFound: 404, Conflict: 409, Invalid: 422, Forbidden: 403, TryLater: 503, Unavailable: 503}
# chosen from lists: sent again as they were, there is nothing in them to mend by hand
CHOICES = frozenset({"action", "code", "kind", "field", "outcome", "assigned_to", "restricted", "emergency"})
_CODE = re.compile(r"[a-z_]+:[\w.-]*")  # a choice with its kind, as lists of ours send it
# never shown again, on no page
SECRET = frozenset({"password", "again", "current", "totp", "website"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A field of the refused form: its name, what was typed, whether it was long enough for a box."""

    name: str
    value: str
    long: bool
    shown: bool


def field_label(name: str) -> str:
    """What a field is called on its form; its own name where nobody types in it."""
    if name.startswith("cell-"):
        return catalogue_messages.column(name.removeprefix("cell-"))
    if name.startswith("p-"):  # a paragraph of a digest
        name = "body"
    return label("form_field", name)


def typed() -> list[Typed]:
    """What the person sent, so that nothing typed is lost; passwords and codes are left out."""
    if request.method != "POST" or isinstance(g.get("too_large"), bool):
        return []
    return [
        Typed(
            name=name,
            value=value,
            long=len(value) > 60 or "\n" in value,
            shown=name not in CHOICES
            and not (value.isdigit() or _CODE.fullmatch(value))
            and field_label(name) != name,
        )
        for name, value in request.form.items(multi=True)
        if name not in SECRET
    ]


def page(status: int, sentence: str, *, field: str = "") -> Response:
    """The error page; JSON where the caller asked for it (our own scripts, the API)."""
    transaction.keep_nothing()
    if request.path.startswith("/api/") or request.headers.get("Accept") == "application/json":
        told = {"error": sentence} | ({"field": field} if field else {})
        if g.get("signed_out"):
            told["code"] = "signed_out"  # the sender keeps what it holds until somebody has signed in again
        return make_response(jsonify(told), status)
    fields = typed()
    return make_response(
        render_template(
            "error.html",
            status=status,
            sentence=sentence,
            field=field,
            typed=fields,
            changes=g.get("changes", []),
            fresh=g.get("fresh", {}),
            resend=bool(fields)
            and (status in (422, 403) and (status == 422 or g.get("signed_out")) or bool(g.get("fresh"))),
        ),
        status,
    )


def _something_sent() -> bool:
    """Whether this request brought values of its own; without any, what the database refused is ours alone."""
    return bool(request.args or request.form or request.files or request.is_json)


def _commit_unheard() -> Response:
    """The database left while the work was being committed (only then does its error get past `away`): whether it was
    kept nobody can say yet, so the page claims neither."""
    return page(
        503,
        gettext(
            "Mất kết nối với cơ sở dữ liệu đúng lúc ghi, chưa rõ thao tác đã được ghi hay chưa. Hãy tải lại trang để xem, rồi làm lại nếu cần."
        ),
    )


def register(app: Flask) -> None:
    """Maps named errors, HTTP errors and bugs to pages, once."""
    app.jinja_env.globals["field_label"] = field_label

    @app.before_request
    def no_such_number() -> None:
        """An address whose number no row can have is an address that does not exist."""
        if any(isinstance(one, int) and one >= 10**18 for one in (request.view_args or {}).values()):
            raise NotFound(gettext("Không có trang này. Có thể địa chỉ sai hoặc mục đã được gộp."))

    @app.errorhandler(KiemtinError)
    def named(why: KiemtinError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(why, kind)), 500)
        return page(status, error_messages.said(why), field=why.field if isinstance(why, Invalid) else "")

    @app.errorhandler(psycopg_pool.PoolTimeout)
    def busy(_: psycopg_pool.PoolTimeout) -> Response:
        return page(503, gettext("Hệ thống đang bận. Hãy thử lại sau vài giây."))

    @app.errorhandler(psycopg.Error)
    def away(why: psycopg.Error) -> Response:
        """The database died, is full or takes no writes: said as such, nothing is lost; any other failure is a bug."""
        known = mendable(why)
        if known is None and isinstance(why, psycopg.DataError | CheckViolation) and _something_sent():
            # our own check of that field is missing: the person can mend it, and the log says it as loudly as any bug
            current_app.logger.error("a value went unchecked to the database", exc_info=why)
            return page(
                422,
                gettext(
                    "Có một ô mang giá trị không ghi được (số quá lớn, ký tự lạ hoặc chỉ có khoảng trắng) nên chưa có gì được ghi. Hãy xem lại rồi gửi lại; nếu vẫn vậy, báo quản trị viên."
                ),
            )
        if known is None:
            raise why
        current_app.logger.error("database: %s", str(known).splitlines()[0])
        return page(
            503,
            gettext(
                "Cơ sở dữ liệu tạm thời không nhận yêu cầu nên chưa có gì được ghi. Hãy thử lại sau ít phút; nếu vẫn vậy, báo quản trị viên."
            ),
        )

    @app.errorhandler(HTTPException)
    def http(why: HTTPException) -> Response:
        code = why.code or 500
        if code < 400:
            return make_response(why.get_response())
        if isinstance(getattr(why, "original_exception", None), psycopg.OperationalError):
            return _commit_unheard()
        if isinstance(why, RequestEntityTooLarge):
            g.too_large = True
        sentences = {
            400: gettext("Yêu cầu gửi lên không đọc được. Hãy tải lại trang rồi thử lại."),
            404: gettext("Không có trang này. Có thể địa chỉ sai hoặc mục đã được gộp."),
            405: gettext("Trang này không nhận cách gửi đó. Hãy quay lại trang trước."),
            413: gettext(
                "Nội dung gửi lên quá lớn. Một ô chữ nhận nhiều nhất 4 MB, một tệp nhiều nhất 64 MB."
            ),
        }
        answer = page(
            code, sentences.get(code, gettext("Có lỗi khi xử lý. Lỗi đã được ghi lại; hãy thử lại."))
        )
        if isinstance(why, MethodNotAllowed) and why.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(why.valid_methods))
        return answer
