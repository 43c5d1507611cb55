"""SURT: the Sort-friendly URI Reordering Transform, the key under which an index of an archive (CDXJ) finds an address.

The host is turned round and everything that does not change the page is levelled: ``https://www.Example.vn:443/A/?b=2&a=1#x``
is found under ``vn,example)/a?a=1&b=2``. Viewers build the same key from what a reader asks for, so the rules are those
that archives share (Heritrix, pywb): letter case, ``www``, default port, user, fragment, empty query, last slash, order of the query,
percent signs and session numbers do not count.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

WWW = re.compile(r"^www\d*\.")
DEFAULT_PORTS = {"http": 80, "https": 443}
SESSION = re.compile(r"^(?:phpsessid|jsessionid|aspsessionid[a-z]{8}|sid|cfid|cftoken)=[0-9a-z]{8,}", re.I)
KEPT_AS_THEY_ARE = "!\"$&'()*+,-./:;<=>?@[]^_`{|}~"


def key(url: str) -> str:
    """The SURT of ``url``; an address that is not http or https (``urn:``, ``dns:``) is its own key in small letters."""
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname or ""
    except ValueError:  # no address that a browser could ask for
        return url.strip().lower()
    if parts.scheme not in DEFAULT_PORTS or not host:
        return url.strip().lower()
    host = WWW.sub("", _ascii(host).strip("."))
    turned = host if ":" in host else ",".join(reversed(host.split(".")))
    shown_port = f":{port}" if port and port != DEFAULT_PORTS[parts.scheme] else ""
    path = _escaped(posixpath.normpath("/" + parts.path.lstrip("/")))
    query = "&".join(sorted(_escaped(p) for p in parts.query.split("&") if p and not SESSION.match(p)))
    return f"{turned}{shown_port}){path}" + (f"?{query}" if query else "")


def _ascii(host: str) -> str:
    """A host as the name system writes it (punycode)."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _escaped(part: str) -> str:
    """One spelling of percent signs: what need not be escaped is not, everything in small letters."""
    return quote_from_bytes(unquote_to_bytes(part), safe=KEPT_AS_THEY_ARE).lower()
