"""Content codings (gzip, deflate, br, zstd) undone, never holding more than a limit. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ACCEPTED = "gzip, deflate, br"  # what we ask for; zstd is understood where a server sends it unasked
_STEP = 64 * 1024  # bytes unpacked between two looks at the limit
_GZIP = b"\x1f\x8b"


class UnpackedTooLarge(ValueError):
    """The body unpacks to more than the limit."""


class Broken(ValueError):
    """The body does not unpack: cut off, damaged, or coded in something unknown."""


def unpack(payload: bytes, encodings: Sequence[str], *, limit: int) -> bytes:
    """``payload`` with its content codings undone, last one first; ``limit`` in bytes.

    Raises UnpackedTooLarge before more than ``limit`` bytes are held, Broken when it cannot be undone. A body that is
    said to be coded and is plain is taken as it is: servers were seen to do that.
    """
    body = payload
    for coding in reversed([e.strip().lower() for e in encodings if e.strip()]):
        body = _undo(body, coding, limit)
    if len(body) > limit:
        raise UnpackedTooLarge(_too_large(limit))
    return body


def unpack_undeclared(body: bytes, *, limit: int) -> bytes:
    """A body that is gzip'd without a header that says so, unpacked; any other, and a damaged one, as it is.

    Raises UnpackedTooLarge before more than ``limit`` bytes are held.
    """
    if not body.startswith(_GZIP + b"\x08"):
        return body
    try:
        return _decompress(body, "gzip", limit)
    except Broken:
        return body


def _undo(body: bytes, coding: str, limit: int) -> bytes:
    coding = coding.removeprefix("x-")
    if coding in ("identity", "none", "utf-8", "") or not body:
        return body
    if coding not in ("gzip", "deflate", "br", "zstd"):
        raise Broken(f"the body is coded in {coding[:20]}, which is not known")
    if coding == "gzip" and not body.startswith(_GZIP):
        return body
    try:
        return _decompress(body, coding, limit)
    except Broken as exc:
        is_plain = body.lstrip()[:1] in (b"<", b"{")
        if coding == "deflate":  # some servers leave out zlib's frame
            return body if is_plain else _decompress(body, "raw deflate", limit)
        if is_plain and coding != "gzip" and not isinstance(exc, _CutOff):
            return body
        raise


# ── decoders ────────────────────────────────────────────────────────────────────────────────────────────


class _CutOff(Broken):
    """The compressed stream ends before its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoder:
    """One compressed stream; ``step`` takes the input once, b"" afterwards, and returns at most _STEP bytes."""

    step: Callable[[bytes], bytes]
    is_finished: Callable[[], bool]
    error: type[Exception]
    unused: Callable[[], bytes] = bytes  # what follows the stream


def _zlib(window: int) -> _Decoder:
    """zlib, gzip and raw deflate, told apart by ``window`` bits as zlib does."""
    stream = zlib.decompressobj(window)
    return _Decoder(
        step=lambda data: stream.decompress(data or stream.unconsumed_tail, _STEP),
        is_finished=lambda: stream.eof,
        unused=lambda: stream.unused_data,
        error=zlib.error,
    )


def _brotli() -> _Decoder:
    import brotli

    stream = brotli.Decompressor()
    return _Decoder(
        step=lambda data: stream.process(data, output_buffer_limit=_STEP),
        is_finished=stream.is_finished,
        error=brotli.error,
    )


def _zstd() -> _Decoder:
    from backports import zstd

    stream = zstd.ZstdDecompressor()
    return _Decoder(
        step=lambda data: stream.decompress(data, max_length=_STEP),
        is_finished=lambda: stream.eof,
        error=zstd.ZstdError,
    )


_DECODERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _zlib(31),
    "deflate": lambda: _zlib(15),
    "raw deflate": lambda: _zlib(-15),
    "br": _brotli,
    "zstd": _zstd,
}


def _decompress(body: bytes, coding: str, limit: int) -> bytes:
    """One coding undone, several gzip members in a row included."""
    out = bytearray()
    data = body
    while True:
        decoder = _DECODERS[coding]()
        try:
            while not decoder.is_finished():
                more = decoder.step(data)
                data = b""
                if not more:
                    break
                out += more
                if len(out) > limit:
                    raise UnpackedTooLarge(_too_large(limit))
        except decoder.error as exc:
            raise Broken("the compressed body is damaged") from exc
        if not decoder.is_finished():
            raise _CutOff("the compressed body is cut off")
        data = decoder.unused()
        if coding != "gzip" or not data.startswith(_GZIP):
            return bytes(out)


def _too_large(limit: int) -> str:
    return f"larger than {max(1, limit // 2**20)} MB unpacked"
