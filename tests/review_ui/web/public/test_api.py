"""The API answers as it is described, to those whose token says so."""

from __future__ import annotations

import json
from collections.abc import Callable

import flask
import jsonschema
import pytest
import seeding

from db.accounts import api_tokens
from db.core.connection import Connection
from review_ui.api.description import document

DESCRIBED = document("http://localhost")


@pytest.fixture
def call(app: flask.Flask, conn: Connection) -> Callable:
    """Calls with a token of the given scopes and holds the answer to the description."""
    admin = seeding.user(conn, role="admin")

    def go(
        path: str,
        *,
        scopes: tuple[str, ...] = api_tokens.SCOPES,
        method: str = "get",
        token: str | None = None,
        **more: object,
    ):
        secret = (
            token
            if token is not None
            else api_tokens.make(
                conn, name="thử", scopes=list(scopes), days=1, user_id=admin.id, actor=admin.name
            )
        )
        client = app.test_client()
        answer = client.open(
            path,
            method=method.upper(),
            headers={"Authorization": f"Bearer {secret}", "Sec-Fetch-Site": "none"},
            **more,
        )
        pattern = next(
            p for p in DESCRIBED["paths"] if p.split("{")[0].rstrip("/") == path.split("?")[0].rstrip("/0123456789").rstrip("/")
            and ("{" in p) == path.split("?")[0][-1].isdigit() and method in DESCRIBED["paths"][p]
        )  # fmt: skip
        responses = DESCRIBED["paths"][pattern][method]["responses"]
        assert str(answer.status_code) in responses, (path, answer.status_code, answer.text)
        schema = {
            **responses[str(answer.status_code)]["content"]["application/json"]["schema"],
            "components": DESCRIBED["components"],
        }
        jsonschema.validate(answer.get_json(), schema)
        return answer

    return go


def test_the_description_is_public_and_whole(anybody) -> None:
    found = anybody.get("/api/v1/openapi.json").get_json()
    assert found["openapi"].startswith("3.1")
    for schema in found["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_described_address_exists_and_every_address_is_described(app: flask.Flask) -> None:
    served = {
        rule.rule.replace("<int:number>", "{number}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert served - {"/api/v1/openapi.json"} == set(DESCRIBED["paths"])


@pytest.mark.parametrize("path", ["/api/v1/articles", "/api/v1/events", "/api/v1/claims", "/api/v1/bulletin"])
def test_lists_answer_as_described(call: Callable, conn: Connection, path: str) -> None:
    article = seeding.article(conn)
    seeding.event(conn, articles=[article]) if path.endswith("events") else None
    page = call(path).get_json()
    assert set(page) == {"items", "next"}


def test_an_article_carries_no_publishers_text(call: Callable, conn: Connection) -> None:
    article = seeding.article(conn, body="Toàn văn không được phép đưa ra ngoài.")
    number = article if isinstance(article, int) else article.id
    answer = call(f"/api/v1/articles/{number}")
    assert "Toàn văn không được phép" not in answer.text


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=201", "?limit=x", "?after=-1", "?after=٣", "?limit=1&limit=2", "?nothing=1"]
)
def test_a_wrong_parameter_is_named(call: Callable, query: str) -> None:
    answer = call(f"/api/v1/articles{query}")
    assert answer.status_code == 422
    assert answer.get_json()["field"] in ("limit", "after", "nothing")


def test_without_a_valid_token_nothing_is_read(call: Callable) -> None:
    for token in ("", "wrong", "kt_" + "x" * 43):
        assert call("/api/v1/articles", token=token).status_code == 401


def test_a_token_reaches_only_its_scopes(call: Callable) -> None:
    assert call("/api/v1/articles", scopes=("events",)).status_code == 403
    assert (
        call(
            "/api/v1/reports",
            scopes=("articles",),
            method="post",
            json={"url": "https://bao.vn/a", "what_is_wrong": "x"},
        ).status_code
        == 403
    )


def test_an_ended_token_is_no_token(call: Callable, app: flask.Flask, conn: Connection) -> None:
    admin = seeding.user(conn, role="admin")
    secret = api_tokens.make(conn, name="x", scopes=["articles"], days=1, user_id=admin.id, actor=admin.name)
    assert call("/api/v1/articles", token=secret).status_code == 200
    api_tokens.end(conn, token_id=api_tokens.listed(conn)[0].id, actor=admin.name)
    assert call("/api/v1/articles", token=secret).status_code == 401
    assert secret not in str(conn.execute("SELECT token_sha256 FROM api_tokens").fetchall())


def test_a_report_comes_in_and_its_receipt_answers(call: Callable, anybody) -> None:
    answer = call(
        "/api/v1/reports",
        method="post",
        json={"url": "https://bao.vn/tin.html", "what_is_wrong": "Cầu chưa sập."},
    )
    assert answer.status_code == 201
    assert anybody.get(f"/report/{answer.get_json()['receipt']}").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"url": "file:///etc/passwd", "what_is_wrong": "x"}}, 422),
        ({"json": {"url": "https://bao.vn/x"}}, 422),
        ({"json": {"url": "https://bao.vn/x", "what_is_wrong": "  "}}, 422),
        ({"json": {"url": "https://bao.vn/x", "what_is_wrong": "x", "more": 1}}, 422),
        ({"json": [1]}, 400),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "a=b", "content_type": "application/x-www-form-urlencoded"}, 415),
        (
            {
                "data": json.dumps({"url": "https://bao.vn/x", "what_is_wrong": "x" * 70_000}),
                "content_type": "application/json",
            },
            413,
        ),
    ],
)
def test_a_wrong_report_is_refused_with_the_reason(call: Callable, sent: dict, status: int) -> None:
    assert call("/api/v1/reports", method="post", **sent).status_code == status


def test_the_administrator_makes_and_ends_tokens_and_nobody_else(sign_in) -> None:
    page = sign_in("admin").post("/admin/tokens", data={"name": "Tổng đài", "scope": "reports", "days": "30"})
    assert "kt_" in page.text
    for role in ("monitor", "verifier", "approver", "leader"):
        assert sign_in(role).get("/admin/tokens").status_code == 403


def test_an_unknown_address_or_method_is_said_in_json_and_asks_nobody_to_sign_in(app: flask.Flask) -> None:
    client = app.test_client()
    missing = client.get("/api/v1/articles/null,null")
    assert (missing.status_code, missing.mimetype) == (404, "application/json")
    wrong = client.open("/api/v1/bulletin", method="TRACE")
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    assert (
        client.post("/api/v1/reports", json={"url": "https://bao.vn/x", "what_is_wrong": "x"}).status_code
        == 401
    )
