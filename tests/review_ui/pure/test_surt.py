"""The key under which a viewer finds an address: whatever does not change the page is levelled."""

import pytest

from review_ui.evidence import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Bao-Thu.vn:80/Tin/Mot?b=2&a=1#x", "vn,bao-thu)/tin/mot?a=1&b=2"),
        ("https://www2.bao-thu.vn/", "vn,bao-thu)/"),
        ("https://bao-thu.vn", "vn,bao-thu)/"),
        ("https://bao-thu.vn:443/muc/?", "vn,bao-thu)/muc"),
        ("https://bao-thu.vn:8443/muc/", "vn,bao-thu:8443)/muc"),
        ("https://báo.vn/", "vn,xn--bo-mia)/"),
        ("http://ai:mat@bao-thu.vn./a%7Eb", "vn,bao-thu)/a~b"),
        ("http://bao-thu.vn//a//b/../c", "vn,bao-thu)/a/c"),
        ("http://bao-thu.vn/a b%20c", "vn,bao-thu)/a%20b%20c"),
        ("http://bao-thu.vn/%C4%90%e1%bb%9di?q=Đời", "vn,bao-thu)/%c4%90%e1%bb%9di?q=%c4%90%e1%bb%9di"),
        ("http://bao-thu.vn/a?PHPSESSID=0123456789abcdef&&q=1", "vn,bao-thu)/a?q=1"),
        ("http://bao-thu.vn/p?u=http%3A%2F%2Fx.vn%2F%3Fa%26b", "vn,bao-thu)/p?u=http://x.vn/?a&b"),
        ("http://127.0.0.1:8000/x", "1,0,0,127:8000)/x"),
        ("http://[::1]:80/x", "::1)/x"),
        ("http://bao-thu.vn:99999/", "http://bao-thu.vn:99999/"),
        ("urn:pageinfo:http://Bao-Thu.vn/P", "urn:pageinfo:http://bao-thu.vn/p"),
        ("dns:bao-thu.vn", "dns:bao-thu.vn"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_address_has_one_key(url: str, key: str) -> None:
    assert surt.key(url) == key


@pytest.mark.parametrize(
    "same",
    [
        "http://bao-thu.vn/tin?a=1&b=2",
        "https://www.bao-thu.vn/tin/?b=2&a=1#dau",
        "HTTP://BAO-THU.VN:80/Tin?B=2&A=1",
    ],
)
def test_spellings_of_one_page_meet(same: str) -> None:
    assert surt.key(same) == "vn,bao-thu)/tin?a=1&b=2"
