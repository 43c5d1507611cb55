"""HTTP/1.1 over asyncio streams, byte for byte: h11 reads the messages, nothing is rewritten.

Both roads to the press use it: the crawl over connections that stay open (scrapy_downloader), evidence over a
connection for each exchange, with everything that passed over it (raw_client).
"""

from __future__ import annotations

import asyncio
import re
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
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:")
_INTERIM = re.compile(rb"HTTP/\d(?:\.\d)? 1\d\d\b")
_VERSION = re.compile(rb"^HTTP/[02-9](?:\.\d)? (?!.*HTTP)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ResponseTooLarge(Exception):
    """The answer is larger than we take."""


@dataclass(slots=True)
class RawResponse:
    """What came back: status, headers in the server's spelling and order, the body without its transfer coding."""

    at: datetime
    status: int = 0
    protocol: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | bytearray = field(default_factory=bytearray)
    whole: bool = True  # False: the connection ended before the stated end
    reusable: bool = False  # the connection is ready for another request
    received: bytearray = field(default_factory=bytearray)  # only where the wire is kept
    wire: Wire | None = None


@dataclass(slots=True, eq=False)
class Connection:
    """An open connection to ``address`` for one origin."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, url: str, address: str, tls: ssl.SSLContext) -> Connection:
        """Connects to ``address`` (already judged by the URL policy), over TLS with ``tls`` for https. Raises OSError."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        return cls(
            *await asyncio.open_connection(
                address, parts.port or (443 if secure else 80), ssl=tls if secure else None,
                server_hostname=parts.hostname if secure else None,
            )
        )  # fmt: skip

    def is_open(self) -> bool:
        """Whether neither side has closed it, as far as is known."""
        return not self.reader.at_eof() and not self.writer.is_closing()

    def close(self) -> None:
        """Drops it at once."""
        self.writer.transport.abort()


async def request(
    connection: Connection, url: str, headers: dict[str, str], *, largest: int, has_begun: Callable[[], None],
    keep_wire: bool = False, keep_open: bool = False,
) -> RawResponse:  # fmt: skip
    """GETs ``url`` over ``connection``; ``keep_wire``: with every byte sent and received.

    ``has_begun`` is called when the answer begins, unless it asks for a pause. Raises ResponseTooLarge over ``largest``
    bytes of body, OSError when the connection fails, h11.RemoteProtocolError for an answer that is not HTTP.
    """
    parts = urlsplit(url)
    state = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEADERS)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent_headers = {"Host": parts.netloc, **headers, **({} if keep_open else {"Connection": "close"})}
    sent = state.send(h11.Request(method="GET", target=target, headers=list(sent_headers.items()))) or b""
    sent += state.send(h11.EndOfMessage()) or b""
    response = RawResponse(at=datetime.now(UTC))
    connection.writer.write(sent)
    await connection.writer.drain()
    await _receive(connection.reader, state, response, largest, has_begun, keep_wire=keep_wire)
    response.body = bytes(response.body)
    response.reusable = (
        response.whole
        and state.our_state is h11.DONE
        and state.their_state is h11.DONE
        and not state.trailing_data[0]
    )
    if keep_wire:
        tls = connection.writer.get_extra_info("ssl_object")
        response.wire = Wire(
            sent=sent, received=bytes(response.received), ended_at=datetime.now(UTC),
            tls=" ".join(filter(None, (tls.version(), (tls.cipher() or ("",))[0]))) if tls else None,
            chain=certificate_chain(tls) if tls else (),
        )  # fmt: skip
    return response


def unverified_tls() -> ssl.SSLContext:
    """Takes any certificate: what the server showed is kept and judged afterwards, in the record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def verified_tls() -> ssl.SSLContext:
    """Takes certificates of authorities that this machine trusts, made out to the host."""
    context = ssl.create_default_context()
    context.options |= (
        0x4  # OP_LEGACY_SERVER_CONNECT, named from Python 3.12 on: old servers of public bodies need it
    )
    context.set_alpn_protocols(["http/1.1"])
    return context


def certificate_chain(tls: Any) -> tuple[bytes, ...]:
    """The certificates the server sent, DER. Python names the call in public from 3.13 on."""
    if hasattr(tls, "get_unverified_chain"):
        return tuple(tls.get_unverified_chain())
    found = tls._sslobj.get_unverified_chain() or ()
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in found)


async def _receive(
    reader: asyncio.StreamReader, state: h11.Connection, response: RawResponse, largest: int,
    has_begun: Callable[[], None], *, keep_wire: bool,
) -> None:  # fmt: skip
    """Reads one answer into ``response``; one that breaks off after its headers is marked as not whole."""
    head: bytearray | None = bytearray()
    while True:
        try:
            event = state.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(STEP)
                if keep_wire:
                    response.received += data
                head, ready = _tolerant_head(head, data)
                if ready is not None:
                    state.receive_data(ready)
                continue
        except (h11.RemoteProtocolError, OSError):
            if not response.status:
                raise
            response.whole = False  # its end never came
            return
        if isinstance(event, h11.Response):
            _begin(response, event, largest, has_begun)
        elif isinstance(event, h11.Data):
            response.body += event.data
            if len(response.body) > largest:
                raise ResponseTooLarge
        else:  # end of message, connection closed, or switched to something that is not HTTP
            return


def _begin(response: RawResponse, event: h11.Response, largest: int, has_begun: Callable[[], None]) -> None:
    response.status = event.status_code
    response.protocol = f"HTTP/{event.http_version.decode()}"
    response.headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in event.headers.raw_items())
    names = {name.lower(): value for name, value in response.headers}
    if "retry-after" not in names:  # that one must be heard before anybody else may start
        has_begun()
    if int(names.get("content-length", "0")) > largest:
        raise ResponseTooLarge


def _tolerant_head(head: bytearray | None, data: bytes) -> tuple[bytearray | None, bytes | None]:
    """The header block with what is no header left out, as browsers read it, instead of losing the page.

    ``head``: what came of the block so far, None once it is whole. Returns it, and what h11 may read now (None:
    nothing yet; b"": the connection ended). Interim answers (1xx) are passed over.
    """
    if head is None:
        return None, data
    head += data
    while (end := _HEAD_END.search(head)) is not None:
        lines = bytes(head[: end.start()]).splitlines()
        rest = head[end.end() :]
        if not _INTERIM.match(lines[0] if lines else b""):
            return None, _cleaned(lines) + bytes(rest)
        head = rest
    if data and len(head) <= LONGEST_HEADERS:
        return head, None
    return None, bytes(head)


def _cleaned(lines: list[bytes]) -> bytes:
    """Status line and header lines in a form that h11 takes; lines without a possible name are dropped."""
    kept = [_VERSION.sub(b"HTTP/1.1 ", _CONTROL.sub(b" ", lines[0]))] if lines else []
    in_field = False
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t"):
            if in_field:
                kept.append(_CONTROL.sub(b" ", line))
            continue
        found = _FIELD.match(line)
        in_field = found is not None
        if found is not None:
            kept.append(found[1] + b":" + _CONTROL.sub(b" ", line[found.end() :]))
    return b"\r\n".join([*kept, b"", b""])
