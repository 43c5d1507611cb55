"""Pages of a PDF and key frames of a clip, as pictures: they go the same two roads as a picture (text, perceptual hash).

A PDF is rendered by pdfium without scripts or forms; a clip by the machine's ffmpeg, found at run time, from the local file
alone. Both are bounded in pages or frames, pixels and time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from classifier.pictures.raster import LONGEST_SIDE, Unreadable, opened

MOST_PAGES = 30  # of a PDF; a press clipping has one to five
MOST_FRAMES = 24  # of a clip
LONGEST_CLIP = 3600.0  # seconds
FFMPEG_SECONDS = 120
_DOTS = 200 / 72  # pixels a point: 200 dots an inch, what Tesseract reads well


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page or frame. ``number`` from 1; ``text``: the PDF's own text layer, empty for a scan; ``second``: of a frame."""

    number: int
    image: Image.Image
    text: str = ""
    second: float | None = None


def pdf_pages(path: Path) -> Iterator[Sheet]:
    """The first MOST_PAGES pages.

    Raises:
        Unreadable: no PDF, damaged, encrypted.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError, ValueError) as why:
        raise Unreadable(
            "broken", "the PDF is damaged or locked with a password; ask for a copy that opens"
        ) from why
    try:
        for index in range(min(len(document), MOST_PAGES)):
            page = document[index]
            width, height = page.get_size()
            if not (width > 1 and height > 1):
                continue
            scale = min(_DOTS, LONGEST_SIDE / max(width, height))
            image = (
                page.render(scale=scale, may_draw_forms=False, optimize_mode=None, draw_annots=False)
                .to_pil()
                .convert("RGB")
            )
            layer = page.get_textpage()
            text = layer.get_text_range(errors="ignore") if layer.count_chars() > 20 else ""
            yield Sheet(number=index + 1, image=image, text=text.replace("\r\n", "\n").strip())
            page.close()
    except pypdfium2.PdfiumError as why:
        raise Unreadable("broken", "a page of the PDF cannot be drawn; ask for another copy") from why
    finally:
        document.close()


# ── clips ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def clip_length(path: Path) -> float:
    """Seconds of a clip.

    Raises:
        Unreadable: no ffmpeg on this machine, no film, or longer than LONGEST_CLIP.
    """
    probe = shutil.which("ffprobe")
    if probe is None:
        raise Unreadable("no_reader", "clips are not read: apt-get install ffmpeg")
    command = [
        probe,
        "-v",
        "error",
        "-protocol_whitelist",
        "file",
        "-show_entries",
        "format=duration",
        "-of",
        "json",
        str(path),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=30, env=_environment()
    )
    try:
        seconds = float(json.loads(done.stdout)["format"]["duration"])
    except (ValueError, KeyError, TypeError) as why:
        raise Unreadable("broken", "this is no clip that can be read; ask for it as MP4") from why
    if seconds > LONGEST_CLIP:
        raise Unreadable(
            "too_large",
            f"the clip runs {seconds / 60:.0f} minutes; send the part that matters (one hour at most)",
        )
    return seconds


def clip_frames(path: Path) -> Iterator[Sheet]:
    """Key frames where the picture changes, evenly thinned to MOST_FRAMES; at least one.

    Raises:
        Unreadable: as clip_length, or ffmpeg could not decode it in time.
    """
    seconds = clip_length(path)
    program = shutil.which("ffmpeg")
    if program is None:
        raise Unreadable("no_reader", "clips are not read: apt-get install ffmpeg")
    every = max(1.0, seconds / MOST_FRAMES)
    with tempfile.TemporaryDirectory(prefix="kiemtin-clip-") as folder:
        command = [
            program, "-v", "error", "-nostdin", "-threads", "1", "-protocol_whitelist", "file", "-i", str(path), "-an", "-sn", "-dn",
            "-vf", f"fps=1/{every:.3f}:start_time=0:round=up,scale='min(1280,iw)':-2", "-frames:v", str(MOST_FRAMES), f"{folder}/%03d.jpg",
        ]  # fmt: skip
        try:
            subprocess.run(
                command, capture_output=True, check=False, timeout=FFMPEG_SECONDS, env=_environment()
            )
        except subprocess.TimeoutExpired as why:
            raise Unreadable("too_large", "the clip could not be read in time; send a shorter part") from why
        frames = sorted(Path(folder).glob("*.jpg"))
        if not frames:
            raise Unreadable("broken", "no picture could be taken from the clip; ask for it as MP4")
        for number, frame in enumerate(frames, 1):
            yield Sheet(number=number, image=opened(frame), second=(number - 1) * every)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
