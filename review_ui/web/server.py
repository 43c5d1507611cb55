"""The HTTP server (waitress) with limits that hold before a request reaches the application.

A request's head has HEAD_SECONDS to arrive, its body BODY_SECONDS and the time that SLOWEST bytes a second need; a body is
refused by its declared length, by address and by what is being received altogether; of too many open connections those
that have sent no whole request are closed first, oldest first. Sizes in bytes, times in seconds.
"""

from __future__ import annotations

import copy
import ipaddress
import logging
import re
import resource
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import waitress
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import Error, RequestEntityTooLarge

# Chosen 2026-11-29. A head is sent at once; SLOWEST is a telephone at the edge of its network.
HEAD_SECONDS, BODY_SECONDS, SLOWEST = 10.0, 30.0, 10_000
IDLE_SECONDS = 60
MOST_CONNECTIONS = 800
# Bodies: what a form without a file needs, a report with its file, a large pasted text, a file of staff.
SMALL, REPORT, LARGE = 2**18, 28 * 2**20, 64 * 2**20
PUBLIC_FORMS = {"/report": REPORT}
RECEIVED_AT_ONCE = 256 * 2**20  # of all connections together, in memory and temporary files
PREFIX = re.compile(r"(/[\w.~-]+)+")
TRUSTED = frozenset({"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"})
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def largest_body(path: str, *, signed_in: bool) -> int:
    """The largest body that an address takes, in bytes; ``signed_in``: the request carries a session or a token."""
    if signed_in:
        return LARGE
    return PUBLIC_FORMS.get(path.rstrip("/"), SMALL)


TOO_LARGE = "Nội dung gửi lên quá lớn nên không được nhận. / What was sent is too large and was not taken."
BUSY = "Hệ thống đang nhận quá nhiều dữ liệu, hãy thử lại sau ít phút. / Too much is being received; try again in some minutes."


class TooLarge(Error):  # type: ignore[misc]
    """A body over the limit of its address (413)."""

    code, reason = 413, "Content Too Large"


class ServerBusy(Error):  # type: ignore[misc]
    """Too many bytes are being received altogether (503)."""

    code, reason = 503, "Service Unavailable"


class BoundedRequest(HTTPRequestParser):  # type: ignore[misc]
    """One request being received: its body is measured against the limit of its address as soon as its head is known."""

    adj: Any
    error: Any
    _busy = False

    def __init__(self, adj: Adjustments, *, received: Callable[[], int]) -> None:
        super().__init__(adj)
        self.begun = time.monotonic()
        self._received = received

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if not (self.chunked or self.content_length):
            return
        known = "kiemtin_session=" in self.headers.get("COOKIE", "") or "AUTHORIZATION" in self.headers
        limit = largest_body(self.path, signed_in=known)
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = limit
        if self.content_length >= limit:
            self.expect_continue = False  # nobody is asked to send what will not be read
        elif self.awaited > SMALL and self._received() > RECEIVED_AT_ONCE:  # this body is counted in
            self.adj.max_request_body_size, self.expect_continue, self._busy = 0, False, True

    def received(self, data: bytes) -> int:
        consumed = int(super().received(data))
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = ServerBusy(BUSY) if self._busy else TooLarge(TOO_LARGE)
        return consumed

    @property
    def awaited(self) -> int:
        """Bytes that the body may take: as declared, or the limit where it comes in chunks."""
        return int(self.adj.max_request_body_size if self.chunked else self.content_length)

    def overdue(self, now: float) -> bool:
        """Whether the request has taken longer than an honest sender needs."""
        allowed = HEAD_SECONDS
        if self.headers_finished:
            allowed += BODY_SECONDS + self.body_bytes_received / SLOWEST
        return now - self.begun > allowed


class BoundedChannel(HTTPChannel):  # type: ignore[misc]
    """One connection; knows since when it has been waiting for a whole request."""

    def __init__(self, server: BaseWSGIServer, *rest: Any, **named: Any) -> None:
        super().__init__(server, *rest, **named)
        self.parser_class = partial(BoundedRequest, received=partial(being_received, server))
        self.opened = time.monotonic()
        self.answered = False

    def service(self) -> None:
        super().service()
        self.answered = True

    @property
    def waiting(self) -> bool:
        """Whether no whole request is there to be answered."""
        return not self.requests and not self.total_outbufs_len

    def overdue(self, now: float) -> bool:
        if self.request is not None:
            return bool(self.request.overdue(now))
        return not self.answered and now - self.opened > HEAD_SECONDS


