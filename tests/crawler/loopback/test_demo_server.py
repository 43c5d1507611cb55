"""The fictional press over real HTTP on loopback."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.demo import newsroom
from crawler.demo import press as demo_press
from crawler.demo.outlets import OUTLETS
from db.core.errors import Unavailable


@pytest.fixture
def press(tmp_path: Path) -> Iterator[newsroom.Newsroom]:
    running = newsroom.Newsroom(demo_press.state(tmp_path))
    running.open()
    yield running
    running.close()


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as got:
            return got.status, dict(got.headers), got.read()
    except urllib.error.HTTPError as got:
        return got.code, dict(got.headers), got.read()


def test_every_outlet_answers_at_its_own_address(press: newsroom.Newsroom) -> None:
    for outlet in OUTLETS:
        status, headers, body = fetch(press.where.root(outlet) + "/")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert outlet.title.replace("&", "&amp;").encode() in body


def test_a_known_page_answers_304_without_a_body(press: newsroom.Newsroom) -> None:
    url = press.where.root(OUTLETS[0]) + "/rss/home.rss"
    tag = fetch(url)[1]["ETag"]
    status, _, body = fetch(url, **{"If-None-Match": tag})
    assert (status, body) == (304, b"")


def test_a_missing_page_answers_404(press: newsroom.Newsroom) -> None:
    assert fetch(press.where.root(OUTLETS[0]) + "/favicon.ico")[0] == 404


def test_an_address_that_is_taken_is_told_in_one_sentence(press: newsroom.Newsroom) -> None:
    where = demo_press.PressState(
        port=press.where.port, opened_at=datetime.now(UTC), one_host=press.where.one_host
    )
    with pytest.raises(Unavailable, match="is taken, so the fictional newsroom cannot open"):
        newsroom.Newsroom(where)


def test_one_loopback_address_serves_every_outlet_on_a_port_of_its_own() -> None:
    port = demo_press.free_port(True)
    running = newsroom.Newsroom(demo_press.PressState(port=port, opened_at=datetime.now(UTC), one_host=True))
    running.open()
    try:
        for outlet in OUTLETS:
            assert outlet.title.replace("&", "&amp;").encode() in fetch(running.where.root(outlet) + "/")[2]
    finally:
        running.close()
