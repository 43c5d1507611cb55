"""How an article stands to a claim, and what a later version made of it: proposals, with the sentence they rest on."""

from __future__ import annotations

import pytest

from review_ui.claims import relations

CLAIM = "Đập thủy điện Nậm Hư đã vỡ, nước tràn về hạ du."
TITLE = "Nhiều người hoang mang vì tin đồn"
BODY = "Sáng nay trời mưa to ở nhiều xã.\nCó người nói đập thủy điện Nậm Hư đã bị vỡ, nước đang tràn về hạ du. Học sinh vẫn đến trường."


def test_the_first_telling_asserts_and_later_ones_repeat_with_the_sentence_and_its_place():
    first = relations.propose(CLAIM, title=TITLE, body=BODY, is_rebuttal=False, is_first=True)
    later = relations.propose(CLAIM, title=TITLE, body=BODY, is_rebuttal=False, is_first=False)
    assert (first.relation, later.relation) == ("asserts", "repeats")
    assert first.quote == relations.told(TITLE, BODY)[first.start : first.end]
    assert "Nậm Hư" in first.quote


def test_an_article_read_as_a_refutation_refutes():
    assert (
        relations.propose(CLAIM, title=TITLE, body=BODY, is_rebuttal=True, is_first=True).relation
        == "refutes"
    )


def test_without_a_near_sentence_nothing_is_proposed_as_related():
    found = relations.propose(
        CLAIM,
        title="Khai mạc lễ hội mùa vàng",
        body="Du khách đến xem ruộng bậc thang.",
        is_rebuttal=True,
        is_first=True,
    )
    assert (found.relation, found.quote, found.start) == ("unrelated", None, None)


def test_a_version_that_no_longer_says_it_is_corrected():
    new = "Sáng nay trời mưa to ở nhiều xã.\nHọc sinh vẫn đến trường."
    assert relations.outcome(CLAIM, old=(TITLE, BODY), new=(TITLE, new)) == "corrected"


def test_words_of_correction_beside_the_claim_are_a_part():
    assert (
        relations.outcome(
            CLAIM, old=(TITLE, BODY), new=(TITLE, BODY + "\nTòa soạn xin lỗi bạn đọc về tít bài.")
        )
        == "partly"
    )


def test_a_change_elsewhere_is_no_correction():
    assert relations.outcome(CLAIM, old=(TITLE, BODY), new=(TITLE, BODY + "\nNgày mai trời tạnh.")) is None
    assert relations.outcome(CLAIM, old=("Lễ hội", "Vui."), new=("Lễ hội", "Rất vui.")) is None


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Lũ quét ở Bản Thử làm ít nhất 15 người chết", "Lũ quét ở Bản Thử khiến 2 người chết, 4 mất tích."),
        ("Lũ quét ở Bản Thử làm 15 người chết", "Lũ quét ở Bản Thử làm năm người thiệt mạng."),
        ("Sạt lở vùi 30 ngôi nhà ở Nà Thử", "Sạt lở ở Nà Thử vùi 3 ngôi nhà."),
        ("Cơn lũ cuốn trôi 1.200 con gia súc", "Cơn lũ cuốn trôi 120 con gia súc."),
        ("Sập cầu Thử làm mười người bị thương", "Sập cầu Thử, 2 người bị thương nhẹ."),
    ],
)
def test_another_figure_of_the_same_thing_neither_asserts_nor_repeats(claim, sentence):
    for first in (True, False):
        found = relations.propose(claim, title="Mưa lũ", body=sentence, is_rebuttal=False, is_first=first)
        assert (found.relation, found.quote) == ("differs", sentence)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Lũ quét ở Bản Thử làm 15 người chết", "Lũ quét ở Bản Thử làm 15 người thiệt mạng, 4 mất tích."),
        ("Lũ quét ở Bản Thử làm 3 người mất tích", "Lũ quét ở Bản Thử: 2 người chết, 3 người mất tích."),
        ("Lũ quét ngày 3 tháng 9 làm 15 người chết", "Lũ quét ngày 4 tháng 9 làm 15 người chết."),
        ("Lũ quét ở Bản Thử năm 2025 làm 3 người chết", "Lũ quét ở Bản Thử năm 2026 làm ba người chết."),
        ("Lũ quét ở Bản Thử cuốn 12 nhà", "Lũ quét ở Bản Thử làm 3 người chết."),
    ],
)
def test_the_same_figure_or_figures_of_other_things_say_nothing_against_it(claim, sentence):
    assert not relations.contradicts(claim, sentence)
