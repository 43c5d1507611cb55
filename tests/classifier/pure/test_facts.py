"""The fact layer: places, times, counts, actors, happenings with modality, attribution, in four languages."""

from __future__ import annotations

from datetime import date

import pytest

from classifier.judging.judge import Judge
from classifier.text.item import item_from
from classifier.text.prepared_text import read
from db.catalogue import files


@pytest.fixture(scope="module")
def facts_of():
    judge = Judge(files.shipped("laocai"))

    def made(title, text="", lang="vi", on="2026-11-25T08:00:00+07:00"):
        item = item_from({"id": "1", "title": title, "text": text, "lang": lang, "date": on}, where="1")
        return judge.facts.read(read(item))

    return made


def counted(facts):
    return [(one.what, one.number) for one in facts.counts]


@pytest.mark.parametrize(
    ("title", "lang", "counts"),
    [
        ("Lật thuyền, hai người chết, 7 người bị thương", "vi", [("dead", 2), ("injured", 7)]),
        ("Sạt lở làm chết 3 người ở bản vùng cao", "vi", [("dead", 3)]),
        ("Cháy chợ, không có thiệt hại về người", "vi", [("dead", 0)]),
        ("lat thuyen, 4 nguoi chet o ben do", "vi", [("dead", 4)]),
        ("Ferry sinks, killing five people", "en", [("dead", 5)]),
        ("Éboulement : trois morts et deux blessés", "fr", [("dead", 3), ("injured", 2)]),
        ("渡船翻沉，造成四人死亡，两人失踪", "zh", [("dead", 4), ("missing", 2)]),
        ("Công an thu giữ 15 triệu đồng của nhóm đánh bạc", "vi", [("money", 15_000_000)]),
    ],
)
def test_counts_know_what_they_count(facts_of, title, lang, counts):
    assert counted(facts_of(title, lang=lang)) == counts


def test_numbers_of_dates_and_names_count_nothing(facts_of):
    assert counted(facts_of("Ngày 12/11, học sinh lớp 7 đi trên quốc lộ 4D")) == []


@pytest.mark.parametrize(
    ("title", "lang", "first", "last"),
    [
        ("Cháy kho gỗ sáng 24/11", "vi", date(2026, 11, 24), date(2026, 11, 24)),
        ("Cháy kho gỗ hôm qua", "vi", date(2026, 11, 24), date(2026, 11, 24)),
        ("chay kho go hom qua", "vi", date(2026, 11, 24), date(2026, 11, 24)),
        ("Ảnh chụp tháng 9/2024", "vi", date(2024, 9, 1), date(2024, 9, 30)),
        ("Ngày 3 tháng 2 năm 2021 xảy ra lũ", "vi", date(2021, 2, 3), date(2021, 2, 3)),
        ("Warehouse burns on Monday", "en", date(2026, 11, 23), date(2026, 11, 23)),
        ("Un entrepôt brûle le 20 novembre 2026", "fr", date(2026, 11, 20), date(2026, 11, 20)),
        ("11月22日仓库起火", "zh", date(2026, 11, 22), date(2026, 11, 22)),
    ],
)
def test_times_resolve_to_days_of_publication(facts_of, title, lang, first, last):
    time = facts_of(title, lang=lang).times[0]
    assert (time.first, time.last) == (first, last)


@pytest.mark.parametrize(
    ("title", "text", "lang", "modality"),
    [
        ("Không có chuyện vỡ đập ở thượng nguồn", "", "vi", "denied"),
        ("Dự báo đêm nay nguy cơ sạt lở ở vùng cao", "", "vi", "forecast"),
        ("Khói ở trường nội trú", "Đó là buổi diễn tập, hai em đóng vai bị thương.", "vi", "drilled"),
        ("Tưởng niệm những người chết trong trận lũ năm 1986", "", "vi", "commemorated"),
        ("Nghe nói đập thượng nguồn bị nứt", "", "vi", "alleged"),
        ("There was no landslide on the pass", "", "en", "denied"),
        ("Exercice d'incendie au marché", "", "fr", "drilled"),
        ("没有发生滑坡", "", "zh", "denied"),
        ("Sạt lở chặn đường lên bản", "", "vi", "asserted"),
    ],
)
def test_a_happening_carries_its_modality(facts_of, title, text, lang, modality):
    assert {one.modality for one in facts_of(title, text, lang).happenings} == {modality}


@pytest.mark.parametrize(
    ("text", "lang", "voice"),
    [
        ("Công an xã cho biết vụ việc đang được xác minh.", "vi", "official"),
        ("Nghe đâu cầu sắp sập.", "vi", "unnamed"),
        ("Một bài đăng trên Facebook nói giếng có độc.", "vi", "social"),
        ("Police said the road was open.", "en", "official"),
        ("据说水库要放水。", "zh", "unnamed"),
    ],
)
def test_each_sentence_stands_on_somebodys_word(facts_of, text, lang, voice):
    facts = facts_of("", text, lang)
    assert facts.voice(facts.attributions[0].sentence) == voice


def test_places_elsewhere_and_abroad_are_facts_too(facts_of):
    facts = facts_of("Động đất ở Nhật Bản", "Rung chấn tới cả Sơn La. Người Đức ở Osaka đã về nước.")
    assert [one.id for one in facts.places] == ["country:jp", "away:son la", "country:de", "country:jp"]


def test_a_name_that_is_a_word_is_a_country_only_after_a_word_of_place(facts_of):
    assert not facts_of("Bé Anh và cô Nga được khen", "Ông Đức cảm ơn.").places


def test_every_fact_prints_the_words_it_rests_on(facts_of):
    title, text = (
        "Sạt lở ở Bát Xát, ba người chết",
        "Công an xã Bát Xát cho biết sáng nay đã tìm thấy thi thể.",
    )
    facts = facts_of(title, text)
    body = f"{title}\n{text}"
    rows = facts.as_json()
    assert {row["kind"] for row in rows} == {"place", "time", "count", "actor", "happening", "attribution"}
    assert all(body[row["start"] : row["end"]] == row["text"] for row in rows)


@pytest.mark.parametrize("text", ["", "x", "12 34 56", "ба 三 tám", "ngày 99/99/2026", "31/2 30/2/2026"])
def test_odd_texts_have_facts_or_none_and_never_fail(facts_of, text):
    facts_of("", text or "?", on=None)
