"""Relevance by focus: where the happening is, told from a place named in passing, in a person's name or without marks."""

from __future__ import annotations

import pytest

from classifier.text.item import Item


def label(judge, title, text="", lang=None):
    return judge.judge(Item(id="1", title=title, text=text, lang=lang)).relevance.label


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Hàn Quốc: cháy tàu điện ngầm, hai mươi người nhập viện",
            "Khói dày đặc tràn lên sân ga lúc tan tầm.\nMột hành khách vừa rời Sa Pa tuần trước kể anh phải bò ra cửa.",
        ),
        (
            "Trận bão mạnh nhất mười năm đổ bộ, hàng nghìn nhà mất mái",
            "Gió giật cấp 15 quật đổ cột điện.\nNhà nghiên cứu đối chiếu với trận lũ cũ ở Lào Cai để ước lượng thiệt hại.",
        ),
        (
            "Paris: incendie dans un immeuble, six morts",
            "Le feu est parti du rez-de-chaussée.\nUne victime avait vécu à Sa Pa, au Vietnam, avant de rentrer.",
        ),
    ],
)
def test_a_place_of_somebodys_past_is_not_where_it_happens(judge, title, text):
    assert label(judge, title, text) != "core"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Nhật Bản giúp xây trường ở vùng cao",
            "Sáng nay tại Bát Xát, tỉnh Lào Cai, đại diện tổ chức Nhật Bản trao hai lớp học mới cho học sinh.",
        ),
        (
            "Sa Pa học cách làm của Thái Lan về rác chợ đêm",
            "Phường Sa Pa, tỉnh Lào Cai cử cán bộ học mô hình từng thành công ở Thái Lan.",
        ),
    ],
)
def test_a_country_named_beside_takes_nothing_from_a_story_of_the_province(judge, title, text):
    assert label(judge, title, text) == "core"


@pytest.mark.parametrize(
    "title",
    [
        "Diễn biến: tìm người mắc kẹt trong hang ở Bắc Hà, Lào Cai",
        "Trực tiếp: chữa cháy rừng ở Sa Pa",
        "Cháy kho gỗ ở Lào Cai; hai bảo vệ bị bỏng",
    ],
)
def test_a_running_story_of_one_place_is_no_summary(judge, title):
    assert label(judge, title) == "core"


@pytest.mark.parametrize(
    "title",
    [
        "Điểm tin: lũ ở Lào Cai; cháy ở Hà Nội; nắng nóng ở Huế",
        "Toàn cảnh trong nước: Hà Nội mưa, Lào Cai rét",
    ],
)
def test_many_places_in_one_headline_are_a_summary(judge, title):
    assert label(judge, title) != "core"


@pytest.mark.parametrize(
    "title",
    [
        "chay nha san o bat xat, hai nguoi bi bong",
        "sap cau treo tai bat xat sang nay",
        "xe khach lat o mu cang chai",
        "Lu ong o Bat Xat, mot nguoi mat tich",
    ],
)
def test_names_without_marks_stand_after_a_word_of_place(judge, title):
    assert label(judge, title) == "core"


@pytest.mark.parametrize("title", ["bat xat", "khong biet bat xat gi luon", "mot ban tin khong dau"])
def test_two_syllables_without_marks_are_too_little_alone(judge, title):
    assert label(judge, title) == "none"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ca sĩ Sa Pa Linh ra album mới ở Đà Nẵng", "Đêm nhạc của ca sĩ Sa Pa Linh kín chỗ."),
        (
            "Bà Lục Yên T. nhận giải nông dân ở Cần Thơ",
            "Ban tổ chức trao giải cho bà Lục Yên T. vì vườn sầu riêng.",
        ),
    ],
)
def test_a_persons_name_is_no_place(judge, title, text):
    assert label(judge, title, text) == "none"


def test_an_office_holder_of_the_province_is_of_the_province(judge):
    text = "Chủ tịch UBND tỉnh Lào Cai Nguyễn Văn Thử kiểm tra tiến độ kè sông."
    assert label(judge, "Chủ tịch Lào Cai Nguyễn Văn Thử kiểm tra kè sông", text) == "core"


@pytest.mark.parametrize(
    ("title", "text", "lang", "wanted"),
    [
        ("老街省暴雨引发山洪", "老街省两个乡的道路中断。", "zh", ("core", "mention")),
        ("骑楼老街省政府酒店开业", "骑楼老街省政府酒店今天开业。", "zh", ("none",)),
        ("Sapa étouffe sous le béton", "Les habitants de Sapa protestent contre les chantiers sans permis.", "fr", ("core",)),
        ("Sapa opens a new plant", "The aluminium maker Sapa Group hires two hundred people.", "en", ("none",)),
    ],
)  # fmt: skip
def test_names_in_other_languages(judge, title, text, lang, wanted):
    assert label(judge, title, text, lang) in wanted
