"""The web application on the test's own connection; every page that any test opens is also checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import flask
import pytest
import seeding
from lending import Browser, OneConnection
from published import Story

from db.core.connection import Connection
from db.core.settings import Settings


@pytest.fixture
def app(conn: Connection, application: Callable[..., flask.Flask], tmp_path: Path) -> flask.Flask:
    """The application whose every request runs inside the test's transaction."""
    app = application(Settings(home=tmp_path, secret_key="for tests only"), OneConnection(conn), testing=True)
    app.test_client_class = Browser
    return app


@pytest.fixture
def sign_in(app: flask.Flask, conn: Connection) -> Callable[..., Browser]:
    """Makes a browser in which an account of the role (or the given one) is signed in."""

    def enter(role: str = "monitor", *, name: str | None = None, person: object = None) -> Browser:
        person = person or seeding.user(conn, role=role, name=name)
        client = app.test_client()
        answer = client.post("/login", data={"name": person.name, "password": seeding.PASSWORD, "totp": ""})  # type: ignore[attr-defined]
        assert answer.status_code == 303, answer.text
        client.person = person  # type: ignore[attr-defined]
        return client  # type: ignore[return-value]

    return enter


@pytest.fixture
def anybody(app: flask.Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def labels(conn: Connection) -> None:
    """The public labels that a bulletin may carry."""
    for code, title in (
        ("fabricated", "Tin giả"),
        ("partly_false", "Tin sai sự thật"),
        ("authentic", "Tin xác thực"),
    ):
        conn.execute(
            "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', %s, jsonb_build_object('title', %s::text))",
            [code, title],
        )


@pytest.fixture
def story(conn: Connection, labels: None) -> Story:
    """A case brought to the point where it may be published."""
    return Story(conn)
