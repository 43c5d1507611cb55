"""A database that dies, is full or takes no writes in the middle of a request: a page that says so, nothing of ours."""

from __future__ import annotations

from contextlib import AbstractContextManager

import flask
import psycopg
import pytest

from db.connection import Connection


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
    answer = client.post("/account/display", data={"display": "large"})
    assert answer.status_code == 503
    assert "thử lại sau ít phút" in answer.text
