"""Decoding a picture within bounds: the first frame, turned upright, no larger than what OCR and hashing need.

A file is data, never code: it is decoded by Pillow with the formats named here alone, and refused by its header before its
pixels are unpacked when it is too large.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")
# A phone's largest sensor mode of 2026 is 200 megapixels but is sent as 12 or 50; 50 million pixels unpack to 150 MB.
LARGEST_PIXELS = 50_000_000
# Longest side kept for reading: a phone's screenshot is 2,400–3,200 high.
LONGEST_SIDE = 3200


class Unreadable(Exception):
    """A picture that is not read, with one sentence for staff; ``code`` is stable: too_large | broken | kind."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def opened(content: bytes | Path, *, longest: int = LONGEST_SIDE) -> Image.Image:
    """The picture as RGB, upright by its EXIF orientation, the first frame of an animation, its longest side at most
    ``longest`` pixels. Transparent parts are white.

    Raises:
        Unreadable: not one of FORMATS, more than LARGEST_PIXELS, or damaged.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(stream, formats=FORMATS)
            width, height = image.size
            if width * height > LARGEST_PIXELS:
                raise Unreadable(
                    "too_large",
                    f"the picture has {width * height / 1e6:.0f} megapixels, more than the {LARGEST_PIXELS / 1e6:.0f} that are read;"
                    " send a smaller copy or a screenshot",
                )
            image.draft("RGB", (longest, longest))
            image.seek(0)
            if max(image.size) > 2 * longest:
                image = image.convert("RGBA") if image.mode in ("P", "LA") else image
                image = image.reduce(max(image.size) // longest)
            image = ImageOps.exif_transpose(image)
            if image.mode in ("P", "LA", "RGBA", "PA"):
                with_alpha = image.convert("RGBA")
                white = Image.new("RGBA", with_alpha.size, "white")
                image = Image.alpha_composite(white, with_alpha)
            image = image.convert("RGB")
            if max(image.size) > longest:
                image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
            return image
    except UnidentifiedImageError as why:
        raise Unreadable(
            "kind", "this is no picture of a kind that is read (PNG, JPEG, GIF, WebP, TIFF)"
        ) from why
    except Image.DecompressionBombError as why:
        raise Unreadable(
            "too_large", "the picture unpacks to more than is read; send a smaller copy"
        ) from why
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, MemoryError) as why:
        raise Unreadable("broken", "the picture is damaged and cannot be read; ask for it again") from why
