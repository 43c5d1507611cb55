"""Naming facts: a template with other facts is no copy, like happenings on other days are two events."""

from __future__ import annotations

import pytest

from classifier.events import offline
from classifier.judging.judge import Judge
from classifier.text.item import item_from
from db.catalogue import files

BODY = (
    "Theo cơ quan chức năng, vào khoảng {hour} giờ ngày {day}, tại xã {commune}, tỉnh Lào Cai xảy ra vụ cháy xưởng gỗ. Ngay"
    " khi nhận tin báo, lực lượng chữa cháy điều {engines} xe cùng nhiều chiến sĩ tới dập lửa. Đám cháy được khống chế sau"
    " đó, không có người bị thương. Thiệt hại ước tính {loss} triệu đồng, nguyên nhân đang được điều tra làm rõ."
)


@pytest.fixture(scope="module")
def grouped():
    provinces = Judge(files.shipped("laocai")).provinces

    def made(*told):
        items = [
            item_from(
                {
                    "id": str(at),
                    "title": title,
                    "text": text,
                    "date": f"{day}T09:00:00+07:00",
                    "source": f"Báo {at}",
                },
                where="test",
            )
            for at, (title, text, day) in enumerate(told)
        ]
        return offline.group(items, provinces)

    return made


def fire(**given):
    values = {"hour": 7, "day": "3/11", "commune": "Gia Phú", "engines": 4, "loss": 300} | given
    return BODY.format(**values)


@pytest.mark.parametrize(
    "other",
    [
        {"commune": "Bát Xát", "day": "4/11", "hour": 22},
        {"commune": "Bát Xát"},
        {"day": "1/11", "hour": 3},
        {"hour": 15, "loss": 900, "engines": 2},
    ],
)
def test_one_template_with_other_facts_is_no_copy(grouped, other):
    _, second = grouped(
        ("Cháy xưởng gỗ", fire(), "2026-11-03"), ("Cháy xưởng gỗ", fire(**other), "2026-11-04")
    )
    assert second["copy_of"] is None


@pytest.mark.parametrize("other", [{}, {"loss": 450}])
def test_a_reprint_with_one_figure_corrected_stays_a_copy(grouped, other):
    _, second = grouped(
        ("Cháy xưởng gỗ", fire(), "2026-11-03"), ("Xưởng gỗ bốc cháy", fire(**other), "2026-11-03")
    )
    assert second["copy_of"] == "0"


def test_two_fires_of_one_template_are_two_events(grouped):
    first, second = grouped(
        ("Cháy xưởng gỗ", fire(), "2026-11-03"),
        ("Cháy xưởng gỗ", fire(commune="Bát Xát", day="4/11"), "2026-11-04"),
    )
    assert first["event"] != second["event"]


def test_a_memory_of_a_flood_is_not_the_flood(grouped):
    first, second = grouped(
        (
            "Lũ quét ở Bảo Yên cuốn trôi hai nhà",
            "Đêm qua lũ quét ở xã Bảo Yên, Lào Cai cuốn trôi hai nhà.",
            "2026-08-03",
        ),
        (
            "Ba năm sau trận lũ quét ở Bảo Yên",
            "Ba năm sau trận lũ quét ở xã Bảo Yên, dân bản dựng nhà mới.",
            "2026-08-04",
        ),
    )
    assert first["event"] != second["event"]


def test_a_toll_that_grows_stays_one_event(grouped):
    events = {
        one["event"]
        for one in grouped(
            (
                "Lật bè trên sông Chảy, hai người chết",
                "Sáng 5/10, bè lật trên sông Chảy ở xã Bảo Yên, hai người chết.",
                "2026-10-05",
            ),
            (
                "Vụ lật bè sông Chảy: ba người chết",
                "Vụ lật bè trên sông Chảy ở xã Bảo Yên sáng 5/10 đã có ba người chết.",
                "2026-10-06",
            ),
        )
    }
    assert len(events) == 1


