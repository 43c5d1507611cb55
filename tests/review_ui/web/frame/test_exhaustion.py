"""Attempts to take the site down without an account, against the real server on loopback: held, and others are answered."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from review_ui.web import server as http


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says under which address it was asked and how much it was sent."""
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain")])
    shown = [environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", ""),
             environ["PATH_INFO"], environ["REMOTE_ADDR"], str(len(body))]  # fmt: skip
    return [" ".join(shown).encode()]


Serve = Callable[..., int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, each on a port of its own; all end with the test."""
    running = []

    def begin(**named: Any) -> int:
        server = http.create(echo, host="127.0.0.1", port=0, threads=4, **named)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        return int(server.effective_port)

    yield begin
    for server, _ in running:
        server.close()


def ask(port: int, raw: bytes) -> bytes:
    """What comes back for these bytes until the server closes or is silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(raw)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


def get(port: int, path: str = "/", *headers: str) -> str:
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: a", "Connection: close", *headers, "", ""])
    return ask(port, head.encode()).decode().rpartition("\r\n")[2]


@pytest.mark.parametrize(
    ("path", "length", "cookie", "status"),
    [
        ("/login", 400 * 2**20, "", 413),
        ("/login", http.SMALL, "", 413),
        ("/report", 2**30, "", 413),
        ("/report/", http.REPORT, "", 413),
        ("/queue/decide", 10 * 2**20, "", 413),
        ("/queue/decide", 10**15, "kiemtin_session=x", 413),
        ("/", 10**9, "kiemtin_session=x", 413),
    ],
)
def test_a_body_too_large_is_refused_by_its_head_alone(
    serve: Serve, path: str, length: int, cookie: str, status: int
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    answer = ask(serve(), head.encode())
    assert answer.startswith(b"HTTP/1.1 %d" % status)
    assert "quá lớn" in answer.decode()


def test_a_body_in_chunks_ends_where_its_limit_is(serve: Serve) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 2**16 + b"\r\n"
    with socket.create_connection(("127.0.0.1", serve()), timeout=5) as line:
        line.sendall(head)
        with pytest.raises(OSError):  # noqa: PT012 - the server answers and closes while we go on sending
            for _ in range(4000):
                line.sendall(chunk)
                time.sleep(0.001)


def test_bodies_within_the_limits_arrive(serve: Serve) -> None:
    port = serve()
    for path, length in (("/login", 5_000), ("/report", 5 * 2**20)):
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        assert ask(port, head.encode() + b"x" * length).endswith(f" {length}".encode())


def test_what_is_being_received_altogether_has_a_limit(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RECEIVED_AT_ONCE", 3 * 2**20)
    port = serve()
    head = b"POST /report HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as first:
        first.sendall(head + b"x" * 1000)
        time.sleep(0.2)
        answer = ask(port, head)
        assert answer.startswith(b"HTTP/1.1 503")
        assert "thử lại" in answer.decode()
        assert get(port).startswith("http a")
        first.sendall(b"x" * (2_000_000 - 1000))
        assert first.recv(100).startswith(b"HTTP/1.1 200")


def test_half_sent_heads_are_closed_and_others_answered_meanwhile(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 1.0)
    port = serve()
    lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(200)]
    for line in lines:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    assert get(port).startswith("http a")
    assert [line.recv(10) for line in lines] == [b""] * 200  # closed by the server, none answered


def test_a_head_that_drips_is_closed_all_the_same(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", serve()), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX")
        with pytest.raises(OSError):  # noqa: PT012
            for _ in range(100):
                line.sendall(b"x")
                time.sleep(0.1)


def test_a_body_that_drips_is_closed_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(http, "BODY_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", serve()), timeout=5) as line:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n")
        with pytest.raises(OSError):  # noqa: PT012
            for _ in range(100):
                line.sendall(b"x")
                time.sleep(0.1)


def test_where_very_many_connections_are_open_the_silent_ones_go_first(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_CONNECTIONS", 60)
    port = serve()
    lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(80)]
    assert get(port).startswith("http a")
    for line in lines:
        line.close()


FORWARDED = (
    "X-Forwarded-For: 203.0.113.9",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: tin.example.vn",
    "X-Forwarded-Prefix: /kiemtin/",
)


@pytest.mark.parametrize("proxy", ["127.0.0.1", "127.0.0.0/8", "localhost", "10.9.9.9,127.0.0.1"])
def test_the_proxy_is_believed(serve: Serve, proxy: str) -> None:
    port = serve(proxy=proxy)
    assert get(port, "/kiemtin/queue", *FORWARDED) == "https tin.example.vn /kiemtin /queue 203.0.113.9 0"


@pytest.mark.parametrize("proxy", ["10.9.9.9", "10.0.0.0/8", "no-such-host.invalid", None])
def test_nobody_else_is_believed(serve: Serve, proxy: str | None) -> None:
    port = serve(proxy=proxy)
    assert get(port, "/kiemtin/queue", *FORWARDED) == "http a  /kiemtin/queue 127.0.0.1 0"


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/a b", "javascript:", "/\\evil", "/a//b", "/%0d%0aX: y", "x"]
)
def test_a_prefix_that_is_no_path_is_dropped(serve: Serve, prefix: str) -> None:
    assert get(serve(proxy="127.0.0.1"), "/q", f"X-Forwarded-Prefix: {prefix}").startswith("http a  /q ")
