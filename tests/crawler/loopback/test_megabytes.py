"""Megabytes of garbage into the readers: seconds each, so they stand apart from the pure tests."""

import resource
from collections.abc import Callable

import pytest
from both_readers import no_hang, read_both

MOST_MEMORY = 600 * 2**10  # kilobytes by which the process may grow in one reading

MEGABYTE = 2**20
GARBAGE: dict[str, Callable[[], bytes]] = {
    "tag openings": lambda: b"<" * 5 * MEGABYTE,
    "open paragraphs": lambda: b"<html><body>" + b"<p>" * 1_600_000,
    "deep containers": lambda: b"<html><body>" + b"<div>" * 1_000_000,
    "open links": lambda: b"<html><body>" + b"<a href=x>" * 500_000,
    "one long word": lambda: b"<html><body><h1>t</h1><p>" + b"x" * 5 * MEGABYTE,
    "a class of many words": lambda: b'<html><body><div class="' + b"a " * 2_500_000 + b'">x</div>',
    "dates": lambda: b"<html><body><p>" + b"12/3/2025 08:15, " * 300_000,
    "advertisements": lambda: ("<html><body><p>" + "quảng cáo " * 400_000).encode(),
    "deep data": lambda: (
        b'<html><head><script type="application/ld+json">' + b"[" * 5_000_000 + b"</script></head><body><p>x"
    ),
    "escapes": lambda: (
        b'<html><head><script type="application/ld+json">{"@type":"NewsArticle" "headline":"'
        + b"\\" * 5_000_000
        + b"</script><body><p>x"
    ),
    "a document type": lambda: (
        b"<!DOCTYPE x [" + b"]" * 5_000_000 + b"<rss><channel><item><title>x</title></item>"
    ),
    "ampersands": lambda: b"<rss><channel><item><title>" + b"&" * 500_000,
    "open sections": lambda: b"<rss><channel><item><title><![CDATA[" + b"]]" * 300_000,
    "zeros": lambda: b"\0" * 5 * MEGABYTE,
    "comments": lambda: b"<html><body>" + b"<!-- x -->" * 500_000,
}


@pytest.mark.parametrize("name", GARBAGE)
def test_megabytes_of_garbage_are_survived_in_bounded_memory(name: str) -> None:
    raw = GARBAGE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with no_hang():
        read_both(raw)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
