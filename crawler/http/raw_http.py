"""One HTTP/1.1 exchange kept byte for byte: asyncio carries the bytes, h11 reads them, nothing is rewritten.

The crawl's downloader puts headers into its own order and spelling; evidence wants them as they were on the wire.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import h11

from crawler.http.response import Wire

STEP = 64 * 1024  # bytes read at once
LONGEST_HEADERS = 256 * 1024


class ResponseTooLarge(Exception):
    """The answer is larger than we take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back: status, headers in the server's spelling and order, the body without its transfer coding."""

    status: int
    protocol: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool  # False: the connection ended before the stated end
    at: datetime
    wire: Wire


async def ask(
    url: str, address: str, headers: dict[str, str], *, largest: int, has_begun: Callable[[], None]
) -> Heard:
    """GETs ``url`` from ``address`` (already judged by the gate) on a connection of its own.

    ``has_begun`` is called when the answer begins, unless it asks for a pause. Raises TooLarge over ``largest`` bytes of
    body, OSError when the connection fails, h11.RemoteProtocolError for an answer that is not HTTP.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    reader, writer = await asyncio.open_connection(
        address, parts.port or (443 if secure else 80), ssl=_unjudging() if secure else None,
        server_hostname=host if secure else None,
    )  # fmt: skip
    try:
        state = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEADERS)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = _sent(state, target, {"Host": parts.netloc, **headers, "Connection": "close"})
        at = datetime.now(UTC)
        writer.write(sent)
        await writer.drain()
        answer = await _answer(reader, state, largest, has_begun)
        tls = writer.get_extra_info("ssl_object")
        wire = Wire(
            sent=sent, received=answer.received, ended_at=datetime.now(UTC),
            tls=" ".join(filter(None, (tls.version(), (tls.cipher() or ("",))[0]))) if tls else None,
            chain=_chain(tls) if tls else (),
        )  # fmt: skip
        return Heard(
            status=answer.status, protocol=answer.protocol, headers=answer.headers, body=bytes(answer.body),
            whole=answer.whole, at=at, wire=wire,
        )  # fmt: skip
    finally:
        writer.transport.abort()


def _unjudging() -> ssl.SSLContext:
    """Takes any certificate: what the server showed is kept and judged afterwards, in the record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def _chain(tls: Any) -> tuple[bytes, ...]:
    """The certificates the server sent, DER. Python names the call in public from 3.13 on."""
    if hasattr(tls, "get_unverified_chain"):
        return tuple(tls.get_unverified_chain())
    found = tls._sslobj.get_unverified_chain() or ()
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in found)


def _sent(state: h11.Connection, target: str, headers: dict[str, str]) -> bytes:
    head = state.send(h11.Request(method="GET", target=target, headers=list(headers.items()))) or b""
    return head + (state.send(h11.EndOfMessage()) or b"")


@dataclass(slots=True)
class _Answer:
    received: bytes = b""
    status: int = 0
    protocol: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytearray = field(default_factory=bytearray)
    whole: bool = True


async def _answer(
    reader: asyncio.StreamReader, state: h11.Connection, largest: int, has_begun: Callable[[], None]
) -> _Answer:
    raw, answer = bytearray(), _Answer()
    while True:
        try:
            event = state.next_event()
        except h11.RemoteProtocolError:
            if not answer.status:
                raise
            answer.whole = False  # its end never came
            break
        if event is h11.NEED_DATA:
            try:
                more = await reader.read(STEP)
            except ConnectionError:
                if not answer.status:
                    raise
                answer.whole = False
                break
            raw += more
            state.receive_data(more)
        elif isinstance(event, h11.Response):
            answer.status = event.status_code
            answer.protocol = f"HTTP/{event.http_version.decode()}"
            answer.headers = tuple(
                (k.decode("latin-1"), v.decode("latin-1")) for k, v in event.headers.raw_items()
            )
            if not any(name.lower() == "retry-after" for name, _ in answer.headers):
                has_begun()
        elif isinstance(event, h11.Data):
            answer.body += event.data
            if len(answer.body) > largest:
                raise ResponseTooLarge
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            break
    answer.received = bytes(raw)
    return answer
