"""Harm by kind: short items of ours on what happens in a province, and their harmless twins (drills, relief, praise,
forecasts, what became rarer), in six languages. A kind that is missed altogether shows here before it is missed in use.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifier.judging.judge import Judge
from classifier.text.item import Item
from db.catalogue import files

ITEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "quality_harm_kinds.jsonl").read_text(encoding="utf-8").splitlines()
]
RECALL, PRECISION = 0.95, 0.95
LEAST = 0.85  # of one language, for there are some twelve items of each


@pytest.fixture(scope="module")
def flagged() -> list[bool]:
    judge = Judge(files.shipped("laocai"))
    return [
        judge.judge(Item(id="one", title=item["title"], text=item["text"])).harm.band != "low"
        for item in ITEMS
    ]


def test_harm_is_found_in_all_its_kinds_and_its_harmless_twins_are_left_alone(flagged: list[bool]) -> None:
    found = sum(flag and item["harm"] for flag, item in zip(flagged, ITEMS, strict=True))
    assert found >= RECALL * sum(item["harm"] for item in ITEMS)
    assert found >= PRECISION * sum(flagged)


@pytest.mark.parametrize("language", ["vi", "en", "zh", "fr", "ko", "ja"])
def test_no_language_falls_behind(flagged: list[bool], language: str) -> None:
    right = [
        flag == item["harm"] for flag, item in zip(flagged, ITEMS, strict=True) if item["lang"] == language
    ]
    assert sum(right) >= LEAST * len(right)
