"""Whether the web process lives (/healthz), can work (/readyz), and its figures (/metrics)."""

from __future__ import annotations

import psycopg
import psycopg_pool
from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from review_ui.transaction import conn

screen = Blueprint("health", __name__)


@screen.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@screen.get("/readyz")
def readyz() -> Response:
    """The database answers too; 503 when it does not."""
    try:
        conn().execute("SELECT 1")
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout):
        return Response("database unreachable\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@screen.get("/metrics")
def metrics() -> Response:
    """Figures of this process in Prometheus' format; counts only, nothing about people or texts."""
    return Response(generate_latest(), mimetype=CONTENT_TYPE_LATEST)
