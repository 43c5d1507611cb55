"""Authors: persons in bylines and signatures, never outlets, credits or days. Names and texts are invented."""

from datetime import UTC, datetime

import pytest

from crawler.extract import article
from crawler.text import person_names

NOW = datetime(2026, 11, 29, tzinfo=UTC)
TEXT = (
    "<p>Sáng nay, bản Mẫu khánh thành nhà văn hóa mới sau bốn tháng thi công, nhiều hộ góp ngày công và gỗ.</p>"
    "<p>Công trình rộng một trăm hai mươi mét vuông, có sân bê tông và một kho nhỏ để trống chiêng của bản.</p>"
    "<p>Trưởng bản cho biết từ tuần sau lớp xóa mù chữ buổi tối sẽ chuyển về đây, mỗi tuần học ba buổi.</p>"
)
SHORT = (
    "<p>Bản Mẫu có nhà văn hóa mới.</p><p>Nhiều hộ góp công.</p><p>Lớp học tối chuyển về đây từ tuần sau.</p>"
)


def page(
    *, head: str = "", top: str = "", end: str = "", below: str = "", text: str = TEXT, body: str = "content"
) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="vi"><head><title>Bản Mẫu có nhà văn hóa mới - Báo Mẫu</title>{head}</head><body>'
        f'<div class="wrap"><h1>Bản Mẫu có nhà văn hóa mới</h1>{top}<div class="{body}">{text}{end}</div>{below}</div></body></html>'
    ).encode()


def authors(**parts: str) -> list[str]:
    return list(article.read(page(**parts), url="https://baomau.example.vn/tin/a-1.html", now=NOW).authors)


