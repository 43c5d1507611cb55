"""The judging's figures on data of our own must not fall below their floors (quality_floors.json).

The judge here has the shipped catalogue and rules alone: what an office has on its first day. A floor is lowered only
with a sentence in DECISIONS.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from classifier.judging.judge import Judge
from classifier.learning import evaluation
from classifier.text.item import item_from
from db.catalogue import files

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "quality_floors.json").read_text(encoding="utf-8"))
SETS = ("relevance_tone", "collisions", "copies", "events")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(files.shipped("laocai"))


@pytest.fixture(scope="module")
def reports(judge: Judge) -> dict[str, dict[str, Any]]:
    found = {}
    for name in SETS:
        with (HERE / f"quality_{name}.jsonl").open(encoding="utf-8") as lines:
            found[name] = evaluation.evaluate(evaluation.read_gold(lines), judge)
    return found


def value(report: dict[str, Any], path: str) -> float:
    block, name = path.split(".")
    figure = report[block][name]
    return float(figure[0] if isinstance(figure, list) else figure)


@pytest.mark.parametrize(
    ("name", "path", "floor"), [(name, path, floor) for name in SETS for path, floor in FLOORS[name].items()]
)
def test_no_figure_falls_below_its_floor(
    reports: dict[str, dict[str, Any]], name: str, path: str, floor: float
) -> None:
    assert value(reports[name], path) >= floor


@pytest.mark.parametrize(
    ("name", "path", "ceiling"),
    [(name, path, most) for name, block in FLOORS["ceilings"].items() for path, most in block.items()],
)
def test_no_error_rises_above_its_ceiling(
    reports: dict[str, dict[str, Any]], name: str, path: str, ceiling: float
) -> None:
    assert value(reports[name], path) <= ceiling


def test_no_refutation_lands_in_the_high_band_of_checks(reports: dict[str, dict[str, Any]]) -> None:
    assert all(report["rebuttals_in_high_check"] == 0 for report in reports.values())


REFUTATIONS = [
    ("Công an bác tin đồn bắt cóc trẻ em ở Sa Pa", "Công an tỉnh Lào Cai khẳng định thông tin lan truyền trên mạng xã hội là sai sự thật."),
    ("Thực hư tin đồn vỡ đập Thác Bà", "UBND tỉnh khẳng định tin đồn vỡ đập lan truyền trên mạng xã hội là tin giả, không có chuyện vỡ đập."),
    ("Xử phạt người tung tin giả về lũ ở Bát Xát", "Cơ quan chức năng xác định nội dung đăng tải là bịa đặt, gây hoang mang dư luận."),
    ("Lào Cai authorities deny rumours of dam failure", "Officials said the claims circulating online were false information."),
    ("越南老街省辟谣：水坝溃决纯属虚构", "当局澄清，网传消息不属实。"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "text"), REFUTATIONS)
def test_a_refutation_is_known_as_one_and_never_asks_for_a_check(judge: Judge, title: str, text: str) -> None:
    found = judge.judge(item_from({"id": "r", "title": title, "text": text}, where="here"))
    assert found.is_rebuttal
    assert found.check.band == "low"
