"""Reads pending uploads one by one, in a process of its own with bounded memory; the only place that stores what was read."""

from __future__ import annotations

import logging
import resource
from pathlib import Path

from classifier.pictures import reader
from classifier.pictures.reader import FileReading, SheetReading
from classifier.pictures.sub_windows import PicturePrint
from db.core import durable_files
from db.core.connection import Connection
from db.desk import upload_readings
from db.desk.upload_readings import RememberedPicture, UnreadUpload, UploadLine, UploadMark

BATCH = 20
LARGEST_MEMORY = 1200 * 2**20  # bytes of address space: a picture of 50 megapixels unpacks to 150 MB

log = logging.getLogger(__name__)


def bounded() -> None:
    """Keeps this process below LARGEST_MEMORY: a file made to be huge ends its reading, not the machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = LARGEST_MEMORY if hard == resource.RLIM_INFINITY else min(LARGEST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def work_off(conn: Connection, *, home: Path) -> int:
    """Reads all that waits (autocommit connection: each reading is kept as it is made); returns how many."""
    readers, done = reader.readers(), 0
    while waiting := upload_readings.pending(conn, readers=readers, most=BATCH):
        for upload in waiting:
            _read(conn, upload, home=home, readers=readers)
            done += 1
    return done


def _read(conn: Connection, upload: UnreadUpload, *, home: Path, readers: str) -> None:
    path = home / "uploads" / upload.sha256[:2] / upload.sha256
    if not path.exists():
        found = FileReading(
            outcome="broken", why="the file is not in this installation's folder; restore it from the backup"
        )
    else:
        # entered before the work begins: a file that ends its process is not begun for ever
        upload_readings.begin(conn, sha256=upload.sha256, readers=readers)
        try:
            found = reader.read(path, upload.kind)
        except MemoryError:
            found = FileReading(
                outcome="too_large",
                why="the file needs more memory than is given to reading; send a smaller copy",
            )
    for sheet in found.sheets:
        _keep_preview(home, upload.sha256, sheet)
    with conn.transaction():
        _store(conn, upload.sha256, found, readers=readers)
    log.info("upload read: %s, %d sheets, %d letters", found.outcome, len(found.sheets), len(found.body))


def _keep_preview(home: Path, sha256: str, sheet: SheetReading) -> None:
    """The drawn picture beside the upload; whole or not there."""
    path = home / "uploads" / "previews" / sha256[:2] / f"{sha256}-{sheet.number}.jpg"
    durable_files.write(path, sheet.preview)


def _store(conn: Connection, sha256: str, found: FileReading, *, readers: str) -> None:
    prints = [(sheet.number, sheet.print_) for sheet in found.sheets if sheet.print_ is not None]
    likenesses = [
        (sheet.number, earlier, *match)
        for sheet in found.sheets
        if sheet.search.keys
        for earlier in upload_readings.candidates(conn, keys=sheet.search.keys, without=sha256)
        if (
            match := reader.same(
                sheet.search, PicturePrint(bits=earlier.bits, core=earlier.core, quality=earlier.quality)
            )
        )
    ]
    upload_readings.store(
        conn, sha256=sha256, readers=readers, outcome=found.outcome, why=found.why, size=found.size, sheets=len(found.sheets),
        seconds=found.seconds, screenshot=found.screenshot, body=found.body,
        lines=[
            UploadLine(
                sheet=sheet.number, position=position, words=entry.line.text, role=entry.role, rule=entry.rule,
                left_at=entry.line.left, top_at=entry.line.top, right_at=entry.line.right, bottom_at=entry.line.bottom,
                confidence=entry.line.confidence,
            )
            for sheet in found.sheets
            for position, entry in enumerate(sheet.lines)
        ],
        prints=[RememberedPicture(sha256=sha256, sheet=number, bits=one.bits, core=one.core, quality=one.quality) for number, one in prints],
        keys=[one.keys() for _, one in prints],
        marks=[UploadMark(kind=mark.kind, name=mark.name, value=mark.value, holds=mark.holds) for mark in found.marks],
        likenesses=likenesses,
    )  # fmt: skip
