"""One upload read whole: sheets, text without its frame, prints, marks of origin. Pure but for the file and the programs asked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from classifier.pictures import documents, masking, ocr, provenance, raster, screenshot_frame, sub_windows
from classifier.pictures.documents import Sheet
from classifier.pictures.ocr import TextLine
from classifier.pictures.perceptual_hash import SAME
from classifier.pictures.provenance import Mark
from classifier.pictures.raster import Unreadable
from classifier.pictures.screenshot_frame import ScreenLine
from classifier.pictures.sub_windows import PicturePrint, Search

VERSION = "1"
READ_FRAMES = 6  # of a clip are read for text; all are remembered by their prints
PREVIEW_SIDE = 1600  # pixels: what is shown on a screen
LONGEST_BODY = 20_000  # characters kept for comparison and search


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """A page, picture or frame: its lines with their roles, its print (None for a single tone) and what to look up;
    ``preview``: the picture drawn anew as JPEG, without anything else that stood in the file."""

    number: int
    lines: Sequence[ScreenLine]
    print_: PicturePrint | None
    search: Search
    preview: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """All that was read of a file. ``outcome`` as in the table upload_readings; ``why`` is one sentence where not ``read``."""

    outcome: str
    why: str | None = None
    size: tuple[int, int] | None = None
    seconds: float | None = None
    screenshot: bool = False
    body: str = ""
    sheets: Sequence[SheetReading] = field(default=())
    marks: Sequence[Mark] = field(default=())


def readers() -> str:
    """What reads here: the version of this code, and the languages of the text recognition on this machine."""
    return f"{VERSION} {'+'.join(ocr.installed()) or 'no text'}"


def read(path: Path, media_type: str) -> FileReading:
    """Reads a file by its media type; what cannot be read is an outcome with a sentence, not an error."""
    try:
        sheets, size, seconds, screenshot, texts, missing = _sheets(path, media_type)
    except Unreadable as why:
        return FileReading(outcome=why.code, why=str(why))
    except TimeoutError as why:
        return FileReading(outcome="too_slow", why=str(why))
    marks = provenance.marks(path, media_type) if media_type.startswith("image/") else []
    body = masking.masked("\n".join(texts))[:LONGEST_BODY]
    return FileReading(
        outcome="no_reader" if missing else "read",
        why=missing or None,
        size=size,
        seconds=seconds,
        screenshot=screenshot,
        body=body,
        sheets=sheets,
        marks=marks,
    )


def same(search: Search, stored: PicturePrint) -> tuple[int, float, str] | None:
    """Differing bits, correlation and view where a searched picture shows a stored one; None where it does not."""
    differing, correlation, view = sub_windows.likeness(search, stored)
    return (
        (differing, correlation, view) if differing <= SAME or correlation >= sub_windows.SAME_CORE else None
    )


def _sheets(
    path: Path, media_type: str
) -> tuple[list[SheetReading], tuple[int, int] | None, float | None, bool, list[str], str]:
    """The pages with what was read on them, size, length, whether it is a screenshot, texts, and why letters were not read:
    pictures are compared also where no program reads letters."""
    seconds = documents.clip_length(path) if media_type.startswith("video/") else None
    read_to = READ_FRAMES if seconds is not None else documents.MOST_PAGES
    found, texts, size, any_screenshot, missing = [], [], None, False, ""
    for sheet in _pages(path, media_type):
        size = size or sheet.image.size
        lines: list[TextLine] = []
        if not sheet.text and sheet.number <= read_to and not missing:
            try:
                lines = ocr.read(sheet.image)
            except ocr.ReaderMissing as why:
                missing = str(why)
        screenshot = media_type != "application/pdf" and screenshot_frame.is_screenshot(
            *sheet.image.size, lines
        )
        any_screenshot |= screenshot
        parted = screenshot_frame.parted(lines, screenshot=screenshot)
        texts.append(sheet.text or paragraphs([entry.line for entry in parted if entry.role == "message"]))
        found.append(
            SheetReading(
                preview=_drawn(sheet.image),
                number=sheet.number,
                lines=parted,
                print_=sub_windows.stored(sheet.image),
                search=sub_windows.searched(sheet.image),
            )
        )
    return found, size, seconds, any_screenshot, list(dict.fromkeys(text for text in texts if text)), missing


def _drawn(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=82)
    return stream.getvalue()


def _pages(path: Path, media_type: str) -> Iterator[Sheet]:
    if media_type == "application/pdf":
        yield from documents.pdf_pages(path)
    elif media_type.startswith("video/"):
        yield from documents.clip_frames(path)
    else:
        yield Sheet(number=1, image=raster.opened(path))


def paragraphs(lines: Iterable[TextLine]) -> str:
    """Lines joined into paragraphs: a gap larger than a line, or a line that ends well before its column, ends one."""
    text, before = "", None
    for line in lines:
        if before is None:
            text = line.text
        elif line.top - before.bottom > 0.9 * before.height or line.top < before.top:
            text += "\n" + line.text
        else:
            text += " " + line.text
        before = line
    return text
