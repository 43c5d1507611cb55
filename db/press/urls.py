"""Addresses of articles: what to fetch, what counts as the same article, which canonical address to believe.

Three forms, from loose to strict:
- `tidy` is the address to fetch and to show: absolute, without fragment and tracking parameters;
- `identity` is the key under which one article is stored once: also without scheme, ``www.``, mobile and
  AMP forms, final slash and order of parameters. It is a key, never fetched;
- `believe_canonical` says whether the address a page gives for itself may replace the one it was fetched from.
"""

import functools
import ipaddress
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from db.core.text import plain

LONGEST = 2048  # code points; longer addresses are refused (what common servers and browsers take)

# Parameters that say how a reader came, never what is read: analytics of Google, Meta, Zalo, Microsoft, TikTok,
# X, mail campaigns, Vietnamese papers' own counters (VnExpress vn_source, zarsrc of Zalo/Báo Mới).
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|vn_(?:source|medium|campaign|term|content)|fbclid|gclid|gclsrc|dclid|gbraid|wbraid"
    r"|msclkid|yclid|ttclid|twclid|igshid|igsh|mc_cid|mc_eid|_ga|_gl|zarsrc|zalo\w*src|zanpid|ocid|cmpid|cmp|ncid|sref"
    r"|at_(?:medium|campaign|link\w*|ptr\w*|format|bbc_team)|xtor|ns_(?:mchannel|source|campaign|linkname|fee)"
    r"|smid|sharetype|share_source|from_share|spm|scm|srsltid|gidzl|mibextid|fb_action_\w+|fb_source|fb_ref|li_fat_id|epik|_branch_match_id|__twitter_impression|_openstat|wt_mc|rss|ref_src|ref_url|traffic_source|s_cid)",
    re.IGNORECASE,
)
# Session ids that servers put into addresses where no cookie is kept: by name, and by name with a token as value.
_SESSION = re.compile(
    r"(?:php|asp|asp\.net_|jsp|j)?sess(?:ion)?_?(?:id|key|token)|aspsessionid\w*|cfid|cftoken|zenid|oscsid|osclid",
    re.IGNORECASE,
)
_SHORT_SESSION = {"sid", "s", "token", "ssid"}
_SESSION_IN_PATH = re.compile(r";(?:j|php)?session_?id=[^/?;]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[^\d]*\d)(?=[^a-z]*[a-z])[a-z0-9]{20,}", re.IGNORECASE)
_ONE_OF_MANY = {
    "ref",
    "source",
    "src",
    "from",
    "feature",
    "via",
    "share",
}  # dropped only with a word as value
_MOBILE_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch|3g|mobi)\.(?=[^.]+\.[^.]+)", re.IGNORECASE)
_AMP_QUERY = {"amp", "outputtype", "_amp"}
_PAGING = re.compile(r"^(?:trang|page|p|paged|pg|pageindex)$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default|home|trang-chu)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_UNRESERVED = re.compile(r"%([0-9a-fA-F]{2})")
_DIGITS = re.compile(r"\d{4,}")


@functools.lru_cache(16_384)  # menus repeat the same links on every page
def tidy(url: str, base: str | None = None) -> str | None:
    """The address to fetch: absolute (against ``base``), lower-case scheme and host, no fragment, no tracking or session.

    None when it is not an http(s) address of a host (``javascript:``, ``file:``, ``mailto:``, empty, broken).
    """
    raw = "".join(c for c in url.strip() if c >= " " and c != "\x7f")
    if not raw or len(raw) > LONGEST:
        return None
    try:
        parts = urlsplit(urljoin(base, raw) if base else raw)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host:
        return None
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    if not re.fullmatch(r"[a-z0-9_.:\-]+", ascii_host):
        return None
    netloc = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    if port and port != {"http": 80, "https": 443}[scheme]:
        netloc += f":{port}"
    path = _without_dots(_steady(_SESSION_IN_PATH.sub("", parts.path))) or "/"
    return urlunsplit((scheme, netloc, path, _without_tracking(parts.query), ""))


@functools.lru_cache(16_384)
def identity(url: str) -> str:
    """The key of an article: equal for http/https, www, mobile and AMP forms, tracking and final slash.

    Meaningful parameters stay (``?id=7``), sorted. An address that cannot be read is its own key.
    """
    clean = tidy(url)
    if clean is None:
        return url.strip()
    parts = urlsplit(clean)
    host = parts.netloc if _is_number_address(parts.hostname or "") else _MOBILE_HOST.sub("", parts.netloc)
    path = _INDEX.sub("/", _without_amp(unquote(parts.path)))
    path = unicodedata.normalize("NFC", re.sub(r"//+", "/", path)).rstrip("/") or "/"
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _AMP_QUERY]
    query = urlencode(sorted(pairs))
    return f"{host}{path}" + (f"?{query}" if query else "")


def host_of(url: str) -> str:
    """Lower-case host without port; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def belongs(url: str, hosts: Collection[str]) -> bool:
    """Whether the host of an address is one of ``hosts`` (exactly, or with or without ``www.``)."""
    host = host_of(url)
    return bool(host) and host.removeprefix("www.") in {h.lower().removeprefix("www.") for h in hosts}


def is_front_page(url: str) -> bool:
    """Whether an address is the home page of its host by its form alone (``/``, ``/index.html``, ``/vi/``)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = _INDEX.sub("/", parts.path or "/")
    return (
        path.rstrip("/").lower() in ("", "/home", "/trang-chu", "/vi", "/en", "/amp", "/m")
        and not parts.query
    )


