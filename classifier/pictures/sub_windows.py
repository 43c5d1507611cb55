"""The same picture after cropping, framing, captioning or mirroring: sub-windows of the searched picture are held against
the core (the middle 70 % each way) of the stored ones.

Which part of a stored picture a searched one shows is unknown, so likely crops are tried: for each the place of the core in
the searched picture follows. A core is 32 × 32 samples; 64 bits of its lowest frequencies are its key in the database, the
correlation of the samples settles whether it is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.pictures.perceptual_hash import BANDS, LEAST_QUALITY, Grey, luminance, pdq
from classifier.pictures.perceptual_hash import bands as pdq_bands

CORE = (0.15, 0.85)
SAMPLES = 32
# Chosen 2026-11 on pictures drawn by our own test (60 pictures, 7 changes each, 10,000 pairs of strangers).
SAME_CORE = 0.93

Window = tuple[str, Grey]
# What was cut off along one axis (share at the start, share at the end); below zero: a bar was added.
_CUTS = (
    (0.0, 0.0), (0.0, 0.05), (0.05, 0.0), (0.025, 0.025), (0.05, 0.05), (0.0, 0.10), (0.10, 0.0), (0.075, 0.075),
    (0.0, 0.15), (0.15, 0.0), (0.035, 0.115), (0.115, 0.035), (0.10, 0.10), (0.15, 0.15),
)  # fmt: skip
_BARS = ((-0.08, 0.0), (0.0, -0.08), (-0.11, 0.0), (0.0, -0.11), (-0.15, 0.0), (0.0, -0.15))


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePrint:
    """What is remembered of a stored picture. ``bits``: PDQ, 32 bytes; ``core``: 32 × 32 grey samples, 1,024 bytes."""

    bits: bytes
    core: bytes
    quality: int

    def keys(self) -> list[int]:
        """Keys of the database's index: sixteen words of the hash, four of the core."""
        return pdq_bands(self.bits) + core_keys(
            np.frombuffer(self.core, dtype=np.uint8).reshape(1, SAMPLES, SAMPLES)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A picture to look up. ``keys``: any of them in common makes a candidate; ``hashes``: PDQ of whole views with their
    names; ``cores``: samples of every window tried (windows × 32 × 32), ``names`` tell which view each is of."""

    keys: list[int]
    hashes: list[tuple[str, bytes]]
    cores: NDArray[np.float32]
    names: list[str]


def stored(image: Image.Image) -> PicturePrint | None:
    """The print of a picture, None for one of a single tone."""
    grey = trimmed(luminance(image))
    bits, quality = pdq(grey)
    if quality < LEAST_QUALITY:
        return None
    height, width = grey.shape
    box = (width * CORE[0], height * CORE[0], width * CORE[1], height * CORE[1])
    return PicturePrint(
        bits=bits, core=_sampled(grey, [box])[0].round().astype(np.uint8).tobytes(), quality=quality
    )


def searched(image: Image.Image) -> Search:
    """What to look up for a picture: whole, trimmed, pictures inside a screenshot, each also mirrored."""
    grey = luminance(image)
    views: list[Window] = [("whole", grey)]
    inner = trimmed(grey)
    if inner.shape != grey.shape:
        views.append(("trimmed", inner))
    views += [(f"inside {number}", part) for number, part in enumerate(pictures_inside(grey), 1)]
    hashes, cores, names = [], [], []
    for name, view in views:
        for mirrored in (False, True):
            turned = np.ascontiguousarray(view[:, ::-1]) if mirrored else view
            bits, quality = pdq(turned)
            if quality < LEAST_QUALITY:
                continue
            told = f"{name}, mirrored" if mirrored else name
            hashes.append((told, bits))
            samples = _sampled(turned, _boxes(turned.shape))
            cores.append(samples)
            names += [told] * len(samples)
    if not hashes:
        return Search(keys=[], hashes=[], cores=np.zeros((0, SAMPLES, SAMPLES), np.float32), names=[])
    together = np.concatenate(cores)
    keys = {key for _, bits in hashes for key in pdq_bands(bits)} | set(core_keys(together))
    return Search(keys=sorted(keys), hashes=hashes, cores=together, names=names)


def likeness(search: Search, print_: PicturePrint) -> tuple[int, float, str]:
    """Smallest distance of the hashes (bits), best correlation of the cores (-1..1), and the view that it was seen in."""
    known = int.from_bytes(print_.bits, "big")
    nearest = min((int.bit_count(known ^ int.from_bytes(bits, "big")), name) for name, bits in search.hashes)
    core = _standardised(np.frombuffer(print_.core, dtype=np.uint8).reshape(1, -1).astype(np.float32))[0]
    correlations = _standardised(search.cores.reshape(len(search.cores), -1)) @ core
    best = int(correlations.argmax())
    view = nearest[1] if nearest[0] <= 31 else search.names[best]
    return nearest[0], float(correlations[best]), view


def core_keys(samples: NDArray[np.float32] | NDArray[np.uint8]) -> list[int]:
    """Four keys for each core: 64 bits of its lowest frequencies, in words."""
    column, row = np.arange(SAMPLES)[None, :], np.arange(1, 9)[:, None]
    cosines = np.cos(np.pi / (2 * SAMPLES) * row * (2 * column + 1)).astype(np.float32)
    low = cosines @ samples.astype(np.float32) @ cosines.T
    flat = low.reshape(len(low), 64)
    words = (
        np.packbits(flat > np.median(flat, axis=1, keepdims=True), axis=1)
        .reshape(-1)
        .view(">u2")
        .reshape(-1, 4)
    )
    numbered = words.astype(np.int64) + (np.arange(BANDS, BANDS + 4) * 65536)
    return sorted({int(key) for key in numbered.ravel()})


def _boxes(shape: tuple[int, ...]) -> list[tuple[float, float, float, float]]:
    """Where the core of a stored picture lies in a searched one, under each likely crop."""
    height, width = shape

    def spans(length: int, cuts: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        found = []
        for start, end in cuts:
            shown = 1 - start - end
            first, last = (CORE[0] - start) / shown, (CORE[1] - start) / shown
            found.append((max(0.0, first) * length, min(1.0, last) * length))
        return found

    across = spans(width, _CUTS)
    down = spans(height, _CUTS)
    boxes = [(left, top, right, bottom) for left, right in across for top, bottom in down]
    return boxes + [(across[0][0], top, across[0][1], bottom) for top, bottom in spans(height, _BARS)]


def _sampled(grey: Grey, boxes: list[tuple[float, float, float, float]]) -> NDArray[np.float32]:
    """Windows as 32 × 32 means (windows × 32 × 32)."""
    image = Image.fromarray(np.ascontiguousarray(grey, dtype=np.float32))
    size = (SAMPLES, SAMPLES)
    return np.stack([np.asarray(image.resize(size, Image.Resampling.BOX, box=box)) for box in boxes])


def _standardised(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = rows - rows.mean(1, keepdims=True)
    return np.asarray(
        centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6), dtype=np.float32
    )


# ── frames ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def trimmed(grey: Grey) -> Grey:
    """Without bars at the edges that are mostly one colour (letter boxes, margins, captions with their text)."""
    for turn in range(4):  # top, left, bottom, right
        side = np.rot90(grey, turn)
        cut = _bar(side)
        if cut:
            grey = np.rot90(side[cut:], -turn)
    return grey if min(grey.shape) >= 48 else grey


def _bar(grey: Grey) -> int:
    """Height of a bar at the top: rows of which most pixels have the colour of the outermost row. At most 40 %."""
    colour = np.median(grey[:2])
    shares = (np.abs(grey - colour) < 10).mean(1)
    if shares[:2].min() < 0.9:
        return 0
    wanted = np.flatnonzero(shares < 0.4)
    last = int(wanted[0]) if len(wanted) else 0
    return last if last <= 0.4 * len(grey) else 0


def pictures_inside(grey: Grey, *, most: int = 2) -> list[Grey]:
    """The pictures in a screenshot: rectangles that the page's own colour hardly shows in."""
    height, width = grey.shape
    levels = np.bincount(np.clip(grey, 0, 255).astype(np.uint8).ravel() // 4, minlength=64)
    page = np.abs(grey - (int(levels.argmax()) * 4 + 2)) < 6
    if page.mean() < 0.1:
        return []
    found = []
    for top, bottom in _runs(page.mean(1) < 0.55, least=max(32, height // 10)):
        for left, right in _runs(page[top:bottom].mean(0) < 0.6, least=max(32, width // 3)):
            if (bottom - top) * (right - left) < 0.97 * grey.size:
                found.append(grey[top:bottom, left:right])
    return sorted(found, key=lambda part: -part.size)[:most]


def _runs(wanted: NDArray[np.bool_], *, least: int) -> list[tuple[int, int]]:
    """Stretches of True (gaps of up to 3 are bridged) of at least ``least``."""
    runs: list[tuple[int, int]] = []
    for position in map(int, np.flatnonzero(wanted)):
        if runs and position - runs[-1][1] <= 3:
            runs[-1] = (runs[-1][0], position + 1)
        else:
            runs.append((position, position + 1))
    return [(start, end) for start, end in runs if end - start >= least]
