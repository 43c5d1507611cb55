"""Text in a picture by optical character recognition: Tesseract, found at run time, in a process with bounded time and memory.

Before recognition the picture is brought to what Tesseract was trained on: dark letters on a white ground (also where the
theme is dark or a bubble is coloured), letters of 20 to 40 pixels, lines that run level.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

LONGEST_SECONDS = 60
LARGEST_MEMORY = (
    700 * 2**20
)  # bytes of address space beyond what is mapped at start; a 3,200 × 3,200 page takes 400 MB
LEAST_CONFIDENCE = 25.0  # of a word; below it is noise of a photograph
UNSURE = 62.0  # a mean below this makes the other script be tried
WANTED = ("vie", "eng", "chi_sim")

Array = NDArray[np.float32]


class ReaderMissing(Exception):
    """There is no Tesseract, or it does not know Vietnamese; the sentence says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of recognised text. The box (``left top right bottom``) is in shares 0..1 of the picture; ``confidence`` 0..100 is
    the mean of its words; ``height`` is the share of the picture's height."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def installed() -> tuple[str, ...]:
    """Languages of the Tesseract on this machine, of those we use; empty without one."""
    return _languages(shutil.which("tesseract") or "")


@cache
def _languages(program: str) -> tuple[str, ...]:
    if not program:
        return ()
    told = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)
    return tuple(name for name in WANTED if name in told.stdout.split())


def read(image: Image.Image) -> list[TextLine]:
    """The lines of a picture from top to bottom.

    Raises:
        ReaderMissing: no Tesseract with Vietnamese on this machine.
        TimeoutError: recognition took longer than LONGEST_SECONDS.
    """
    languages = installed()
    if "vie" not in languages:
        raise ReaderMissing(
            "text in pictures is not read: apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-chi-sim"
        )
    level = _levelled(_on_white(image))
    latin = _recognised(level, [name for name in ("vie", "eng") if name in languages])
    if "chi_sim" not in languages or _confidence(latin) >= UNSURE:
        return latin
    chinese = _recognised(level, ["chi_sim", "eng"])
    return max(latin, chinese, key=lambda lines: (_confidence(lines), len(lines)))


def _confidence(lines: Sequence[TextLine]) -> float:
    """Mean confidence by letters."""
    letters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / letters if letters else 0.0


# ── before recognition ─────────────────────────────────────────────────────────────────────────────────────────────


