"""Posting to a webhook: outside addresses only. What a name leads to is looked up once, judged, and asked at that address;
inner hosts (this machine, the office's network, cloud metadata) are asked only where KIEMTIN_WEBHOOK_HOSTS names them."""

from __future__ import annotations

import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from db.catalogue.sources import kind_of_host
from db.core.errors import TryLater

TIMEOUT = 20  # seconds


class PinnedAddress(HTTPAdapter):
    """Connects to one address, whatever the name leads to by then; certificates are of the name."""

    def __init__(self, host: str, address: str) -> None:
        self._host, self._address = host, address
        super().__init__()

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, server_hostname=self._host, assert_hostname=self._host, **named)

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        parts = urlsplit(request.url)
        return self.poolmanager.connection_from_host(
            self._address,
            port=parts.port,
            scheme=parts.scheme,
            pool_kwargs=self.build_connection_pool_key_attributes(request, verify, cert)[1],
        )


def allowed(host: str, *, inner: Collection[str]) -> bool:
    """Whether a host may be asked by the form of its name or address alone."""
    return host.casefold() in inner or kind_of_host(host) == "public"


def address_of(host: str, *, inner: Collection[str]) -> str:
    """The address to ask; raises TryLater where the name leads nowhere, or inside and nobody at the machine named it."""
    refused = TryLater(f"{host} is an inner address: name it in KIEMTIN_WEBHOOK_HOSTS to have it asked")
    if not allowed(host, inner=inner):
        raise refused
    try:
        found = [
            str(row[4][0]).split("%")[0] for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        ]
    except (OSError, UnicodeError) as why:
        raise TryLater(f"the name {host} cannot be resolved") from why
    if host.casefold() not in inner and any(kind_of_host(address) != "public" for address in found):
        raise refused
    return next((address for address in found if ":" not in address), found[0])


def post(url: str, body: dict[str, Any], *, inner: Collection[str] = ()) -> None:
    """Posts JSON; returning means the receiver said yes. Raises TryLater with one line."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = address_of(host, inner=inner)
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment would look the name up anew
        for scheme in ("https://", "http://"):
            session.mount(scheme, PinnedAddress(host, address))
        try:
            answer = session.post(
                url,
                json=body,
                headers={"Host": parts.netloc},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as why:
            raise TryLater(f"{parts.netloc} is not reached ({type(why).__name__})") from why
        if not 200 <= answer.status_code < 300:
            raise TryLater(f"{parts.netloc} answered {answer.status_code}")
