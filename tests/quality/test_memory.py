"""A rumour that comes back in other words meets the old verdict; unrelated news meets none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.queries.verified_claims import VerifiedClaim
from review_ui.claims.similarity import ClaimMatch, Memory

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "quality_claims.jsonl").read_text(encoding="utf-8").splitlines()
]
PAIRS = [row for row in ROWS if "claim" in row]
UNRELATED = [row["unrelated"] for row in ROWS if "unrelated" in row]


def known(number: int, body: str) -> VerifiedClaim:
    return VerifiedClaim(
        id=number, body=body, code="fabricated", label="Tin giả", what_is_true="…", said_on=None,
        approved_at=datetime(2025, 9, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture(scope="module")
def memory() -> Memory:
    return Memory(known(number, row["claim"]) for number, row in enumerate(PAIRS))


def test_a_rumour_told_again_finds_the_old_verdict(memory: Memory) -> None:
    found = [[match.claim.id for match in memory.match(row["told_again"], limit=3)] for row in PAIRS]
    first = sum(ids[:1] == [number] for number, ids in enumerate(found))
    within_three = sum(number in ids for number, ids in enumerate(found))
    assert within_three == len(PAIRS)
    assert first >= 16, (
        f"first in {first} of {len(PAIRS)}"
    )  # two dam rumours are each other's nearest, rightly


def test_the_rumour_of_floods_released_upstream_is_first_a_year_later(memory: Memory) -> None:
    [nearest, *_] = memory.match(
        "Hôm nay 6/10 họ lại xả nước hồ chứa bên kia, sông Chảy sắp tràn bờ, mọi người chạy đi"
    )
    assert nearest.claim.body.startswith("Trung Quốc xả lũ")
    assert {difference.kind for difference in nearest.differences} >= {"names"}


def test_none_of_fifty_unrelated_sentences_is_offered_with_confidence(memory: Memory) -> None:
    assert len(UNRELATED) >= 50
    bold = [text for text in UNRELATED for match in memory.match(text) if match.band == "high"]
    assert bold == []


def test_a_claim_typed_without_marks_is_still_found(memory: Memory) -> None:
    [nearest, *_] = memory.match("trung quoc xa lu lam nuoc song hong dang cao")
    assert nearest.claim.body.startswith("Trung Quốc xả lũ")


def test_other_figures_and_places_are_differences(memory: Memory) -> None:
    memory = Memory([known(1, "Lũ quét ở Nậm Mu làm 50 người mất tích ngày 9/9/2024.")])
    [match] = memory.match("Lũ quét ở Khe Ròn làm 12 người mất tích ngày 3/8/2025.")
    told = {difference.kind: (difference.here, difference.there) for difference in match.differences}
    assert told["figures"] == (("12",), ("50",))
    assert told["dates"] == (("3/8/2025",), ("9/9/2024",))
    assert told["names"] == (("Khe Ròn",), ("Nậm Mu",))


def test_a_claim_judged_anew_counts_once_with_its_newest_words() -> None:
    memory = Memory([known(1, "Đập Nậm Thử bị vỡ.")])
    memory.add([known(1, "Đập Nậm Thử bị vỡ hoàn toàn."), known(2, "Cầu treo bị sập.")])
    assert len(memory) == 2
    matches: list[ClaimMatch] = memory.match("vỡ đập Nậm Thử")
    assert [match.claim.id for match in matches].count(1) == 1
    assert matches[0].claim.body == "Đập Nậm Thử bị vỡ hoàn toàn."


@pytest.mark.parametrize("text", ["", "   ", "!!!", "1234", "ا ب ت", "字" * 5000, "a" * 200_000])
def test_any_text_may_be_asked(memory: Memory, text: str) -> None:
    assert all(match.band == "low" for match in memory.match(text))
