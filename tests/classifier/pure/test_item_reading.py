"""Items, their languages, folding: what every matcher of the classifier stands on."""

import unicodedata

import pytest

from classifier.signals.topics import Topics
from classifier.text.item import Item, read_items
from classifier.text.prepared_text import read
from db.catalogue import Field, Topic
from db.catalogue.kinds import Catalogue
from db.core.errors import Invalid
from db.core.language import detect
from db.core.text import fold, strip_marks


def test_items_are_read_from_lines_and_empty_lines_passed_over() -> None:
    items = list(
        read_items(
            ['{"id": 7, "title": "Một", "date": "2026-01-31T08:00:00"}', "", '{"id":"b","text":"Hai"}']
        )
    )
    assert [item.id for item in items] == ["7", "b"]
    assert items[0].date is not None
    assert items[0].date.utcoffset() is not None


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "JSON"),
        ("[1]", "object"),
        ('{"title": "x"}', "id"),
        ('{"id": "a"}', "neither title nor text"),
        ('{"id": "a", "title": 3}', "title is no text"),
        ('{"id": "a", "title": "x", "date": "hôm qua"}', "ISO 8601"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(line: str, word: str) -> None:
    with pytest.raises(Invalid, match=f"line 2.*{word}"):
        list(read_items(['{"id": "ok", "title": "x"}', line]))


def test_a_lone_surrogate_becomes_a_sign_that_can_be_stored() -> None:
    (item,) = read_items(['{"id": "a", "title": "x\\ud800y"}'])
    assert item.title == "x?y"


@pytest.mark.parametrize(
    ("text", "code", "plain"),
    [
        ("Lào Cai cảnh báo lũ quét", "vi", False),
        ("LÀO CAI CẢNH BÁO LŨ QUÉT", "vi", False),
        ("Lao Cai canh bao lu quet, hai nguoi bi thuong", "vi", True),
        ("Sat lo o Sa Pa", "vi", True),
        ("缅北老街再起冲突", "zh", False),
        ("ラオカイ省で洪水", "ja", False),
        ("베트남 라오까이성", "ko", False),
        ("เที่ยวซาปา", "th", False),
        ("ລາວກາຍ ຫວຽດນາມ", "lo", False),
        ("Наводнение во Вьетнаме", "ru", False),
        ("Floods hit the northern province of Lao Cai on Tuesday, officials said", "en", False),
        ("Les inondations ont frappé la province de Lao Cai, selon les autorités", "fr", False),
        ("", "und", False),
    ],
)
def test_script_and_marks_tell_the_language(text: str, code: str, plain: bool) -> None:
    language = detect(text)
    assert (language.code, language.plain) == (code, plain)


def test_folding_keeps_the_length_and_so_every_offset() -> None:
    text = "Hoà\u00a0bình – Thuỷ, quý “THUỶ”\u200b và HOÀNG"
    assert len(fold(text)) == len(text)
    assert fold(text) == 'Hòa bình - Thủy, quý "THỦY"  và HOÀNG'


def test_stripping_marks_keeps_the_length() -> None:
    text = unicodedata.normalize("NFC", "Đường Yên Bái")
    assert strip_marks(text) == "Duong Yen Bai"


def test_a_reading_is_composed_whatever_came_in() -> None:
    reading = read(Item(id="1", title=unicodedata.normalize("NFD", "Lào Cai"), text=""))
    assert reading.body == "Lào Cai\n"
    assert len(reading.folded) == len(reading.body)


def test_topics_are_met_by_one_word_early_or_two_late() -> None:
    catalogue = Catalogue(
        topics=(
            Topic(
                name="minerals", title="Khoáng sản", kind="resolution", keywords=("khoáng sản", "quặng sắt")
            ),
        ),
        fields=(
            Field(name="health", title="Y tế", title_en="Health", keywords=("bệnh viện",)),
            Field(name="other", title="Khác", title_en="Other"),
        ),
    )
    topics = Topics(catalogue)
    far = "Câu này không nói gì đáng kể. " * 40
    assert topics.match(read(Item(id="1", title="Khai thác Khoáng sản trái phép", text=""))) == ("minerals",)
    assert topics.match(read(Item(id="1", title="Tin", text=far + "khoáng sản"))) == ()
    assert topics.match(read(Item(id="1", title="Tin", text=far + "khoáng sản và quặng sắt"))) == (
        "minerals",
    )
    assert topics.field(read(Item(id="1", title="Bệnh viện quá tải", text=""))) == "health"
    assert topics.field(read(Item(id="1", title="Giá vàng", text=""))) == "other"
