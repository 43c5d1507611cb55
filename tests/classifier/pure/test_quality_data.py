"""The labelled data that the quality floors stand on: written by us, complete, and fit to be shipped."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import files

QUALITY = Path(__file__).parent.parent.parent / "quality"
FILES = ("relevance_tone", "events", "collisions", "copies")


def rows(name: str) -> list[dict[str, Any]]:
    text = (QUALITY / f"quality_{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", FILES)
def test_every_item_has_an_id_of_its_own_and_a_text(name: str) -> None:
    items = rows(name)
    assert len({item["id"] for item in items}) == len(items) >= 60
    assert all(item["title"] and item["text"] and item["lang"] and item["date"] for item in items)


@pytest.mark.parametrize("name", FILES)
def test_no_item_comes_from_a_real_paper(name: str) -> None:
    assert all(item["url"] is None for item in rows(name))


def test_labels_are_those_of_the_gold_format() -> None:
    kinds = {"disaster", "accident", "crime", "health", "official_wrongdoing", "complaint"}
    for item in rows("relevance_tone"):
        assert item["relevance"] in ("core", "mention", "none")
        assert item["tone"] in ("negative", "neutral_positive")
        assert (item["neg_kind"] in kinds) == (item["tone"] == "negative")
        assert item["target"] == (item["relevance"] == "core" and item["tone"] == "negative")


def test_a_story_is_one_group() -> None:
    for item in rows("events"):
        assert item["event"]
        assert item["group"]


def test_refusing_every_collision_does_not_pay() -> None:
    found = {item["relevance"] for item in rows("collisions")}
    assert found == {"core", "mention", "none"}


def test_copies_name_their_original() -> None:
    items = {item["id"]: item for item in rows("copies")}
    copies = [item for item in items.values() if item["copy_of"]]
    assert {item["how"] for item in copies} == {"whole", "retouched", "excerpt"}
    assert all(items[item["copy_of"]]["copy_of"] is None for item in copies)
    assert all(items[item["copy_of"]]["date"] < item["date"] for item in copies)


def test_the_five_known_cases_use_labels_fields_and_agencies_of_the_catalogue() -> None:
    cases = tomllib.loads((QUALITY.parent / "browser" / "known_cases.toml").read_text(encoding="utf-8"))[
        "case"
    ]
    shipped = files.shipped("laocai")
    assert len(cases) == 5
    assert {case["verdict"] for case in cases} <= {label.name for label in shipped.labels if label.public}
    assert {case["field"] for case in cases} <= {field.name for field in shipped.fields}
    assert {case["agency"] for case in cases} <= {agency.name for agency in shipped.agencies}
    # the criticised agency's own word is never the only evidence
    assert all(len(case["evidence"]) >= 2 for case in cases)
