"""Text normalisation and sentence segmentation of db/core."""

from __future__ import annotations

import pytest

from db.core.sentences import spans
from db.core.text import fold, likeness, plain, strip_marks


@pytest.mark.parametrize("text", ["Hoà Bình – “Quý” tuỳ ý", "Đường\u00a0sá", "ĐẠI HỘI", "老街省", "Ｗ́"])
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(text)
    assert len(strip_marks(text)) == len(text)


def test_spelling_habits_and_lost_accents_are_one_in_plain_text():
    assert plain("Hoà Bình") == plain("HÒA BÌNH") == plain("hoa binh")
    assert plain("Đèo") == "deo"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Cháu L.Đ.V. bị ngã. Bà Trần Thị B. kể lại.", ["Cháu L.Đ.V. bị ngã.", "Bà Trần Thị B. kể lại."]),
        ("Ông Tr.V.B. (SN 1980) khai. TP. Lào Cai mưa.", ["Ông Tr.V.B. (SN 1980) khai.", "TP. Lào Cai mưa."]),
        ("Sập cầu! Ai biết gì không?", ["Sập cầu!", "Ai biết gì không?"]),
        ("村里停水。官方否认。", ["村里停水。", "官方否认。"]),
        ("Dòng một\nDòng hai", ["Dòng một", "Dòng hai"]),
    ],
)
def test_sentences_end_where_they_end_and_never_inside_initials(text, sentences):
    assert [text[start:end] for start, end in spans(text)] == sentences


def test_likeness_counts_words_once_each_way():
    assert likeness("một hai ba", "ba hai một") == 1.0
    assert likeness("một hai", "ba bốn") == 0.0
