"""Pictures for tests: drawn landscapes with a photograph's statistics, what people do to them, pages and screenshots of text."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LIBERATION = "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf"


def font(size: int, path: str = SANS) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with Vietnamese letters; Pillow's own where the machine has none."""
    try:
        return ImageFont.truetype(path, size)
    except OSError:
        return ImageFont.load_default(size)


def landscape(seed: int) -> Image.Image:
    """A picture of coloured noise at all scales with shapes in it; the same for the same seed."""
    rng, chance = np.random.default_rng(seed), random.Random(seed)
    width, height = chance.choice([(1200, 800), (900, 1200), (1280, 720), (800, 800)])
    ground = _noise(rng, height, width)
    bands = np.stack([ground * 0.8 + _noise(rng, height, width) * 0.4 for _ in range(3)], -1)
    bands = (bands - bands.min()) / (bands.max() - bands.min()) * 255
    image = Image.fromarray(bands.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(chance.randint(3, 12)):
        x, y, size = chance.randint(0, width), chance.randint(0, height), chance.randint(30, 300)
        colour = tuple(chance.randint(0, 255) for _ in range(3))
        shape = chance.choice([draw.ellipse, draw.rectangle])
        shape([x, y, x + size, y + int(size * chance.uniform(0.4, 1.6))], fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.2)))
    grains = np.asarray(image).astype(float) + rng.normal(0, chance.uniform(2, 6), (height, width, 3))
    return Image.fromarray(grains.clip(0, 255).astype(np.uint8))


def _noise(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    total = np.zeros((height, width))
    for octave in range(1, 8):
        cells = 2**octave
        rows = max(2, height * cells // max(height, width))
        grid = rng.standard_normal((rows, max(2, cells))).astype(np.float32)
        total += (
            np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)) / 1.9**octave
        )
    return total


def jpeg(image: Image.Image, quality: int = 40) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stream.getvalue()))


def captioned(image: Image.Image, chance: random.Random) -> Image.Image:
    width, height = image.size
    bar, above = int(height * chance.uniform(0.08, 0.14)), chance.random() < 0.5
    made = Image.new("RGB", (width, height + bar), chance.choice(["white", "black"]))
    made.paste(image, (0, bar if above else 0))
    ImageDraw.Draw(made).text(
        (20, (0 if above else height) + bar // 4), "CHIA SẺ NGAY KẺO MUỘN", font=font(bar // 3), fill="red"
    )
    return made


def cropped(share: float) -> Callable[[Image.Image, random.Random], Image.Image]:
    def cut(image: Image.Image, chance: random.Random) -> Image.Image:
        width, height = image.size
        kept = int(width * (1 - share)), int(height * (1 - share))
        left, top = chance.randint(0, width - kept[0]), chance.randint(0, height - kept[1])
        return image.crop((left, top, left + kept[0], top + kept[1]))

    return cut


def screenshot_of(image: Image.Image, chance: random.Random) -> Image.Image:
    """The picture in a post on a phone: status bar, name, a few lines of text, buttons."""
    dark = chance.random() < 0.4
    ground, ink = ("#18191a", "white") if dark else ("white", "black")
    made = Image.new("RGB", (1080, 2340), ground)
    draw = ImageDraw.Draw(made)
    draw.text((30, 20), "9:41", font=font(36), fill=ink)
    top = 160
    for number in range(chance.randint(1, 5)):
        draw.text((40, top), f"Bà con xem ảnh này giúp, dòng {number + 1}", font=font(40), fill=ink)
        top += 58
    width = 1080 if chance.random() < 0.5 else 860
    shown = image.resize((width, int(image.height * width / image.width)))
    made.paste(shown.crop((0, 0, width, min(shown.height, 2340 - top - 300))), ((1080 - width) // 2, top))
    draw.text(
        (40, top + min(shown.height, 2340 - top - 300) + 30),
        "Thích   Bình luận   Chia sẻ",
        font=font(40),
        fill=ink,
    )
    return jpeg(made, 80)


CHANGES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "recompressed": lambda image, _: jpeg(image),
    "halved": lambda image, _: image.resize((image.width // 2, image.height // 2)),
    "captioned": captioned,
    "cropped by 5 %": cropped(0.05),
    "cropped by 15 %": cropped(0.15),
    "in a screenshot": screenshot_of,
    "mirrored": lambda image, _: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}


def page(text: str, size: int, *, ground: str = "white", ink: str = "black", path: str = SANS) -> Image.Image:
    """A text set in lines of about sixty letters."""
    face = font(size, path)
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 58:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    step = int(size * 1.5)
    made = Image.new("RGB", (int(size * 34), step * len(lines) + 80), ground)
    draw = ImageDraw.Draw(made)
    for number, words in enumerate(lines):
        draw.text((30, 40 + number * step), words, font=face, fill=ink)
    return made


def chat(message: list[str], *, sender: str, group: str, dark: bool = False) -> Image.Image:
    """A chat on a phone: status bar, name of the group, sender, bubble with the message, time, input box."""
    ground, ink, bubble = ("#101010", "#f0f0f0", "#262d31") if dark else ("#e2e9f1", "#101010", "#ffffff")
    made = Image.new("RGB", (1080, 2200), ground)
    draw = ImageDraw.Draw(made)
    draw.text((40, 22), "09:41", font=font(34), fill=ink)
    draw.text((920, 22), "4G 87%", font=font(30), fill=ink)
    draw.text((130, 120), group, font=font(44), fill=ink)
    draw.text((130, 178), "128 thành viên", font=font(28), fill=ink)
    top = 360
    draw.text((150, top), sender, font=font(30), fill=ink)
    top += 52
    height = 66 * len(message) + 40
    draw.rounded_rectangle([140, top, 1000, top + height], 24, fill=bubble)
    for number, line in enumerate(message):
        draw.text((172, top + 20 + number * 66), line, font=font(40), fill=ink)
    draw.text((172, top + height + 14), "08:15", font=font(26), fill=ink)
    draw.text((130, 2110), "Tin nhắn", font=font(38), fill=ink)
    return jpeg(made, 70)
