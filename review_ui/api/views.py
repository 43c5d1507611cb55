"""The API's addresses: a token's scope is asked first, then one query, then JSON as described."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from psycopg.rows import dict_row

from db.accounts import api_tokens
from db.core.errors import Invalid, NotFound
from db.desk import publications, reports
from db.press import urls
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


def _page(query: Any) -> Response:
    unknown = set(request.args) - {"after", "limit"}
    if unknown:
        raise Invalid(sorted(unknown)[0], "this parameter is unknown; known are after and limit")
    limit = _whole("limit", 50, 200) or 50
    with conn().cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            query, {"after": _whole("after", None, 2**53), "limit": limit, "number": None}
        ).fetchall()
    return jsonify(
        {"items": [_plain(row) for row in rows], "next": rows[-1]["id"] if len(rows) == limit else None}
    )


def _one(query: Any, number: int) -> Response:
    if not 1 <= number <= 2**53:
        raise NotFound("there is no such number")
    with conn().cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(query, {"after": None, "limit": 1, "number": number}).fetchone()
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


ARTICLES = """
    SELECT a.id, s.name AS source, a.url, a.title, a.lead, a.language, a.published_at, a.first_seen_at, a.state,
           m.event_id AS event, c.copy_of, (SELECT count(*) FROM versions v WHERE v.article_id = a.id) AS versions
      FROM articles a JOIN sources s ON s.id = a.source_id
      LEFT JOIN event_members m ON m.article_id = a.id LEFT JOIN copies c ON c.article_id = a.id
     WHERE (%(number)s::bigint IS NULL OR a.id = %(number)s) AND (%(after)s::bigint IS NULL OR a.id < %(after)s)
       AND NOT EXISTS (SELECT FROM cases k WHERE k.event_id = m.event_id AND k.restricted)
     ORDER BY a.id DESC LIMIT %(limit)s
"""
EVENTS = """
    SELECT id, title, started_at, last_at, articles, outlets, relevance, harm_band AS harm, criticism_band AS criticism,
           check_band AS needs_checking, is_rebuttal, priority::float AS priority, places, topics, reasons
      FROM events
     WHERE (%(number)s::bigint IS NOT NULL AND id = %(number)s
            OR %(number)s::bigint IS NULL AND relevance <> 'none' AND merged_into IS NULL)
       AND (%(after)s::bigint IS NULL OR id < %(after)s)
       AND NOT EXISTS (SELECT FROM cases k WHERE k.event_id = events.id AND k.restricted)
     ORDER BY id DESC LIMIT %(limit)s
"""
# Restricted cases (personal data, party discipline) are for people at the desk, not for programs.
CLAIMS = """
    SELECT c.id, c.body AS claim, c.said_on, c.field, CASE WHEN w.at IS NULL THEN f.code ELSE 'withdrawn' END AS verdict,
           CASE WHEN w.at IS NULL THEN f.what_is_true END AS what_is_true, f.approved_at, w.at AS withdrawn_at
      FROM claims c JOIN latest_verdicts f ON f.claim_id = c.id LEFT JOIN cases k ON k.id = c.case_id
      LEFT JOIN LATERAL (SELECT max(p.published_at) AS at FROM publications p
                          WHERE p.verdict_id = f.verdict_id AND p.kind = 'withdrawal') w ON true
     WHERE NOT coalesce(k.restricted, false) AND (%(after)s::bigint IS NULL OR c.id < %(after)s) AND %(number)s::bigint IS NULL
     ORDER BY c.id DESC LIMIT %(limit)s
"""


@screen.get("/openapi.json")
def openapi() -> Response:
    """The description of this API; public."""
    return jsonify(document(request.host_url.rstrip("/")))


@screen.get("/articles")
@scoped("articles")
def articles() -> Response:
    """A page of articles."""
    return _page(ARTICLES)


@screen.get("/articles/<int:number>")
@scoped("articles")
def article(number: int) -> Response:
    """One article."""
    return _one(ARTICLES, number)


@screen.get("/events")
@scoped("events")
def events() -> Response:
    """A page of events."""
    return _page(EVENTS)


@screen.get("/events/<int:number>")
@scoped("events")
def event(number: int) -> Response:
    """One event."""
    return _one(EVENTS, number)


@screen.get("/claims")
@scoped("claims")
def claims() -> Response:
    """A page of claims with a verdict in force."""
    return _page(CLAIMS)


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
    sent = request.get_json(silent=True)
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