ENDS = {
    "right": ('<p style="text-align:right">Lò Thị Thử</p>', ["Lò Thị Thử"]),
    "right attribute": ('<p align="right"><b>Lò Thị Thử</b></p>', ["Lò Thị Thử"]),
    "bold, pen name": ("<p><strong>Minh Thử</strong></p>", ["Minh Thử"]),
    "italic": ("<p><em>Hoàng Mẫu</em></p>", ["Hoàng Mẫu"]),
    "plain": ("<p>Lò Thị Thử</p>", ["Lò Thị Thử"]),
    "capitals": ("<p><b>LÒ THỊ THỬ</b></p>", ["LÒ THỊ THỬ"]),
    "initials": ('<p style="text-align:right"><b>H.T</b></p>', ["H.T"]),
    "initials with a stop": ("<p><b>L.T.T.</b></p>", ["L.T.T"]),
    "text and pictures": ("<p>Bài, ảnh: Lò Thị Thử</p>", ["Lò Thị Thử"]),
    "text and pictures, several": ("<p><b>Bài và ảnh: Lò Thị Thử - Vàng Mẫu</b></p>", ["Lò Thị Thử", "Vàng Mẫu"]),
    "made by": ("<p><strong>Thực hiện: Lò Thử, Vàng Mẫu</strong></p>", ["Lò Thử", "Vàng Mẫu"]),
    "made by, then a design": ("<p>Thực hiện: Lò Thử</p><p>Đồ họa: Vàng Mẫu</p>", ["Lò Thử"]),
    "in brackets": ("<p><i>(Lò Thị Thử)</i></p>", ["Lò Thị Thử"]),
    "with the province": ('<p align="right"><b>Lò Thị Thử (Lào Cai)</b></p>', ["Lò Thị Thử"]),
    "the province first": ("<p><b>Lào Cai, Lò Thị Thử</b></p>", ["Lò Thị Thử"]),
    "with the agency": ("<p><b>Lò Thử (TTXVN)</b></p>", ["Lò Thử"]),
    "with the agency after a slash": ("<p><b>Lò Thử/VOV-Tây Bắc</b></p>", ["Lò Thử"]),
    "follows a person of an agency": ('<p align="right">Theo Lò Thử/TTXVN</p>', ["Lò Thử"]),
    "follows an outlet": ('<p align="right">Theo Báo Khác</p>', []),
    "follows a foreign outlet": ('<p align="right">Theo BBC</p>', []),
    "a translator": ("<p><b>Lò Thử (theo Le Monde)</b></p>", ["Lò Thử"]),
    "compiled": ("<p>Lò Thử (tổng hợp)</p>", ["Lò Thử"]),
    "three with commas": ("<p><b>Lò Thử, Vàng Mẫu, Tẩn Ví Dụ</b></p>", ["Lò Thử", "Vàng Mẫu", "Tẩn Ví Dụ"]),
    "above tags": ('<p><b>Lò Thử</b></p><div class="tags">Từ khóa: <a href="/t">bản</a></div>', ["Lò Thử"]),
    "above a source": ("<p><b>Lò Thử</b></p><p>Nguồn: Báo Khác</p>", ["Lò Thử"]),
    "above a picture's credit": ("<p>Lò Thử</p><p>Ảnh: Vàng Mẫu</p>", ["Lò Thử"]),
    "a credit alone": ("<p>Ảnh: Vàng Mẫu</p>", []),
    "the desk": ("<p><b>Nhóm PV</b></p>", []),
    "a reporter with the role": ("<p>PV Lò Thử</p>", ["Lò Thử"]),
    "correspondents": ("<p><b>CTV Lò Thử - Vàng Mẫu</b></p>", ["Lò Thử", "Vàng Mẫu"]),
    "in the last paragraph": ("<p>Bản sẽ mở hội mừng nhà mới vào rằm tháng tới, mời cả bản bên. <strong>Lò Thị Thử</strong></p>", ["Lò Thị Thử"]),
    "after a break": ("<p>Bản sẽ mở hội mừng nhà mới vào rằm tháng tới, mời cả bản bên.<br>Lò Thị Thử</p>", ["Lò Thị Thử"]),
    "a class for the author": ('<p class="author">Lò Thị Thử</p>', ["Lò Thị Thử"]),
    "an unaccented class": ('<p class="tacgia">Lò Thị Thử</p>', ["Lò Thị Thử"]),
    "a class in capitals and dashes": ('<div class="the-article-credit"><p>Lò Thị Thử</p></div>', ["Lò Thị Thử"]),
    "a signature class": ('<div class="PSignature"><b>Lò Thị Thử</b></div>', ["Lò Thị Thử"]),
    "an invitation is nobody": ("<p><b>Mời Bạn Đọc Xem Tiếp</b></p>", []),
    "a sentence is nobody": ("<p>Bản Mẫu sẽ tổ chức hội xuân.</p>", []),
}  # fmt: skip
HEADS = {
    "author class": ('<div class="author">Lò Thị Thử</div>', ["Lò Thị Thử"]),
    "with day": ('<div class="author">Lò Thị Thử - Thứ Sáu, 20/11/2026 08:15</div>', ["Lò Thị Thử"]),
    "with a role": ('<p class="byline">Tác giả: <span>Lò Thị Thử</span></p>', ["Lò Thị Thử"]),
    "no class": ("<div>Lò Thị Thử | 20/11/2026 08:15</div>", ["Lò Thị Thử"]),
    "beside the day": ("<div><span>Lò Thị Thử</span></div><div>20/11/2026 08:15</div>", ["Lò Thị Thử"]),
    "by": ("<p>By John Sample</p><p>November 20, 2026</p>", ["John Sample"]),
    "two links": ('<div class="meta"><a rel="author" href="/a/1">Lò Thử</a>, <a rel="author" href="/a/2">Vàng Mẫu</a></div>', ["Lò Thử", "Vàng Mẫu"]),
    "a link to the author's page": ('<div class="info"><a href="/tac-gia/lo-thu-12.html">Lò Thử</a><span>20/11/2026</span></div>', ["Lò Thử"]),
    "author's box": ('<div class="author-box"><img src="a.jpg" alt="x"><a class="author-name" href="/tg/1">Lò Thử</a><span class="role">Phóng viên</span></div>', ["Lò Thử"]),
    "section beside the day": ("<div>Đời Sống | 20/11/2026 08:15</div>", []),
    "outlet beside the day": ("<div>Báo Mẫu | 20/11/2026 08:15</div>", []),
    "microdata": ('<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Lò Thử</span></span>', ["Lò Thử"]),
    "vcard": ('<span class="author vcard"><a class="url fn n" href="/author/lothu/">Lò Thử</a></span>', ["Lò Thử"]),
    "posted by": ('<p class="post-info">Đăng bởi: Lò Thử - 20/11/2026</p>', ["Lò Thử"]),
    "account": ('<span class="author">Super User</span>', []),
}  # fmt: skip
LD = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Bản Mẫu có nhà văn hóa mới","author":%s}</script>'
STATED = {
    "person": (LD % '{"@type":"Person","name":"Lò Thử"}', ["Lò Thử"]),
    "persons": (LD % '[{"@type":"Person","name":"Lò Thử"},{"@type":"Person","name":"Vàng Mẫu"}]', ["Lò Thử", "Vàng Mẫu"]),
    "one string of two": (LD % '"Lò Thử, Vàng Mẫu"', ["Lò Thử", "Vàng Mẫu"]),
    "organisation": (LD % '{"@type":"Organization","name":"Tờ Mẫu"}', []),
    "outlet": ('<meta property="og:site_name" content="Tờ Mẫu"><meta name="author" content="Tờ Mẫu">', []),
    "host": ('<meta name="author" content="baomau.example.vn">', []),
    "host's label": ('<meta name="author" content="baomau">', []),
    "account": ('<meta name="author" content="admin">', []),
    "meta": ('<meta name="author" content="Lò Thử">', ["Lò Thử"]),
    "twitter label": ('<meta name="twitter:label1" content="Được viết bởi"><meta name="twitter:data1" content="Lò Thử">', ["Lò Thử"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_signature_at_the_end(name: str) -> None:
    html, wanted = ENDS[name]
    assert authors(end=html) == wanted


@pytest.mark.parametrize(
    "name",
    ["right", "bold, pen name", "plain", "initials", "text and pictures", "made by", "follows an outlet"],
)
def test_signature_of_a_short_piece(name: str) -> None:
    html, wanted = ENDS[name]
    assert authors(end=html, text=SHORT) == wanted


@pytest.mark.parametrize(
    "name", ["right", "bold, pen name", "text and pictures", "with the province", "a class for the author"]
)
def test_signature_below_the_container(name: str) -> None:
    html, wanted = ENDS[name]
    assert authors(below=f"<div>{html}</div>") == wanted


@pytest.mark.parametrize("name", HEADS)
def test_byline_at_the_head(name: str) -> None:
    html, wanted = HEADS[name]
    assert authors(top=html) == wanted


@pytest.mark.parametrize("name", STATED)
def test_names_stated_to_machines(name: str) -> None:
    html, wanted = STATED[name]
    assert authors(head=html) == wanted


def test_a_signature_is_no_text() -> None:
    read = article.read(
        page(end='<p style="text-align:right"><b>Lò Thử (theo Tờ Khác)</b></p>'),
        url="https://x.vn/a-1.html",
        now=NOW,
    )
    assert "Lò Thử" not in read.text


def test_outlet_stated_but_a_person_signs() -> None:
    head = '<meta property="og:site_name" content="Tờ Mẫu"><meta name="author" content="Tờ Mẫu">'
    assert authors(head=head, end="<p><b>Lò Thử</b></p>") == ["Lò Thử"]


def test_initials_written_out_elsewhere() -> None:
    assert authors(head='<meta name="author" content="L.T">', end="<p><b>Lò Thử</b></p>") == ["Lò Thử"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("本报记者 王例 李样 摄影：赵某", ["王例", "李样"]),
        ("（记者李样）", ["李样"]),
        ("홍길동 기자", ["홍길동"]),
        ("Reporting by Ann Sample; editing by Tom Other", ["Ann Sample"]),
        ("Par Jean Exemple", ["Jean Exemple"]),
        ("PGS.TS. Lò Thử", ["Lò Thử"]),
        ("(Image: Ảnh Bản Đồ)", []),
        ("Thứ Sáu, 20/11/2026", []),
        ("Lò Thử - Phóng viên TTXVN tại Lào Cai", ["Lò Thử"]),
        ("Lò Thị Ghi", ["Lò Thị Ghi"]),
    ],
)
def test_people_of_a_line(line: str, wanted: list[str]) -> None:
    assert person_names.people(line) == wanted
