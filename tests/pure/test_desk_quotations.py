"""How a reason is quoted on a card and on the event page."""

from review_ui.desk import texts


def test_a_quotation_from_the_very_beginning_keeps_its_first_word():
    quote = texts.trimmed("Tàu hút cát ngày đêm, bãi ngô ", "trôi dần", " theo nước\nHàng chục hộ")
    assert quote.before == "Tàu hút cát ngày đêm, bãi ngô "
    assert quote.after == " theo nước"


def test_a_quotation_cut_in_mid_sentence_loses_its_half_word_and_says_so():
    quote = texts.trimmed("x" + "ậy mà " * 20, "hỏng", " từng" * 30)
    assert quote.before.startswith("… mà ") or quote.before.startswith("… ậy")
    assert quote.after.endswith(" …")


def test_the_end_of_a_text_is_no_half_word():
    assert texts.trimmed("Đường ", "bong tróc", " sau ba tháng").after == " sau ba tháng"
