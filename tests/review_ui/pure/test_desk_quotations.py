"""How a reason is quoted on a card and on the event page."""

from review_ui.desk import highlighting


def test_a_quotation_from_the_very_beginning_keeps_its_first_word():
    quote = highlighting.trimmed("Tàu hút cát ngày đêm, bãi ngô ", "trôi dần", " theo nước\nHàng chục hộ")
    assert quote.before == "Tàu hút cát ngày đêm, bãi ngô "
    assert quote.after == " theo nước"


def test_a_quotation_cut_in_mid_sentence_loses_its_half_word_and_says_so():
    quote = highlighting.trimmed("x" + "ậy mà " * 20, "hỏng", " từng" * 30)
    assert quote.before.startswith("… mà ") or quote.before.startswith("… ậy")
    assert quote.after.endswith(" …")


def test_the_end_of_a_text_is_no_half_word():
    assert highlighting.trimmed("Đường ", "bong tróc", " sau ba tháng").after == " sau ba tháng"
