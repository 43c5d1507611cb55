"""`kiemtin pictures`: works off the exact captures that wait for a screenshot and a PDF. Needs no network."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crawler.evidence.screenshots import Camera
    from db.core.connection import Connection
    from db.press.evidence_captures import PendingCapture


@click.command()
def pictures() -> None:
    """Make screenshots and PDFs of flagged items from the kept bytes alone; works off what waits and exits."""
    from crawler.evidence import screenshots
    from db.core.connection import connect
    from db.ops import bootstrap
    from db.press import evidence_captures

    os.nice(5)  # the crawl goes first
    settings, urls = bootstrap.ready()
    executable = screenshots.installed()
    done: list[bool] = []
    with (
        screenshots.Camera(executable) if executable else nullcontext() as camera,
        connect(urls.app, autocommit=True, application="kiemtin pictures") as conn,
    ):
        while waiting := evidence_captures.unpictured(conn, browser=camera is not None):
            done += [_picture(conn, settings.captures, one, camera) for one in waiting]
    click.echo(f"{sum(done)} captures pictured, {len(done) - sum(done)} not")


def _picture(conn: Connection, folder: Path, one: PendingCapture, camera: Camera | None) -> bool:
    """One try at one capture, entered whatever came of it."""
    from crawler.evidence import screenshots
    from crawler.evidence.warc_replay import KeptPages
    from db.core.errors import KiemtinError
    from db.press import evidence_captures

    if camera is None:
        evidence_captures.pictured(conn, one.capture_id, browser=None, record={}, why=screenshots.why_none())
        return False
    try:
        kept = KeptPages(evidence_captures.whole_file(folder, one.warc_file, one.warc_sha256))
        note = f"{one.final_url} · {one.captured_at:%Y-%m-%d %H:%M:%S} UTC · WARC SHA-256 {one.warc_sha256}"
        made = camera.take(kept, one.final_url, note=note)
    except KiemtinError as why:
        evidence_captures.pictured(
            conn, one.capture_id, browser=Path(camera.executable).name, record={}, why=str(why)
        )
        return False
    evidence_captures.pictured(
        conn, one.capture_id, browser=made.browser, record=made.record, why=None,
        screenshot=screenshots.keep(folder, made.screenshot, ".png"), pdf=screenshots.keep(folder, made.pdf, ".pdf"),
    )  # fmt: skip
    return True


COMMANDS: list[click.Command] = [pictures]
