"""A real Chromium against a real server on committed data."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, Error, Page, sync_playwright

import db.ops.embedded_postgres
from db.core.settings import Settings
from review_ui.app import pool


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, else Playwright's own; without either the tests say so and skip, but never in CI.

    Ended with its file: while Playwright runs, its event loop is this thread's, and no other may run here.
    """
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as why:
            said = f"no Chromium: {str(why).splitlines()[0]}; apt install chromium, or playwright install chromium"
            if os.environ.get("CI") == "true":
                pytest.fail(said)
            pytest.skip(said)
        yield found
        found.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What the application is told; a test with other wishes has a fixture of its own."""
    return Settings(home=tmp_path, secret_key="for tests only")


@pytest.fixture
def site(
    committed: Any, application: Callable[..., Any], urls: db.ops.embedded_postgres.Urls, settings: Settings
) -> Iterator[str]:
    """The address of the application, served as in production."""
    connections = pool(urls)
    app = application(settings, connections, testing=False)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=6)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()  # waits for what is being answered; the idle loop leaves within a second
    server.close()
    connections.close()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Any]:
    """Opens the site as a person, in a browser window of their own; scripts that fail fail the test."""
    windows, complaints = [], []

    def enter(person: Any, password: str, **options: Any) -> Page:
        window = chromium.new_context(base_url=site, locale="vi-VN", **options)
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda why: complaints.append(str(why)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "Content Security" in said.text
                else None
            ),
        )
        page.goto("/login")
        page.get_by_label("Tên đăng nhập").fill(person.name)
        page.get_by_label("Mật khẩu").fill(password)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield enter
    for window in windows:
        window.close()
    assert not complaints, complaints
