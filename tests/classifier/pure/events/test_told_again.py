"""An item that tells again what was found false asks for a check, with the sentence that does; others do not."""

from __future__ import annotations

import pytest

from classifier.events import vectors
from classifier.events.known_false_claims import Claims
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.judging.false_claims import FoundFalse

RARITY = vectors.plain_background(["Lào Cai", "Yên Bái"]).rarity()
CLAIMS = Claims(
    [
        FoundFalse(id=1, body="Đập thủy điện Mây Thử bị vỡ trong đêm 10/9, hàng trăm hộ dân bị cuốn trôi."),
        FoundFalse(id=2, body="Hai đối tượng bắt cóc trẻ em tại cổng trường tiểu học xã Bản Thử."),
        FoundFalse(id=3, body="Tin giả."),
    ]
)


def reasons(title, text=""):
    reading = read(Item(id="1", title=title, text=text))
    return reading, CLAIMS.reasons(reading, RARITY)


@pytest.mark.parametrize(
    "sentence",
    [
        "Đập thủy điện Mây Thử vỡ, hàng trăm hộ dân bị cuốn trôi",
        "Mạng xã hội lan truyền vụ bắt cóc trẻ em ở cổng trường tiểu học xã Bản Thử",
    ],
)
def test_a_claim_told_again_is_named_with_its_sentence(sentence):
    reading, [reason] = reasons("Tin từ vùng cao", f"Trời nhiều mây. {sentence}. Không ai rõ thêm.")
    assert reading.body[reason.start : reason.end] == reason.text == sentence
    assert reason.rule == "check: near a claim found false"


@pytest.mark.parametrize(
    "title",
    [
        "Nước hồ Mây Thử lên cao, thủy điện xả lũ",
        "Trường tiểu học xã Bản Thử khai giảng",
        "Cảnh giác bắt cóc trẻ em",
        "",
    ],
)
def test_another_item_on_the_same_place_is_not_near(title):
    assert reasons(title)[1] == []


def test_who_tells_it_again_is_checked_and_who_refutes_it_is_not(judge):
    told, why = reasons("Đập thủy điện Mây Thử vỡ, hàng trăm hộ dân bị cuốn trôi")
    assert judge.judge_reading(told, cues=why).check.band != "low"
    refuted, why = reasons(
        "Công an bác tin đồn vỡ đập",
        "Thông tin đập thủy điện Mây Thử bị vỡ, hàng trăm hộ dân bị cuốn trôi là sai sự thật.",
    )
    assert why
    assert judge.judge_reading(refuted, cues=why).check.band == "low"
