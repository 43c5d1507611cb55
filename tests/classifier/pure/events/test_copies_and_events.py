"""Copies, events and differences on invented texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from classifier.events import clustering, discrepancies, near_duplicates, offline, vectors
from classifier.events.regions import Provinces
from classifier.learning import cluster_metrics
from classifier.text.item import Item
from db.core.text import plain

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
PROVINCES = Provinces(["Lào Cai", "Yên Bái", "Hà Tĩnh"], ["Lào Cai", "Yên Bái"])
WIRE = " ".join(
    f"Câu thứ {n} kể rằng nhóm thợ {n} sửa đoạn kè {n * 7} mét cạnh cầu số {n * 3}." for n in range(1, 25)
)


def item(name, title, text="", hours=0.0, source=None):
    return Item(id=name, title=title, text=text, date=NOON + timedelta(hours=hours), source=source)


def print_(text, title="Một tựa", **more):
    return near_duplicates.print_of(title=title, text=text, **more)


def test_a_retouched_text_under_another_title_is_a_copy():
    match = near_duplicates.compare(
        print_(WIRE), print_("Theo Hãng Thử: " + WIRE + " Báo sẽ thông tin tiếp.", "Tựa khác hẳn")
    )
    assert match is not None
    assert match.method == "whole"


def test_half_a_text_is_an_excerpt():
    match = near_duplicates.compare(print_(WIRE), print_(WIRE[: len(WIRE) // 2]))
    assert match is not None
    assert match.method == "excerpt"


def test_accents_lost_or_decomposed_do_not_part_copies():
    import unicodedata

    assert near_duplicates.compare(print_(WIRE), print_(unicodedata.normalize("NFD", WIRE))) is not None
    assert near_duplicates.compare(print_(WIRE), print_(plain(WIRE))) is not None


def test_a_standing_line_under_many_titles_is_no_copy():
    line = "Mời quý vị theo dõi bản tin cập nhật những thông tin nóng nhất trong ngày của báo."
    one = print_(line, "Giá vàng tăng", source="Báo Thử")
    assert near_duplicates.compare(one, print_(line, "Bão vào bờ", source="Báo Thử")) is None


def test_empty_texts_copy_nothing():
    assert near_duplicates.compare(print_(""), print_("")) is None


def test_the_earliest_is_the_first_publisher_whatever_the_order():
    late, early = print_(WIRE, at=NOON + timedelta(hours=2)), print_(WIRE, at=NOON)
    assert near_duplicates.first_publishers([late, early]) == [1, None]


def test_one_happening_in_two_papers_is_one_event_and_a_like_one_elsewhere_another():
    found = offline.group(
        [
            item(
                "a",
                "Cháy chợ phiên ở Lào Cai, 20 gian hàng bị thiêu rụi",
                "Lửa bùng lên lúc rạng sáng tại chợ phiên Cốc Thử.",
            ),
            item(
                "b",
                "Chợ phiên Cốc Thử ở Lào Cai cháy lúc rạng sáng, 20 gian hàng bị thiêu rụi",
                "Lửa lan nhanh.",
                2,
            ),
            item(
                "c",
                "Hỏa hoạn tại chợ huyện ở Hà Tĩnh, tiểu thương mất trắng",
                "Đám cháy xảy ra chiều tối, không ai bị thương.",
                1,
            ),
        ],
        PROVINCES,
    )
    assert found[0]["event"] == found[1]["event"] != found[2]["event"]
    assert [one["id"] for one in found] == ["a", "b", "c"]


def test_a_roundup_joins_and_does_not_glue():
    crash = "Lật xe chở khách trên đèo Mây Thử, ba người tử vong"
    fire = "Cháy kho hàng tại khu công nghiệp Đồng Thử trong đêm"
    found = offline.group(
        [
            item("crash", crash, "Xe mất phanh khi đổ đèo Mây Thử.", 0),
            item("round", f"Toàn cảnh 17h: {crash} | {fire}", "Bản tin cập nhật.", 1),
            item("fire", fire, "Kho hàng bốc cháy lúc nửa đêm.", 2),
        ],
        PROVINCES,
    )
    assert found[1]["event"] == found[0]["event"]
    assert found[2]["event"] != found[0]["event"]


def test_like_happenings_in_two_districts_of_one_province_are_two_events():
    own = Provinces(
        ["Lào Cai"], ["Lào Cai"], within={"Bản Hồ": ["sa-pa"], "Chế Cu Nha": ["mu-cang"], "Sa Pa": ["sa-pa"]}
    )
    found = offline.group(
        [
            item("a", "Lũ quét cuốn trôi nhà dân ở Bản Hồ, Lào Cai", "Mưa lớn gây lũ quét trong đêm."),
            item("b", "Chế Cu Nha: sáu hộ dân mất nhà sau lũ quét", "Mưa lớn kéo dài gây lũ.", 3),
            item("c", "Sa Pa: lũ quét cuốn trôi nhà dân ở Bản Hồ", "Mưa lớn gây lũ quét trong đêm.", 4),
        ],
        own,
    )
    assert found[0]["event"] == found[2]["event"] != found[1]["event"]


def test_function_words_of_french_and_place_names_in_chinese_tie_nothing_together():
    found = offline.group(
        [
            item(
                "a",
                "Coopération : un apiculteur du Jura à Lao Cai",
                "Il a passé trois mois dans la province.",
            ),
            item(
                "b", "Une rumeur de rupture de barrage à Lao Cai", "Des habitants de la province ont fui.", 1
            ),
            item("c", "越南老街口岸水果通关提速", "越南老街省口岸单车用时缩短。", 1),
            item("d", "越南老街省发生山洪", "越南老街省山洪致三人遇难。", 2),
        ],
        Provinces(["Lào Cai"], ["Lào Cai"], foreign=["Lao Cai", "老街"]),
    )
    assert len({one["event"] for one in found}) == 4


def test_numbered_roads_and_districts_part_only_their_own_kind():
    assert clustering.parted(frozenset({"on:4d", "in:a"}), frozenset({"on:70", "in:b"}))
    assert clustering.parted(frozenset({"on:4d"}), frozenset({"on:70"}))
    assert not clustering.parted(frozenset({"on:4d"}), frozenset({"in:b"}))
    assert not clustering.parted(frozenset({"in:a", "in:b"}), frozenset({"in:b"}))


def test_an_event_ends_when_nothing_is_told_for_long():
    title = "Lật xe chở khách trên đèo Mây Thử, ba người tử vong"
    found = offline.group([item("a", title), item("b", title, hours=24 * 30)], PROVINCES)
    assert found[0]["event"] != found[1]["event"]


def test_items_without_a_date_are_grouped_too():
    items = [
        Item(id=name, title="Lật xe chở khách trên đèo Mây Thử, ba người tử vong", text="") for name in "ab"
    ]
    assert len({one["event"] for one in offline.group(items, PROVINCES)}) == 1


def test_nothing_is_grouped_from_nothing():
    assert offline.group([], PROVINCES) == []
    assert [one["copy_of"] for one in offline.group([item("a", ""), item("b", "")], PROVINCES)] == [
        None,
        None,
    ]


def test_background_survives_its_bytes():
    background = vectors.plain_background(["Lào Cai"])
    again = vectors.Background.from_bytes(background.to_bytes())
    assert again.documents == background.documents
    assert (again.counts == background.counts).all()


def test_a_sum_keeps_the_heaviest_features():
    one = vectors.story(title="Lật xe trên đèo", text="").vector
    assert len(clustering.summed(one, one).ids) == len(one.ids)


def telling(number, body):
    return discrepancies.EventText(article_id=number, source=f"Báo {number}", at=None, body=body)


def test_figures_names_and_depths_that_differ_are_shown_with_who_says_them():
    found = discrepancies.between(
        [
            telling(1, "Xe rơi xuống vực sâu 50 m, 8 người tử vong. Tài xế Lò Văn Thử lái xe."),
            telling(2, "Xe rơi xuống vực sâu 20 m, 9 người chết. Tài xế Lò Văn Thư lái xe."),
        ]
    )
    assert {one.label: sorted(value.value for value in one.values) for one in found} == {
        "số người chết": ["8", "9"],
        "tên người": sorted(["Lò Văn Thử", "Lò Văn Thư"]),
        "độ sâu, khoảng cách (m)": ["20", "50"],
    }
    said = found[0].values[0].tellings[0]
    assert (said.source, said.as_written) == ("Báo 1", "8 người tử vong")


NOON = datetime(2026, 9, 6, 12, tzinfo=UTC)


def at(number, hours, body, **more):
    return discrepancies.EventText(
        article_id=number, source=f"Báo {number}", at=NOON + timedelta(hours=hours), body=body, **more
    )


@pytest.mark.parametrize(
    ("told", "sort"),
    [
        ([(1, 0, "2 người chết"), (2, 5, "3 người chết"), (3, 30, "5 người chết")], "update"),
        ([(1, 0, "2 người chết"), (2, 0.2, "9 người chết")], "contradiction"),
        ([(1, 0, "5 người chết"), (2, 9, "3 người chết")], "contradiction"),
        ([(1, 0, "4 người mất tích"), (2, 9, "1 người mất tích")], "update"),
        ([(1, 0, "8 người bị thương"), (2, 9, "12 người bị thương"), (3, 20, "7 người bị thương")], "contradiction"),
        ([(1, 0, "xe rơi xuống vực sâu 50 m"), (2, 9, "xe rơi xuống vực sâu 70 m")], "contradiction"),
    ],
)  # fmt: skip
def test_what_grows_with_time_is_an_update_and_what_clashes_a_contradiction(told, sort):
    (found,) = discrepancies.between([at(*one) for one in told])
    assert (found.sort, found.matters) == (sort, sort == "contradiction" and "vực" not in told[0][2])
    assert found.as_data()["sort"] == sort


def test_other_languages_are_compared_by_the_counts_of_the_fact_layer():
    (found,) = discrepancies.between(
        [
            at(1, 0, "Lũ quét làm 3 người chết"),
            at(2, 0.1, "Flash flood kills five in Lao Cai", counts=(("dead", 5.0, 12, 22),)),
        ]
    )
    assert [value.value for value in found.values] == ["3", "5"]
    assert found.values[1].tellings[0].as_written == "kills five"


def test_one_paper_differs_with_nobody():
    assert discrepancies.between([telling(1, "8 người tử vong, sau đó 9 người tử vong")]) == []


def test_the_same_figure_in_words_is_no_difference():
    assert discrepancies.between([telling(1, "Ba người chết"), telling(2, "3 người tử vong")]) == []


def test_pairs_count_strangers_put_into_a_group_and_leave_strangers_alone():
    true = {"a": "x", "b": "x", "c": "y", "stranger": None}
    counted = cluster_metrics.pairs(true, {"a": 1, "b": 2, "c": 3, "stranger": 1, "other": 9, "third": 9})
    assert (counted.right, counted.wrong, counted.missed) == (0, 1, 1)
    perfect = cluster_metrics.pairs(true, {"a": 1, "b": 1, "c": 3, "stranger": 4})
    assert (perfect.precision, perfect.recall, perfect.f1) == (1.0, 1.0, 1.0)
