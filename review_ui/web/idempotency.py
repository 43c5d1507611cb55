"""A form sent twice within a minute adds nothing twice: what stands in it is what counts, not how often it was pressed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import idempotency
from review_ui.web.auth import user
from review_ui.web.transaction import conn

Given = ParamSpec("Given")


def digest() -> str:
    """What this request says, as a hash: address, fields, names and sizes of files."""
    parts = [request.path]
    parts += [f"{name}={value}" for name, value in sorted(request.form.items(multi=True)) if name != "back"]
    for name, file in sorted(request.files.items(multi=True)):
        content = file.stream.read()
        file.stream.seek(0)
        parts.append(f"{name}:{hashlib.sha256(content).hexdigest()}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def once_then(back: Callable[Given, str]) -> Callable[[Callable[Given, Response]], Callable[Given, Response]]:
    """For views that add or decide something: the second of two equal forms is answered as done, adds nothing, and leads
    to the address that ``back`` makes of the view's arguments."""

    def guard(view: Callable[Given, Response]) -> Callable[Given, Response]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Response:
            if idempotency.first_time(conn(), user_id=user().id, digest=digest()):
                return view(*args, **kwargs)
            flash(gettext("Đã ghi từ lần bấm trước; không ghi thêm lần nữa."))
            return redirect(back(*args, **kwargs), 303)

        return guarded

    return guard


def once(view: Callable[Given, Response]) -> Callable[Given, Response]:
    """``once_then`` for views of a case: back to its page."""

    def page(*_: Given.args, **kwargs: Given.kwargs) -> str:
        return url_for("cases.show", case_id=kwargs["case_id"])

    return once_then(page)(view)
