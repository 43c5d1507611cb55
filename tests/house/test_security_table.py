"""The table of SECURITY.md on the database password: every line that says *no* names tests that are there and try it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def lines() -> list[list[str]]:
    """Rows of the table: deed, yes or no, why."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = text.split("database password alone can and cannot do")[1].split("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines() if re.match(r"\| [a-z]", line)][1:]


def test_each_no_is_tried_by_a_test_that_is_there() -> None:
    tried = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/db/storage").rglob("test_*.py")
    )
    refused = [row for row in lines() if row[1] == "no"]
    assert len(refused) > 7
    for row in refused:
        names = re.findall(r"`(test_\w+)`", row[2])
        assert names, row[0]
        for name in names:
            assert f"def {name}(" in tried, (row[0], name)


def test_what_it_can_do_is_said_too() -> None:
    assert {row[1] for row in lines()} == {"no", "**yes**"}
