"""Nothing may be set that nobody reads: settings, deadlines, labels and columns of the catalogue each have a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from db.catalogue import files
from db.catalogue.kinds import ENTRY_KINDS
from db.catalogue.sources import Source
from review_ui.web import labels

ROOT = Path(__file__).parents[2]
ROOMS = ("db", "review_ui", "crawler", "classifier")


def sources_of(*suffixes: str, but: tuple[str, ...] = ()) -> Iterator[str]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            name = path.relative_to(ROOT).as_posix()
            if (
                path.suffix in suffixes
                and not name.startswith(("db/catalogues/", "db/migrations/", *but))
                and name != "db/schema.sql"
            ):
                yield path.read_text(encoding="utf-8")


CODE = "\n".join(sources_of(".py", ".sql", ".html", ".js"))
# who reads the catalogue, not who carries it about (files, rows, soundness)
READERS = "\n".join(sources_of(".py", ".sql", ".html", but=("db/catalogue/",)))


@pytest.mark.parametrize(
    "name", sorted({s.name for p in ("laocai", "tuyenquang") for s in files.shipped(p).settings})
)
def test_every_setting_is_read(name):
    group, _, last = name.partition(".")
    # read whole, or as a member of a group that is read by its beginning (policy.read, schedule.plan)
    whole = re.search(rf"""['"]{re.escape(name)}['"]""", CODE)
    member = (
        re.search(rf"""['"]{last}['"]""", CODE) and re.search(rf"""['"]{group}(\.|['"])""", CODE)
        if last
        else None
    )
    assert whole or member, f"nothing reads the setting {name}"


def test_every_deadline_that_is_counted_is_read():
    counted = {d.name for d in files.shipped("laocai").deadlines if d.kind == "count"}
    assert {name for name in counted if f'"{name}"' not in READERS and f"'{name}'" not in READERS} == set()


def test_every_table_of_labels_is_used():
    used = set(re.findall(r"""\blabel\(\s*["'](\w+)["']""", CODE)) | set(re.findall(r"labels\.(\w+)", CODE))
    used |= set(re.findall(r"""labels\[["'](\w+)["']\]""", CODE)) | set(
        re.findall(r"""TABLES\[["'](\w+)["']\]""", CODE)
    )
    # a table may also be handed over by its own name: then it is named again beside its making and the list of tables
    by_name = {
        name
        for name in labels.TABLES
        for own in re.findall(rf'"{name}": (\w+),', CODE)
        if len(re.findall(rf"\b{own}\b", CODE)) > 2
    }
    assert set(labels.TABLES) - used - by_name == set()


@pytest.mark.parametrize("kind", ENTRY_KINDS, ids=lambda kind: kind.kind)
def test_every_column_of_the_catalogue_is_read(kind):
    unread = {
        field.name
        for field in fields(kind.record)
        if not re.search(rf"\.{field.name}\b|->>?\s*'{field.name}'|['\"]{field.name}['\"]", READERS)
    }
    assert unread == set()


def test_every_column_of_the_sources_is_read():
    unread = {f.name for f in fields(Source) if not re.search(rf"\b{f.name}\b", READERS)}
    assert unread == set()
