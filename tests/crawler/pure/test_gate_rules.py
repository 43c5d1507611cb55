"""The gate: which addresses may be asked, by form and by what a name resolves to."""

from __future__ import annotations

import pytest

from crawler.http import url_policy
from crawler.http.url_policy import Allowed

PAPER = Allowed(
    source="paper",
    hosts=frozenset({"bao.vn", "m.bao.vn"}),
    private=frozenset(),
    ports=frozenset({80, 443, 8080}),
)
LOOP = Allowed(
    source="demo",
    hosts=frozenset({"127.0.1.7"}),
    private=frozenset({"127.0.1.7"}),
    ports=frozenset({80, 443, 8800}),
)


@pytest.mark.parametrize("url", ["https://bao.vn/a", "http://www.bao.vn/a", "https://m.bao.vn:8080/a"])
def test_addresses_of_the_source_pass(url: str) -> None:
    assert url_policy.refusal(url, PAPER) is None


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://bao.vn/a", "https://khac.vn/a", "https://bao.vn.khac.vn/", "https://bao.vn@khac.vn/",
        "https://user:word@bao.vn/", "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/",
        "http://0x7f.1/", "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://metadata.google.internal/",
        "http://10.0.0.7/", "https://bao.vn:6379/", "https:///a", "http://[bad/", "http://100.100.100.200/",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(url: str) -> None:
    assert url_policy.refusal(url, PAPER)


def test_a_loopback_host_passes_only_where_an_import_listed_it() -> None:
    assert url_policy.refusal("http://127.0.1.7:8800/", LOOP) is None
    assert url_policy.refusal("http://127.0.1.8:8800/", LOOP)
    unlisted = Allowed(
        source="x", hosts=frozenset({"127.0.1.7"}), private=frozenset(), ports=frozenset({8800})
    )
    assert url_policy.refusal("http://127.0.1.7:8800/", unlisted)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "127.0.0.1", "::1", "192.168.1.1", "::ffff:10.0.0.1", "fc00::1"]
)
def test_a_public_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    assert url_policy.refused_address(address, "bao.vn", PAPER)


def test_a_link_local_address_is_refused_even_for_a_listed_private_host() -> None:
    listed = Allowed(
        source="x",
        hosts=frozenset({"intra.bao.vn"}),
        private=frozenset({"intra.bao.vn"}),
        ports=frozenset({80}),
    )
    assert url_policy.refused_address("10.1.2.3", "intra.bao.vn", listed) is None
    assert url_policy.refused_address("169.254.169.254", "intra.bao.vn", listed)
