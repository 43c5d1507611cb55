"""What every answer carries and every write must show: headers, and proof that the form was ours."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

import psutil
from flask import Flask, Request, Response, request
from flask_babel import gettext

from db.core.errors import Forbidden

# No inline script or style anywhere; pictures as data: for the arrows that Bootstrap's style sheet brings along.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", "*", ""})  # noqa: S104 - only compared
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def ours(asked: Request) -> bool:
    """Whether a write comes from one of our own pages: Sec-Fetch-Site decides, else Origin; neither means no."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = asked.headers.get("Origin")
    return origin in (f"https://{asked.host}", f"http://{asked.host}")


def prefix(address: str | None) -> str:
    """The network an address belongs to, IPv4 /24 or IPv6 /48: as much of it as is ever kept."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def host_names(allowed: Iterable[str], bound: str) -> frozenset[str]:
    """Names under which the application answers: loopback, the bound address (this machine's own where it listens at all)
    and those of KIEMTIN_ALLOWED_HOSTS; ``*`` among them is every name."""
    names = {"localhost", "127.0.0.1", "::1", *(name.casefold() for name in allowed)}
    if bound not in EVERY_ADDRESS:
        return frozenset(names | {bound.casefold()})
    addresses = {entry.address.split("%")[0] for cards in psutil.net_if_addrs().values() for entry in cards}
    return frozenset(names | addresses | {socket.gethostname().casefold()})


def host_name(host: str) -> str:
    """The name in a Host header, small letters, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].casefold()
    return host.rpartition(":")[0].casefold() if ":" in host else host.casefold()


def register(app: Flask) -> None:
    """Refuses unknown host names and foreign writes, and sets the headers of every answer."""

    @app.before_request
    def refuse_unknown_hosts() -> Response | None:
        names = app.extensions["kiemtin.hosts"]
        if "*" in names or host_name(request.host) in names:
            return None
        app.logger.warning(
            "asked under a name that KIEMTIN_ALLOWED_HOSTS does not list: %.100r", request.host
        )
        return Response(
            "Hệ thống không có tên này. / This system has no such name (KIEMTIN_ALLOWED_HOSTS).\n",
            421,
            content_type="text/plain; charset=utf-8",
        )

    @app.before_request
    def refuse_foreign_writes() -> None:
        if request.method in READS or ours(request):
            return
        # the API knows tokens alone and reads no cookie: there is nothing that a foreign page could abuse
        if request.path.startswith("/api/"):
            return
        raise Forbidden(
            gettext(
                "Yêu cầu này không đến từ trang của hệ thống nên bị từ chối. Hãy mở lại trang rồi gửi lại."
            )
        )

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint not in ("static", "bootstrap.static"):
            # pages of signed-in people are nobody else's; public pages may say otherwise themselves
            response.headers.setdefault("Cache-Control", "no-store")
        return response