def believe_canonical(
    page_url: str, canonical: str | None, *, hosts: Collection[str] = (), title: str | None = None
) -> str:
    """The address to keep an article under: ``canonical`` where it is credible, else ``page_url`` (both tidied).

    Not believed: another host than ``page_url``'s or one of ``hosts``, a home page, and an address that names
    another article, that is, one that shares neither a number nor the words of its last part with
    ``page_url`` nor the words of ``title``. Staying with the fetched address at worst keeps a second address
    of one article; believing a wrong one loses articles.
    """
    own = tidy(page_url) or page_url
    other = tidy(canonical, own) if canonical else None
    if other is None or other == own:
        return own
    if not _same_site(own, other) and not belongs(other, hosts):
        return own
    if is_front_page(other) and not is_front_page(own):
        return own
    if identity(without_paging(other)) == identity(without_paging(own)):
        return other
    mine, theirs = _names(own), _names(other)
    if mine.numbers and theirs.numbers:
        if mine.numbers & theirs.numbers:
            return other
        if (
            mine.words == theirs.words and mine.words
        ):  # the same words under two numbers: two editions of a series
            return own
    if mine.numbers and not theirs.numbers and not mine.words:
        # ?id=7 whose canonical has lost the 7: credible only when the title stands in it
        return other if title and _alike(_words(title), theirs.words) else own
    if _alike(mine.words, theirs.words) and not (mine.numbers and theirs.numbers):
        return other
    if title and _alike(_words(title), theirs.words) and not _alike(_words(title), mine.words):
        return other
    return own


def without_paging(url: str) -> str:
    """The address without ``?trang=2``-like parameters: the first page of an article in parts."""
    parts = urlsplit(url)
    pairs = [
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True)
        if not _PAGING.match(k) or not v.isdigit()
    ]
    if len(pairs) == len(parse_qsl(parts.query, keep_blank_values=True)):
        return url
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(pairs), ""))


def page_number(url: str) -> int:
    """Which part of an article an address names: 2 for ``?trang=2``, ``/page/2/``; 1 when it does not say."""
    parts = urlsplit(url)
    for key, value in parse_qsl(parts.query):
        if _PAGING.match(key) and value.isdigit() and 1 <= int(value) <= 99:
            return int(value)
    found = re.search(r"/(?:trang|page)[-/](\d{1,2})/?$", parts.path)
    return int(found[1]) if found else 1


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────


class _Names:
    """What an address says about its article: numbers of four digits and more, words of its last part."""

    __slots__ = ("numbers", "words")

    def __init__(self, numbers: frozenset[str], words: frozenset[str]) -> None:
        self.numbers = numbers
        self.words = words


def _names(url: str) -> _Names:
    parts = urlsplit(url)
    path = _without_amp(unquote(parts.path)).rstrip("/")
    pieces = [p for p in path.split("/") if p]
    last = re.sub(r"\.\w{2,5}$", "", pieces[-1]) if pieces else ""
    if last.isdigit() and len(pieces) > 1:
        last = f"{pieces[-2]}-{last}"
    values = [v for k, v in parse_qsl(parts.query) if not _PAGING.match(k)]
    numbers = {n for text in (*pieces, *values) for n in _DIGITS.findall(text)}
    numbers |= {v for v in values if v.isdigit()}
    numbers = {n for n in numbers if not re.fullmatch(r"(?:19|20)\d\d", n)}  # a year is no article number
    return _Names(frozenset(numbers), _words(last))


def _words(text: str) -> frozenset[str]:
    return frozenset(
        w
        for w in re.findall(r"[^\W\d_]+", plain(text))
        if w not in ("html", "htm", "post", "amp", "detail", "aspx")
    )


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    """Half of the words of both together are shared (and at least two)."""
    shared = len(one & two)
    return (
        shared >= 2
        and shared >= 0.5 * len(one | two)
        or (shared >= 4 and shared >= 0.8 * min(len(one), len(two)))
    )


def _same_site(one: str, two: str) -> bool:
    a, b = host_of(one), host_of(two)
    if _is_number_address(a) or _is_number_address(b):
        return a == b
    return _MOBILE_HOST.sub("", a) == _MOBILE_HOST.sub("", b)


def _is_number_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _without_amp(path: str) -> str:
    path = re.sub(r"^/amp/(?=.)", "/", path)
    path = re.sub(r"(?<=.)/amp/?$", "", path)
    return re.sub(r"[.\-]amp(?=(?:\.html?)?$)", "", path)


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    kept = []
    for pair in query.replace("&amp;", "&").split("&"):
        key, _, value = pair.partition("=")
        key = unquote(key)
        if not pair or _TRACKING.fullmatch(key) or _SESSION.fullmatch(key):
            continue
        if key.lower() in _SHORT_SESSION and _TOKEN.fullmatch(value):
            continue
        if key.lower() in _ONE_OF_MANY and value and not any(c.isdigit() for c in value):
            continue
        kept.append(quote(pair, safe="%=&+,:;@!$'()*/?[]~|-._"))
    return "&".join(kept)


def _without_dots(path: str) -> str:
    """A path without the segments ``.`` and ``..`` (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept) + ("/" if segments[-1] in (".", "..") else "")


def _steady(path: str) -> str:
    """Percent-encoding in one spelling: UTF-8, upper-case, unreserved characters plain."""

    def unescaped(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if char.isascii() and (char.isalnum() or char in "-._~") else f"%{found[1].upper()}"

    return quote(_UNRESERVED.sub(unescaped, path), safe="%/:@!$&'()*+,;=~-._|[]")