OFFICIAL = (
    " Ủy ban nhân dân tỉnh Lào Cai yêu cầu các địa phương rà soát điểm có nguy cơ sạt lở, di dời người dân khỏi nơi nguy hiểm, bố trí"
    " lực lượng trực 24 giờ, chuẩn bị lương thực, thuốc men và phương tiện cứu hộ, báo cáo kết quả về cơ quan thường trực trước 17 giờ"
    " hằng ngày. Người dân cần theo dõi bản tin cảnh báo, không vớt củi, không qua ngầm tràn khi nước lớn, gọi ngay cho chính quyền khi"
    " phát hiện vết nứt trên đồi hoặc nước suối đổi màu."
)


def test_one_official_paragraph_under_two_happenings_is_no_copy(grouped):
    _, second = grouped(
        ("Đá lăn trúng nhà dân ở Mường Khương", "Một tảng đá lăn trúng bếp một nhà dân." + OFFICIAL, "2026-08-03"),
        ("Nước suối cuốn trôi cầu tạm ở Văn Bàn", "Cầu tạm qua suối bị cuốn trôi." + OFFICIAL, "2026-08-03"),
    )  # fmt: skip
    assert second["copy_of"] is None


@pytest.mark.parametrize(
    "title", ["Đá lăn trúng nhà dân ở xã Mường Khương", "Lào Cai: đá lăn trúng nhà dân", "Thót tim vì đá lăn"]
)
def test_a_reprint_under_another_headline_stays_a_copy(grouped, title):
    text = "Một tảng đá lăn trúng bếp một nhà dân ở Mường Khương." + OFFICIAL
    _, second = grouped(
        ("Đá lăn trúng nhà dân ở Mường Khương", text, "2026-08-03"), (title, text, "2026-08-03")
    )
    assert second["copy_of"] == "0"


def test_a_shared_paragraph_without_known_places_is_no_copy_and_an_excerpt_is_one(grouped):
    slide = "Sáng sớm nay quả đồi sau trường sạt xuống, vùi mất gian bếp tập thể, ba cô giáo chạy kịp ra sân trước khi mái đổ ập."
    river = "Một người đàn ông đi thả lưới bị nước cuốn mất hút ở khúc sông gần bến phà cũ, thuyền trôi úp sấp cách đó nửa cây số."
    first, second, third = grouped(
        ("Cô giáo thoát chết trong gang tấc", slide + OFFICIAL, "2026-08-03"),
        ("Tìm người mất tích trên sông", river + OFFICIAL, "2026-08-03"),
        ("Người thả lưới vẫn bặt tin", river + OFFICIAL[:260], "2026-08-03"),
    )
    assert first["copy_of"] is second["copy_of"] is None
    assert third["copy_of"] == "1"


def test_an_excerpt_that_begins_with_other_facts_stays_a_copy(grouped):
    paragraphs = [
        "Sáng 3/8, tại xã Mường Khương, Lào Cai, tảng đá nặng 4 tấn lăn trúng bếp một nhà dân, hai con trâu chết." + OFFICIAL,
        "Trước đó một ngày, tại xã Văn Bàn, nước suối dâng 2 m cuốn trôi cầu tạm, 15 hộ phải đi vòng. Trưởng thôn cho biết bà con tự góp"
        " tre bắc lại lối đi trong buổi chiều, học sinh nghỉ học hai hôm, trạm y tế xã chuyển thuốc bằng dây kéo qua suối.",
        "Ở xã Bảo Hà, lúc 16 giờ, 3 ha ngô ngập sâu 1 m, người dân dùng thuyền thu hoạch chạy nước, thương lái vào tận ruộng mua với giá"
        " thấp hơn ngày thường, hợp tác xã mở kho cho gửi nhờ, đoàn viên thanh niên giúp các nhà neo người khuân ngô lên đường lớn.",
    ]  # fmt: skip
    _, second = grouped(
        ("Mưa lớn gây thiệt hại ở nhiều xã", "\n".join(paragraphs), "2026-08-03"),
        ("Ngô ngập, cầu trôi", "\n".join(paragraphs[1:]), "2026-08-03"),
    )
    assert second["copy_of"] == "0"