def _on_white(image: Image.Image) -> Image.Image:
    """Dark letters on white: each pixel by how far it is from the ground around it, whatever colours both have."""
    grey = image.convert("L")
    small = grey.resize((max(1, grey.width // 8), max(1, grey.height // 8)), Image.Resampling.BOX)
    ground = small.filter(ImageFilter.MedianFilter(9)).resize(grey.size, Image.Resampling.BILINEAR)
    far = np.abs(np.asarray(grey, dtype=np.float32) - np.asarray(ground, dtype=np.float32))
    reach = max(60.0, float(np.percentile(far, 99.5)))
    return Image.fromarray((255 - np.clip(far / reach, 0, 1) * 255).astype(np.uint8))


def _levelled(grey: Image.Image) -> Image.Image:
    """Turned so that lines run level (up to 12° either way), enlarged so that letters are large enough."""
    angle = _skew(grey)
    if abs(angle) >= 0.3:
        grey = grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    factor = _enlargement(grey)
    if factor > 1.05:
        size = (round(grey.width * factor), round(grey.height * factor))
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    return grey


def _skew(grey: Image.Image) -> float:
    """The angle in degrees by which the picture must be turned: where the rows' sums vary most."""
    small = grey.copy()
    small.thumbnail((700, 700))

    def contrast(angle: float) -> float:
        turned = small.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255) if angle else small
        ink = 255 - np.asarray(turned, dtype=np.float32)
        return float(np.square(np.diff(ink.sum(1))).sum())

    best = max(np.arange(-12, 12.1, 2.0), key=contrast)
    for step in (1.0, 0.5, 0.25):
        best = max((best - step, best, best + step), key=contrast)
    return float(best) if contrast(best) > 1.15 * contrast(0.0) else 0.0


def _enlargement(grey: Image.Image) -> float:
    """How much to enlarge so that a line's letters are about 32 pixels high, at most so far that the page stays in bounds."""
    ink = np.asarray(grey) < 128
    rows = np.flatnonzero(ink.mean(1) > 0.004)
    if not len(rows):
        return 1.0
    heights, start = [], rows[0]
    for before, row in zip(rows, rows[1:], strict=False):
        if row - before > 1:
            heights.append(before - start + 1)
            start = row
    heights.append(rows[-1] - start + 1)
    lines = [height for height in heights if height >= 6]
    typical = float(np.median(lines)) if lines else 30.0
    bound = (24_000_000 / (grey.width * grey.height)) ** 0.5
    return float(max(1.0, min(4.0, 36.0 / typical, bound)))


# ── recognition ────────────────────────────────────────────────────────────────────────────────────────────────────


def _recognised(grey: Image.Image, languages: Sequence[str], *, layout: int = 3) -> list[TextLine]:
    told = _tesseract(grey, languages, layout)
    lines = _lines(told, grey.width, grey.height)
    if not lines and layout == 3:  # no page layout found: words here and there
        return _recognised(grey, languages, layout=11)
    return lines


def _tesseract(grey: Image.Image, languages: Sequence[str], layout: int) -> str:
    """Tesseract's table (TSV) for a picture. It gets the picture by its standard input and nothing else."""
    program = shutil.which("tesseract")
    if program is None:
        raise ReaderMissing("Tesseract went away while pictures were read; install it again")
    stream = io.BytesIO()
    grey.save(stream, "PNG", compress_level=1)
    command = [
        program,
        "stdin",
        "stdout",
        "-l",
        "+".join(languages),
        "--psm",
        str(layout),
        "--dpi",
        "300",
        "tsv",
    ]
    try:
        done = subprocess.run(
            command, input=stream.getvalue(), capture_output=True, check=False, timeout=LONGEST_SECONDS,
            env={"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", **_data_folder()},
            preexec_fn=_bounded,
        )  # fmt: skip
    except subprocess.TimeoutExpired as why:
        raise TimeoutError(f"the picture was not read within {LONGEST_SECONDS} seconds") from why
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _data_folder() -> dict[str, str]:
    found = os.environ.get("TESSDATA_PREFIX")
    return {"TESSDATA_PREFIX": found} if found else {}


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_SECONDS, LONGEST_SECONDS + 5))
    os.nice(10)


def _lines(table: str, width: int, height: int) -> list[TextLine]:
    """Words of Tesseract's table joined into lines, in reading order."""
    found: dict[tuple[str, ...], list[list[str]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if (
            len(cells) == 12
            and cells[0] == "5"
            and cells[11].strip()
            and float(cells[10]) >= LEAST_CONFIDENCE
        ):
            found.setdefault(tuple(cells[1:5]), []).append(cells)
    lines = []
    for words in found.values():
        lefts, tops = [int(word[6]) for word in words], [int(word[7]) for word in words]
        rights = [int(word[6]) + int(word[8]) for word in words]
        bottoms = [int(word[7]) + int(word[9]) for word in words]
        lines.append(TextLine(
            text=_joined([word[11] for word in words]), left=min(lefts) / width, top=min(tops) / height,
            right=max(rights) / width, bottom=max(bottoms) / height,
            confidence=sum(float(word[10]) for word in words) / len(words),
        ))  # fmt: skip
    return lines


def _joined(words: Sequence[str]) -> str:
    """Words with spaces between, Chinese characters without."""
    text = words[0]
    for word in words[1:]:
        text += word if _wide(text[-1]) and _wide(word[0]) else f" {word}"
    return text


def _wide(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" or "\u3000" <= letter <= "\u303f"
