"""The same picture is found again after what people do to pictures; strangers are not."""

from __future__ import annotations

import random

import numpy as np
import pytest
from drawn_pictures import CHANGES, landscape
from PIL import Image

from classifier.pictures import perceptual_hash, sub_windows
from classifier.pictures.reader import same


@pytest.fixture(scope="module")
def known(soak: int) -> dict[int, sub_windows.PicturePrint]:
    """Prints of six landscapes (of sixty in a soak)."""
    found = {seed: sub_windows.stored(landscape(seed)) for seed in range(60 if soak > 1 else 6)}
    return {seed: print_ for seed, print_ in found.items() if print_}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_picture_is_found_by_a_shared_key_and_no_stranger_is_taken_for_it(
    change: str, known
) -> None:
    missed, strangers = [], []
    for seed, print_ in known.items():
        search = sub_windows.searched(CHANGES[change](landscape(seed), random.Random(seed)))
        if not (set(search.keys) & set(print_.keys()) and same(search, print_)):
            missed.append(seed)
        strangers += [
            (seed, other) for other, theirs in known.items() if other != seed and same(search, theirs)
        ]
    assert strangers == []
    assert len(missed) <= len(known) // 20


def test_a_picture_of_one_tone_has_no_print_and_finds_nothing() -> None:
    grey = Image.new("RGB", (640, 480), "#778899")
    assert sub_windows.stored(grey) is None
    assert sub_windows.searched(grey).keys == []


def test_the_hash_has_its_bits_half_set_and_moves_little_when_the_picture_shrinks() -> None:
    image = landscape(77)
    one, quality = perceptual_hash.pdq(perceptual_hash.luminance(image))
    two, _ = perceptual_hash.pdq(perceptual_hash.luminance(image.resize((300, 200))))
    assert quality == 100
    assert np.unpackbits(np.frombuffer(one, np.uint8)).sum() == 128
    assert perceptual_hash.distance(one, two) <= perceptual_hash.SAME


@pytest.mark.parametrize("size", [(1, 1), (40, 3), (3, 2000), (33, 33)])
def test_odd_shapes_are_no_error(size: tuple[int, int]) -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))
    sub_windows.stored(image)
    sub_windows.searched(image)