def being_received(server: BaseWSGIServer) -> int:
    """Bytes of bodies that open connections have sent or announced and that are not answered yet."""
    requests = [
        request
        for channel in list(server.active_channels.values())
        for request in (channel.request, *channel.requests)
        if request is not None and request.body_rcv is not None
    ]
    return sum(int(request.awaited) for request in requests)


def close_the_overdue(server: BaseWSGIServer) -> None:
    """Closes connections that took too long, and where many are open the oldest that never sent a whole request."""
    now = time.monotonic()
    waiting = sorted(
        (channel for channel in list(server.active_channels.values()) if channel.waiting),
        key=lambda channel: channel.opened,
    )
    for channel in waiting:
        if channel.overdue(now):
            channel.will_close = True
    many = len(server.active_channels) - int(server.adj.connection_limit * 0.75)
    for channel in [c for c in waiting if not c.answered and now - c.opened > 1][: max(many, 0)]:
        channel.will_close = True


class ProxyTrust:
    """Which peers are the reverse proxy, by address, network ("10.0.0.0/8") or host name; ``*`` is everybody.

    A name is looked up again every RESOLVED_FOR seconds, because containers change their addresses.
    """

    RESOLVED_FOR = 30.0

    def __init__(self, words: str) -> None:
        self.everybody = "*" in words.split(",")
        self.networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        self.names: list[str] = []
        for word in filter(None, (word.strip() for word in words.split(","))):
            try:
                self.networks.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                self.names.append(word)
        self._addresses: frozenset[str] = frozenset()
        self._resolved_at = -self.RESOLVED_FOR

    def holds(self, peer: str) -> bool:
        if self.everybody:
            return True
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.networks) or peer in self._of_names()

    def _of_names(self) -> frozenset[str]:
        if self.names and time.monotonic() - self._resolved_at > self.RESOLVED_FOR:
            found: set[str] = set()
            for name in (name for name in self.names if name != "*"):
                with suppress(OSError):
                    found |= {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
            self._addresses, self._resolved_at = frozenset(found), time.monotonic()
        return self._addresses


def behind_proxy(application: Application, trust: ProxyTrust) -> Application:
    """Lets forwarded headers of the trusted proxy through and no others; ``X-Forwarded-Prefix`` becomes the mount point."""

    def forward(environ: Environ, start: Any) -> Iterable[bytes]:
        prefix = environ.pop("HTTP_X_FORWARDED_PREFIX", "").split(",")[0].strip().rstrip("/")
        if not trust.holds(str(environ.get("REMOTE_ADDR", ""))):
            for header in [name for name in environ if name.startswith("HTTP_X_FORWARDED_")]:
                del environ[header]
        elif PREFIX.fullmatch(prefix):
            environ["SCRIPT_NAME"] = prefix
            path = str(environ.get("PATH_INFO", ""))
            if path == prefix or path.startswith(prefix + "/"):
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return application(environ, start)

    return forward


def create(app: Application, *, host: str, port: int, threads: int, proxy: str | None = None) -> Any:
    """The server, listening and not yet running. Raises OSError where the address cannot be used."""
    trusted: dict[str, Any] = {}
    if proxy:
        # which peer is the proxy is judged by `behind_proxy`, outside of waitress's own reading of the headers
        trusted = {"trusted_proxy": "*", "trusted_proxy_headers": set(TRUSTED)}
    # a line a request that waits for a thread: strangers could fill the disk with them
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        ident="kiemtin",
        clear_untrusted_proxy_headers=True,
        connection_limit=max(min(MOST_CONNECTIONS, open_files // 2), 50),
        asyncore_use_poll=True,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=1,
        max_request_body_size=LARGE,
        **trusted,
    )
    for listening in [one for one in sockets.values() if isinstance(one, BaseWSGIServer)]:
        bound(listening)
        if proxy:
            listening.application = behind_proxy(listening.application, ProxyTrust(proxy))
    return server


def bound(server: BaseWSGIServer) -> None:
    """Puts the limits of this module on a server."""
    idle = server.maintenance

    def maintenance(now: float) -> None:
        idle(now)
        close_the_overdue(server)

    server.channel_class = BoundedChannel
    server.maintenance = maintenance
