"""The transport of the crawl: Scrapy's engine with a download handler of our own, everything else switched off.

Only Scrapy's public interfaces are used (settings, signals, ``engine.download_async``, the download handler protocol of
2.14). The handler connects to the address that passed the URL policy, which travels in the request's meta: a name cannot
change between check and connection. Nothing is sent twice: every request passes the rate limit.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response

from crawler.http import raw_http
from crawler.http.response import Exchange
from crawler.http.transport import OutgoingRequest, exchange_of, transport_errors

MOST_IDLE = 4  # connections kept open to an origin between requests
LONGEST_IDLE = 30.0  # seconds; servers close theirs after 5 to 75
_OUTGOING = "kiemtin_request"  # key of the request's meta


class ExchangeResponse(Response):
    """Scrapy's response, empty, with the exchange that the handler made."""

    exchange: Exchange


class RawDownloadHandler:
    """Scrapy's download handler for http and https over `raw_http`; connections stay open between requests."""

    lazy = False

    def __init__(self) -> None:
        self._tls = raw_http.verified_tls()
        self._idle: defaultdict[tuple[str, str], list[tuple[raw_http.Connection, float]]] = defaultdict(list)

    async def download_request(self, request: scrapy.Request) -> Response:
        """Scrapy's hook. Raises FetchError or Refused."""
        outgoing: OutgoingRequest = request.meta[_OUTGOING]
        with transport_errors(outgoing):
            async with asyncio.timeout(outgoing.longest):
                raw = await self._exchange(outgoing)
        response = ExchangeResponse(request.url, status=raw.status)
        response.exchange = exchange_of(outgoing, raw)
        return response

    async def close(self) -> None:
        """Scrapy's hook: drops the connections."""
        for waiting in self._idle.values():
            for connection, _ in waiting:
                connection.close()
        self._idle.clear()

    async def _exchange(self, request: OutgoingRequest) -> raw_http.RawResponse:
        parts = urlsplit(request.url)
        key = (f"{parts.scheme}://{parts.netloc}", request.address)
        connection = self._idle_connection(key) or await raw_http.Connection.open(
            request.url, request.address, self._tls
        )
        try:
            raw = await raw_http.request(
                connection, request.url, request.headers, largest=request.largest, has_begun=request.has_begun,
                keep_open=True,
            )  # fmt: skip
        except BaseException:
            connection.close()
            raise
        if raw.reusable and len(self._idle[key]) < MOST_IDLE:
            self._idle[key].append((connection, asyncio.get_running_loop().time()))
        else:
            connection.close()
        return raw

    def _idle_connection(self, key: tuple[str, str]) -> raw_http.Connection | None:
        """An open connection to an origin, the last one used first; closed and old ones are dropped."""
        oldest = asyncio.get_running_loop().time() - LONGEST_IDLE
        while self._idle[key]:
            connection, since = self._idle[key].pop()
            if since >= oldest and connection.is_open():
                return connection
            connection.close()
        return None


class IdleSpider(scrapy.Spider):
    """A spider that stays open and crawls nothing by itself: it lends its downloader."""

    name = "kiemtin"

    async def start(self) -> AsyncIterator[Any]:
        """No requests of its own."""
        none: tuple[scrapy.Request, ...] = ()
        for request in none:
            yield request


SETTINGS: dict[str, Any] = {
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "DOWNLOAD_HANDLERS": {
        **dict.fromkeys(("data", "file", "ftp", "s3")),
        **dict.fromkeys(("http", "https"), "crawler.http.scrapy_downloader.RawDownloadHandler"),
    },
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "ADDONS": {},
    # rate limits are ours (rate_limit.py): Scrapy's own queues must never hold a request that has got its turn
    "CONCURRENT_REQUESTS": 1000,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1000,
    "DOWNLOAD_DELAY": 0,
    "COOKIES_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_ENABLED": False,
    "STATS_DUMP": False,
}


class ScrapyTransport:
    """Sends requests through Scrapy's engine on the running loop; the asyncio reactor must be installed."""

    def __init__(self) -> None:
        self._crawler: Any = None
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Starts the engine."""
        for name in ("scrapy", "twisted", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        runner = AsyncCrawlerRunner(SETTINGS)
        self._crawler = runner.create_crawler(IdleSpider)
        opened = asyncio.get_running_loop().create_future()

        def stay_open(spider: Any) -> None:
            raise DontCloseSpider

        def on_opened(spider: Any) -> None:
            if not opened.done():
                opened.set_result(None)

        self._crawler.signals.connect(stay_open, signal=signals.spider_idle, weak=False)
        self._crawler.signals.connect(on_opened, signal=signals.spider_opened, weak=False)
        self._running = runner.crawl(self._crawler)
        await opened

    async def send(self, request: OutgoingRequest) -> Exchange:
        """The answer. Raises FetchError or Refused."""
        response: ExchangeResponse = await self._crawler.engine.download_async(
            scrapy.Request(request.url, dont_filter=True, meta={_OUTGOING: request})
        )
        return response.exchange

    async def close(self) -> None:
        """Ends the engine."""
        if self._crawler is not None and self._running is not None:
            await self._crawler.stop_async()
            await asyncio.wait([self._running], timeout=10)
