"""Letters: drafts from templates filled with a case's facts, and the official Word form of an approved text."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path

from db.core.errors import Invalid

HERE = Path(__file__).parent
FIELDS = (
    "outlet", "published_on", "article_title", "article_url", "title", "claim", "verdict", "what_is_true", "evidence", "office",
)  # fmt: skip
BLANK = "………"  # a fact that the case does not hold yet: a person fills it in


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


def draft(kind: str, facts: Mapping[str, str]) -> tuple[str, str, str]:
    """Addressee, subject and text of a fresh draft."""
    subject, addressee, _, *body = fill(template(kind), facts).split("\n")
    return addressee.removeprefix("Kính gửi: "), subject.removeprefix("V/v "), "\n".join(body).strip()
