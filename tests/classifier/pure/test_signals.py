"""What the four signals promise: reasons for every band, offsets that fit, check blind to tone and outlet."""

from __future__ import annotations

import json
import unicodedata

import pytest

from classifier.judging.judge import Judge, Judgement
from classifier.places.relevance import RelevanceTerm
from classifier.signals.check_rebuttal import check, rebuttal
from classifier.signals.harm_criticism import SignalScore
from classifier.text.item import Item
from classifier.text.prepared_text import read


def judged(judge: Judge, title: str, text: str = "", **more: str) -> Judgement:
    return judge.judge(Item(id="1", title=title, text=text, **more))


ITEMS = [
    ("Lật xe khách ở Sa Pa, 3 người tử vong", "Chiếc xe mất phanh lao xuống vực trên quốc lộ 4D, nhiều người bị thương."),
    ("Người dân Bát Xát bức xúc vì đường xuống cấp", "Nhiều năm nay hàng trăm hộ dân kêu cứu, phản ánh nhiều lần nhưng chưa được giải quyết."),
    ("Khởi tố nguyên chủ tịch xã ở Lào Cai", "Ông này bị cáo buộc nhận hối lộ khi cấp đất công."),
    ("Thực hư tin đồn bắt cóc trẻ em ở Y Tý", "Mạng xã hội lan truyền thông tin chưa được kiểm chứng."),
    ("Công an Lào Cai bác tin đồn vỡ đập", "Cơ quan chức năng khẳng định đây là tin giả, không có chuyện vỡ đập."),
    ("48 giờ ngắm mùa vàng ở Sa Pa", "Du khách trải nghiệm ruộng bậc thang, lễ hội và ẩm thực vùng cao."),
    ("LŨ QUÉT Ở VĂN BÀN CUỐN TRÔI 5 NGÔI NHÀ", ""),
    ("Landslide kills two in Lao Cai", "Heavy rain triggered a landslide in Sa Pa; two people died."),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("title", "text"), ITEMS)
def test_no_band_above_low_is_without_a_reason_and_offsets_fit_the_text(
    judge: Judge, title: str, text: str
) -> None:
    found = judged(judge, title, text)
    body = f"{unicodedata.normalize('NFC', title)}\n{unicodedata.normalize('NFC', text)}"
    for signal in (found.harm, found.criticism, found.check, found.rebuttal):
        assert 0 <= signal.score <= 1
        assert signal.band == "low" or signal.reasons
        assert all(body[reason.start : reason.end] == reason.text for reason in signal.reasons)


@pytest.mark.parametrize(
    ("place", "harm", "criticism", "rebuttal"),
    [
        (0, True, False, False),
        pytest.param(1, False, True, False, marks=pytest.mark.xfail(reason="a long cry for help is read as harm too", strict=True)),
        (2, False, True, False), (4, False, False, True), (5, False, False, False),
    ],
)  # fmt: skip
def test_plain_cases_are_told_apart(
    judge: Judge, place: int, harm: bool, criticism: bool, rebuttal: bool
) -> None:
    found = judged(judge, *ITEMS[place])
    assert (found.harm.band != "low") is harm
    assert (found.criticism.band != "low") is criticism
    assert found.is_rebuttal is rebuttal


def test_a_rumour_nobody_confirms_asks_for_a_check(judge: Judge) -> None:
    assert judged(judge, *ITEMS[3]).check.band != "low"


def test_the_words_of_refutation_alone_never_ask_for_a_check(judge: Judge) -> None:
    for title in ("Tin giả", "Tin giả, tin giả, sai sự thật", "Cảnh giác tin giả trên mạng xã hội mùa lũ"):
        assert judged(judge, title).check.band == "low"


def test_check_knows_neither_outlet_nor_address(judge: Judge) -> None:
    title, text = ITEMS[3]
    plain = judged(judge, title, text).check
    assert judged(judge, title, text, source="Báo Bất Kỳ", url="https://bao.example/a").check == plain


