"""Text in pictures: what is recognised, what is the frame of a program, what is masked, what is refused."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from drawn_pictures import LIBERATION, SANS, chat, jpeg, landscape, page
from PIL import Image

from classifier.pictures import masking, ocr, raster, reader
from classifier.pictures.raster import Unreadable

needs_tesseract = pytest.mark.skipif(
    "vie" not in ocr.installed(), reason="Tesseract with Vietnamese is not installed here"
)

NOTICE = "Trạm y tế xã Mường Hum cho biết 14 học sinh đau bụng sau bữa trưa, đến chiều 11 em đã về lớp, ba em được theo dõi thêm."
RUMOUR = ["Mọi người ơi, cầu treo Cốc Lầu", "đứt cáp lúc 5 giờ sáng nay,", "hai xe máy rơi xuống suối!"]


def errors(got: str, wanted: str) -> float:
    """Character error rate: edits over the wanted text's length."""
    row = list(range(len(got) + 1))
    for i, letter in enumerate(wanted, 1):
        row, before = [i], row
        for j, other in enumerate(got, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other)))
    return row[-1] / len(wanted)


@needs_tesseract
@pytest.mark.parametrize(
    ("image", "allowed"),
    [
        (lambda: page(NOTICE, 28), 0.01),
        (lambda: jpeg(page(NOTICE, 16, path=LIBERATION)), 0.02),
        (lambda: jpeg(page(NOTICE, 12)), 0.05),
        (
            lambda: page(NOTICE, 26).rotate(6, Image.Resampling.BICUBIC, expand=True, fillcolor="#dddddd"),
            0.08,
        ),
        (lambda: jpeg(page(NOTICE, 22, ground="#18191a", ink="#e4e6eb"), 60), 0.08),
        (lambda: jpeg(page(NOTICE, 22, ground="#0068ff", ink="white", path=SANS), 60), 0.08),
    ],
    ids=["28 px", "16 px JPEG", "12 px JPEG", "turned by 6°", "dark", "white on blue"],
)
def test_vietnamese_is_read_with_its_marks(image, allowed: float) -> None:
    assert errors(" ".join(line.text for line in ocr.read(image())), NOTICE) <= allowed


@needs_tesseract
@pytest.mark.parametrize("dark", [False, True])
def test_of_a_chat_the_message_is_kept_and_names_and_times_are_not(dark: bool, tmp_path: Path) -> None:
    path = tmp_path / "chat.jpg"
    chat(RUMOUR, sender="Vàng Thị Mẩy", group="Chợ phiên Bắc Hà", dark=dark).save(path, quality=80)
    found = reader.read(path, "image/jpeg")
    assert found.outcome == "read"
    assert found.screenshot
    assert errors(found.body.replace("\n", " "), " ".join(RUMOUR)) < 0.05
    assert "Vàng" not in found.body
    assert "08:15" not in found.body


@needs_tesseract
def test_a_photograph_without_text_is_read_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    landscape(5).save(path)
    found = reader.read(path, "image/png")
    assert (found.outcome, len(found.body) < 12) == ("read", True)


@needs_tesseract
def test_a_scanned_pdf_is_read_by_its_pages_and_one_with_text_by_its_text(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    page(NOTICE, 30).save(path, "PDF", resolution=150)
    found = reader.read(path, "application/pdf")
    assert errors(found.body.replace("\n", " "), NOTICE) <= 0.03
    assert not found.screenshot


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Gọi 0912 345 678 hoặc 0214.3840.123 nhé", "Gọi [số điện thoại] hoặc [số điện thoại] nhé"),
        ("stk 19036284756011 Techcombank", "stk [số] Techcombank"),
        ("viết cho a.pao_83@example.vn", "viết cho [thư điện tử]"),
        ("xem facebook.com/may.vang.93 và @baohoanglien", "xem [trang cá nhân] và [tài khoản]"),
        ("thiệt hại 1.250.000.000 đồng, 12.345 người, ngày 24/11/2026, km 245+300", None),
        ("lúc 08:15 ngày 12-08-2026 có 150 hộ", None),
    ],
)
def test_private_numbers_are_masked_and_figures_stay(text: str, wanted: str | None) -> None:
    assert masking.masked(text) == (wanted or text)


def bomb() -> bytes:
    """A PNG whose header promises 60,000 × 60,000 pixels."""
    stream = io.BytesIO()
    Image.new("1", (8, 8)).save(stream, "PNG")
    raw = bytearray(stream.getvalue())
    raw[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    raw[29:33] = zlib.crc32(bytes(raw[12:29])).to_bytes(4, "big")
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "too_large"),
        (b"\x89PNG\r\n\x1a\nnothing", "kind"),
        (b"<svg onload=alert(1)>", "kind"),
        (b"", "kind"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "kind"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_in_one_sentence(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        raster.opened(content)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


def test_a_damaged_picture_an_animation_and_a_turned_one(tmp_path: Path) -> None:
    stream = io.BytesIO()
    landscape(3).save(stream, "JPEG")
    with pytest.raises(Unreadable):
        raster.opened(stream.getvalue()[:400])
    frames = [Image.new("RGB", (50, 40), colour) for colour in ("red", "blue")]
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert raster.opened(path).getpixel((5, 5)) == (254, 0, 0) or raster.opened(path).size == (50, 40)
    turned = Image.new("RGB", (60, 20), "white")
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert raster.opened(tmp_path / "turned.jpg").size == (20, 60)


def test_a_large_picture_is_brought_down_to_what_is_read() -> None:
    chance = random.Random(1)
    stream = io.BytesIO()
    Image.effect_noise((7000, 5000), 40).save(stream, "JPEG", quality=30 + chance.randint(0, 5))
    assert max(raster.opened(stream.getvalue()).size) <= raster.LONGEST_SIDE


def test_marks_of_origin_are_read_as_the_file_states_them(tmp_path: Path) -> None:
    from PIL import ExifTags

    from classifier.pictures.provenance import marks

    image = landscape(21)
    exif = image.getexif()
    exif[ExifTags.Base.Model] = "May thu 3\0"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:08:12 06:15:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (22.0, 20.0, 15.0), 3: "E", 4: (103.0, 50.0, 30.0)})
    path = tmp_path / "marked.jpg"
    source = b"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r Iptc4xmpExt:DigitalSourceType="'
        + source
        + b'"/></x:xmpmeta>'
    )
    image.save(path, "JPEG", exif=exif, xmp=packet)
    found = {(mark.kind, mark.name): mark.value for mark in marks(path, "image/jpeg")}
    assert found == {
        ("iptc", "source_type"): "trainedAlgorithmicMedia",
        ("exif", "taken_at"): "2026-08-12 06:15:00",
        ("exif", "position"): "22.33750, 103.84167",
        ("exif", "camera"): "May thu 3",
    }


@pytest.mark.parametrize("value", ["2026:13:40 99:00:00", "", "not a time", "0000:00:00 00:00:00"])
def test_impossible_times_and_places_are_no_marks(value: str, tmp_path: Path) -> None:
    from PIL import ExifTags

    from classifier.pictures.provenance import marks

    image = Image.new("RGB", (40, 40), "red")
    exif = image.getexif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = value
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
    path = tmp_path / "odd.jpg"
    image.save(path, "JPEG", exif=exif)
    assert marks(path, "image/jpeg") == []
