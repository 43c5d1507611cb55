"""robots.txt by RFC 9309: absent (4xx) allows, unreachable (5xx, no answer) closes until it can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from db.core.errors import KiemtinError

TOKEN = "kiemtin"  # noqa: S105 - the product token that robots.txt groups name
LARGEST = 512 * 1024  # bytes that must be parsed at least (RFC 9309 says 500 KiB); the rest is left
FRESH = timedelta(hours=3)  # RFC 9309: at most 24 hours
FRESH_FAILED = timedelta(minutes=10)
LONGEST_DELAY = (
    300.0  # seconds; a Crawl-delay beyond it is taken as this (a day between pages is a ban in disguise)
)


class Closed(KiemtinError):
    """robots.txt cannot be read now, so nothing is asked; ``str(error)`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What robots.txt of an origin says to us."""

    parser: Protego | None = None
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    closed: str | None = None

    def allows(self, url: str) -> bool:
        """Whether an address may be asked."""
        if self.closed is not None:
            return False
        return self.parser is None or bool(self.parser.can_fetch(url, TOKEN))


def parse(body: bytes | str) -> Rules:
    """The rules in a robots.txt; whatever is no rule is passed over."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    text = text[:LARGEST].lstrip("\ufeff")
    parser = Protego.parse(text)
    delay = parser.crawl_delay(TOKEN)
    if delay is None:
        found = re.findall(r"(?im)^\s*request-rate", text)
        rate = parser.request_rate(TOKEN) if found else None
        delay = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return Rules(
        parser=parser, delay=max(0.0, min(float(delay), LONGEST_DELAY)), sitemaps=tuple(parser.sitemaps)
    )


def judge(status: int | None, body: bytes | str, *, why: str | None) -> Rules:
    """The rules that follow from an answer; ``status`` None: nobody answered, ``why`` in words."""
    if status is None or status >= 500 or status == 429:
        return Rules(closed=why or f"robots.txt answered {status}, so nothing is asked until it can be read")
    if 200 <= status < 300:
        return parse(body)
    return Rules()


def origin(url: str) -> str:
    """Scheme, host and port, as robots.txt counts them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_fresh(fetched_at: datetime, *, failed: bool, now: datetime | None = None) -> bool:
    """Whether a kept robots.txt still counts."""
    return (now or datetime.now(UTC)) - fetched_at < (FRESH_FAILED if failed else FRESH)
