"""A browser without a window, and the test's own connection lent to the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flask.testing
import pages
from werkzeug.test import TestResponse

from db.accounts import users
from db.core.connection import Connection


class OneConnection:
    """Lends the test's own connection; a failing request loses its own work only."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with self.conn.transaction():
            yield self.conn
            users.hold_session(
                self.conn, token=""
            )  # in life the transaction ends here, and the session with it


class Browser(flask.testing.FlaskClient):
    """A client that behaves as a browser on our own page, and looks at every page it gets."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        headers = dict(kwargs.pop("headers", None) or {})  # type: ignore[call-overload]
        headers.setdefault("Sec-Fetch-Site", "same-origin")
        answer = super().open(*args, headers=headers, **kwargs)  # type: ignore[arg-type]
        pages.check(answer)
        return answer
