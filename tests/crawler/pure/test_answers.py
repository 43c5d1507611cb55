"""Small judgements about what a server answered."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import pytest

from crawler.http import content_encoding, response

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
PAGE = b"<html><body>" + b"xin ch\xc3\xa0o " * 3000 + b"</body></html>"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15", 15.0), (" 120 ", 120.0), ("Sat, 21 Nov 2026 05:00:30 GMT", 30.0), ("Sat, 21 Nov 2026 04:00:00 GMT", 0.0),
        ("99999999", response.LONGEST_WAIT), ("soon", None), ("", None), (None, None), ("-5", None),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_an_http_date(text: str | None, seconds: float | None) -> None:
    assert response.retry_after(text, now=NOW) == seconds


def test_a_meta_refresh_of_an_empty_page_is_a_redirect() -> None:
    page = (
        b'<html><head><meta http-equiv="refresh" content="0; url=/bai-moi.html"></head><body></body></html>'
    )
    assert response.refresh_target(page, base="https://bao.vn/cu.html") == "https://bao.vn/bai-moi.html"


def test_a_meta_refresh_that_reloads_or_waits_or_stands_in_noscript_is_none() -> None:
    base = "https://bao.vn/a.html"
    assert response.refresh_target(b'<meta http-equiv="refresh" content="900">', base=base) is None
    assert response.refresh_target(b'<meta http-equiv=refresh content="600;url=/b">', base=base) is None
    assert response.refresh_target(b'<meta http-equiv=refresh content="0;url=a.html">', base=base) is None
    assert (
        response.refresh_target(
            b'<noscript><meta http-equiv="refresh" content="0;url=/b"></noscript>', base=base
        )
        is None
    )
    assert (
        response.refresh_target(
            b'<meta http-equiv="refresh" content="0;url=/b">' + b"<p>chu</p> " * 80, base=base
        )
        is None
    )


def test_a_text_that_ends_with_its_own_closing_tag_is_whole() -> None:
    assert response.ends_whole(PAGE)
    assert response.ends_whole(b"<rss></rss>\n<!-- made in 0.1 s -->\n")
    assert not response.ends_whole(PAGE[:2000])


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def test_bodies_unpack_whatever_they_are_coded_in() -> None:
    import brotli
    from backports import zstd

    raw = zlib.compressobj(6, zlib.DEFLATED, -15)
    cases = {
        "gzip": _gzip(PAGE), "x-gzip": _gzip(PAGE[:100]) + _gzip(PAGE[100:]), "deflate": zlib.compress(PAGE),
        "br": brotli.compress(PAGE), "zstd": zstd.compress(PAGE), "identity": PAGE,
    }  # fmt: skip
    for coding, payload in cases.items():
        assert content_encoding.unpack(payload, [coding], limit=10**6) == PAGE
    assert content_encoding.unpack(raw.compress(PAGE) + raw.flush(), ["deflate"], limit=10**6) == PAGE
    assert content_encoding.unpack(_gzip(zlib.compress(PAGE)), ["deflate", "gzip"], limit=10**6) == PAGE


def test_a_body_that_is_said_to_be_packed_and_is_not_is_taken_as_it_is() -> None:
    for coding in ("gzip", "deflate", "br", "zstd"):
        assert content_encoding.unpack(PAGE, [coding], limit=10**6) == PAGE


def test_a_bomb_is_given_up_at_the_limit() -> None:
    import brotli
    from backports import zstd

    zeros = bytes(3 * 10**6)
    for coding, payload in {
        "gzip": _gzip(zeros),
        "br": brotli.compress(zeros),
        "zstd": zstd.compress(zeros),
    }.items():
        with pytest.raises(content_encoding.UnpackedTooLarge):
            content_encoding.unpack(payload, [coding], limit=10**5)


def test_a_body_that_is_cut_or_coded_in_something_unknown_is_broken() -> None:
    with pytest.raises(content_encoding.Broken):
        content_encoding.unpack(_gzip(PAGE)[:-30], ["gzip"], limit=10**6)
    with pytest.raises(content_encoding.Broken):
        content_encoding.unpack(PAGE, ["sdch"], limit=10**6)
