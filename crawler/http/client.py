"""Fetching: URL policy, robots.txt and rate limit before each exchange; redirects followed hop by hop, each through all three.

What carries an exchange is a transport: Scrapy's engine for the crawl, one connection each for evidence. No cookies, one
honest name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.http import content_encoding, robots, url_policy
from crawler.http.errors import Elsewhere, FetchError, Refused
from crawler.http.rate_limit import AFTER_429, Pace
from crawler.http.response import (
    TRY_LATER,
    Exchange,
    HttpResponse,
    ends_whole,
    refresh_target,
    retry_after,
    status_words,
)
from crawler.http.retry import with_retries
from crawler.http.transport import OutgoingRequest, Transport
from crawler.http.url_policy import Allowed
from db.core.connection import Connection
from db.core.errors import SetAside, TryLater
from db.press import hosts
from db.press.urls import host_of, tidy

MOST_HOPS = 8
MOST_ROBOTS_HOPS = 5  # RFC 9309
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/feed+json,*/*;q=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Largest page unpacked and as sent (bytes), longest fetch (seconds)."""

    largest: int = 10 * 2**20
    longest: float = 60.0


class RobotsCache:
    """robots.txt as read in this process, by origin; one request for it at a time."""

    def __init__(self) -> None:
        self._rules: dict[str, tuple[datetime, robots.Rules]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def lock(self, origin: str) -> asyncio.Lock:
        """Held while robots.txt of an origin is asked for."""
        return self._locks.setdefault(origin, asyncio.Lock())

    def any(self, origin: str) -> robots.Rules | None:
        """What was read last, however long ago."""
        known = self._rules.get(origin)
        return known[1] if known else None

    def fresh(self, origin: str) -> robots.Rules | None:
        """What was read and still counts."""
        known = self._rules.get(origin)
        if known is None or not robots.is_fresh(known[0], failed=known[1].closed is not None):
            return None
        return known[1]

    def keep(self, origin: str, rules: robots.Rules, *, at: datetime) -> None:
        """Remembers what was read at ``at``."""
        self._rules[origin] = (at, rules)


class Fetcher:
    """Asks addresses on behalf of sources, over ``transport``.

    ``fresh_robots``: robots.txt of earlier rounds is not believed.
    """

    def __init__(
        self,
        conn: Connection,
        transport: Transport,
        *,
        pace: Pace,
        agent: str,
        limits: FetchLimits,
        fresh_robots: bool,
        robots_cache: RobotsCache | None = None,
    ) -> None:
        self._conn = conn
        self._transport = transport
        self._pace = pace
        self._agent = agent
        self.limits = limits
        self._fresh_robots = fresh_robots
        self._robots = robots_cache or RobotsCache()
        self._born = datetime.now(UTC)

    def over(self, transport: Transport) -> Fetcher:
        """One that shares rate limit, limits and what is known of robots.txt with this one, over another transport."""
        return Fetcher(
            self._conn, transport, pace=self._pace, agent=self._agent, limits=self.limits,
            fresh_robots=self._fresh_robots, robots_cache=self._robots,
        )  # fmt: skip

    # ── chains ──────────────────────────────────────────────────────────────────────────────────────────

    async def get(
        self, url: str, allowed: Allowed, *, gap: float, headers: Mapping[str, str] | None = None,
        largest: int | None = None, refresh: bool = False,
    ) -> HttpResponse:  # fmt: skip
        """The answer at the end of the redirects. ``gap``: the source's seconds between requests at a host.

        ``refresh``: a page that sends the reader on by a meta element is followed too.
        Raises Refused (not to be had), Elsewhere (leads off the source), FetchError or RetryAfter (try later).
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
            body = content_encoding.unpack_undeclared(
                content_encoding.unpack(exchange.payload, codings, limit=most), limit=most
            )
        except content_encoding.UnpackedTooLarge as exc:
            raise Refused("too_large", str(exc)) from exc
        except content_encoding.Broken as exc:
            raise FetchError("broken", str(exc)) from exc
        if exchange.is_cut and not ends_whole(body):
            raise FetchError("cut", "the answer was cut off half way")
        return body

    def known_rules(self, url: str) -> robots.Rules | None:
        """What robots.txt of an address's origin said in this round, if it was asked for."""
        return self._robots.any(robots.origin(url))

    # ── robots.txt ──────────────────────────────────────────────────────────────────────────────────────

    async def rules(self, url: str, allowed: Allowed, *, gap: float) -> robots.Rules:
        """What robots.txt of an address's origin says; asked for at most once per origin at a time."""
        origin = robots.origin(url)
        if (known := self._robots.fresh(origin)) is not None:
            return known
        async with self._robots.lock(origin):
            if (known := self._robots.fresh(origin)) is not None:
                return known
            kept = hosts.robots(self._conn, origin)
            if (
                kept is not None
                and robots.is_fresh(kept.fetched_at, failed=kept.why is not None)
                and (not self._fresh_robots or kept.fetched_at > self._born)
            ):
                rules = robots.judge(kept.status, kept.body, why=kept.why)
                self._robots.keep(origin, rules, at=kept.fetched_at)
                return rules
            rules = await self._ask_robots(origin, allowed, gap=gap)
            self._robots.keep(origin, rules, at=datetime.now(UTC))
            if rules.delay > gap:
                hosts.seen(self._conn, host_of(origin), gap=rules.delay)
            return rules

    async def _ask_robots(self, origin: str, allowed: Allowed, *, gap: float) -> robots.Rules:
        status: int | None = None
        body, why = b"", None
        try:
            status, body, why = await with_retries(
                lambda: self._robots_chain(f"{origin}/robots.txt", allowed, gap=gap),
                attempts=3,
                pause=1.0,
                not_again=frozenset({"refused", "name"}),
            )
        except FetchError as exc:
            why = f"robots.txt cannot be read: {exc}"
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
        """One request and its answer, whatever its status, except those that mean "later": they raise FetchError."""
        host = host_of(url)
        try:
            address = await url_policy.resolve(url, allowed)
        except SetAside as exc:
            raise Refused("gate", str(exc)) from exc
        except TryLater as exc:
            raise FetchError("name", str(exc)) from exc
        sent = {
            "User-Agent": self._agent,
            "Accept": ACCEPT,
            "Accept-Encoding": content_encoding.ACCEPTED,
            **(headers or {}),
        }
        async with self._pace.turn(host, gap=gap) as has_begun:
            request = OutgoingRequest(
                url=url, address=address, headers=sent, largest=largest or self.limits.largest,
                longest=self.limits.longest, has_begun=has_begun,
            )  # fmt: skip
            try:
                exchange = await self._transport.send(request)
            except FetchError as exc:
                if exc.kind == "refused":
                    hosts.down(self._conn, host, minutes=10, why="nobody answers (connection refused)")
                raise
            self._obey(exchange, host)
        return exchange

    def _obey(self, exchange: Exchange, host: str) -> None:
        """Keeps quiet as the server asks, and turns "later" into FetchError."""
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
