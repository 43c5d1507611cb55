"""Pages that stand in for a missing article: told by what the front page shows."""

from __future__ import annotations

from crawler.extract.article import ExtractedPage, ListLink
from crawler.pipeline.soft_404 import is_like


def shown(title: str, text: str, *numbers: int) -> ExtractedPage:
    links = tuple(ListLink(url=f"http://bao.example/tin-{n}.html") for n in numbers)
    return ExtractedPage(
        url="http://bao.example/",
        canonical_url="http://bao.example/",
        title=title,
        lead="",
        text=text,
        links=links,
    )


FRONT = shown("Báo Bịa", "Chợ phiên họp lại. Cầu mới thông xe. Mùa chè bắt đầu ở bản Suối.", 1, 2, 3, 4)


def test_the_front_page_under_another_address_is_known_by_its_links() -> None:
    assert is_like(shown("Báo Bịa", "", 1, 2, 3, 4, 5), FRONT)


def test_the_front_page_under_another_address_is_known_by_its_words() -> None:
    assert is_like(shown("Một bài", FRONT.text), FRONT)


def test_an_article_beside_the_same_links_is_no_front_page() -> None:
    assert not is_like(shown("Lũ ở Khe Thử", "Một trận lũ đã cuốn trôi cầu tạm.", 1, 2, 3, 4), FRONT)


def test_an_empty_front_page_proves_nothing() -> None:
    assert not is_like(shown("Lũ ở Khe Thử", ""), shown("Báo Bịa", ""))
