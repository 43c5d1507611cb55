"""The rim: Scrapy's engine as a bare downloader. Everything it would decide by itself is switched off."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import DontCloseSpider
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolverSimple
from twisted.web.http_headers import InvalidHeaderName
from zope.interface import implementer

PINS: dict[str, str] = {}  # host -> the address that passed the gate; the only ones we connect to


@implementer(IResolverSimple)
class PinnedResolver:
    """Answers with the address that passed the gate, so that a name cannot change between check and connection."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> PinnedResolver:
        return cls(reactor)

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def install_on_reactor(self) -> None:
        """Scrapy's hook."""
        self._reactor.installResolver(self)

    def getHostByName(self, name: str, timeout: Any = None) -> Deferred[str]:
        """The pinned address of a host."""
        found = PINS.get(name)
        return succeed(found) if found else fail(DNSLookupError(f"{name} did not pass the gate"))


class TolerantParser(_LenientHTTPClientParser):
    """Passes over header lines with impossible names, as browsers do, instead of losing the page."""

    def headerReceived(self, name: bytes, value: bytes) -> None:
        """Twisted's hook."""
        with contextlib.suppress(InvalidHeaderName, ValueError):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class TolerantProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol with that parser, set the way Scrapy sets its own."""

    def request(self, request: Any) -> Any:
        """Twisted's hook."""
        found = super().request(request)
        self._parser.__class__ = TolerantParser
        return found


class TolerantFactory(_LenientHTTP11ClientFactory):
    """Makes that protocol."""

    def buildProtocol(self, addr: Any) -> TolerantProtocol:
        """Twisted's hook."""
        return TolerantProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's handler without Twisted's silent second attempt: every request passes the pace."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False
        self._pool._factory = TolerantFactory


class IdleSpider(scrapy.Spider):
    """A spider that stays open and crawls nothing by itself: it lends its downloader."""

    name = "kiemtin"

    async def start(self) -> AsyncIterator[Any]:
        """No requests of its own."""
        none: tuple[scrapy.Request, ...] = ()
        for request in none:
            yield request


def stay_open(spider: Any) -> None:
    raise DontCloseSpider


def begun(request: scrapy.Request, headers: Any, **_: Any) -> None:
    if b"Retry-After" not in headers:  # that one must be heard before anybody else may start
        request.meta["kiemtin_begun"]()


SCRAPY: dict[str, Any] = {
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "DNS_RESOLVER": "crawler.http.scrapy_downloader.PinnedResolver",
    "DOWNLOAD_HANDLERS": {
        **dict.fromkeys(("data", "file", "ftp", "s3")),
        **dict.fromkeys(("http", "https"), "crawler.http.scrapy_downloader.PoliteHandler"),
    },
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "ADDONS": {},
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,  # connections kept open to a host
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "COOKIES_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_ENABLED": False,
    "STATS_DUMP": False,
}
