"""Markup cut to what a parser reads in linear time, before it is parsed.

libxml2 compares each attribute of an element with all others: one with 80,000 attributes took 25 s. Nesting and long words
cost no more than their length (it opens 256 elements at most). Real pages stay far below the bounds.
"""

from __future__ import annotations

import re

MOST_TAGS = 100_000  # of a page
MOST_ATTRIBUTES = 300  # of an element

# An attribute as HTML reads it: quotes mean something after "=" alone. Possessive throughout: no position is tried twice.
_ATTRIBUTE = r"""[\s/]*+(?:=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+|))?+|=)"""
_CROWDED = re.compile(rf"(<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES}}}+)(?:{_ATTRIBUTE})++")
# What is no markup inside, whatever it looks like.
_OPAQUE = re.compile(r"<(?:(?P<comment>!--)|(?P<name>script|style)(?=[\s/>]))", re.IGNORECASE)


def bounded(text: str) -> str:
    """``text`` up to its 100,000th tag and without attributes beyond MOST_ATTRIBUTES of an element; the same object where
    nothing had to go, as for every real page."""
    return _few_attributes(_few_tags(text))


def _few_tags(text: str) -> str:
    if text.count("<") <= MOST_TAGS:
        return text
    at = -1
    for _ in range(MOST_TAGS):
        at = text.index("<", at + 1)
    return text[:at]


def _few_attributes(text: str) -> str:
    if _CROWDED.search(text) is None:
        return text
    kept, begin = [], 0
    while (opaque := _OPAQUE.search(text, begin)) is not None:
        ending = "-->" if opaque["comment"] else f"</{opaque['name']}"
        end = text.find(ending, opaque.end())
        if end < 0:
            end = text.lower().find(ending.lower(), opaque.end())
        if end < 0:
            break
        kept += [_CROWDED.sub(r"\1", text[begin : opaque.start()]), text[opaque.start() : end]]
        begin = end
    return "".join([*kept, _CROWDED.sub(r"\1", text[begin:])])
