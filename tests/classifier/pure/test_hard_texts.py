"""Texts nobody would wish for are judged and grouped all the same: empty, 5 MB, mixed scripts, capitals, no marks."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from classifier.events import offline
from classifier.events.regions import Provinces
from classifier.judging.judge import Judge
from classifier.learning import evaluation
from classifier.text.item import Item
from db.core.errors import Invalid

CRASH = "Lật xe khách ở Sa Pa, 3 người tử vong"
CRASH_TEXT = "Chiếc xe mất phanh lao xuống vực trên quốc lộ 4D, nhiều người bị thương."


HARD = {
    "nothing": ("", ""),
    "title alone": (CRASH, ""),
    "signs alone": ("…!!! ??? —", "\t\n \u200b\ufeff"),
    "mixed scripts": (
        "Sa Pa 沙坝 사파 サパ ซาปา",
        "越南老街省 lũ quét ở Lào Cai: 3 killed, deux morts, 사망 2명. مرحبا",
    ),
    "capitals": (CRASH.upper(), CRASH_TEXT.upper()),
    "decomposed": (unicodedata.normalize("NFD", CRASH), unicodedata.normalize("NFD", CRASH_TEXT)),
    "control signs": ("Lũ\x00 quét\x07 ở Lào Cai", "Nước\x1b[31m dâng"),
    "one endless word": ("a" * 5000, "x" * 50_000),
    "beyond the plane": ("🌊🏔️ Lũ ở Sa Pa 🚨", "𝓛𝓾̃ quét 🌊" * 50),
    "digits": ("12345", "1 2 3 " * 2000),
}


@pytest.mark.parametrize("name", HARD)
def test_every_text_is_judged_and_its_reasons_stand_in_it(judge: Judge, name: str) -> None:
    title, text = HARD[name]
    found = judge.judge(Item(id="1", title=title, text=text))
    body = f"{unicodedata.normalize('NFC', title)}\n{unicodedata.normalize('NFC', text)}"
    for signal in (found.harm, found.criticism, found.check, found.rebuttal):
        assert 0 <= signal.score <= 1
        assert all(body[reason.start : reason.end] == reason.text for reason in signal.reasons)
    json.dumps(found.as_json())


def test_capitals_and_lost_marks_change_no_band(judge: Judge) -> None:
    plain = (
        "Lat xe khach o Sa Pa, 3 nguoi tu vong",
        "Chiec xe mat phanh lao xuong vuc tren quoc lo 4D, nhieu nguoi bi thuong.",
    )
    told = judge.judge(Item(id="1", title=CRASH, text=CRASH_TEXT))
    for title, text in ((CRASH.upper(), CRASH_TEXT.upper()), plain):
        found = judge.judge(Item(id="1", title=title, text=text))
        assert (found.harm.band, found.relevance.label) == (told.harm.band, told.relevance.label)


def test_five_megabytes_are_judged_by_their_beginning_and_grouped(judge: Judge) -> None:
    text = (CRASH_TEXT + " ") * (5_000_000 // len(CRASH_TEXT))
    assert judge.judge(Item(id="1", title=CRASH, text=text)).harm.band == "high"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    items = [
        Item(id=str(n), title=CRASH, text=text, date=at + timedelta(hours=n), source=f"bao-{n}")
        for n in (1, 2)
    ]
    assert [one["copy_of"] for one in offline.group(items, Provinces(["Lào Cai"], ["Lào Cai"]))] == [
        None,
        "1",
    ]


def test_hard_texts_are_grouped_and_none_copies_another() -> None:
    items = [
        Item(id=name, title=title, text=text) for name, (title, text) in HARD.items() if name not in ("capitals", "decomposed", "title alone")
    ]  # fmt: skip
    placed = offline.group(items, Provinces(["Lào Cai"], ["Lào Cai"]))
    assert [one["copy_of"] for one in placed] == [None] * len(items)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"id": "2", "tone": "negative"}, "line 2: neither title nor text"),
        ({"title": "x", "tone": "negative"}, "line 2: id is missing"),
        ({"id": "2", "title": "x"}, "line 2: carries no label"),
        ({"id": "2", "title": "x", "neg_kind": "flood"}, "line 2: neg_kind 'flood' is not known"),
        ({"id": "2", "title": "x", "relevance": "Core"}, "line 2: relevance 'Core' is not known"),
        ({"id": "2", "title": 7, "tone": "negative"}, "line 2: title is no text"),
        (
            {"id": "2", "title": "x", "tone": "negative", "date": "hôm qua"},
            "line 2: date 'hôm qua' is not ISO 8601",
        ),
        (["no object"], "line 2: not a JSON object"),
    ],
)
def test_a_gold_file_with_a_missing_field_or_a_strange_label_is_refused_with_its_line(bad, said) -> None:
    good = json.dumps({"id": "1", "title": "x", "tone": "negative"})
    with pytest.raises(Invalid) as why:
        evaluation.read_gold([good, json.dumps(bad)])
    assert str(why.value).startswith(said)


def test_items_without_an_event_around_labelled_ones_are_counted_against_grouping(judge: Judge) -> None:
    lines = [
        json.dumps({"id": "a", "title": CRASH, "text": CRASH_TEXT, "event": "crash", "date": "2026-03-01T08:00:00+07:00"}),
        json.dumps({"id": "b", "title": CRASH + " tại chỗ", "text": CRASH_TEXT, "event": "crash", "date": "2026-03-01T09:00:00+07:00"}),
        json.dumps({"id": "c", "title": CRASH + " sáng nay", "text": CRASH_TEXT, "event": None, "date": "2026-03-01T10:00:00+07:00"}),
    ]  # fmt: skip
    events = evaluation.evaluate(evaluation.read_gold(lines), judge)["events"]
    assert (events["n"], events["among"]) == (2, 3)
    assert (events["recall"], events["precision"]) == (1.0, pytest.approx(1 / 3, abs=0.001))
