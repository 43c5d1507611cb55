"""Letters: drafts from templates filled with a case's facts, and the official Word form of an approved text."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

from db.core.errors import Invalid

HERE = Path(__file__).parent
FIELDS = (
    "outlet", "published_on", "article_title", "article_url", "title", "claim", "verdict", "what_is_true", "evidence", "office",
)  # fmt: skip
BLANK = "………"  # a fact that the case does not hold yet: a person fills it in
_HOLE = re.compile(
    r"(…{2,}|\.{4,}|_{4,})"
)  # as unfilled_line of db/sql/61_letters.sql, which refuses the approval
# Lines from one with [[ to the one with ]] are said once for each claim, numbered where there are several.
_REPEATED = re.compile(r"^\[\[\n(.*?)\n\]\]$", re.DOTALL | re.MULTILINE)


def template(kind: str) -> str:
    """The shipped template of a kind of response: first line the subject, second the addressee, then the text."""
    return (HERE / f"{kind}.txt").read_text(encoding="utf-8")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """``text`` with its ``{fields}`` replaced; raises Invalid naming a field that no case has, or a broken brace."""
    try:
        asked = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as why:
        raise Invalid(
            "template",
            f"the template has a brace that is not closed ({why}); write {{{{ for a brace itself",
            code="template.brace",
        ) from why
    unknown = sorted({name for name in asked if name not in FIELDS})
    if unknown:
        raise Invalid(
            "template",
            f"the template names {{{unknown[0]}}}, which no case has; known are {', '.join(FIELDS)}",
            code="template.field",
            values={"field": unknown[0]},
        )
    return string.Formatter().vformat(text, (), {name: facts.get(name) or BLANK for name in FIELDS})


def draft(
    kind: str, facts: Mapping[str, str], claims: Sequence[Mapping[str, str]] = ()
) -> tuple[str, str, str]:
    """Addressee, subject and text of a fresh draft that answers each of ``claims`` (fields of their own each)."""

    def each(found: re.Match[str]) -> str:
        several = len(claims) > 1
        return "\n\n".join(
            (f"{n}) " if several else "") + fill(found[1], {**facts, **claim})
            for n, claim in enumerate(claims or ({},), 1)
        )

    shell, parts = template(kind), []
    at = 0
    for found in _REPEATED.finditer(shell):
        parts += [fill(shell[at : found.start()], facts), each(found)]
        at = found.end()
    subject, addressee, _, *body = "".join([*parts, fill(shell[at:], facts)]).split("\n")
    return addressee.removeprefix("Kính gửi: "), subject.removeprefix("V/v "), "\n".join(body).strip()


def marked(text: str) -> list[list[tuple[str, bool]]]:
    """The paragraphs of a letter in pieces, each with whether it is a place that nobody filled in."""
    return [
        [(piece, bool(_HOLE.fullmatch(piece))) for piece in _HOLE.split(line) if piece]
        for line in text.split("\n")
        if line.strip()
    ]


def unfilled(*texts: str | None) -> bool:
    """Whether one of the texts has a place that nobody filled in."""
    return any(_HOLE.search(text) for text in texts if text)
