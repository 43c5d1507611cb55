"""Who publishes: a source with its addresses, and the rules that keep a catalogue of sources sound. Pure."""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from db.core.errors import RowFault

Status = Literal["enabled", "paused", "to_probe"]
Kind = Literal["feed", "sitemap", "section", "search"]

# What the C library takes for an IPv4 address though it has not four decimal parts: 127.1, 0x7f000001, 0177.0.0.1.
_OLD_IPV4 = re.compile(r"(?:(?:0x[0-9a-f]*|\d+)\.){0,3}(?:0x[0-9a-f]*|\d+)")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits

# Addresses of cloud metadata services that are not link-local (Alibaba, Oracle; AWS over IPv6), 2026-11-21.
METADATA_HOSTS = {"metadata", "metadata.google.internal", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet as the catalogue names it; ``hosts`` are the only hosts that belong to it."""

    name: str
    title: str
    home: str
    hosts: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # section pages read for links where there is no feed
    searches: tuple[str, ...] = ()  # search feeds: results are followed only to hosts of the catalogue
    language: str = "vi"
    scope: Literal["domestic", "foreign"] = "domestic"
    delay: float = 5.0  # seconds between request starts at a host
    port: int | None = None
    tier: str | None = None
    locality: str | None = None
    owner: str | None = None
    groups: tuple[str, ...] = ()
    status: Status | None = None  # None: enabled on import
    note: str | None = None

    def addresses(self) -> tuple[tuple[Kind, str], ...]:
        """Every address that is polled, with its kind."""
        lists: tuple[tuple[Kind, tuple[str, ...]], ...] = (
            ("feed", self.feeds),
            ("sitemap", self.sitemaps),
            ("section", self.sections),
            ("search", self.searches),
        )
        return tuple((kind, url) for kind, urls in lists for url in urls)


@lru_cache(4096)
def kind_of_host(host: str) -> Literal["public", "private", "never"]:
    """Whether a host name or literal address may be asked: ``private`` only by command-line import.

    Names are judged by their form; the crawler judges again what they resolve to.
    """
    name = unicodedata.normalize("NFKC", host).strip("[]").rstrip(".").lower()
    if name in METADATA_HOSTS:
        return "never"
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(_plain(name))
    except ValueError:
        if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
            return "private"
        return "public" if "." in name else "private"
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = inner or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "never"
    if address.is_reserved and not address.is_private:
        return "never"
    return "public" if address.is_global else "private"


def _plain(name: str) -> str:
    """The four decimal parts of an IPv4 address written in an old way; anything else as it is."""
    if not _OLD_IPV4.fullmatch(name):
        return name
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return name


def private_hosts(source: Source) -> tuple[str, ...]:
    """Those of the source's hosts that only a command-line import may list."""
    return tuple(host for host in source.hosts if kind_of_host(host) == "private")


def faults(sources: Iterable[Source], *, allow_private_hosts: bool) -> list[RowFault]:
    """Everything that is wrong with the sources taken together; an empty list means they may be stored."""
    found: list[RowFault] = []
    names: set[str] = set()
    owners: dict[str, str] = {}
    for source in sources:
        if source.name in names:
            found.append(
                source_fault(
                    source, "name", "stands twice; give each source its own name", "source.name_twice"
                )
            )
        names.add(source.name)
        found += _own_faults(source, allow_private_hosts=allow_private_hosts)
        for _, url in source.addresses():
            if url in owners:
                found.append(address_taken(source, url, owners[url]))
            owners.setdefault(url, source.name)
    return found


def source_fault(source: Source, column: str, message: str, code: str, **values: object) -> RowFault:
    """What is wrong with one column of one source."""
    name = source.name or "without a name"
    return RowFault(
        place=f"source {name}", row=name, column=column, message=message, code=code, values=values
    )


def address_taken(source: Source, url: str, owner: str) -> RowFault:
    """An address that another source (or the same one) has already."""
    other = "this source" if owner == source.name else f"source {owner}"
    return source_fault(
        source, "feeds", f"{url} already belongs to {other}; list it once", "source.address_taken", url=url
    )


def _own_faults(source: Source, *, allow_private_hosts: bool) -> list[RowFault]:
    found: list[RowFault] = []

    def fault(column: str, message: str, code: str, **values: object) -> None:
        found.append(source_fault(source, column, message, code, **values))

    if not source.name or source.name != source.name.strip() or len(source.name) > 80:
        fault(
            "name",
            "is empty, padded or over 80 characters; give a short name such as 'baolaocai'",
            "source.name",
        )
    if not source.title.strip():
        fault("title", "is empty; write the outlet's name as readers know it", "source.title")
    if not source.hosts:
        fault(
            "hosts",
            "is empty; list the hosts that belong to the source, such as 'baolaocai.vn'",
            "source.hosts",
        )
    if not 0 <= source.delay <= 3600:
        fault(
            "delay",
            f"{source.delay:g} is not between 0 and 3600 seconds",
            "source.delay",
            value=f"{source.delay:g}",
        )
    if source.port is not None and not 1 <= source.port <= 65535:
        fault(
            "port", f"{source.port} is not a port number (1 to 65535)", "source.port", value=str(source.port)
        )
    for host in source.hosts:
        if (said := _host_fault(host, allow_private_hosts=allow_private_hosts)) is not None:
            fault("hosts", said[0], said[1], value=host)
    known = {host.strip("[]").rstrip(".").lower() for host in source.hosts}
    for field, url in [("home", source.home), *((f"{kind}s", url) for kind, url in source.addresses())]:
        if (wrong := _address_fault(url, known)) is not None:
            fault(
                "searches" if field == "searchs" else field,
                *wrong,
                value=repr(url),
                url=url,
                host=_host_of(url),
            )
    return found


def _host_fault(host: str, *, allow_private_hosts: bool) -> tuple[str, str] | None:
    """Message and code of what is wrong with a host's name, or None."""
    if "/" in host or " " in host or not host or (":" in host and not _is_ipv6(host)):
        return (
            f"{host!r} is not a bare host name; write 'example.vn' without scheme, port or path",
            "source.host_form",
        )
    kind = kind_of_host(host)
    if kind == "never":
        return (
            f"{host} is a link-local, metadata or reserved address and is never asked; remove it",
            "source.host_never",
        )
    if kind == "private" and not allow_private_hosts:
        return (
            f"{host} is a private host; only 'kiemtin catalogue import FOLDER' may list one",
            "source.host_private",
        )
    return None


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).version == 6
    except ValueError:
        return False


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _address_fault(url: str, hosts: set[str]) -> tuple[str, str] | None:
    """Message and code of what is wrong with an address, or None."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{url!r} is not an address; write one that starts with https://", "address.form"
    if parts.scheme not in ("http", "https"):
        return (
            f"{url!r} does not start with http:// or https://; only web addresses are read",
            "address.scheme",
        )
    if not host:
        return f"{url!r} names no host; write the whole address", "address.no_host"
    if parts.username or parts.password:
        return "the address holds a user name or password; remove it", "address.password"
    if host.rstrip(".") not in hosts:
        return (
            f"{url} lies on {host}, which is not among the source's hosts; add the host or remove the address",
            "address.foreign_host",
        )
    return None
