"""From bytes to text: which encoding a page or feed is really in, whatever it says of itself.

What is certain comes first (byte order mark, zero bytes of UTF-16, valid UTF-8), what servers and pages
declare second, a guess last. All text leaves in NFC.
"""

import codecs
import re
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from w3lib.encoding import resolve_encoding

UNPACKED_LIMIT = (
    60 * 2**20
)  # bytes; a sitemap may hold 50 MB by its protocol (sitemaps.org), pages stay far below
_HEAD = 4096  # bytes searched for a declaration (HTML asks for it in the first 1024; some templates are late)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:\-]{2,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:\-]{2,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEVEN_BIT = {"iso-2022-jp", "iso2022_jp", "hz", "hz-gb-2312", "utf-7", "iso-2022-kr", "iso2022_kr"}
# tone marks of windows-1258 (grave, hook, tilde, acute, dot below), which follow a vowel there
_TONES_1258 = re.compile(r"[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][\u0300\u0309\u0303\u0301\u0323]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text in NFC, the encoding it was read with, and what was odd about it."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


class PackedTooLarge(ValueError):
    """Packed content that unpacks to more than the limit."""


def unpack(raw: bytes, *, limit: int = UNPACKED_LIMIT) -> bytes:
    """Content of a gzip file (``sitemap.xml.gz``); other bytes unchanged. A cut file gives what there is.

    Raises PackedTooLarge before more than ``limit`` bytes are held.
    """
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    unpacker = zlib.decompressobj(31)
    try:
        out = unpacker.decompress(raw, limit + 1)
    except zlib.error:
        return raw
    if len(out) > limit:
        raise PackedTooLarge(f"unpacks to more than {limit // 2**20} MB")
    return out


def charset_of(content_type: str | None) -> str | None:
    """The charset an HTTP ``Content-Type`` names, lower-case; None if none."""
    found = _HEADER.search(content_type or "")
    return found[1].lower() if found else None


def decode(raw: bytes, *, charset: str | None = None) -> Decoded:
    """Text of a page or feed; ``charset`` is what the HTTP header says. Never raises."""
    text, encoding, notes = _decode(raw, charset)
    text = text.removeprefix("\ufeff")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return Decoded(text=text, encoding=encoding, notes=notes)


def declared(raw: bytes) -> str | None:
    """The encoding named in the XML declaration or an HTML meta element, lower-case."""
    head = raw[:_HEAD]
    found = _XML.search(head) or _META.search(head)
    return found[1].decode("ascii", "replace").lower() if found else None


class _Bytes(NamedTuple):
    """What is decoded: the bytes, and the encodings that header and document name, in that order."""

    raw: bytes
    named: tuple[str, ...]


Reading = tuple[str, str, tuple[str, ...]]  # text, encoding, notes


def _by_mark(it: _Bytes) -> Reading | None:
    for mark, name in _BOMS:
        if it.raw.startswith(mark):
            text = it.raw[len(mark) :].decode(name, "replace")
            return text, name.removesuffix("-le").removesuffix("-be"), ()
    return None


def _as_unmarked_utf_16(it: _Bytes) -> Reading | None:
    if wide := _without_mark(it.raw):
        return it.raw.decode(wide, "replace"), wide, ("encoding not declared",)
    return None


def _as_ascii(it: _Bytes) -> Reading | None:
    """Seven-bit bytes: ASCII, or an encoding of seven bits that is declared."""
    if not it.raw.isascii():
        return None
    for name in it.named:
        if name in _SEVEN_BIT:
            try:
                return it.raw.decode(name), name, ()
            except (UnicodeDecodeError, LookupError):
                continue
    return it.raw.decode("ascii"), "ascii", ()


def _as_utf_8(it: _Bytes) -> Reading | None:
    try:
        text = it.raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    wrongly_declared = any(_codec(n) not in ("utf-8", None) for n in it.named)
    return text, "utf-8", ("declared encoding is wrong",) if wrongly_declared else ()


def _as_damaged_utf_8(it: _Bytes) -> Reading | None:
    """Nearly all of a long UTF-8 text is valid even where one byte is damaged or the end is cut off."""
    text = it.raw.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    letters = sum(1 for c in text[:200_000] if "\u0080" <= c != "\ufffd")
    return (text, "utf-8", ("damaged characters",)) if letters > 4 * damaged else None


def _as_declared(it: _Bytes) -> Reading | None:
    for name in it.named:
        codec = _codec(name)
        if codec is None or codec == "utf-8" or not (text := _mostly_decoded(it.raw, codec)):
            continue
        if codec == "cp1252" and (other := _vietnamese(it.raw)):
            return other, "windows-1258", ("declared encoding is wrong",)
        return text, name, ()
    return None


def _mostly_decoded(raw: bytes, codec: str) -> str:
    """The text in an encoding; "" where more than one character in twenty does not fit it."""
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        text = raw.decode(codec, "replace") if _known(codec) else ""
        return text if text and text.count("\ufffd") * 20 <= len(text) else ""


def _as_vietnamese(it: _Bytes) -> Reading | None:
    if other := _vietnamese(it.raw):
        return other, "windows-1258", ("encoding not declared",)
    return None


# the first that reads the bytes decides; what none of them reads is guessed
DECODERS: tuple[tuple[str, Callable[[_Bytes], Reading | None]], ...] = (
    ("byte order mark", _by_mark),
    ("UTF-16 by its zero bytes", _as_unmarked_utf_16),
    ("seven bits", _as_ascii),
    ("valid UTF-8", _as_utf_8),
    ("damaged UTF-8", _as_damaged_utf_8),
    ("declared encoding", _as_declared),
    ("Vietnamese tone marks", _as_vietnamese),
)


def _decode(raw: bytes, header: str | None) -> Reading:
    it = _Bytes(raw, tuple(n for n in (header, declared(raw)) if n))
    for _, decoder in DECODERS:
        if (reading := decoder(it)) is not None:
            return reading
    return _guess(raw)


def _without_mark(raw: bytes) -> str | None:
    """UTF-16 without a byte order mark: every second byte of its markup is zero."""
    head = raw[:400]
    if len(head) < 8 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and even < 0.1 * odd:
        return "utf-16-le"
    if even > 0.4 * len(head) / 2 and odd < 0.1 * even:
        return "utf-16-be"
    return None


def _codec(label: str) -> str | None:
    """The Python codec a web label means (``iso-8859-1`` means windows-1252 on the web); None if unknown."""
    name = resolve_encoding(label)
    return str(name) if name and _known(name) else None


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True


def _vietnamese(raw: bytes) -> str | None:
    """The text as windows-1258 if it shows that encoding's separate tone marks after vowels, else None."""
    text = raw.decode("cp1258", "replace")
    marks = len(_TONES_1258.findall(text))
    foreign = sum(1 for c in text if c >= "\u0080")
    return text if marks >= 3 and marks >= 0.2 * foreign else None


def _guess(raw: bytes) -> Reading:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:50_000], threshold=0.3).best()
    name = best.encoding if best is not None else "cp1252"
    return raw.decode(name, "replace"), name, ("encoding guessed",)
