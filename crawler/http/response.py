"""What a server answered, and the small judgements about it that need no network. Pure."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.press.urls import tidy

TRY_LATER = {
    408,
    425,
    429,
    500,
    502,
    503,
    504,
    520,
    521,
    522,
    523,
    524,
}  # story-indexer's list, and the CDN's own
LONGEST_WAIT = 7 * 86400.0  # seconds; a Retry-After beyond a week is taken as a week
_REFRESH = re.compile(
    r"<meta[^>]{0,200}http-equiv\s*=\s*[\"']?refresh[\"']?[^>]{0,200}?content\s*=\s*[\"']?\s*(\d{1,3})(?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>\s]+)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    rb"</(?:html|body|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>\s*(?:<!--.{0,2000}-->\s*|\s)*$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """An exchange byte for byte: what was sent, what came, and over which secured connection."""

    sent: bytes
    received: bytes
    ended_at: datetime
    tls: str | None = None  # "TLSv1.3 TLS_AES_256_GCM_SHA384"; None over plain HTTP
    chain: tuple[bytes, ...] = ()  # certificates as the server sent them, DER, its own first


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer, redirects not followed; ``payload`` is the body as received."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    at: datetime
    request_headers: tuple[tuple[str, str], ...] = ()
    address: str | None = None
    protocol: str = "HTTP/1.1"
    is_cut: bool = False  # it ended before its stated end
    wire: Wire | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, any case."""
        return next((v for k, v in self.headers if k.lower() == name), None)

    def every(self, name: str) -> list[str]:
        """All values of a header, comma lists taken apart."""
        return [p.strip() for k, v in self.headers if k.lower() == name for p in v.split(",") if p.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """The end of a chain of redirects; ``body`` is unpacked, ``permanent``: every hop was 301 or 308."""

    url: str
    last: Exchange
    body: bytes
    hops: tuple[Exchange, ...] = ()
    permanent: bool = False

    @property
    def final_url(self) -> str:
        """The address that answered."""
        return self.last.url

    @property
    def status(self) -> int:
        """Status of the last answer."""
        return self.last.status

    def header_map(self) -> dict[str, str]:
        """Headers of the last answer, first value each, lower-case names."""
        out: dict[str, str] = {}
        for name, value in self.last.headers:
            out.setdefault(name.lower(), value)
        return out


def retry_after(text: str | None, *, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, as a number or an HTTP date; None when it cannot be read."""
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", text):
        return min(float(text), LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, min((until - now) / timedelta(seconds=1), LONGEST_WAIT))


def refresh_target(body: bytes, *, base: str) -> str | None:
    """Where a page without text of its own sends the reader at once by ``<meta http-equiv=refresh>``; else None."""
    if len(body) > 20_000:
        return None
    text = body.decode("utf-8", "replace")
    bare = re.sub(r"<(noscript)\b.*?</\1>", "", text, flags=re.IGNORECASE | re.DOTALL)
    found = _REFRESH.search(bare)
    if found is None or int(found[1]) > 10:
        return None
    words = re.sub(
        r"<(script|style|head|title)\b.*?</\1>|<[^>]+>", " ", bare, flags=re.IGNORECASE | re.DOTALL
    )
    if len(words.split()) > 60:
        return None
    target = tidy(found[2].replace("&amp;", "&"), base)
    return None if target is None or target == tidy(base) else target


def ends_whole(body: bytes) -> bool:
    """Whether a text ends with its own closing tag, whatever was said about its length."""
    return bool(_CLOSED.search(body[-4000:])) or body.rstrip().endswith((b"}", b"]"))


def status_words(status: int) -> str:
    """A sentence for people about a status that is no success."""
    words = {
        401: "the page asks for a sign-in (401)",
        402: "the page is behind a paywall (402)",
        403: "the server refuses us the page (403)",
        404: "the page was not found (404)",
        405: "the server does not serve this page (405)",
        406: "the server has no form of this page for us (406)",
        410: "the page was removed (410)",
        429: "the server is asked too often (429)",
        451: "the page is withheld for legal reasons (451)",
        503: "the server is busy (503)",
    }
    return words.get(status, f"the server answered {status}")
