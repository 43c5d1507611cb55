"""Perceptual hash of a picture (PDQ, 256 bits), so that the same picture is found again.

PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019): luminance, a tent filter,
64 × 64 samples, the 16 × 16 lowest frequencies of a cosine transform, one bit each by the median. It stands recompression and
scaling, not cropping, frames and mirroring: those are met by sub-windows (sub_windows.py).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BITS = 256
# Bits that may differ between two views of one picture. 31 is what PDQ's authors call a confident match.
SAME = 31
# A picture of one colour, or nearly: its bits are noise.
LEAST_QUALITY = 40
WORKING_SIDE = 256  # pixels; more changes no bit worth speaking of
# Bits of the hash are cut into sixteen words; two views with up to 24 differing bits share a word in 98 of 100 cases.
BANDS = 16

Grey = NDArray[np.float32]


def bands(bits: bytes) -> list[int]:
    """Sixteen keys (word number × 65,536 + word) by which the database finds hashes that share a word."""
    return [number * 65536 + int(word) for number, word in enumerate(np.frombuffer(bits, dtype=">u2"))]


def distance(one: bytes, other: bytes) -> int:
    """How many of the 256 bits differ."""
    return int.bit_count(int.from_bytes(one, "big") ^ int.from_bytes(other, "big"))


def pdq(grey: Grey) -> tuple[bytes, int]:
    """Hash and quality of a luminance array (rows × columns, 0..255)."""
    small = _decimated(grey)
    steps = np.abs(np.diff(small, axis=0)).sum() + np.abs(np.diff(small, axis=1)).sum()
    quality = int(min(100, steps * 100 / 255 / 90))
    transform = _cosines() @ small @ _cosines().T
    # the last bit first, as PDQ's own programs print it: lists of hashes can be exchanged
    return np.packbits((transform > np.median(transform)).ravel()[::-1]).tobytes(), quality


def luminance(image: Image.Image) -> Grey:
    """Luminance (rows × columns, 0..255) at a longest side of about 2 × WORKING_SIDE."""
    image = image.convert("RGB")
    if max(image.size) > 2 * WORKING_SIDE:
        image = image.copy()
        image.thumbnail((2 * WORKING_SIDE, 2 * WORKING_SIDE), Image.Resampling.BOX)
    red_green_blue = np.asarray(image, dtype=np.float32)
    return np.asarray(red_green_blue @ np.array([0.299, 0.587, 0.114], dtype=np.float32), dtype=np.float32)


def _decimated(grey: Grey) -> Grey:
    """64 × 64 samples behind a tent filter (two box passes each way)."""
    smooth = grey
    for _ in range(2):
        smooth = _box(smooth, 1)
        smooth = _box(smooth, 0)
    rows = ((np.arange(64) + 0.5) * smooth.shape[0] / 64).astype(int)
    columns = ((np.arange(64) + 0.5) * smooth.shape[1] / 64).astype(int)
    return smooth[np.ix_(rows, columns)]


def _box(values: Grey, axis: int) -> Grey:
    """Running mean along an axis; the window is 1/128 of the side, shorter at the borders."""
    length = values.shape[axis]
    window = (length + 127) // 128
    if window < 2:
        return values
    half = (window + 2) // 2
    sums = np.concatenate(
        [np.zeros_like(values.take([0], axis)), np.cumsum(values, axis, dtype=np.float64)], axis
    )
    index = np.arange(length)
    first, last = np.maximum(index - (window - half), 0), np.minimum(index + half, length)
    shape = [1, 1]
    shape[axis] = length
    means = (sums.take(last, axis) - sums.take(first, axis)) / (last - first).reshape(shape)
    return np.asarray(means, dtype=np.float32)


@cache
def _cosines() -> Grey:
    row, column = np.arange(1, 17)[:, None], np.arange(64)[None, :]
    return np.asarray(np.sqrt(2 / 64) * np.cos(np.pi / 128 * row * (2 * column + 1)), dtype=np.float32)
