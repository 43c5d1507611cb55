"""Whether the web process lives (/healthz), can work (/readyz), and what the installation's figures are (/metrics)."""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Iterator

import psycopg
import psycopg_pool
from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from db.accounts import api_tokens
from db.core.connection import answers
from db.core.settings import Settings
from db.queries import metrics as gauges
from db.queries.metrics import Gauge
from review_ui.web.transaction import conn

screen = Blueprint("health", __name__)

# name -> (what it is, its label); the names are a promise to whoever drew a dashboard (docs/grafana.json)
FAMILIES = {
    "articles_estimate": ("articles stored, as the database estimates", None),
    "articles_last_day": ("articles first seen in the last 24 hours", None),
    "articles_unjudged": ("articles of the last two days that wait for a judgement", None),
    "links_open": ("found addresses that wait to be fetched", "fate"),
    "lists": ("feeds, sitemaps and sections by the outcome of their last poll", "outcome"),
    "polls": ("polls made", None),
    "poll_age_seconds": ("since any list was read with success", None),
    "sources": ("enabled sources by health", "health"),
    "cases_open": ("open cases by state", "state"),
    "cases_overdue": ("open cases past their clock", None),
    "jobs": ("background jobs by queue and status", "queue"),
    "deliveries_waiting": ("alerts and mails not yet delivered", None),
    "audit_rows": ("rows of the audit chain", None),
    "audit_head_age_seconds": ("since the last audited act", None),
    "database_bytes": ("size of the database", None),
    "disk_free_bytes": ("free where KIEMTIN_HOME lies", None),
    "up": ("the database answers", None),
}
COUNTERS = frozenset({"polls"})


@screen.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@screen.get("/readyz")
def readyz() -> Response:
    """The database answers too; 503 when it does not."""
    try:
        answers(conn())
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout):
        return Response("database unreachable\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@screen.get("/metrics")
def metrics() -> Response:
    """The installation's figures in Prometheus' format; counts only, nothing about people or texts.

    For a Prometheus on this machine, and elsewhere for a token with the scope ``metrics``: how busy the office is and
    which library versions run is nobody else's. With the database away the process still tells its own figures, and
    ``kiemtin_up 0``, to this machine.
    """
    if not (_on_this_machine() or _with_token()):
        return Response(
            "only from this machine, or with a token of the scope metrics\n", 401, mimetype="text/plain",
            headers={"WWW-Authenticate": 'Bearer realm="kiemtin"'},
        )  # fmt: skip
    try:
        found = [*gauges.read(conn()), Gauge(name="up", label="", value=1)]
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout):
        found = [Gauge(name="up", label="", value=0)]
    settings: Settings = current_app.extensions["kiemtin.settings"]
    found.append(Gauge(name="disk_free_bytes", label="", value=shutil.disk_usage(settings.home).free))
    registry = CollectorRegistry()
    registry.register(_Figures(found))
    return Response(generate_latest(registry) + generate_latest(REGISTRY), mimetype=CONTENT_TYPE_LATEST)


def _on_this_machine() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _with_token() -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        return False
    try:
        bearer = api_tokens.bearer(conn(), secret)
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout):
        return False
    return bearer is not None and "metrics" in bearer.scopes


class _Figures:
    """Hands figures that were read a moment ago to prometheus_client."""

    def __init__(self, found: list[Gauge]) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        for name, (what, label) in FAMILIES.items():
            kind = CounterMetricFamily if name in COUNTERS else GaugeMetricFamily
            family = kind(f"kiemtin_{name}", what, labels=[label] if label else [])
            for gauge in self.found:
                if gauge.name == name:
                    family.add_metric([gauge.label] if label else [], gauge.value)
            yield family
