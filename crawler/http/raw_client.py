"""The fetcher of evidence: the crawl's gate, robots.txt, pace and limits, but each exchange byte for byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Self

import h11

from crawler.http import raw_http
from crawler.http.client import Fetcher, FetchError, Refused
from crawler.http.response import Exchange


class ExactFetcher(Fetcher):
    """Asks as the crawl's own fetcher does, over connections of its own; needs no opening and no closing."""

    @classmethod
    def beside(cls, other: Fetcher) -> Self:
        """One that shares the pace and what is known of robots.txt with ``other``."""
        made = cls(
            other._conn,
            pace=other._pace,
            agent=other._agent,
            limits=other.limits,
            fresh_robots=other._fresh_robots,
        )
        made._rules, made._robots_locks = other._rules, other._robots_locks
        return made

    async def _ask(
        self, url: str, address: str, sent: dict[str, str], largest: int, has_begun: Callable[[], None]
    ) -> Exchange:
        try:
            async with asyncio.timeout(self.limits.longest):
                heard = await raw_http.ask(url, address, sent, largest=largest, has_begun=has_begun)
        except TimeoutError as why:
            raise FetchError("timeout", f"no whole answer within {self.limits.longest:.0f} s") from why
        except raw_http.ResponseTooLarge as why:
            raise Refused("too_large", f"larger than {largest // 2**20} MB") from why
        except ConnectionRefusedError as why:
            raise FetchError("refused", "nobody answers there (connection refused)") from why
        except (h11.RemoteProtocolError, h11.LocalProtocolError) as why:
            raise FetchError("broken", f"the answer is not HTTP ({why})") from why
        except (ssl.SSLError, OSError) as why:
            raise FetchError("broken", f"the connection broke ({type(why).__name__})") from why
        return Exchange(
            url=url,
            status=heard.status,
            headers=heard.headers,
            payload=heard.body,
            at=heard.at,
            request_headers=tuple(sent.items()),
            address=address,
            protocol=heard.protocol,
            cut=None if heard.whole else "dataloss",
            wire=heard.wire,
        )
