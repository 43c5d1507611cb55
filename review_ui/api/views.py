"""The API's addresses: a token's scope is asked first, then one query, then JSON as described."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for

from db.accounts import api_tokens
from db.core.errors import Invalid, NotFound
from db.desk import publications, reports
from db.press import urls
from db.queries import api_rows
from review_ui.api.description import SCHEMAS, document
from review_ui.privacy.initials import initialled
from review_ui.web import forms
from review_ui.web.transaction import conn

screen = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_REPORTS, WITHIN = 200, timedelta(hours=1)  # of one token; chosen 2026-11-21
LONGEST_BODY = 64_000  # bytes
# fields of ours in which a private person may be named: what leaves the office has initials
PERSONS_IN = frozenset({"claim", "what_is_true"})


def scoped(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Lets in tokens of this scope alone."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def asked(*arguments: Any, **named: Any) -> Any:
            kind, _, secret = request.headers.get("Authorization", "").partition(" ")
            bearer = api_tokens.bearer(conn(), secret) if kind.lower() == "bearer" and secret else None
            if bearer is None:
                refused = _error(401, "a valid token is needed: Authorization: Bearer …")
                refused.headers["WWW-Authenticate"] = 'Bearer realm="kiemtin"'
                return refused
            if scope not in bearer.scopes:
                return _error(403, f"this token has not the scope '{scope}'")
            return view(*arguments, **named, **({"bearer": bearer} if scope == "reports" else {}))

        return asked

    return mark


def _error(status: int, sentence: str, field: str = "") -> Response:
    return make_response(jsonify({"error": sentence, **({"field": field} if field else {})}), status)


def _whole(name: str, default: int | None, most: int) -> int | None:
    given = request.args.getlist(name)
    if not given:
        return default
    if (
        len(given) > 1
        or not given[0].isascii()
        or not given[0].isdecimal()
        or len(given[0]) > 16
        or not 1 <= int(given[0]) <= most
    ):
        raise Invalid(name, f"{name} is a whole number from 1 to {most}")
    return int(given[0])


def _page(kind: api_rows.Kind) -> Response:
    unknown = set(request.args) - {"after", "limit"}
    if unknown:
        raise Invalid(sorted(unknown)[0], "this parameter is unknown; known are after and limit")
    limit = _whole("limit", 50, 200) or 50
    rows = api_rows.page(conn(), kind, after=_whole("after", None, 2**53), limit=limit)
    return jsonify(
        {"items": [_plain(row) for row in rows], "next": rows[-1]["id"] if len(rows) == limit else None}
    )


def _one(kind: api_rows.Kind, number: int) -> Response:
    if not 1 <= number <= 2**53:
        raise NotFound("there is no such number")
    row = api_rows.one(conn(), kind, number)
    if row is None:
        raise NotFound("there is none with this number")
    return jsonify(_plain(row))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat()
        if isinstance(value, date | datetime)
        else initialled(value)
        if name in PERSONS_IN and isinstance(value, str)
        else value
        for name, value in row.items()
    }


@screen.get("/openapi.json")
def openapi() -> Response:
    """The description of this API; public."""
    return jsonify(document(request.host_url.rstrip("/")))


@screen.get("/articles")
@scoped("articles")
def articles() -> Response:
    """A page of articles."""
    return _page("articles")


@screen.get("/articles/<int:number>")
@scoped("articles")
def article(number: int) -> Response:
    """One article."""
    return _one("articles", number)


@screen.get("/events")
@scoped("events")
def events() -> Response:
    """A page of events."""
    return _page("events")


@screen.get("/events/<int:number>")
@scoped("events")
def event(number: int) -> Response:
    """One event."""
    return _one("events", number)


@screen.get("/claims")
@scoped("claims")
def claims() -> Response:
    """A page of claims with a verdict in force."""
    return _page("claims")


@screen.get("/bulletin")
def bulletin() -> Response:
    """What stands in the bulletin; public as the bulletin is."""
    unknown = set(request.args) - {"after", "limit"}
    if unknown:
        raise Invalid(sorted(unknown)[0], "this parameter is unknown; known are after and limit")
    limit = _whole("limit", 50, 200) or 50
    found = publications.current(conn(), before=_whole("after", None, 2**53), limit=limit)
    shown = ("id", "label", "claim", "what_is_true", "office", "published_at", "kind", "public_note")
    items = []
    for one in found:
        fields = asdict(one)
        items.append(
            {
                **_plain({name: fields[name] for name in shown}),
                "url": url_for("bulletin.item", publication_id=one.id, _external=True),
            }
        )
    return jsonify({"items": items, "next": found[-1].id if len(found) == limit else None})


@screen.post("/reports")
@scoped("reports")
def report(bearer: api_tokens.Bearer) -> Response:
    """Takes a report from a program (a hotline, another office's form)."""
    if request.mimetype != "application/json":
        return _error(415, "send application/json")
    if (request.content_length or 0) > LONGEST_BODY:
        return _error(413, "the report is too large")
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, thousands deep
        sent = None
    if not isinstance(sent, dict):
        return _error(400, "the body is no JSON object")
    unknown = sorted(set(sent) - {"url", "what_is_wrong"})
    if unknown:
        raise Invalid(str(unknown[0])[:50], "this field is unknown; known are url and what_is_wrong")
    url, what = sent.get("url"), sent.get("what_is_wrong")
    if not isinstance(url, str) or not _is_address(url):
        raise Invalid("url", "url is an address like https://bao.vn/bai-viet.html")
    # what no database can hold is left out; nothing else of what was said is touched
    what = what.replace("\0", "").strip().encode("utf-8", "replace").decode() if isinstance(what, str) else ""
    if not forms.clean(what) or len(sent["what_is_wrong"]) > 5000:
        raise Invalid("what_is_wrong", "what_is_wrong is a text of 1 to 5000 characters")
    prefix = f"token:{bearer.id}"
    if reports.recent_from(conn(), prefix=prefix, within=WITHIN) >= MOST_REPORTS:
        return _error(429, "this token sent too many reports within an hour; try again later")
    code = reports.receipt_code()
    reports.add(
        conn(), code=code, channel="api", url=url, identity=urls.identity(url), file_sha256=None,
        what_is_wrong=what, prefix=prefix, entered_by=None, quarantined=False,
    )  # fmt: skip
    return make_response(jsonify({"receipt": code}), 201)


def _is_address(url: str) -> bool:
    return len(url) <= 2000 and re.search(SCHEMAS["Report"]["properties"]["url"]["pattern"], url) is not None
