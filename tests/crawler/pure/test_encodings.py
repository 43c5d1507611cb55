"""Bytes to text, whatever they are declared to be."""

import gzip
import unicodedata

import pytest

from crawler.text import charset as encodings

TEXT = "<html><p>Thông đường qua Nậm Thử, Lào Cai: mưa lũ rút dần, người dân trở về bản.</p></html>"


def windows_1258(text: str) -> bytes:
    """Vietnamese as a server of that encoding sends it: tone marks follow their vowels."""
    out = []
    for sign in text:
        parts = unicodedata.normalize("NFD", sign)
        tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
        out.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + tones)
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "iso-8859-1"),
        (b'<meta charset="windows-1252">' + TEXT.encode(), None),
        (b"\xef\xbb\xbf" + TEXT.encode(), "windows-1252"),
        (TEXT.encode("utf-16"), None),
        (TEXT.encode("utf-16-le"), None),
        (TEXT.encode("utf-16-be"), None),
        (TEXT.encode("utf-32"), None),
        (windows_1258(TEXT), "windows-1258"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">'
            + windows_1258(TEXT),
            None,
        ),
        (windows_1258(TEXT), "windows-1252"),
        (windows_1258(TEXT), None),
        (unicodedata.normalize("NFD", TEXT).encode(), "utf-8"),
        (TEXT.encode() + b"\xe1\xbb", "utf-8"),
    ],
)
def test_vietnamese_letters_come_out_right(raw: bytes, charset: str | None) -> None:
    text = encodings.decode(raw, charset=charset).text
    assert "Thông đường qua Nậm Thử, Lào Cai: mưa lũ rút dần" in text
    assert unicodedata.is_normalized("NFC", text)


def test_chinese_in_its_national_encoding_is_read_as_declared() -> None:
    assert "老街省" in encodings.decode('<meta charset="gb2312"><p>老街省</p>'.encode("gb18030")).text


def test_a_wrong_declaration_is_noted() -> None:
    assert encodings.decode(TEXT.encode(), charset="iso-8859-1").notes == ("declared encoding is wrong",)


def test_a_packed_file_is_unpacked_within_a_limit() -> None:
    assert encodings.unpack(gzip.compress(b"abc")) == b"abc"
    assert encodings.unpack(b"abc") == b"abc"
    assert encodings.unpack(gzip.compress(b"abc" * 1000)[:-12]).startswith(b"abc")
    with pytest.raises(encodings.PackedTooLarge):
        encodings.unpack(gzip.compress(b"a" * 5000), limit=1000)
