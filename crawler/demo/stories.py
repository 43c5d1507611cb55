"""The invented articles: read from the TOML files beside this module, and what each says at a moment. Pure but for reading."""

from __future__ import annotations

import re
import tomllib
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from crawler.demo.outlets import BY_NAME
from db.core.text import plain

FOLDER = Path(__file__).parent / "articles"
AGENCY = "Thông tấn xã Tây Bắc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change that an outlet makes silently, ``after`` the newsroom opened."""

    after: timedelta
    title: str | None = None
    replace: tuple[tuple[str, str], ...] = ()
    append: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One invented article; ``age`` is how long before the opening it was published (negative: after it)."""

    id: str
    outlet: str
    section: str
    age: timedelta
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    author: str | None = None
    event: str | None = None  # what the articles of one happening share
    copy_of: str | None = None
    edits: tuple[Edit, ...] = ()
    gone_after: timedelta | None = None
    gone_as: Literal[404, 410] = 404

    @property
    def number(self) -> int:
        """A stable number for the address."""
        return 100_000 + zlib.crc32(self.id.encode()) % 900_000

    @property
    def slug(self) -> str:
        """The title as papers write it into addresses; of the first title, so that an edit keeps the address."""
        return slug(self.title) or f"tin-{self.number}"

    def published_at(self, opened_at: datetime) -> datetime:
        """When it appeared, to the minute."""
        return (opened_at - self.age).replace(second=0, microsecond=0)

    def is_out(self, *, opened_at: datetime, now: datetime) -> bool:
        """Whether it has been published by ``now``; it may be gone again."""
        return self.published_at(opened_at) <= now

    def is_gone(self, *, opened_at: datetime, now: datetime) -> bool:
        """Whether the outlet has taken it down by ``now``."""
        return self.gone_after is not None and opened_at + self.gone_after <= now

    def at(self, *, opened_at: datetime, now: datetime) -> tuple[DemoArticle, datetime | None]:
        """The article as it stands at ``now``, and when it was last changed (None: never)."""
        current, changed_at = self, None
        for edit in self.edits:
            if opened_at + edit.after > now:
                break
            current = _edited(current, edit)
            changed_at = (opened_at + edit.after).replace(second=0, microsecond=0)
        return current, changed_at


def _edited(article: DemoArticle, edit: Edit) -> DemoArticle:
    def mend(text: str) -> str:
        for old, new in edit.replace:
            text = text.replace(old, new)
        return text

    paragraphs = tuple(mend(paragraph) for paragraph in article.paragraphs)
    if edit.append:
        paragraphs = (*paragraphs, edit.append)
    return replace(
        article, title=edit.title or mend(article.title), lead=mend(article.lead), paragraphs=paragraphs
    )


@cache
def slug(title: str) -> str:
    """Latin letters and digits of a title, words joined by hyphens; empty for a title in another script."""
    return re.sub(r"[^a-z0-9]+", "-", plain(title)).strip("-")[:80].strip("-")


def span(text: str) -> timedelta:
    """A span such as ``3d4h``, ``90m`` or ``-8m``; ValueError for anything else."""
    match = re.fullmatch(r"(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?", text)
    if not match or not any(match.groups()[1:]):
        raise ValueError(f"{text!r} is not a span such as 3d4h or 90m")
    days, hours, minutes = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes)
    return -length if match[1] else length


@cache
def articles() -> tuple[DemoArticle, ...]:
    """All articles, copies made from their originals; ValueError names the faulty one."""
    tables: list[dict[str, Any]] = []
    for path in sorted(FOLDER.glob("*.toml")):
        tables += tomllib.loads(path.read_text(encoding="utf-8"))["article"]
    originals = {table["id"]: _article(table) for table in tables if "copy_of" not in table}
    copies = [_copy(table, originals[table["copy_of"]]) for table in tables if "copy_of" in table]
    whole = (*originals.values(), *copies)
    if len({article.id for article in whole}) != len(tables):
        raise ValueError("two articles share an id")
    return whole


def _article(table: dict[str, Any]) -> DemoArticle:
    try:
        return DemoArticle(
            id=table["id"],
            outlet=BY_NAME[table["outlet"]].name,
            section=table["section"],
            age=span(table["age"]),
            title=table["title"],
            lead=table["lead"],
            paragraphs=_paragraphs(table["text"]),
            author=table.get("author"),
            event=table.get("event"),
            edits=tuple(_edit(edit) for edit in table.get("edit", ())),
            gone_after=span(table["gone_after"]) if "gone_after" in table else None,
            gone_as=table.get("gone_as", 404),
        )
    except KeyError as missing:
        raise ValueError(f"article {table.get('id')}: {missing} is missing or unknown") from None


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())


def _edit(table: dict[str, Any]) -> Edit:
    return Edit(
        after=span(table["after"]),
        title=table.get("title"),
        replace=tuple((old, new) for old, new in table.get("replace", ())),
        append=table.get("append"),
    )


def _copy(table: dict[str, Any], original: DemoArticle) -> DemoArticle:
    """A copy as papers take over agency texts: whole, retouched, or the first half."""
    words: list[list[str]] = table.get("replace", [])
    changed = _edited(original, Edit(after=timedelta(), replace=tuple((old, new) for old, new in words)))
    paragraphs = changed.paragraphs
    if table["how"] == "retouched":
        paragraphs = (*paragraphs[:-2], paragraphs[-1], f"Theo {AGENCY}.")
    elif table["how"] == "excerpt":
        paragraphs = (*paragraphs[: (len(paragraphs) + 1) // 2], f"(Theo {AGENCY})")
    elif table["how"] != "whole":
        raise ValueError(f"article {table['id']}: how must be whole, retouched or excerpt")
    return DemoArticle(
        id=table["id"],
        outlet=BY_NAME[table["outlet"]].name,
        section=table.get("section", original.section),
        age=span(table["age"]),
        title=table["title"],
        lead=changed.lead,
        paragraphs=paragraphs,
        author=table.get("author"),
        event=original.event,
        copy_of=original.id,
    )
