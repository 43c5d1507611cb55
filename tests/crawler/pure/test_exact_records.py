"""What an exact capture keeps of an exchange, what it leaves out, and what a page needs besides itself."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from crawler.evidence import page_resources, warc
from crawler.evidence.warc_replay import KeptPages
from crawler.http.response import Exchange, Wire
from db.press.warc import entity

AT = datetime(2026, 11, 21, 8, 15, 30, 123456, tzinfo=UTC)


def exchange(url: str, received: bytes, *, status: int = 200, chain: tuple[bytes, ...] = ()) -> Exchange:
    wire = Wire(
        sent=b"GET / HTTP/1.1\r\nHost: bao.test\r\n\r\n", received=received, ended_at=AT,
        tls="TLSv1.3 TLS_AES_256_GCM_SHA384" if chain else None, chain=chain,
    )  # fmt: skip
    return Exchange(url=url, status=status, headers=(), payload=b"", at=AT, address="203.0.113.7", wire=wire)


def test_cookies_and_credentials_are_taken_out_with_their_folded_lines_and_nothing_else_moves() -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nX-oDd:  two  spaces\r\nSet-Cookie: a=b;\r\n\tsecond line\r\nset-COOKIE: c=d\r\n"
        b"WWW-Authenticate: Basic\r\nCookieless: stays\r\n\r\n"
    )
    kept, removed = warc.without_secrets(head)
    assert kept == b"HTTP/1.1 200 OK\r\nX-oDd:  two  spaces\r\nCookieless: stays\r\n\r\n"
    assert removed == ("set-cookie", "set-cookie", "www-authenticate")


def test_interim_answers_are_passed_over() -> None:
    raw = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"
    assert warc.split(raw) == (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", b"body")


def test_an_exchange_reads_back_byte_for_byte_with_its_request_and_certificates(tmp_path: Path) -> None:
    body = b"5\r\nhello\r\n0\r\n\r\n"
    received = b"HTTP/1.1 200 Fine by me\r\nX-oDd:1\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    path = tmp_path / "one.warc.gz"
    with path.open("wb") as out:
        file = warc.ExactFile(out, software="kiemtin/0")
        written = file.exchange(exchange("https://bao.test/x", received, chain=(b"der one", b"der two")))
        file.story("https://bao.test/x", {"ten": "bản lưu"}, at=AT)
    assert gzip.decompress(path.read_bytes()[written.offset :]).count(b"X-oDd:1\r\n") == 1
    kinds = []
    with path.open("rb") as read:
        for record in ArchiveIterator(read, check_digests="raise"):
            kinds.append(record.rec_type)
            if record.rec_type == "response":
                assert record.rec_headers.get_header("WARC-Date") == "2026-11-21T08:15:30.123456Z"
                assert record.rec_headers.get_header("WARC-IP-Address") == "203.0.113.7"
                assert entity(record) == b"hello"
    assert kinds == ["warcinfo", "response", "request", "metadata", "metadata"]


def test_what_a_page_needs_is_named_once_style_sheets_first() -> None:
    page = b"""<html><head><base href="/bao/"><style>@import "sau.css"; @font-face{src:url(chu.woff2)}</style></head>
      <body style="background:url('nen.jpg')"><img src="data:image/png;base64,x" data-src="anh.png?utm_source=a">
      <img srcset="nho.png 1x, to.png 2x"><img src="anh.png?utm_source=a"><a href="khong.html">x</a>
      <link rel="stylesheet" href="in.css" media="print"><link rel="stylesheet" href="/chung.css"></body></html>"""
    found = page_resources.of_page(page, url="https://bao.test/tin/1.html")
    assert [(one.kind, one.url.removeprefix("https://bao.test")) for one in found] == [
        ("style", "/chung.css"), ("style", "/bao/sau.css"), ("image", "/bao/anh.png?utm_source=a"), ("image", "/bao/to.png"),
        ("font", "/bao/chu.woff2"), ("image", "/bao/nen.jpg"),
    ]  # fmt: skip


def test_a_page_that_cannot_be_read_needs_nothing() -> None:
    for page in (b"", b"\x00\x01\x02", b"<!-- -->", b"%PDF-1.4"):
        assert page_resources.of_page(page, url="https://bao.test/") == []


def test_a_browser_is_answered_from_the_capture_alone_redirects_followed(tmp_path: Path) -> None:
    with (tmp_path / "one.warc.gz").open("wb") as out:
        file = warc.ExactFile(out, software="kiemtin/0")
        moved = b"HTTP/1.1 301 x\r\nLocation: /moi\r\nContent-Length: 0\r\n\r\n"
        file.exchange(exchange("https://bao.test/cu", moved, status=301))
        packed = gzip.compress("<p>Xin chào</p>".encode())
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nRefresh: 0; url=/x\r\n\r\n"
        file.exchange(exchange("https://bao.test/moi", head + packed))
    kept = KeptPages(tmp_path / "one.warc.gz")
    found = kept.get("https://bao.test/cu#giua")
    assert found is not None
    assert found.body.decode() == "<p>Xin chào</p>"
    assert found.headers == {"Content-Type": "text/html"}
    assert kept.get("https://bao.test/khac") is None
