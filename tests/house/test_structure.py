"""The tree held to the figures of structure.py: what a successor stumbles over does not come back."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import test_way_in
from structure import ROOMS, Tree

ROOT = Path(__file__).parent.parent.parent
FULLEST, HIGHEST = 25, 8
# Figures that still go down: never up.
DENSE_FUNCTIONS, LONG_TEMPLATE_LINES, DECIDED_BY_WORDS, FILES_WITH_SQL = 0, 0, 0, 0


@cache
def tree() -> Tree:
    return Tree(ROOT)


def test_no_folder_holds_more_than_a_stage() -> None:
    assert {name: n for name, n in tree().crowded().items() if n > FULLEST} == {}


def test_no_python_file_is_longer_than_a_head_holds() -> None:
    assert tree().long_files() == []


@pytest.mark.parametrize("room", ROOMS)
def test_inside_a_room_imports_point_downward(room: str) -> None:
    assert max(tree().floors(room).values(), default=0) <= HIGHEST  # raises where stages import in a circle


def test_a_class_name_stands_in_one_module() -> None:
    assert tree().homonyms() == {}


def test_a_dense_function_is_one_of_those_that_are_known() -> None:
    """ruff refuses others (C901, pyproject.toml); an exception has its reason there or beside the function."""
    assert len(tree().dense()) <= DENSE_FUNCTIONS, tree().dense()


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    assert tree().imported() - tree().declared() == set()
    assert tree().declared() - tree().imported() == set()


def test_templates_can_be_read_in_a_window() -> None:
    assert len(tree().long_template_lines()) <= LONG_TEMPLATE_LINES


def test_nothing_is_decided_by_the_words_of_a_message() -> None:
    assert len(tree().decided_by_words()) <= DECIDED_BY_WORDS, tree().decided_by_words()


def test_sql_stands_in_db() -> None:
    assert len(tree().sql_outside_db()) <= FILES_WITH_SQL, tree().sql_outside_db()


def test_a_table_stands_in_the_glossary() -> None:
    """Here too, because landing runs this file and not test_way_in.py."""
    test_way_in.test_each_table_stands_with_the_module_that_writes_it()
