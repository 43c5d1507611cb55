"""Title of an article among what page and metadata offer.

A title that stands visibly on the page is believed before one that is only in the head, for papers write search-engine
titles and add their own name there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crawler.extract.page_statements import PageStatements
from crawler.extract.text_blocks import Block
from crawler.extract.wording import flat, part_of, same
from crawler.text import plain_text

LONGEST_TITLE = 600  # code points
SHORTEST_HEADING = 12  # letters of a heading that is more than a section's name
SHORTEST_CUT = 10
LONGEST_OUTLET = 40  # letters of an outlet's name at the end of a document title
SURE_LENGTH = 60  # letters from which a title may hold a section's name before the outlet's

_SEPARATOR = re.compile(r"\s+[|\-–—•·»:]{1,2}\s+|\s*[|»]\s*")


@dataclass
class TitleOffers:
    """What may be the title: ``stated`` by metadata, ``headings`` (h1), the document title, blocks on the page."""

    statements: PageStatements
    blocks: Sequence[Block]
    tree: Any

    @cached_property
    def heading_parts(self) -> list[str]:
        """What a heading holds in elements of its own: a kicker and the headline may share one h1."""
        inner = (
            plain_text.of_element(n)
            for h in self.tree.iter("h1")
            for n in h.iter("span", "a", "strong", "b", "em")
        )
        return [t[:LONGEST_TITLE] for t in inner if len(t) >= SHORTEST_HEADING]

    @cached_property
    def stated(self) -> list[str]:
        titles = self.statements.titles
        first = [t for kind, t in titles if kind in ("json-ld", "og", "micro")]
        found = [
            plain_text.plain(t)[:LONGEST_TITLE]
            for t in [*first, *(t for kind, t in titles if kind == "meta")]
        ]
        return [t for t in found if t]

    @cached_property
    def headings(self) -> list[str]:
        found = [plain_text.of_element(h)[:LONGEST_TITLE] for h in self.tree.iter("h1")]
        return [h for h in found if h]

    @cached_property
    def outlets(self) -> set[str]:
        return {flat(n) for n in self.statements.site_names if n}

    @property
    def document(self) -> str:
        return self.statements.document_title

    @cached_property
    def document_without_outlet(self) -> str:
        return without_outlet(self.document, self.outlets)

    @cached_property
    def story_headings(self) -> list[str]:
        return [h for h in self.headings if flat(h) not in self.outlets and len(h) >= SHORTEST_HEADING]


def _confirmed_heading(it: TitleOffers) -> str:
    """The visible headline, confirmed word by word by what the head states."""
    for heading in [*it.headings, *it.heading_parts]:
        if any(same(heading, o) for o in it.stated) or same(heading, it.document_without_outlet):
            return heading
    return ""


def _partly_confirmed_heading(it: TitleOffers) -> str:
    for heading in it.headings:
        if len(heading) >= SHORTEST_HEADING and (
            part_of(heading, [*it.stated, it.document]) or any(part_of(o, [heading]) for o in it.stated)
        ):
            return heading
    return ""


def _confirmed_block(it: TitleOffers) -> str:
    cuts = [it.document[: c.start()] for c in _SEPARATOR.finditer(it.document)]
    long = [c for c in cuts if len(c) >= SHORTEST_CUT]
    return _shown(it.blocks, [*it.stated, it.document_without_outlet, *long, it.document])


def _only_heading(it: TitleOffers) -> str:
    return it.story_headings[0] if len(it.story_headings) == 1 and not it.stated else ""


def _stated_title(it: TitleOffers) -> str:
    bare = (without_outlet(o, it.outlets) for o in it.stated)
    return next((b for b in bare if flat(b) not in it.outlets), "")


def _document_title(it: TitleOffers) -> str:
    bare = it.document_without_outlet
    return bare if bare and flat(bare) not in it.outlets else ""


def _first_heading(it: TitleOffers) -> str:
    return it.story_headings[0] if it.story_headings else ""


# the first rule that finds a title decides
TITLE_RULES: tuple[tuple[str, Callable[[TitleOffers], str]], ...] = (
    ("heading that the head confirms", _confirmed_heading),
    ("heading that the head confirms in part", _partly_confirmed_heading),
    ("block that the head confirms", _confirmed_block),
    ("the only heading", _only_heading),
    ("title in the metadata", _stated_title),
    ("document title", _document_title),
    ("first heading", _first_heading),
)


def title_of(statements: PageStatements, blocks: Sequence[Block], tree: Any) -> str:
    """The headline as readers see it; "" where the page names none."""
    offers = TitleOffers(statements, blocks, tree)
    return next((title for _, rule in TITLE_RULES if (title := rule(offers))), "")


def _shown(blocks: Sequence[Block], offers: Sequence[str]) -> str:
    """The block whose whole text is one of the offers, or the largest beginning of the document title."""
    flats = [flat(o) for o in offers if o]
    whole = set(flats)
    best = ""
    for block in blocks[:400]:
        if not 10 <= len(block.text) <= 400 or block.link_share > 0.5:
            continue
        seen = flat(block.text)
        if seen in whole and seen:
            return block.text
        if len(seen) > len(flat(best)) and any(
            (o.startswith(seen) or o.endswith(seen)) and len(seen) >= 0.5 * len(o) for o in flats
        ):
            best = block.text
    return best


# ── the outlet's name in a title ─────────────────────────────────────────────────────────────────────


def without_outlet(title: str, outlets: set[str]) -> str:
    """A document title without the outlet's name and section at its end or start; ``outlets``: their flat names."""
    if not title:
        return ""
    cuts = list(_SEPARATOR.finditer(title))
    for rule in OUTLET_RULES:
        if (bare := rule(title, cuts, outlets)) is not None:
            return bare
    return title


def _named_at_the_end(title: str, cuts: list[re.Match[str]], outlets: set[str]) -> str | None:
    """ "Headline | Section | Outlet": the outlet's name marks the cut."""
    for cut in cuts:
        if flat(title[cut.end() :]) in outlets:
            head = title[: cut.start()]
            return (
                without_outlet(head.strip(), set())
                if len(head) > SURE_LENGTH and "|" in title
                else head.strip()
            )
    return None


def _named_at_the_start(title: str, cuts: list[re.Match[str]], outlets: set[str]) -> str | None:
    return title[cuts[0].end() :].strip() if cuts and flat(title[: cuts[0].start()]) in outlets else None


def _longest_of_bars(title: str, cuts: list[re.Match[str]], outlets: set[str]) -> str | None:
    if "|" not in title and "»" not in title:
        return None
    parts = [p.strip() for p in re.split(r"[|»]", title) if p.strip()]
    return max(parts, key=len) if parts else title


def _short_end(title: str, cuts: list[re.Match[str]], outlets: set[str]) -> str | None:
    if not cuts:
        return None
    head, tail = title[: cuts[-1].start()].strip(), title[cuts[-1].end() :].strip()
    named = len(tail) <= LONGEST_OUTLET and len(head) >= 2 * len(tail) and tail[:1].isupper()
    return head if named else None


OUTLET_RULES = (_named_at_the_end, _named_at_the_start, _longest_of_bars, _short_end)
