"""Pictures of an exact capture: a headless browser shows the kept bytes and nothing else, and is given no way out.

Every request of the page is answered from the capture or refused and listed; scripts are off; the browser's only proxy is
a port where nobody listens, so that even what slips past the interception reaches nobody.
"""

from __future__ import annotations

import hashlib
import html
import importlib.util
import os
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.evidence.warc_replay import KeptPages
from db.core import durable_files
from db.core.errors import TryLater
from db.ops.doctor import BROWSERS
from db.press import evidence_captures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page, Route

VIEWPORT = (1280, 1024)
TALLEST = 15_000  # pixels: Chromium draws no picture taller than 16,384
LONGEST = 60.0  # seconds for one page
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody answers
NO_BROWSER = "no headless browser is installed on this machine, so there is no screenshot and no PDF"
NO_DRIVER = "the Python package playwright is not installed, so there is no screenshot and no PDF"
RULES = (
    "shown from the kept bytes alone, scripts off; what was not captured was refused",
    "pictures that only a script would load are not shown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenshotSet:
    """What a rendering made, and its record: browser, viewport, what was served and what was refused."""

    screenshot: bytes
    pdf: bytes
    browser: str
    record: dict[str, Any]


def installed() -> str | None:
    """Path of a browser that can be driven here, or None."""
    if importlib.util.find_spec("playwright") is None:
        return None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def why_none() -> str:
    """The sentence for a machine without a browser that can be driven."""
    return NO_DRIVER if importlib.util.find_spec("playwright") is None else NO_BROWSER


class Camera:
    """A headless browser for one capture after another, as a context: it starts with the first, each gets a window of its
    own that is forgotten with it, and after a failure the next gets a new browser."""

    def __init__(self, executable: str) -> None:
        self.executable = executable
        self._held = ExitStack()
        self._browser: Browser | None = None

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def take(self, kept: KeptPages, url: str, *, note: str) -> ScreenshotSet:
        """Screenshot and PDF of ``url`` as ``kept`` has it; ``note`` stands in the foot of each printed page.

        Raises TryLater when the browser fails or takes too long.
        """
        from playwright.sync_api import Error

        try:
            browser = self._browser = self._browser or self._start()
            with browser.new_context(
                viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]}, java_script_enabled=False,
                service_workers="block", accept_downloads=False, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
            ) as window:  # fmt: skip
                return _pictures(window.new_page(), kept, url, name=f"Chromium {browser.version}", note=note)
        except Error as why:
            self._end()
            raise TryLater(f"the browser could not show the page ({str(why).splitlines()[0][:200]})") from why

    def _start(self) -> Browser:
        from playwright.sync_api import sync_playwright

        driver = self._held.enter_context(sync_playwright())
        browser = driver.chromium.launch(
            executable_path=self.executable,
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses its sandbox to root
            proxy={"server": NOWHERE, "bypass": "<-loopback>"},
            args=["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"],
            timeout=LONGEST * 1000,
        )
        return self._held.enter_context(browser)

    def _end(self) -> None:
        from playwright.sync_api import Error

        self._browser = None
        with suppress(Error):  # one that crashed cannot be closed
            self._held.close()


def _pictures(page: Page, kept: KeptPages, url: str, *, name: str, note: str) -> ScreenshotSet:
    served: list[str] = []
    refused: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        asked = route.request.url
        found = kept.get(asked) if route.request.method == "GET" else None
        if found is None:
            refused.append({"url": asked[:2000], "kind": route.request.resource_type})
            route.abort("blockedbyclient")
            return
        served.append(asked)
        route.fulfill(status=found.status, headers=found.headers, body=found.body)

    page.route("**/*", answer)
    page.set_default_timeout(LONGEST * 1000)
    page.emulate_media(media="screen", reduced_motion="reduce")
    page.goto(url, wait_until="load", timeout=LONGEST * 1000)
    size = page.locator("html").bounding_box()
    height = int(size["height"]) if size else VIEWPORT[1]
    cut = height > TALLEST
    whole: FloatRect = {"x": 0, "y": 0, "width": VIEWPORT[0], "height": min(height, TALLEST)}
    picture = page.screenshot(full_page=True, clip=whole, animations="disabled")
    foot = (
        '<div style="font:7px sans-serif;width:100%;margin:0 10mm;overflow-wrap:anywhere">'
        f'{html.escape(note)} · <span class="pageNumber"></span>/<span class="totalPages"></span></div>'
    )
    printed = page.pdf(
        format="A4", print_background=True, display_header_footer=True, header_template="<span></span>",
        footer_template=foot, margin={"top": "12mm", "bottom": "18mm", "left": "10mm", "right": "10mm"},
    )  # fmt: skip
    record = {
        "browser": name,
        "viewport": {"width": VIEWPORT[0], "height": VIEWPORT[1]},
        "waited_for": "the load event",
        "consent": "nothing was clicked",
        "served": len(served),
        "refused": refused,
        "screenshot_cut_at": TALLEST if cut else None,
        "rules": list(RULES),
    }
    return ScreenshotSet(screenshot=picture, pdf=printed, browser=name, record=record)


def keep(folder: Path, content: bytes, ending: str) -> tuple[str, int]:
    """Keeps a picture below ``folder``/pictures under its hash, read-only; returns SHA-256 and size."""
    digest = hashlib.sha256(content).hexdigest()
    path = evidence_captures.picture(folder, digest, ending)
    if not path.exists():
        durable_files.write(path, content)
    return digest, len(content)
