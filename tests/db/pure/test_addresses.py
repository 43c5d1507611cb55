"""Addresses: tidied, compared, and canonical ones believed or not."""

import pytest

from db.press import urls


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("HTTP://Bao.Example:80/Bai-1.html#binh-luan", "http://bao.example/Bai-1.html"),
        ("https://bao.example:443/a", "https://bao.example/a"),
        ("http://bao.example/a?utm_source=rss&utm_medium=feed", "http://bao.example/a"),
        ("http://bao.example/news/detail.aspx?id=7&fbclid=IwAR0", "http://bao.example/news/detail.aspx?id=7"),
        ("http://bao.example/a?id=7&amp;utm_campaign=zalo", "http://bao.example/a?id=7"),
        ("  http://bao.example/a b\n", "http://bao.example/a%20b"),
        ("http://bao.example", "http://bao.example/"),
        ("http://báo.example/tin", "http://xn--bo-mia.example/tin"),
        ("http://bao.example/%e1%ba%a3nh-%7ea", "http://bao.example/%E1%BA%A3nh-~a"),
    ],
)
def test_an_address_is_tidied(raw: str, tidy: str) -> None:
    assert urls.tidy(raw) == tidy
    assert urls.tidy(tidy) == tidy


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "javascript:void(0)",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "http://",
        "http://[bad",
        "http://a\u0000 b/",
        "x" * 3000,
    ],
)
def test_what_is_no_web_address_is_none(raw: str) -> None:
    assert urls.tidy(raw) is None


def test_a_relative_link_is_resolved_against_its_base() -> None:
    assert urls.tidy("/bai-1.html", "http://bao.example/rss/home.rss") == "http://bao.example/bai-1.html"


@pytest.mark.parametrize(
    "other",
    [
        "https://bao.example/bai-4001.html",
        "http://www.bao.example/bai-4001.html",
        "http://m.bao.example/bai-4001.html",
        "http://bao.example/amp/bai-4001.html",
        "http://bao.example/bai-4001.html/amp",
        "http://bao.example/bai-4001.amp.html",
        "http://bao.example/bai-4001.html?amp=1",
        "http://bao.example/bai-4001.html/?utm_source=x#c",
    ],
)
def test_variants_of_one_article_have_one_identity(other: str) -> None:
    assert urls.identity(other) == urls.identity("http://bao.example/bai-4001.html")


def test_a_meaningful_query_keeps_articles_apart() -> None:
    assert urls.identity("http://a.example/detail.aspx?id=1") != urls.identity(
        "http://a.example/detail.aspx?id=2"
    )
    assert urls.identity("http://a.example/x?a=1&b=2") == urls.identity("http://a.example/x?b=2&a=1")


PAGE = "http://bao.example/tin-moi/thong-duong-qua-nam-thu-4001.html"


@pytest.mark.parametrize(
    "canonical",
    [
        "http://bao.example/thoi-su/thong-duong-qua-nam-thu-4001.html",
        "/thoi-su/thong-duong-qua-nam-thu-4001.html",
        "https://www.bao.example/tin-moi/thong-duong-qua-nam-thu-4001.html",
        "http://bao.example/tin-moi/ten-moi-hoan-toan-khac-4001.html",
    ],
)
def test_a_canonical_of_the_same_article_is_believed(canonical: str) -> None:
    assert urls.believe_canonical(PAGE, canonical) == urls.tidy(canonical, PAGE)


@pytest.mark.parametrize(
    "canonical",
    [
        None,
        "",
        "http://bao.example/",
        "http://bao.example/trang-chu",
        "http://bao.example/thoi-su/",
        "http://bao.example/tin-moi/gia-thao-qua-tang-4002.html",
        "http://bao.example/tin-moi/thong-duong-qua-nam-thu-4002.html",
        "http://khac.example/tin-moi/thong-duong-qua-nam-thu-4001.html",
        "javascript:void(0)",
    ],
)
def test_a_canonical_of_home_page_other_article_or_other_site_is_not_believed(canonical: str | None) -> None:
    assert urls.believe_canonical(PAGE, canonical) == PAGE


def test_a_canonical_that_lost_the_number_in_the_query_is_not_believed() -> None:
    page = "http://bao.example/news/detail.aspx?id=77"
    assert urls.believe_canonical(page, "http://bao.example/news/detail.aspx") == page


def test_a_numbered_address_may_lead_to_a_speaking_one_with_the_title() -> None:
    found = urls.believe_canonical(
        "http://bao.example/?p=77",
        "http://bao.example/thong-duong-qua-nam-thu/",
        title="Thông đường qua Nậm Thử",
    )
    assert found == "http://bao.example/thong-duong-qua-nam-thu/"


def test_a_canonical_on_another_host_of_the_source_is_believed() -> None:
    mobile = "http://127.0.100.5:8800/thong-duong-4001.html"
    desktop = "http://127.0.1.5:8800/thong-duong-4001.html"
    assert urls.believe_canonical(mobile, desktop, hosts=["127.0.1.5", "127.0.100.5"]) == desktop
    assert urls.believe_canonical(mobile, desktop) == mobile


def test_parts_of_an_article_are_known_by_their_number() -> None:
    assert urls.page_number("http://a.example/x?trang=2") == 2
    assert urls.page_number("http://a.example/x/page/3/") == 3
    assert urls.page_number("http://a.example/x?id=20") == 1
    assert urls.without_paging("http://a.example/x?id=7&trang=2") == "http://a.example/x?id=7"


@pytest.mark.parametrize(
    "other",
    [
        "https://bao.vn/tin/cau-4100001.html;jsessionid=0A1B2C3D4E5F.nut-2",
        "https://bao.vn/tin/cau-4100001.html?PHPSESSID=q1w2e3r4",
        "https://bao.vn/tin/cau-4100001.html?ASPSESSIONIDCQRSTB=ABCDEF",
        "https://bao.vn/(S(abcdefghij0123456789klmn))/tin/cau-4100001.html",
        "https://bao.vn/tin/cau-4100001.html?sid=0f9e8d7c6b5a40f9e8d7c6b5",
        "https://bao.vn/tin/cau-4100001.html?CFID=1200&CFTOKEN=99887766",
    ],
)
def test_session_ids_are_no_part_of_an_address(other: str) -> None:
    assert urls.tidy(other) == "https://bao.vn/tin/cau-4100001.html"


@pytest.mark.parametrize("kept", ["sid=4", "s=lu-quet", "id=4100001", "session=2", "token=lao-cai"])
def test_a_short_value_that_chooses_an_article_stays(kept: str) -> None:
    assert urls.tidy(f"https://bao.vn/doc.aspx?{kept}") == f"https://bao.vn/doc.aspx?{kept}"
