"""Boxes of other stories, players, notes to readers, names of portals, base addresses. Names and texts are invented."""

from datetime import UTC, datetime

import pytest

from crawler.extract import article

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ONE = "Sáng nay, bản Mẫu khánh thành nhà văn hóa mới sau bốn tháng thi công, nhiều hộ góp ngày công và gỗ."
TWO = "Công trình rộng một trăm hai mươi mét vuông, có sân bê tông và một kho nhỏ để trống chiêng của bản."
THREE = "Trưởng bản cho biết từ tuần sau lớp xóa mù chữ buổi tối sẽ chuyển về đây, mỗi tuần học ba buổi."
OTHER = "Giá ngô ở chợ huyện giảm nhẹ so với phiên trước, nhiều hộ giữ lại chờ sang tháng mới bán ra."
TITLE = "Bản Mẫu có nhà văn hóa mới"


def read(
    inside: str,
    *,
    top: str = "",
    head: str = "<title>Bản Mẫu có nhà văn hóa mới</title>",
    url: str = "https://baomau.example.vn/tin/a-1.html",
) -> article.ExtractedPage:
    html = f"<html lang=vi><head>{head}</head><body>{top or f'<h1>{TITLE}</h1>'}<div class=x1><p>{ONE}</p><p>{TWO}</p>{inside}<p>{THREE}</p></div></body></html>"
    return article.read(html.encode(), url=url, now=NOW)


BOXES = [
    f'<div class="q7x"><h3><a href="/b-2.html">Giá ngô giảm</a></h3><p>{OTHER}</p></div>',
    f'<div><a href="/b-2.html"><img src="b.jpg"></a><p>{OTHER}</p></div>',
    f'<div><h4>Tin nóng</h4><div><a href="/b-2.html"><h5>Giá ngô giảm</h5></a><p>{OTHER}</p></div></div>',
    f'<ul><li><a href="/b-2.html"><img src="b.jpg"></a><div>{OTHER}</div></li></ul>',
    f'<table><tr><td><a href="https://www.baomau.example.vn/b-2.html"><img src="b.jpg"></a></td><td>{OTHER}</td></tr></table>',
    f'<section><h2><a href="/b-2.html">Giá ngô giảm</a></h2><p>{OTHER}</p><h2><a href="/c-3.html">Chợ đông</a></h2><p>Chợ phiên tuần này đông hơn.</p></section>',
]  # fmt: skip
TEXT_BOXES = [
    f"<div class=q7x><div><p>{OTHER}</p></div></div>",
    f'<div><h3>Về nhà văn hóa</h3><p>{OTHER} <a href="/b-2.html">ở đây</a></p></div>',
    f'<div><h3><a href="#muc-2">Mục hai</a></h3><p>{OTHER}</p></div>',
    f"<blockquote><p>{OTHER}</p></blockquote>",
]


@pytest.mark.parametrize("box", BOXES)
def test_boxes_of_other_stories_are_left_out(box: str) -> None:
    text = read(box).text
    assert OTHER[:30] not in text
    assert all(part in text for part in (ONE, TWO, THREE))


@pytest.mark.parametrize("box", TEXT_BOXES)
def test_boxes_of_the_story_stay(box: str) -> None:
    assert OTHER[:30] in read(box).text


@pytest.mark.parametrize(
    "line",
    [
        "<div type=VideoStream><video src=v.mp4></video><p>Phim về ngày khánh thành.</p></div>",
        "<div class=k><iframe src=//v.example></iframe><div>Phim về ngày khánh thành.</div></div>",
        "<p><em>* Mời quý độc giả theo dõi các chương trình của Đài Mẫu trên ứng dụng!</em></p>",
        "<p>Mời bạn đọc xem thêm video tại đây</p>",
    ],
)
def test_lines_that_are_no_text(line: str) -> None:
    text = read(line).text
    assert "Phim về" not in text
    assert "Mời" not in text
    assert THREE in text


PORTALS = [
    (
        "<h1><a href='/'>Cổng thông tin điện tử xã Mẫu</a></h1><div class=tieude>{t}</div>",
        "Cổng thông tin điện tử xã Mẫu",
    ),
    (
        "<div class=banner><h1>Trang thông tin điện tử xã Mẫu</h1></div><h2>{t}</h2>",
        "Trang thông tin điện tử xã Mẫu",
    ),
    ("<header><h1 class=site-title>UBND xã Mẫu</h1></header><h3 class=post-title>{t}</h3>", "UBND xã Mẫu"),
    ("<div id=logo><h1>Website trường Mẫu</h1></div><div class=title-news>{t}</div>", "Website trường Mẫu"),
]


@pytest.mark.parametrize(("top", "name"), PORTALS)
def test_the_name_of_a_portal_is_no_headline(top: str, name: str) -> None:
    assert read("", top=top.format(t=TITLE), head=f"<title>{name}</title>").title == TITLE


def test_a_story_about_a_portal_keeps_its_headline() -> None:
    wanted = "Cổng thông tin điện tử xã Mẫu đổi giao diện"
    assert read("", top=f"<h1>{wanted}</h1>", head=f"<title>{wanted} - Báo Mẫu</title>").title == wanted
    assert read("", top=f"<h1>{wanted}</h1>", head=f"<title>{wanted}</title>").title == wanted


@pytest.mark.parametrize(
    ("base", "href", "wanted"),
    [
        ("/", "tin/a-1.html", "https://baomau.example.vn/tin/a-1.html"),
        ("https://baomau.example.vn/x/", "../tin/a-1.html", "https://baomau.example.vn/tin/a-1.html"),
        ("//baomau.example.vn/tin/", "a-1.html", "https://baomau.example.vn/tin/a-1.html"),
        ("", "a-2.html", "https://baomau.example.vn/muc/a-2.html"),
        ("http://[", "a-2.html", "https://baomau.example.vn/muc/a-2.html"),
    ],
)
def test_base_address(base: str, href: str, wanted: str) -> None:
    head = f'<title>{TITLE}</title><base href="{base}"><link rel=canonical href="{href}">'
    assert read("", head=head, url="https://baomau.example.vn/muc/a-1.html").stated_canonical == wanted


def test_kicker_and_headline_in_one_heading() -> None:
    top = f"<h1><span>Bạn đọc viết</span><span>{TITLE}</span></h1>"
    assert read("", top=top).title == TITLE
