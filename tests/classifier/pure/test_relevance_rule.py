"""Relevance: core, mention, none by a rule with reasons, and its move towards decisions."""

import random

import pytest

from classifier.places import locate, relevance
from classifier.places.gazetteer import Gazetteer
from classifier.places.relevance import FEATURES, HAND, Relevance
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.core.errors import Invalid


def judged(gazetteer: Gazetteer, title: str, text: str) -> Relevance:
    reading = read(Item(id="1", title=title, text=text))
    return relevance.judge(reading, locate.find(reading, gazetteer), gazetteer)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Sạt lở ở Lào Cai vùi ba nhà", "Sáng nay, đất đá tràn xuống khu dân cư xã Minh Lương."),
        ("Phụ huynh kêu thu phí trái quy định", "Sự việc tại trường tiểu học xã Bảo Hà, tỉnh Lào Cai."),
        ("Hai ngày ở Sa Pa", "Tháng chín, ruộng bậc thang Tả Van chín vàng."),
        ("Săn mây trên đỉnh Fansipan", "Khách dậy từ ba giờ sáng."),
        ("Khởi tố nhóm buôn thuốc nổ", "Công an tỉnh Lào Cai bắt bốn người."),
        ("Nạn nhân vụ lật xe kể lại", "Ông A., 54 tuổi ở Lào Cai, nói xe lăn nhiều vòng."),
        ("Lao Cai: lu quet cuon nha", "Sat lo tai xa Phinh Ho, tinh Lao Cai."),
    ],
)
def test_what_happens_in_the_province_is_core(gazetteer: Gazetteer, title: str, text: str) -> None:
    assert judged(gazetteer, title, text).label == "core"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Mưa lớn miền Bắc", "Cảnh báo sạt lở ở Sơn La, Lào Cai, Hà Giang, Cao Bằng."),
        ("Vốn đường sắt Lào Cai - Hà Nội - Hải Phòng tăng", "Quốc hội bàn chủ trương đầu tư."),
        ("Xe chạy ngược chiều trên cao tốc Nội Bài - Lào Cai", "Tài xế bị phạt 17 triệu đồng ở Vĩnh Phúc."),
        ("Hà Nội bắt nhóm trộm", "Nghi phạm quê Lào Cai bị bắt tại quận Hà Đông."),
        ("Điểm tin 17h: giá vàng tăng | Sạt lở ở Lào Cai", "Bản tin tối có nhiều nội dung."),
        ("河口口岸通关量增长", "河口与越南老街隔河相望，河口货运繁忙。"),
    ],
)
def test_names_in_passing_are_a_mention(gazetteer: Gazetteer, title: str, text: str) -> None:
    assert judged(gazetteer, title, text).label == "mention"


def test_no_name_is_none_and_has_no_reason(gazetteer: Gazetteer) -> None:
    result = judged(gazetteer, "Giá vàng tăng", "Phiên thứ ba liên tiếp.")
    assert (result.label, result.reasons) == ("none", ())


def test_reasons_add_up_to_the_score_and_point_into_the_body(gazetteer: Gazetteer) -> None:
    title, text = "Sạt lở ở Lào Cai", "Ba nhà bị vùi ở xã Minh Lương, tỉnh Lào Cai."
    result = judged(gazetteer, title, text)
    body = f"{title}\n{text}"
    total = HAND.base + sum(reason.weight for reason in result.reasons)
    assert result.score == pytest.approx(1 / (1 + 2.718281828**-total), abs=0.01)
    assert all(body[reason.start : reason.end] == reason.text for reason in result.reasons)
    assert set(result.features) == set(FEATURES)


def test_decisions_move_the_weights_and_few_move_them_little() -> None:
    dice = random.Random(7)
    rows = [{name: dice.random() for name in FEATURES} for _ in range(400)]
    decided = [row["roundup"] > 0.5 for row in rows]  # staff want the very thing that the hand held against
    few = relevance.learn(rows[:50], decided[:50])
    many = relevance.learn(rows, decided)
    at = FEATURES.index("roundup")
    assert HAND.each[at] < few.each[at] < many.each[at]
    assert many.decisions == 400


def test_too_few_decisions_are_refused_in_words() -> None:
    with pytest.raises(Invalid, match="too few"):
        relevance.learn([dict.fromkeys(FEATURES, 0.0)], [True])
