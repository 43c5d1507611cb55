"""The transport of evidence: a connection of its own for each exchange, and every byte that passed over it kept."""

from __future__ import annotations

import asyncio

from crawler.http import raw_http
from crawler.http.response import Exchange
from crawler.http.transport import OutgoingRequest, exchange_of, transport_errors


class ExactTransport:
    """Takes any certificate: what the server showed is kept with the exchange and judged in its record."""

    async def send(self, request: OutgoingRequest) -> Exchange:
        """The answer with its wire. Raises FetchError or Refused."""
        with transport_errors(request):
            async with asyncio.timeout(request.longest):
                connection = await raw_http.Connection.open(
                    request.url, request.address, raw_http.unverified_tls()
                )
                try:
                    raw = await raw_http.request(
                        connection, request.url, request.headers, largest=request.largest,
                        has_begun=request.has_begun, keep_wire=True,
                    )  # fmt: skip
                finally:
                    connection.close()
        return exchange_of(request, raw)
