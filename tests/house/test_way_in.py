"""The documents by which a newcomer finds the way: what ARCHITECTURE.md and docs/glossary.md name is there, and all of it is named."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CELL = re.compile(r"`([^`\n]+)`")


@cache
def tables() -> frozenset[str]:
    """Our tables, of the generated schema; the job engine's, the migration tool's and partitions apart."""
    text = (ROOT / "db" / "schema.sql").read_text(encoding="utf-8")
    return frozenset(
        name
        for name in re.findall(r"CREATE TABLE public\.(\w+)", text)
        if not name.startswith(("procrastinate", "_yoyo", "yoyo")) and not name.endswith("_rest")
    )


def glossary() -> list[list[str]]:
    """Rows of all tables of the glossary, as cells; headings left out."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0] not in ("tiếng Việt", "table")]


def test_each_module_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {word for word in CELL.findall(text) if "/" in word and not word.startswith("/")}
    assert len(named) > 30
    assert [word for word in sorted(named) if not (ROOT / word).exists()] == []


def test_the_architecture_stays_a_page() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 90


def test_each_term_is_explained_once_and_held_by_a_module_or_table() -> None:
    terms = [row for row in glossary() if len(row) == 4]
    assert len(terms) > 80
    for column in (0, 1):
        words = [row[column] for row in terms]
        assert sorted({word for word in words if words.count(word) > 1}) == []
    for row in terms:
        (where,) = CELL.findall(row[3])
        assert (ROOT / where).exists() if "/" in where else where in tables(), row


def test_each_table_stands_with_the_module_that_writes_it() -> None:
    written = {CELL.findall(row[0])[0]: CELL.findall(row[1]) for row in glossary() if len(row) == 2}
    assert tables() - written.keys() == set(), "add them to docs/glossary.md"
    assert written.keys() - tables() == set(), "gone from the schema"
    for table, modules in written.items():
        write = re.compile(rf"(INSERT INTO|UPDATE|MERGE INTO) (public\.)?{table}\b")
        for module in modules:
            files = (
                [ROOT / module] if module.endswith((".py", ".sql")) else list((ROOT / module).glob("*.sql"))
            )
            assert any(write.search(path.read_text(encoding="utf-8")) for path in files), (table, module)
