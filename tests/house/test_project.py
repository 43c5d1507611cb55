"""The house itself: layers, packages, documents, and what must not stand in the tree."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import kiemtin

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("db", "crawler", "classifier", "review_ui")


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:  # an unpacked archive without git
        return [path for pattern in patterns for path in ROOT.glob(pattern.replace("*", "**/*", 1))]
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


@dataclass(frozen=True, slots=True)
class Module:
    """What a file of ours names: the packages it imports, (module, name) it takes from one, what it defines itself."""

    imports: frozenset[str]
    takes: frozenset[tuple[str, str]]
    defines: frozenset[str]


@cache  # several tests ask the same three hundred files
def module(path: Path) -> Module:
    imports, takes, defines = set(), set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imports |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            takes |= {(node.module, alias.name) for alias in node.names}
            if not node.level:
                imports.add(node.module.split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            defines.add(node.name)
    return Module(frozenset(imports), frozenset(takes), frozenset(defines))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_db_and_itself_alone(room: str) -> None:
    others = set(ROOMS) - {room, "db"} | {"kiemtin"}
    wrong = {str(p.relative_to(ROOT)): module(p).imports & others for p in (ROOT / room).rglob("*.py")}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_db_imports_no_room() -> None:
    for path in (ROOT / "db").rglob("*.py"):
        assert not module(path).imports & (set(ROOMS) - {"db"}), path


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_imported_from_this_repository(room: str) -> None:
    found = importlib.import_module(room)
    assert found.__file__ is not None
    assert Path(found.__file__).resolve().is_relative_to(ROOT)


def test_each_command_of_the_door_is_found_and_has_help() -> None:
    for name, (where, _) in kiemtin.ROOMS.items():
        commands = {command.name: command for command in importlib.import_module(where).COMMANDS}
        assert name in commands, f"{where} has no command {name}"
        assert commands[name].help, f"kiemtin {name} says nothing of itself"


def test_each_command_and_setting_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, (_, summary) in kiemtin.ROOMS.items():
        if summary:
            assert f"kiemtin {name}" in readme, name
    for setting in ("HOME", "DATABASE_URL", "OWNER_DATABASE_URL", "SECRET_KEY", "PROVINCE"):
        assert f"KIEMTIN_{setting}" in readme


# A file of the tree as documents and comments name it; released migrations are frozen, words and all.
NAMED = re.compile(
    r"(?<![\w/.<:-])(?:\.\./)*(?:(?:\.ci|docs|db|crawler|classifier|review_ui|tests|benchmarks|requirements)/)?"
    r"[\w][\w./-]*\.(?:py|md|sql|toml|csv|html|css|js|service|yml|lock)\b"
)
FROZEN = re.compile(r"db/migrations/00(0\d|1[0-8])_")


def test_the_tree_speaks_of_nothing_outside_it() -> None:
    """A path that leads out of the tree, or to a file of ours that is not there, is a reader's dead end."""
    names = {path.relative_to(ROOT).as_posix() for path in tracked("*")}
    lost = set()
    for path in tracked("*.md", "*.sql", "*.toml", "Makefile", "Dockerfile", "*.yml", "*.service"):
        here = path.relative_to(ROOT).as_posix()
        if FROZEN.match(here):
            continue
        text = path.read_text(encoding="utf-8")
        for word in re.findall(r"(?:\.\./)+[\w./-]+", text):
            assert (path.parent / word).resolve().is_relative_to(ROOT), (
                f"{here}: {word} leads out of the tree"
            )
        for word in NAMED.findall(text):
            if ("/" in word or word.endswith(".md")) and not _there(word, names):
                lost.add(f"{here}: {word}")
    assert sorted(lost) == []


def _there(word: str, names: set[str]) -> bool:
    return any(name == word.lstrip("./") or name.endswith("/" + word.lstrip("./")) for name in names)


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + "Error")
    for path in tracked("*.py"):
        assert not marks.search(path.read_text(encoding="utf-8")), path


def test_no_name_in_the_code_speaks_of_what_the_product_never_does() -> None:
    """boundaries: no takedown, blocking of people, sanction, profiling, hostility; no route, command or table for it."""
    forbidden = re.compile(
        r"take_?down|sanction|hostile|reactionary|loyalty|profile_(user|person|author)|sensitive_person|fake",
        re.I,
    )
    for path in tracked("db/*.py", "crawler/*.py", "classifier/*.py", "review_ui/*.py", "kiemtin.py"):
        for name in module(path).defines:
            assert not forbidden.search(name), f"{path}: {name}"
    for path in tracked("db/migrations/*.sql"):
        for name in re.findall(r"CREATE (?:TABLE|VIEW|FUNCTION) (\w+)", path.read_text(encoding="utf-8")):
            assert not forbidden.search(name), f"{path}: {name}"


def test_underthesea_is_never_asked_for_what_it_would_download() -> None:
    never = {"classify", "sentiment", "lang_detect", "translate", "dependency_parse", "agent", "viet2ipa"}
    for path in tracked("db/*.py", "crawler/*.py", "classifier/*.py", "review_ui/*.py"):
        assert not {("underthesea", name) for name in never} & module(path).takes, path
