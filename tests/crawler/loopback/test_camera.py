"""One browser for all pictures of a run: what one capture does to it, the next does not see."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest

from crawler.evidence import screenshots
from crawler.evidence.warc_replay import Answered, KeptPages
from db.core.errors import TryLater

URL = "http://bao.example/tin.html"


class OnePage(KeptPages):
    """A capture with nothing but its article."""

    def __init__(self) -> None:
        pass

    def get(self, url: str) -> Answered | None:
        body = "<!DOCTYPE html><title>x</title><p>Cầu treo ở xã Khe Thử".encode()
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return Answered(status=200, headers=headers, body=body, location=None) if url == URL else None


def browsers() -> list[psutil.Process]:
    """The browser processes that this one has started."""
    return [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]


def test_a_browser_that_dies_costs_one_picture_and_the_next_gets_a_new_one() -> None:
    executable = screenshots.installed()
    if executable is None:
        assert "installed" in screenshots.why_none()
        return
    with screenshots.Camera(executable) as camera:
        assert not browsers()  # it starts with the first picture
        first = camera.take(OnePage(), URL, note="x")
        again = camera.take(OnePage(), URL, note="x")
        assert first.screenshot == again.screenshot
        for process in browsers():
            with suppress(psutil.NoSuchProcess):  # it went with the one before
                process.kill()
        with pytest.raises(TryLater):
            camera.take(OnePage(), URL, note="x")
        assert camera.take(OnePage(), URL, note="x").screenshot == first.screenshot
    assert not browsers()
