"""What the API is, as an OpenAPI 3.1 document; the tests hold every answer to it."""

from __future__ import annotations

from typing import Any

from db.accounts.api_tokens import SCOPES

TEXT, WHOLE, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}


def maybe(kind: dict[str, Any]) -> dict[str, Any]:
    """The same, or null."""
    return {**kind, "type": [kind["type"], "null"]}


def record(**fields: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these fields."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def listing(kind: str) -> dict[str, Any]:
    """A page of a list: ``next`` is the value of ``after`` for the following page, or null."""
    return record(
        items={"type": "array", "items": {"$ref": f"#/components/schemas/{kind}"}}, next=maybe(WHOLE)
    )


BANDS = {"type": "string", "enum": ["low", "medium", "high"]}
SCHEMAS: dict[str, Any] = {
    "Article": record(
        id=WHOLE, source=TEXT, url=TEXT, title=TEXT, lead=TEXT, language=TEXT, published_at=maybe(MOMENT), first_seen_at=MOMENT,
        state={"type": "string", "enum": ["live", "gone"]}, event=maybe(WHOLE), copy_of=maybe(WHOLE), versions=WHOLE,
    ),
    "Event": record(
        id=WHOLE, title=TEXT, started_at=MOMENT, last_at=MOMENT, articles=WHOLE, outlets=WHOLE, relevance=TEXT, harm=BANDS,
        criticism=BANDS, needs_checking=BANDS, is_rebuttal=FLAG, priority=NUMBER, places={"type": "array", "items": TEXT},
        topics={"type": "array", "items": TEXT}, reasons={"type": "array", "items": {"type": "object"}},
    ),
    "Claim": record(
        id=WHOLE, claim=TEXT, said_on=maybe({"type": "string", "format": "date"}), field=maybe(TEXT), verdict=TEXT,
        what_is_true=maybe(TEXT), approved_at=MOMENT, withdrawn_at=maybe(MOMENT),
    ),
    "Publication": record(
        id=WHOLE, url=TEXT, label=TEXT, claim=TEXT, what_is_true=TEXT, office=TEXT, published_at=MOMENT,
        kind={"type": "string", "enum": ["label", "correction", "withdrawal"]}, public_note=maybe(TEXT),
    ),
    "Report": {
        "type": "object",
        "properties": {
            "url": {"type": "string", "maxLength": 2000, "pattern": r"^https?://[a-zA-Z0-9.-]+\.[a-zA-Z]{2,24}(/[!-~]*)?$"},
            "what_is_wrong": {"type": "string", "minLength": 1, "maxLength": 5000, "pattern": r"[^\s\x00]"},
        },
        "required": ["url", "what_is_wrong"],
        "additionalProperties": False,
    },
    "Receipt": record(receipt=TEXT),
    "Error": {"type": "object", "properties": {"error": TEXT, "field": TEXT}, "required": ["error"]},
}  # fmt: skip
for name in ("Article", "Event", "Claim", "Publication"):
    SCHEMAS[f"{name}s"] = listing(name)

PAGING = [
    {
        "name": "after",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**53},
        "description": "`next` of the page before",
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    },
]


def _answers(
    good: str, schema: str, *, missing: bool = False, body: bool = False, public: bool = False
) -> dict[str, Any]:
    codes = {good: schema, "422": "Error"}
    if not public:
        codes |= {"401": "Error", "403": "Error"}
    if missing:
        codes["404"] = "Error"
    if body:
        codes |= {"400": "Error", "413": "Error", "415": "Error", "429": "Error"}
    words = {"200": "as asked", "201": "taken", "400": "not JSON", "401": "no valid token", "403": "the token has not this scope",
             "404": "there is none", "413": "too large", "415": "not application/json", "422": "a value is wrong; `field` names it",
             "429": "too many; later"}  # fmt: skip
    return {
        code: {
            "description": words[code],
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }
        for code, name in codes.items()
    }


def _read(summary: str, scope: str | None, schema: str, *, one: bool = False) -> dict[str, Any]:
    number = {
        "name": "number",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**53},
    }
    return {
        "get": {
            "summary": summary,
            "parameters": [number] if one else PAGING,
            "responses": _answers("200", schema, missing=one, public=scope is None),
            "security": [{"token": []}] if scope else [],
            **({"x-scope": scope} if scope else {}),
        }
    }


def document(server: str) -> dict[str, Any]:
    """The OpenAPI document of the API served at ``server``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kiemtin",
            "version": "1",
            "description": "Read access for programs of the office, and reports in. No text of publishers is served: title, lead, link.",
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/articles": _read("Articles, newest first", "articles", "Articles"),
            "/api/v1/articles/{number}": _read("One article", "articles", "Article", one=True),
            "/api/v1/events": _read("Events that concern the province, newest first", "events", "Events"),
            "/api/v1/events/{number}": _read("One event", "events", "Event", one=True),
            "/api/v1/claims": _read(
                'Claims with a verdict in force, or with verdict "withdrawn", newest first',
                "claims",
                "Claims",
            ),
            "/api/v1/bulletin": _read(
                "What stands in the public bulletin, newest first", None, "Publications"
            ),
            "/api/v1/reports": {
                "post": {
                    "summary": "Report an item; answers with the receipt",
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Report"}}},
                    },
                    "responses": _answers("201", "Receipt", body=True),
                    "security": [{"token": []}],
                    "x-scope": "reports",
                }
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"made by the administrator; scopes: {', '.join(SCOPES)}",
                }
            },
        },
    }
