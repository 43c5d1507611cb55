"""Bodies as they came over the wire (gzip, deflate, br, zstd) to plain bytes, never more than a limit. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

ACCEPTED = "gzip, deflate, br"  # what we ask for; zstd is understood where a server sends it unasked
_STEP = 64 * 1024  # bytes unpacked between two looks at the limit


class UnpackedTooLarge(ValueError):
    """The body unpacks to more than the limit."""


class Broken(ValueError):
    """The body does not unpack: cut off, damaged, or coded in something unknown."""


def unpack(payload: bytes, encodings: Sequence[str], *, limit: int) -> bytes:
    """``payload`` with its content codings undone, last one first; ``limit`` in bytes.

    Raises TooLarge before more than ``limit`` bytes are held, Broken when it cannot be undone. A body that is
    said to be coded and is plain is taken as it is: servers were seen to do that.
    """
    body = payload
    for coding in reversed([e.strip().lower() for e in encodings if e.strip()]):
        body = _undo(body, coding, limit)
    if len(body) > limit:
        raise UnpackedTooLarge(_words(limit))
    return body


def unsaid(body: bytes, *, limit: int) -> bytes:
    """A body that is gzip'd without a header that says so, unpacked; any other, and a damaged one, as it is.

    Raises TooLarge before more than ``limit`` bytes are held.
    """
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    try:
        return _zlib(body, 31, limit)
    except Broken:
        return body


def _undo(body: bytes, coding: str, limit: int) -> bytes:
    if coding in ("identity", "none", "utf-8", "") or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _zlib(body, 31, limit) if body.startswith(b"\x1f\x8b") else body
    if coding == "deflate":
        try:
            return _zlib(body, 15, limit)
        except Broken:
            return body if body.lstrip()[:1] in (b"<", b"{") else _zlib(body, -15, limit)
    if coding == "br":
        return _brotli(body, limit)
    if coding == "zstd":
        return _zstd(body, limit)
    raise Broken(f"the body is coded in {coding[:20]}, which is not known")


def _zlib(body: bytes, window: int, limit: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    out = bytearray()
    rest = body
    try:
        while rest:
            out += unpacker.decompress(rest, _STEP)
            if len(out) > limit:
                raise UnpackedTooLarge(_words(limit))
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                if unpacker.unused_data.startswith(b"\x1f\x8b") and window == 31:  # several members in a row
                    rest, unpacker = unpacker.unused_data, zlib.decompressobj(window)
                    continue
                return bytes(out)
        while not unpacker.eof and (more := unpacker.decompress(b"", _STEP)):
            out += more
            if len(out) > limit:
                raise UnpackedTooLarge(_words(limit))
    except zlib.error as why:
        raise Broken("the compressed body is damaged") from why
    if not unpacker.eof:
        raise Broken("the compressed body is cut off")
    return bytes(out)


def _brotli(body: bytes, limit: int) -> bytes:
    import brotli

    unpacker = brotli.Decompressor()
    out = bytearray()
    try:
        out += unpacker.process(body, output_buffer_limit=_STEP)
        while not unpacker.is_finished() and (more := unpacker.process(b"", output_buffer_limit=_STEP)):
            out += more
            if len(out) > limit:
                raise UnpackedTooLarge(_words(limit))
    except brotli.error as why:
        if body.lstrip()[:1] in (b"<", b"{"):
            return body
        raise Broken("the compressed body is damaged") from why
    if not unpacker.is_finished():
        raise Broken("the compressed body is cut off")
    return bytes(out)


def _zstd(body: bytes, limit: int) -> bytes:
    from backports import zstd

    unpacker = zstd.ZstdDecompressor()
    out = bytearray()
    try:
        out += unpacker.decompress(body, max_length=_STEP)
        while not unpacker.eof and (more := unpacker.decompress(b"", max_length=_STEP)):
            out += more
            if len(out) > limit:
                raise UnpackedTooLarge(_words(limit))
    except zstd.ZstdError as why:
        if body.lstrip()[:1] in (b"<", b"{"):
            return body
        raise Broken("the compressed body is damaged") from why
    if not unpacker.eof:
        raise Broken("the compressed body is cut off")
    return bytes(out)


def _words(limit: int) -> str:
    return f"larger than {max(1, limit // 2**20)} MB unpacked"
