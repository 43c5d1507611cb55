"""Fetching: Scrapy's downloader at the rim, with everything it would decide by itself switched off.

One exchange at a time passes the gate, robots.txt and the pace; redirects are followed here, hop by hop, so that
each passes all three again. No cookies, one honest name.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import scrapy
from OpenSSL import SSL
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from service_identity import CertificateError, VerificationError
from twisted.internet.error import ConnectError

from crawler.http import content_encoding, robots, url_policy
from crawler.http.rate_limit import AFTER_429, PATIENCE, Pace
from crawler.http.response import (
    TRY_LATER,
    Exchange,
    HttpResponse,
    ends_whole,
    refresh_target,
    retry_after,
    status_words,
)
from crawler.http.scrapy_downloader import PINS, SCRAPY, IdleSpider, begun, stay_open
from crawler.http.url_policy import Allowed
from db.core.connection import Connection
from db.core.errors import SetAside, TryLater
from db.press import hosts
from db.press.urls import host_of, tidy

MOST_HOPS = 8
MOST_ROBOTS_HOPS = 5  # RFC 9309
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/feed+json,*/*;q=0.8"


class FetchError(TryLater):
    """A failed fetch with a short ``kind`` for labels; ``soft``: the server is there but in trouble."""

    def __init__(self, kind: str, why: str, *, wait: float | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.wait = wait


class Refused(SetAside):
    """An address that is not, or not wholly, to be had; ``again``: another day it may be."""

    def __init__(self, kind: str, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.kind = kind
        self.again = again


class Elsewhere(SetAside):
    """A redirect leads to a host that is not the source's; ``target`` is where."""

    kind = "elsewhere"
    again = True

    def __init__(self, target: str, why: str) -> None:
        super().__init__(why)
        self.target = target


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Largest page unpacked and as sent (bytes), longest fetch (seconds)."""

    largest: int = 10 * 2**20
    longest: float = 60.0


class Fetcher:
    """Asks addresses on behalf of sources."""

    def __init__(
        self,
        conn: Connection,
        *,
        pace: Pace,
        agent: str,
        limits: FetchLimits,
        fresh_robots: bool,
    ) -> None:
        self._conn = conn
        self._pace = pace
        self._agent = agent
        self.limits = limits
        self._fresh_robots = fresh_robots
        self._rules: dict[str, tuple[datetime, robots.Rules]] = {}
        self._robots_locks: dict[str, asyncio.Lock] = {}
        self._crawler: Any = None
        self._download: Any = None
        self._running: asyncio.Task[None] | None = None
        self._born = datetime.now(UTC)

    async def open(self) -> None:
        """Starts Scrapy's engine on the running loop; the asyncio reactor must be installed."""
        for name in ("scrapy", "twisted", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        runner = AsyncCrawlerRunner(SCRAPY)
        self._crawler = runner.create_crawler(IdleSpider)
        opened = asyncio.get_running_loop().create_future()
        self._crawler.signals.connect(stay_open, signal=signals.spider_idle, weak=False)

        def on_opened(spider: Any) -> None:
            if not opened.done():
                opened.set_result(None)

        self._crawler.signals.connect(on_opened, signal=signals.spider_opened, weak=False)
        self._crawler.signals.connect(begun, signal=signals.headers_received, weak=False)
        self._running = runner.crawl(self._crawler)
        await opened
        # past the engine's own queues, which would only count what our pace has let pass
        self._download = self._crawler.engine.downloader.handlers.download_request_async

    async def close(self) -> None:
        """Ends Scrapy's engine."""
        if self._crawler is not None and self._running is not None:
            await self._crawler.stop_async()
            await asyncio.wait([self._running], timeout=10)

    # ── chains ──────────────────────────────────────────────────────────────────────────────────────────

    async def get(
        self, url: str, allowed: Allowed, *, gap: float, headers: Mapping[str, str] | None = None,
        largest: int | None = None, refresh: bool = False,
    ) -> HttpResponse:  # fmt: skip
        """The answer at the end of the redirects. ``gap``: the source's seconds between requests at a host.

        ``refresh``: a page that sends the reader on by a meta element is followed too.
        Raises Refused (not to be had), Elsewhere (leads off the source), Fault or Asked (try later).
        """
        hops: list[Exchange] = []
        visited: set[str] = set()
        current = url
        while True:
            if (why := url_policy.refusal(current, allowed)) is not None:
                if hops and tidy(current):
                    raise Elsewhere(current, f"redirects to {current[:200]}: {why}")
                raise Refused("gate", why)
            if current in visited:
                raise Refused("loop", "redirects in a circle", again=True)
            visited.add(current)
            rules = await self.rules(current, allowed, gap=gap)
            if rules.closed is not None:
                raise robots.Closed(rules.closed)
            if not rules.allows(current):
                raise Refused("robots", "closed by robots.txt", again=True)
            exchange = await self.exchange(
                current, allowed, gap=max(gap, rules.delay), headers=headers, largest=largest
            )
            target: str | None = None
            if exchange.status in (301, 302, 303, 307, 308):
                location = exchange.header("location")
                target = tidy(_readable(location), current) if location else None
                if target is None:
                    raise Refused("redirect", "redirects to nowhere that can be read", again=True)
            body = b"" if target else self._body(exchange, largest)
            if refresh and target is None and exchange.status == 200:
                target = refresh_target(body, base=current)
            if target is None:
                permanent = bool(hops) and all(h.status in (301, 308) for h in hops)
                return HttpResponse(url=url, last=exchange, body=body, hops=tuple(hops), permanent=permanent)
            hops.append(exchange)
            if len(hops) > MOST_HOPS:
                raise Refused("loop", f"redirects more than {MOST_HOPS} times", again=True)
            current = target

    def _body(self, exchange: Exchange, largest: int | None) -> bytes:
        codings = exchange.every("content-encoding")
        try:
            most = largest or self.limits.largest
            body = content_encoding.unsaid(
                content_encoding.unpack(exchange.payload, codings, limit=most), limit=most
            )
        except content_encoding.UnpackedTooLarge as why:
            raise Refused("too_large", str(why)) from why
        except content_encoding.Broken as why:
            raise FetchError("broken", str(why)) from why
        if exchange.cut == "dataloss" and not ends_whole(body):
            raise FetchError("cut", "the answer was cut off half way")
        return body

    def known_rules(self, url: str) -> robots.Rules | None:
        """What robots.txt of an address's origin said in this round, if it was asked for."""
        known = self._rules.get(robots.origin(url))
        return known[1] if known else None

    # ── robots.txt ──────────────────────────────────────────────────────────────────────────────────────

    async def rules(self, url: str, allowed: Allowed, *, gap: float) -> robots.Rules:
        """What robots.txt of an address's origin says; asked for at most once per origin at a time."""
        origin = robots.origin(url)
        known = self._rules.get(origin)
        if known is not None and robots.is_fresh(known[0], failed=known[1].closed is not None):
            return known[1]
        lock = self._robots_locks.setdefault(origin, asyncio.Lock())
        async with lock:
            known = self._rules.get(origin)
            if known is not None and robots.is_fresh(known[0], failed=known[1].closed is not None):
                return known[1]
            kept = hosts.robots(self._conn, origin)
            if (
                kept is not None
                and robots.is_fresh(kept.fetched_at, failed=kept.why is not None)
                and (not self._fresh_robots or kept.fetched_at > self._born)
            ):
                rules = robots.judge(kept.status, kept.body, why=kept.why)
                self._rules[origin] = (kept.fetched_at, rules)
                return rules
            rules = await self._ask_robots(origin, allowed, gap=gap)
            self._rules[origin] = (datetime.now(UTC), rules)
            if rules.delay > gap:
                hosts.seen(self._conn, host_of(origin), gap=rules.delay)
            return rules

    async def _ask_robots(self, origin: str, allowed: Allowed, *, gap: float) -> robots.Rules:
        status: int | None = None
        body, why = b"", None
        for attempt in (1, 2, 3):
            try:
                status, body, why = await self._robots_chain(f"{origin}/robots.txt", allowed, gap=gap)
                break
            except FetchError as fault:
                why = f"robots.txt cannot be read: {fault}"
                if fault.kind in ("refused", "name"):
                    break
                if attempt < 3:
                    await asyncio.sleep(min(fault.wait or 1.0 * attempt, PATIENCE))
        text = body[: robots.LARGEST].decode("utf-8", "replace")
        hosts.keep_robots(
            self._conn, origin, status=status, body=text if status and status < 300 else "", why=why
        )
        return robots.judge(status, text, why=why)

    async def _robots_chain(self, url: str, allowed: Allowed, *, gap: float) -> tuple[int, bytes, str | None]:
        """Status, body and complaint; a redirect off the source counts as absent."""
        for _ in range(MOST_ROBOTS_HOPS + 1):
            if url_policy.refusal(url, allowed) is not None:
                return 404, b"", None
            exchange = await self.exchange(url, allowed, gap=gap, largest=2 * 2**20)
            if exchange.status in (301, 302, 303, 307, 308):
                target = tidy(_readable(exchange.header("location") or ""), url)
                if target is None:
                    return 404, b"", None
                url = target
                continue
            if exchange.status == 304:
                raise FetchError("http_304", "robots.txt answered 304 to an unconditional request")
            return exchange.status, self._body(exchange, 2 * 2**20), None
        return 404, b"", None

    # ── one exchange ────────────────────────────────────────────────────────────────────────────────────

    async def exchange(
        self,
        url: str,
        allowed: Allowed,
        *,
        gap: float,
        headers: Mapping[str, str] | None = None,
        largest: int | None = None,
    ) -> Exchange:
        """One request and its answer, whatever its status, except those that mean "later": they raise Fault."""
        host = host_of(url)
        try:
            PINS[host] = address = await url_policy.resolve(url, allowed)
        except SetAside as why:
            raise Refused("gate", str(why)) from why
        except TryLater as why:
            raise FetchError("name", str(why)) from why
        sent = {
            "User-Agent": self._agent,
            "Accept": ACCEPT,
            "Accept-Encoding": content_encoding.ACCEPTED,
            **(headers or {}),
        }
        most = largest or self.limits.largest
        async with self._pace.turn(host, gap=gap) as has_begun:
            try:
                exchange = await self._ask(url, address, sent, most, has_begun)
            except FetchError as fault:
                if fault.kind == "refused":
                    hosts.down(self._conn, host, minutes=10, why="nobody answers (connection refused)")
                raise
            self._listen(exchange, host)
        return exchange

    async def _ask(
        self, url: str, address: str, sent: dict[str, str], largest: int, has_begun: Callable[[], None]
    ) -> Exchange:
        """One request at the address that passed the gate; ``has_begun`` is called when the answer begins."""
        request = scrapy.Request(
            url,
            headers=sent,
            dont_filter=True,
            meta={
                "download_timeout": self.limits.longest,
                "download_maxsize": largest,
                "download_warnsize": 0,
                "download_fail_on_dataloss": False,
                "kiemtin_begun": has_begun,
            },
        )
        at = datetime.now(UTC)
        try:
            response: Response = await self._download(request)
        except DownloadTimeoutError as why:
            raise FetchError("timeout", f"no whole answer within {self.limits.longest:.0f} s") from why
        except DownloadCancelledError as why:
            raise Refused("too_large", f"larger than {largest // 2**20} MB") from why
        except DownloadConnectionRefusedError as why:
            raise FetchError("refused", "nobody answers there (connection refused)") from why
        except CannotResolveHostError as why:
            raise FetchError("name", f"the name {host_of(url)} cannot be resolved") from why
        except (DownloadFailedError, ConnectError, OSError) as why:
            if (said := certificate_fault(why)) is not None:
                raise Refused("certificate", said, again=True) from why
            raise FetchError("broken", f"the connection broke ({_first_words(why)})") from why
        except UnsupportedURLSchemeError as why:
            raise Refused("gate", "only http and https addresses are fetched") from why
        return Exchange(
            url=url,
            status=response.status,
            headers=tuple(
                (k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs
            ),
            payload=response.body,
            at=at,
            request_headers=tuple(sent.items()),
            address=str(response.ip_address) if response.ip_address else address,
            protocol=response.protocol or "HTTP/1.1",
            cut=next((f for f in response.flags if f in ("partial", "dataloss")), None),
        )

    def _listen(self, exchange: Exchange, host: str) -> None:
        """Keeps quiet as the server asks, and turns "later" into Fault."""
        if exchange.status not in TRY_LATER:
            return
        wait = retry_after(exchange.header("retry-after"), now=datetime.now(UTC))
        if wait is None and exchange.status == 429:
            wait = AFTER_429
        if wait:
            self._pace.quiet(host, seconds=wait, why=f"{exchange.status}, asked to wait {wait:.0f} s")
        raise FetchError(f"http_{exchange.status}", status_words(exchange.status), wait=wait)


def _readable(location: str) -> str:
    """A Location header as a server meant it: raw UTF-8 bytes arrive as latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _cause(why: BaseException) -> BaseException:
    """What Twisted and Scrapy wrapped."""
    reasons = getattr(why.__cause__, "reasons", None)
    found: BaseException = reasons[0].value if reasons else why.__cause__ or why
    return found


def _first_words(why: BaseException) -> str:
    return type(_cause(why)).__name__


def certificate_fault(why: BaseException) -> str | None:
    """The sentence for a server whose certificate does not hold; None for any other failure of a connection."""
    cause = _cause(why)
    if isinstance(cause, VerificationError | CertificateError):
        return "the server's certificate is made out to another name; nothing is read over such a connection"
    if isinstance(cause, SSL.Error) and "certificate verify failed" in str(cause):
        return "the server's certificate is not valid (expired, self-made or of an unknown issuer); nothing is read over such a connection"
    return None


def own_name(contact: str) -> str:
    """The user agent: product, version and where the people behind it can be reached."""
    return f"kiemtin/0.3 (+{contact})"
