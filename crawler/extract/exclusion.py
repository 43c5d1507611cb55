"""Boilerplate elements: which elements of a page are no part of any article, by a list of named rules.

Each rule looks at one element and answers with a reason, with KEEP where the element surely belongs to the article, or with
None where it has nothing to say; the first answer counts. Reasons: ``hidden | caption | footer | noise | comment | related |
byline``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from crawler.extract.class_names import hints_body, names_of, noise_of
from crawler.text import plain_text

KEEP = ""
LONGEST_CAPTION = 600  # letters; a longer element of a caption's name holds the article
LONGEST_BYLINE = 160
LONGEST_FIGURE = 600
LONGEST_PICTURE_TABLE = 350
LONGEST_DESCRIPTION = 300  # letters beside a film
PROSE_BESIDE = 60  # letters of a paragraph beside it
PROSE_PARAGRAPH = 120  # letters of a paragraph without links that is surely prose
PROSE_PARAGRAPHS = 3
SHARE_OF_A_FORM = 0.4  # of the page's letters; ASP.NET pages stand as a whole inside one form
SHARE_OF_NOISE = 0.6  # of the page's letters; what holds more is a wrapper with an unlucky name

_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass
class ElementCandidate:
    """An element in question. ``total``: letters of the whole page; ``strict``: whether class names are looked at."""

    element: Any
    tag: str
    total: int
    strict: bool = True

    @cached_property
    def text(self) -> str:
        return plain_text.line(self.element.text_content())

    @cached_property
    def length(self) -> int:
        return len(self.element.text_content())

    @cached_property
    def holds_article(self) -> bool:
        """Whether the headline or the declared running text lies inside: then it is a wrapper, whatever its name."""
        if self.element.find(".//h1") is not None:
            return True
        return bool(self.element.xpath("boolean(.//*[@itemprop='articleBody'])"))

    @cached_property
    def mostly_prose(self) -> bool:
        """Whether long plain paragraphs stand inside."""
        long = [
            p
            for p in self.element.iter("p")
            if len(p.text_content()) > PROSE_PARAGRAPH and p.find(".//a") is None
        ]
        return len(long) >= PROSE_PARAGRAPHS


class ExclusionRule(NamedTuple):
    """A rule and its name; see the module."""

    name: str
    verdict: Callable[[ElementCandidate], str | None]


def _hidden(it: ElementCandidate) -> str | None:
    node = it.element
    hidden = node.get("hidden") is not None or node.get("aria-hidden") == "true" and it.tag != "p"
    if not hidden:
        style = node.get("style")
        hidden = bool(style and _INVISIBLE.search(style))
    if not hidden:
        return None
    return KEEP if it.holds_article else "hidden"


def _figure(it: ElementCandidate) -> str | None:
    if it.tag == "figcaption":
        return "caption"
    if it.tag != "figure":
        return None
    return KEEP if len(it.text) > LONGEST_FIGURE and it.holds_article else "caption"


def _frame(it: ElementCandidate) -> str | None:
    if it.tag not in ("footer", "aside"):
        return None
    return KEEP if it.holds_article else "footer"


def _form(it: ElementCandidate) -> str | None:
    if it.tag != "form":
        return None
    return KEEP if it.holds_article or it.length > SHARE_OF_A_FORM * it.total else "noise"


def _picture_table(it: ElementCandidate) -> str | None:
    if it.tag != "table" or it.element.find(".//img") is None:
        return None
    return "caption" if len(it.text) < LONGEST_PICTURE_TABLE and it.element.find(".//h1") is None else None


def _player(it: ElementCandidate) -> str | None:
    """A box around a film or a sound with its description, beside paragraphs of the article."""
    if it.tag not in ("div", "section", "center", "blockquote", "table", "amp-video", "article"):
        return None
    if (
        it.element.find(".//video") is None
        and it.element.find(".//audio") is None
        and it.element.find(".//iframe") is None
    ):
        return None
    if len(it.text) > LONGEST_DESCRIPTION or it.holds_article:
        return None
    parent = it.element.getparent()
    beside = (
        sum(
            n is not it.element and len(n.text_content()) > PROSE_BESIDE
            for n in parent.iterchildren("p", "div")
        )
        if parent is not None
        else 0
    )
    return "caption" if it.text and beside >= 2 else None


def _class_names(it: ElementCandidate) -> str | None:
    if not it.strict or not (names := names_of(it.element)) or not (reason := noise_of(names)):
        return None
    if it.tag in ("body", "html", "main") or hints_body(it.element) == 2.0:
        return KEEP
    if reason == "caption":
        return reason if len(it.text) < LONGEST_CAPTION else KEEP
    if reason == "byline":
        return reason if len(it.text) < LONGEST_BYLINE else KEEP
    if it.tag in ("h1", "h2") and reason != "comment" or it.holds_article:
        return KEEP
    if reason == "noise" and (it.mostly_prose or it.length > SHARE_OF_NOISE * it.total):
        return KEEP
    return reason


RULES = (
    ExclusionRule("hidden from readers", _hidden),
    ExclusionRule("a picture with its caption", _figure),
    ExclusionRule("footer or aside", _frame),
    ExclusionRule("a form", _form),
    ExclusionRule("a table that frames a picture", _picture_table),
    ExclusionRule("a player with its description", _player),
    ExclusionRule("named as boilerplate", _class_names),
)


def reason_to_exclude(element: Any, tag: str, *, strict: bool, total: int) -> str:
    """Why an element is no part of any article, or "" if it may be; ``total``: letters of the whole page."""
    candidate = ElementCandidate(element, tag, total, strict)
    for rule in RULES:
        if (verdict := rule.verdict(candidate)) is not None:
            return verdict
    return KEEP
