"""How one request reaches a server: the interface that both roads (crawl, evidence) keep, and their common faults."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import h11

from crawler.http.errors import FetchError, Refused
from crawler.http.raw_http import RawResponse, ResponseTooLarge
from crawler.http.response import Exchange

_WRONG_NAME = {62, 64}  # OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRequest:
    """One GET; ``address``: the one that passed the URL policy; ``largest`` in bytes, ``longest`` in seconds.

    ``has_begun`` is to be called when the answer begins, unless it asks for a pause.
    """

    url: str
    address: str
    headers: dict[str, str]
    largest: int
    longest: float
    has_begun: Callable[[], None]


class Transport(Protocol):
    """Sends one request, follows nothing, remembers nothing."""

    async def send(self, request: OutgoingRequest) -> Exchange:
        """The answer, whatever its status. Raises FetchError (later it may work) or Refused."""


@contextmanager
def transport_errors(request: OutgoingRequest) -> Iterator[None]:
    """Faults of a connection as FetchError and Refused, each with its sentence."""
    try:
        yield
    except TimeoutError as exc:
        raise FetchError("timeout", f"no whole answer within {request.longest:.0f} s") from exc
    except ResponseTooLarge as exc:
        raise Refused("too_large", f"larger than {request.largest // 2**20} MB") from exc
    except ConnectionRefusedError as exc:
        raise FetchError("refused", "nobody answers there (connection refused)") from exc
    except ssl.SSLCertVerificationError as exc:
        raise Refused("certificate", certificate_fault(exc), again=True) from exc
    except (h11.RemoteProtocolError, h11.LocalProtocolError) as exc:
        raise FetchError("broken", f"the answer is not HTTP ({exc})") from exc
    except OSError as exc:
        raise FetchError("broken", f"the connection broke ({type(exc).__name__})") from exc


def certificate_fault(exc: ssl.SSLCertVerificationError) -> str:
    """The sentence for a server whose certificate does not hold."""
    if exc.verify_code in _WRONG_NAME:
        return "the server's certificate is made out to another name; nothing is read over such a connection"
    return (
        "the server's certificate is not valid (expired, self-made or of an unknown issuer); nothing is read over "
        "such a connection"
    )


def exchange_of(request: OutgoingRequest, raw: RawResponse) -> Exchange:
    """The exchange as the rest of the room keeps it."""
    return Exchange(
        url=request.url,
        status=raw.status,
        headers=raw.headers,
        payload=bytes(raw.body),
        at=raw.at,
        request_headers=tuple(request.headers.items()),
        address=request.address,
        protocol=raw.protocol,
        is_cut=not raw.whole,
        wire=raw.wire,
    )
