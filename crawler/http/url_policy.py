"""The gate: which addresses may be asked at all. Judged by name before, and by what the name resolves to.

Only hosts that belong to a source; private and loopback ones only where a command-line import listed them;
link-local and metadata addresses never; every redirect passes here again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from db.catalogue.sources import METADATA_HOSTS, kind_of_host
from db.core.errors import SetAside, TryLater
from db.press.sources import PolledSource
from db.press.urls import host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a source's own addresses may be: hosts, those of them that may be private, ports besides 80 and 443."""

    source: str
    hosts: frozenset[str]
    private: frozenset[str]
    ports: frozenset[int]


def of_source(source: PolledSource, addresses: list[str] | None = None) -> Allowed:
    """The gate of a source; ``addresses``: its lists, whose ports count as its own."""
    ports = {80, 443}
    if source.port:
        ports.add(source.port)
    for url in [source.home, *(addresses or [])]:
        try:
            port = urlsplit(url).port
        except ValueError:
            continue
        if port:
            ports.add(port)
    return Allowed(
        source=source.name,
        hosts=frozenset(h.lower() for h in source.hosts),
        private=frozenset(h.lower() for h in source.private_hosts),
        ports=frozenset(ports),
    )


def refusal(url: str, allowed: Allowed) -> str | None:
    """Why an address may not be asked, judged by its form alone; None when it may."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the address cannot be read"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no'} addresses are not fetched, only http and https"
    if parts.username or parts.password:
        return "the address carries a user name or password"
    host = host_of(url)
    if not host:
        return "the address names no host"
    if kind_of_host(host) == "never" or host in METADATA_HOSTS:
        return f"{host} is a link-local or metadata address and is never asked"
    bare = host.removeprefix("www.")
    if host not in allowed.hosts and bare not in allowed.hosts and f"www.{bare}" not in allowed.hosts:
        return f"{host} does not belong to the source {allowed.source}"
    if kind_of_host(host) == "private" and host not in allowed.private:
        return f"{host} is a private address that no command-line import has listed"
    if port and port not in allowed.ports:
        return f"port {port} is not one of the source's"
    return None


def refused_address(address: str, host: str, allowed: Allowed) -> str | None:
    """Why what a name resolves to may not be asked; None when it may."""
    kind = kind_of_host(address)
    if kind == "never":
        return f"{host} leads to {address}, a link-local or metadata address"
    if kind == "private" and host not in allowed.private:
        return f"{host} leads to {address}, a private address"
    return None


async def resolve(url: str, allowed: Allowed) -> str:
    """The one address to connect to; every address of the name must pass.

    Raises SetAside when one is refused, TryLater when the name cannot be resolved now.
    """
    host = host_of(url)
    try:
        found = [str(ipaddress.ip_address(host.strip("[]")))]
    except ValueError:
        loop = asyncio.get_running_loop()
        try:
            rows = await asyncio.wait_for(loop.getaddrinfo(host, None, type=socket.SOCK_STREAM), 20)
        except (OSError, UnicodeError, TimeoutError) as exc:
            raise TryLater(f"the name {host} cannot be resolved") from exc
        found = [str(row[4][0]).split("%")[0] for row in rows]
    for address in found:
        if (refused := refused_address(address, host, allowed)) is not None:
            raise SetAside(refused)
    if not found:
        raise TryLater(f"the name {host} cannot be resolved")
    return next((a for a in found if ":" not in a), found[0])
