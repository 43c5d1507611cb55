"""A database that dies, is full or takes no writes in the middle of a request: a page that says so, nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import flask
import psycopg
import pytest

from db.core.connection import Connection


@pytest.mark.parametrize(
    "failure",
    [
        psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly"),
        psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
        psycopg.errors.DiskFull("could not extend file: No space left on device"),
        psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"),
    ],
)
def test_a_request_that_the_database_leaves_is_a_page_to_try_again(
    app: flask.Flask, failure: psycopg.Error
) -> None:
    class Leaving:
        def connection(self) -> AbstractContextManager[Connection]:
            raise failure

    app.extensions["kiemtin.connections"] = Leaving()
    answer = app.test_client().get("/bulletin")
    assert answer.status_code == 503
    assert "Cơ sở dữ liệu tạm thời không nhận yêu cầu" in answer.text
    assert str(failure) not in answer.text


def test_a_database_that_takes_no_writes_keeps_what_was_typed(sign_in: object, conn: Connection) -> None:
    client = sign_in("monitor")  # type: ignore[operator]
    conn.execute("SET TRANSACTION READ ONLY")
    answer = client.post("/account/display", data={"theme": "dark"})
    assert answer.status_code == 503
    assert "thử lại sau ít phút" in answer.text


def test_a_database_that_leaves_at_the_commit_is_a_page_that_claims_nothing(
    app: flask.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lender = app.extensions["kiemtin.connections"]

    class LeavingAtTheEnd:
        @contextmanager
        def connection(self) -> Iterator[Connection]:
            with lender.connection() as conn:
                yield conn
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    app.extensions["kiemtin.connections"] = LeavingAtTheEnd()
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)  # as outside of tests
    answer = app.test_client().get("/bulletin")
    assert answer.status_code == 503
    assert "chưa rõ thao tác đã được ghi hay chưa" in answer.text
    assert "chưa có gì được ghi" not in answer.text
