"""Two sentences, unchanged and in order."""

from __future__ import annotations

import pytest

from review_ui.digests.days import first_day, last_day
from review_ui.digests.summaries import LONGEST, by_underthesea, cut, keyphrases, split, summarise

TEXT = (
    "Sáng 17/11, TP. Núi Cao có mưa lớn. Theo ThS. Nguyễn V.A., mưa làm sạt lở 14 điểm trên đường liên xã. "
    "“Chúng tôi đã di dời 32 hộ!” vị này nói.\nẢnh: Báo Sông Chảy\nCơ quan chức năng đang khắc phục."
)


def test_abbreviations_end_no_sentence():
    assert split(TEXT)[0] == "Sáng 17/11, TP. Núi Cao có mưa lớn."
    assert split(TEXT)[1].startswith("Theo ThS. Nguyễn V.A., mưa làm sạt lở 14 điểm")


def test_a_quotation_stays_with_who_said_it():
    assert "“Chúng tôi đã di dời 32 hộ!” vị này nói." in split(TEXT)


def test_chinese_sentences_end_without_a_space():
    assert split("老街省下大雨。道路中断！") == ["老街省下大雨。", "道路中断！"]


def test_a_summary_is_made_of_whole_sentences_in_the_outlets_own_sequence():
    summary = summarise("Mưa lớn làm sạt lở 14 điểm", TEXT)
    sentences = split(TEXT)
    used = [s for s in sentences if s in summary]
    assert summary == " ".join(used)
    assert 1 <= len(used) <= 2
    assert "Ảnh:" not in summary


def test_the_headline_is_not_repeated():
    assert summarise("Mưa lớn.", "Mưa lớn. Nước lên nhanh ở hai xã vùng cao trong đêm qua.") == (
        "Nước lên nhanh ở hai xã vùng cao trong đêm qua."
    )


def test_a_text_without_end_is_cut_after_a_word():
    summary = summarise("x", "một câu rất dài " * 100)
    assert len(summary) <= LONGEST
    assert summary.endswith("…")


def test_an_empty_text_has_no_summary():
    assert summarise("Tiêu đề", "") == ""


def test_cutting_leaves_short_texts_alone():
    assert cut("ngắn", 10) == "ngắn"
    assert len(cut("x" * 50, 10)) == 10


def test_underthesea_finds_the_same_sentences_and_keeps_quotations_whole():
    assert "“Chúng tôi đã di dời 32 hộ!” vị này nói." in by_underthesea(TEXT)


def test_keyphrases_are_words_of_several_syllables_as_written():
    found = keyphrases("Sạt lở chia cắt ba xã. Sạt lở làm giao thông gián đoạn, giao thông tê liệt.")
    assert any(phrase.lower() == "giao thông" for phrase in found)


@pytest.mark.parametrize(
    "text, day", [("2026-11-16", "2026-11-16"), ("16/11/2026", "2026-11-16"), ("2026-W47", "2026-11-16")]
)
def test_days_and_weeks_are_read_as_people_write_them(text, day):
    assert str(first_day(text)) == day


def test_a_week_ends_on_sunday():
    assert str(last_day("2026-W47")) == "2026-11-22"


@pytest.mark.parametrize(
    "text", ["2026-W99", "2026-W0", "tuần này", "", "31/02/2026", "2026-13-01", "0001-01-01"]
)
def test_what_is_no_day_is_refused_with_how_to_write_it(text):
    from db.core.errors import Invalid

    with pytest.raises(Invalid, match=r"W01|2026-11-16"):
        first_day(text)
