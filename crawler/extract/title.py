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
PARAGRAPH = 60  # letters of a block that is running text
SHORTEST_CUT = 10
LONGEST_OUTLET = 40  # letters of an outlet's name at the end of a document title
SURE_LENGTH = 60  # letters from which a title may hold a section's name before the outlet's

_PORTAL = re.compile(
    r"^(?:(?:trang|cổng)(?: thông tin)?(?: điện tử)?|website|báo điện tử|tạp chí điện tử|ubnd|ủy ban nhân dân|uỷ ban nhân dân|trang chủ|home)(?:\s|$)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?:^|[\s_-])(?:banner|logo|brand|masthead|site-?(?:title|name|header)|top-?bar|header-?(?:top|main|logo)|ten-?(?:co-?quan|don-?vi))(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:title|tieu-?de(?:-?\w+)?|headline|ten-?(?:bai|tin)|heading|(?:post|article|news|detail|entry|content)-?title|title-?(?:detail|news|post))(?:$|[\s_-])",
    re.IGNORECASE,
)
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
            if not _of_the_frame(h)
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
        found = [
            plain_text.of_element(h)[:LONGEST_TITLE] for h in self.tree.iter("h1") if not _of_the_frame(h)
        ]
        return [h for h in found if h and flat(h) not in self.outlets]

    @cached_property
    def outlets(self) -> set[str]:
        """What the site is called: stated, in the frame's heading, or a portal's name that fills the document title."""
        names = [n for n in self.statements.site_names if n]
        names += [
            plain_text.of_element(h)
            for h in self.tree.iter("h1")
            if _of_the_frame(h) and _PORTAL.match(plain_text.of_element(h))
        ]
        if _PORTAL.match(self.document) and not _SEPARATOR.search(self.document) and self.above_text:
            names.append(self.document)
        return {flat(n) for n in names}

    @cached_property
    def above_text(self) -> str:
        """The last heading, or block that calls itself a headline, before the first paragraph."""
        first = next(
            (
                n
                for n, b in enumerate(self.blocks)
                if len(b.text) >= PARAGRAPH and b.link_share < 0.4 and not _HEADLINE.search(_names(b))
            ),
            0,
        )
        for block in reversed(self.blocks[:first]):
            heads = (
                block.element.tag in ("h1", "h2", "h3", "h4") or _HEADLINE.search(_names(block)) is not None
            )
            fits = SHORTEST_HEADING <= len(block.text) <= LONGEST_TITLE and block.link_share < 0.5
            if (
                heads
                and fits
                and not _of_the_frame(block.element)
                and flat(block.text) != flat(self.document)
            ):
                return block.text
        return ""

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
    own = [b for b in it.blocks[:400] if flat(b.text) not in it.outlets] if it.outlets else it.blocks
    return _shown(own, [*it.stated, it.document_without_outlet, *long, it.document])


def _only_heading(it: TitleOffers) -> str:
    return it.story_headings[0] if len(it.story_headings) == 1 and not it.stated else ""


def _stated_title(it: TitleOffers) -> str:
    bare = (without_outlet(o, it.outlets) for o in it.stated)
    return next((b for b in bare if flat(b) not in it.outlets), "")


def _document_title(it: TitleOffers) -> str:
    bare = it.document_without_outlet
    return bare if bare and flat(bare) not in it.outlets else ""


def _heading_above_text(it: TitleOffers) -> str:
    return it.above_text


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
    ("heading above the text", _heading_above_text),
    ("first heading", _first_heading),
)


def _of_the_frame(heading: Any) -> bool:
    """Whether a heading belongs to the frame of the site: in its banner, or as a whole a link to the front page."""
    link = heading.find(".//a[@href]")
    if link is not None and (link.get("href") or "").strip() in (
        "/",
        "./",
        "index.html",
        "/index.html",
        "/home",
        "#",
    ):
        return True
    return any(
        _FRAME.search(f"{p.get('class') or ''} {p.get('id') or ''}")
        for p in (heading, *heading.iterancestors())
        if p.tag != "body"
    )


def _names(block: Block) -> str:
    return f"{block.element.get('class') or ''} {block.element.get('id') or ''}"[:300]


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