def test_harm_and_criticism_in_a_text_do_not_move_check(judge: Judge) -> None:
    rumour = "Thực hư tin đồn về cây cầu"
    calm = judged(judge, rumour, "Mạng xã hội lan truyền một bức ảnh.")
    angry = judged(
        judge, rumour, "Mạng xã hội lan truyền một bức ảnh. Người dân bức xúc, kêu cứu; ba người tử vong."
    )
    assert angry.criticism.score > calm.criticism.score
    assert angry.check.score == calm.check.score


def test_a_reason_from_outside_raises_check_and_is_told(judge: Judge) -> None:
    reading = read(Item(id="1", title="Mưa lớn ở Sa Pa", text="Hai người bị thương."))
    hits = judge.lexicon.find(reading)
    cue = RelevanceTerm(rule="check: outlets differ", text="", start=0, end=0, weight=4.0)
    found = check(reading, hits, rebuttal(reading, hits), [cue])
    assert found.band == "medium"
    assert cue in found.reasons


def test_a_refutation_never_lands_in_the_high_band_whatever_comes_from_outside(judge: Judge) -> None:
    reading = read(Item(id="1", title=ITEMS[4][0], text=ITEMS[4][1]))
    hits = judge.lexicon.find(reading)
    cue = RelevanceTerm(rule="check: near a known claim", text="", start=0, end=0, weight=50.0)
    assert check(reading, hits, rebuttal(reading, hits), [cue]).band != "high"


def test_core_and_bad_stands_before_far_and_bad_and_near_and_calm(judge: Judge) -> None:
    near = judged(judge, *ITEMS[0])
    far = judged(judge, "Lật xe khách ở Cà Mau, 3 người tử vong", "Chiếc xe mất phanh.")
    calm = judged(judge, *ITEMS[5])
    assert near.priority > far.priority
    assert near.priority > calm.priority


def test_a_copy_adds_little(judge: Judge) -> None:
    item = Item(id="1", title=ITEMS[0][0], text=ITEMS[0][1])
    assert judge.judge(item, novelty=0.1).priority < judge.judge(item).priority


def test_the_judgement_is_printed_as_the_contract_says(judge: Judge) -> None:
    found = json.loads(json.dumps(judged(judge, *ITEMS[0]).as_json()))
    assert {
        "id",
        "language",
        "relevance",
        "harm",
        "criticism",
        "check",
        "rebuttal",
        "is_rebuttal",
        "topics",
        "priority",
    } <= set(found)
    assert set(found["harm"]) == {"score", "band", "reasons"}
    assert set(found["harm"]["reasons"][0]) == {"rule", "text", "start", "end", "weight"}
    assert {"label", "score", "places"} <= set(found["relevance"])
    assert {"id", "name", "as_written", "start", "end"} <= set(found["relevance"]["places"][0])


def test_a_long_text_is_judged_by_its_beginning_in_bounded_time(judge: Judge) -> None:
    found = judged(judge, ITEMS[0][0], ITEMS[0][1] + " Mưa vẫn rơi." * 400_000)
    assert found.harm.band != "low"


def test_a_score_without_a_reason_stays_low() -> None:
    from classifier.signals.harm_criticism import signal

    assert signal("harm", 0.99, []).band == "low"
    assert isinstance(signal("harm", 0.99, []), SignalScore)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Landslide cuts a highway in Sa Pa", "Rock buried the road in Lao Cai province. No casualties were reported."),
        ("越南沙坝4D国道山体滑坡", "越南老街省沙坝坊4D国道发生山体滑坡，未造成人员伤亡。"),
        ("Sạt lở quốc lộ 4D qua Sa Pa", "Đất đá lấp đường ở tỉnh Lào Cai, không gây thương vong."),
    ],
)  # fmt: skip
def test_nobody_hurt_is_no_reason_of_death_or_injury(judge: Judge, title: str, text: str) -> None:
    rules = {reason.rule for reason in judged(judge, title, text).harm.reasons}
    assert "harm: disaster" in rules
    assert not rules & {"harm: death", "harm: injury"}
