"""One transaction per request: opened when first needed, committed with the answer, rolled back with an error."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from typing import Protocol, cast

from flask import Flask, Response, current_app, g

from db.core.connection import Connection


class Lender(Protocol):
    """What lends connections: psycopg_pool.ConnectionPool, or a test that lends its own."""

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection whose work is committed at the end of the context, rolled back on an exception."""
        ...


class _Refused(Exception):
    """Tells the lender that the request failed, so that it rolls back."""


def conn() -> Connection:
    """The connection of this request."""
    if "conn" not in g:
        g.loan = cast(Lender, current_app.extensions["kiemtin.connections"]).connection()
        g.conn = g.loan.__enter__()
    return cast(Connection, g.conn)


def keep_nothing() -> None:
    """The work of this request is to be rolled back (called where errors become pages)."""
    g.failed = True


def give_back() -> None:
    """Commits what was done so far and returns the connection; the next ``conn()`` borrows anew."""
    _end(failed=False)


def lost() -> bool:
    """Whether the work of this request is to be rolled back: nothing more can be asked of its connection."""
    return bool(g.get("failed"))


def _end(failed: bool) -> None:
    if g.pop("conn", None) is None:
        return
    loan = g.pop("loan")
    if failed:
        why = _Refused()
        with suppress(_Refused):
            loan.__exit__(_Refused, why, None)
    else:
        loan.__exit__(None, None, None)


def register(app: Flask, lender: Lender) -> None:
    """Makes ``conn()`` work in ``app``. Must come before other after_request functions that write nothing."""
    app.extensions["kiemtin.connections"] = lender

    @app.after_request
    def commit(response: Response) -> Response:
        # before the answer leaves: a failing commit must become an error page, not a lie
        _end(failed=lost())
        return response

    @app.teardown_request
    def roll_back(_: BaseException | None) -> None:
        _end(failed=True)
