"""The crawler is not sent to inner addresses, in whatever way they are written: not by the command line, not by a source's
own lists, not by what a name resolves to."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
from attack_strings import INNER, LINK_LOCAL

from crawler.http import url_policy
from crawler.pipeline import add_source
from db.catalogue.sources import kind_of_host
from db.core.errors import Invalid, SetAside, TryLater

BY_NAME = ("nip.io", "%00", "example.vn:99999")  # public by their form: judged when they are looked up


def allowing(*hosts: str, private: tuple[str, ...] = ()) -> url_policy.Allowed:
    """The gate of a source that names these hosts as its own."""
    return url_policy.Allowed(
        source="o", hosts=frozenset(hosts), private=frozenset(private), ports=frozenset({80, 443})
    )


@pytest.mark.parametrize("url", [url for url in INNER if not any(word in url for word in BY_NAME)])
def test_the_command_line_adds_no_inner_address(url: str) -> None:
    with pytest.raises(Invalid):
        add_source.public_url(url)


@pytest.mark.parametrize("url", [url for url in INNER if not any(word in url for word in BY_NAME)])
def test_no_source_is_led_to_an_inner_address_by_its_lists_or_a_redirect(url: str) -> None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    assert url_policy.refusal(url, allowing("bao.example")) is not None
    assert (
        url_policy.refusal(url, allowing("bao.example", host)) is not None
    )  # even if it calls the host its own


@pytest.mark.parametrize("url", LINK_LOCAL)
def test_link_local_and_metadata_addresses_are_refused_even_to_an_import(url: str) -> None:
    host = urlsplit(url).hostname or ""
    assert url_policy.refusal(url, allowing(host, private=(host,))) is not None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "169.254.169.254",
        "fe80::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "100.64.0.1",
        "64:ff9b::a00:1",
    ],
)
def test_a_public_name_that_resolves_to_an_inner_address_is_refused(address: str) -> None:
    assert url_policy.refused_address(address, "bao.example", allowing("bao.example")) is not None


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "localhost"])
def test_what_the_system_itself_takes_for_loopback_never_reaches_a_socket(host: str) -> None:
    with pytest.raises((SetAside, TryLater)):
        asyncio.run(url_policy.resolve(f"http://{host}/", allowing(host)))


@pytest.mark.parametrize(
    "host", ["baolaocai.vn", "8.8.8.8", "báo.example", "2606:4700::1111", "1.vnexpress.net", "24h.com.vn"]
)
def test_ordinary_hosts_are_public(host: str) -> None:
    assert kind_of_host(host) == "public"
