"""Terms are found with their offsets, across spellings, and only where they stand."""

import unicodedata

import pytest

from classifier.text.item import Item
from classifier.text.lexicon import Lexicon
from classifier.text.prepared_text import read
from db.catalogue.terms import Term


def term(text: str, signal: str = "harm", lang: str = "vi", kind: str = "accident") -> Term:
    return Term(term=text, lang=lang, signal=signal, kind=kind)


LEXICON = Lexicon(
    [
        term("tai nạn"),
        term("tai nạn giao thông"),
        term("hỏa hoạn"),
        term("ma túy", kind="crime"),
        term("phòng chống ma túy", signal="mask", kind="mask"),
        term("tảo hôn", kind="health"),
        term("tố bị", signal="criticism", kind="complaint"),
        term("khởi tố bị can", signal="mask", kind="mask"),
        term("đẩy lùi", signal="averts", kind="averts"),
        term("giảm", signal="averted", kind="averted"),
        term("không giảm", signal="mask", kind="mask"),
        term("khởi tố * cán bộ", signal="criticism", kind="accused"),
        term("lũ"),
        term("lũ quét"),
        term("landslide", lang="en"),
        term("山体滑坡", lang="zh"),
        term("v-league", signal="benign", kind="sport"),
    ]
)


def found(title: str, text: str = "", lang: str | None = None) -> list[str]:
    reading = read(Item(id="1", title=title, text=text, lang=lang))
    return [reading.body[hit.start : hit.end] for hit in LEXICON.find(reading)]


def test_the_longest_term_at_a_place_wins() -> None:
    assert found("Vụ tai nạn giao thông ở Sa Pa, một tai nạn khác") == ["tai nạn giao thông", "tai nạn"]


@pytest.mark.parametrize("written", ["HỎA HOẠN lớn ở chợ", "hoả hoạn lớn ở chợ", "Hỏa  hoạn lớn ở chợ"])
def test_case_tone_place_and_spaces_do_not_matter(written: str) -> None:
    assert len(found(written)) == 1


def test_decomposed_letters_are_found_at_composed_offsets() -> None:
    assert found(unicodedata.normalize("NFD", "Người dân lo hỏa hoạn")) == ["hỏa hoạn"]


def test_a_word_within_another_word_is_not_found() -> None:
    assert found("Chuyện lũy tre làng và tai nạnh") == []


def test_a_mask_hides_what_lies_beneath_it() -> None:
    assert found("Tuyên truyền phòng chống ma túy; bắt người mua ma túy") == ["ma túy"]


def test_a_gap_reaches_a_few_words_but_not_into_the_next_sentence() -> None:
    assert found("Khởi tố hai nguyên cán bộ xã ở huyện này") == ["Khởi tố hai nguyên cán bộ"]
    assert found("Khởi tố vụ án. Một cán bộ kể lại ở huyện") == []


def test_a_term_does_not_join_two_sentences() -> None:
    assert found("Không có tai. Nạn nhân đã về nhà ở huyện") == []


def test_vietnamese_without_marks_is_found_by_terms_of_two_syllables() -> None:
    assert found("Lu quet va tai nan giao thong o huyen vung cao, nguoi dan lo lang trong dem") == [
        "Lu quet",
        "tai nan giao thong",
    ]


def test_each_language_has_its_own_words() -> None:
    assert found("A landslide blocked the road to the village on Monday morning") == ["landslide"]
    assert found("越南老街省发生山体滑坡") == ["山体滑坡"]


def test_an_empty_text_holds_nothing() -> None:
    assert found("") == []


@pytest.mark.parametrize(
    "title",
    ["Tảo hôn giảm một nửa", "Số cặp tảo hôn tại các xã vùng cao giảm sâu", "Bản xa đẩy lùi nạn tảo hôn"],
)
def test_what_became_rarer_or_was_fought_did_not_happen(title: str) -> None:
    assert found(title) == []


def test_what_did_not_become_rarer_is_there_and_so_is_what_another_sentence_says() -> None:
    assert found("Nạn tảo hôn không giảm") == ["tảo hôn"]
    assert found("Có tảo hôn. Giảm nghèo") == ["tảo hôn"]


def test_syllables_of_two_words_are_not_read_as_a_third() -> None:
    assert found("Khởi tố bị can bán hàng giả") == []
    assert found("Cán bộ bị tố bị ép") == ["tố bị"]


def test_a_mask_does_not_hide_a_term_of_its_own_length() -> None:
    same = Lexicon([term("cơ quan chức năng", signal="office", kind="body"), term("quan chức", signal="office", kind="holder"),
                    term("cơ quan chức năng", signal="mask", kind="mask")])  # fmt: skip
    hits = same.find(read(Item(id="1", title="Cơ quan chức năng vào cuộc", text="")))
    assert [hit.term.kind for hit in hits] == ["body"]
