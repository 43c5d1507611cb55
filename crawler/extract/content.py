"""What a page tells: title, authors, lead and running text, put together from everything that the page offers.

The chosen container's paragraphs come first; trafilatura is asked where they are doubtful; a photo story is captioned by
its captions; the lead stands at the top once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.extract import authors as bylines
from crawler.extract import boilerplate, link_boxes, main_content, page_type, text_blocks
from crawler.extract.lead import lead_of
from crawler.extract.page_statements import PageStatements
from crawler.extract.title import title_of
from crawler.extract.wording import same_words, without_agency

PHOTO_CAPTION = 30  # letters from which a caption tells something


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedContent:
    """What was read. ``text``: lead included, paragraphs parted by newlines. ``cards`` and ``run``: how far the
    container looks like a list, see `_cards`. ``notes``: where the text came from besides the container.
    ``container``, ``first_prose``: the elements of the running text and of its first paragraph."""

    title: str
    authors: tuple[str, ...]
    lead: str
    text: str
    captions: tuple[str, ...]
    cards: int
    run: int
    notes: tuple[str, ...]
    container: Any = None
    first_prose: Any = None


def read(
    tree: Any, statements: PageStatements, page: text_blocks.PageBlocks, *, url: str, ordinary: bool
) -> ExtractedContent:
    """What the page tells; ``ordinary`` says whether it is small enough to ask trafilatura as well."""
    title = title_of(statements, page.blocks, tree)
    chosen = main_content.choose(page, title=title)
    captions = list(page.captions)
    authors, signed = _authors(tree, statements, page, chosen, title=title, url=url)
    apart = signed | link_boxes.orders(chosen.blocks, chosen.container, url=url)
    unsigned = [b for b in chosen.blocks if b.order not in apart]
    kept = boilerplate.clean(unsigned, title=title, authors=authors, captions=captions)
    lead, lead_block = lead_of(statements, page.blocks, kept, title)
    lines = [b.text for b in kept if lead_block is None or b is lead_block or b.order >= lead_block.order]
    notes: list[str] = []
    if ordinary and (not chosen.sure or sum(map(len, lines)) < boilerplate.ENOUGH):
        other = boilerplate.clean_lines(
            main_content.by_trafilatura(tree, page, url=url), title=title, authors=authors
        )
        if _better(other, lines, chosen):
            lines = other
            notes.append("trafilatura")
    cards, run = _cards(chosen)
    if statements.says_article and not cards and (captioned := _photo_story(captions, lines)):
        lines = [*lines, *captioned]
        notes.append("photo story")
    return ExtractedContent(
        title=title,
        authors=authors,
        lead=lead,
        text="\n".join(_with_lead(lines, lead, lead_block)),
        captions=tuple(dict.fromkeys(captions)),
        cards=cards,
        run=run,
        notes=tuple(notes),
        container=chosen.container,
        first_prose=kept[0].element if kept else None,
    )


def _better(other: Sequence[str], lines: Sequence[str], chosen: main_content.Body) -> bool:
    """Whether trafilatura's paragraphs are believed before ours."""
    size, theirs, least = sum(map(len, lines)), sum(map(len, other)), boilerplate.ENOUGH
    if not other:
        return False
    if theirs > (1.5 if size >= least else 1.1) * size:
        return True
    wide = chosen.container is None or chosen.container.tag in ("body", "main")
    return not chosen.sure and (wide or (theirs >= least and size > 1.6 * theirs))


def _photo_story(captions: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The captions that tell the article where they are most of it, else none."""
    captioned = list(dict.fromkeys(c for c in captions if len(c) >= PHOTO_CAPTION))
    if len(captioned) < 3 or sum(map(len, captioned)) <= sum(map(len, lines)):
        return []
    return [c for c in captioned if c not in lines]


def _with_lead(lines: list[str], lead: str, block: text_blocks.Block | None) -> list[str]:
    """The paragraphs with the lead at the top, once."""
    if not lead:
        return lines
    for n, text in enumerate(lines[:4]):
        if same_words(text, lead):
            return [lead, *lines[:n], *lines[n + 1 :]]
        begins = text.startswith(lead) or without_agency(text).startswith(lead)
        if begins and (block is None or block.text == text):
            return [without_agency(text) if n == 0 else text, *lines[:n], *lines[n + 1 :]]
    return [lead, *lines]


def _authors(
    tree: Any,
    statements: PageStatements,
    page: text_blocks.PageBlocks,
    chosen: main_content.Body,
    *,
    title: str,
    url: str,
) -> tuple[tuple[str, ...], frozenset[int]]:
    """The authors, and the orders of the lines at the end of the text that are their signatures."""
    outlets = bylines.outlet_names(statements, url)
    inside = chosen.blocks or bylines.below_title(page.blocks, title)  # a short piece has no container
    first = bylines.first_prose(inside)
    end = inside[-1].order if inside else 0
    signed, orders = bylines.signature(inside, [b for b in page.blocks if b.order > end], outlets=outlets)
    found = bylines.settle(
        bylines.stated(statements, outlets=outlets),
        bylines.in_bylines(page, outlets=outlets),
        bylines.linked(tree, end=inside[-1].element if inside else None, outlets=outlets),
        bylines.at_head(page.blocks, title=title, first=first, outlets=outlets),
        signed,
        bylines.in_first_line(first, outlets),
    )
    return found, orders


def _cards(chosen: main_content.Body) -> tuple[int, int]:
    """How many headlines of other articles stand as blocks of their own inside the chosen container, and the length
    of the longest run of paragraphs between them: a list has a short summary after each headline, an article runs on."""
    cards = longest = run = paragraphs_in_run = 0
    for block in chosen.blocks:
        if block.link_share > 0.7 and len(block.text) >= 20:
            cards += 1
            run = paragraphs_in_run = 0
        elif len(block.text) >= main_content.PROSE and block.link_share < 0.4:
            run += page_type.meaning(block.text)
            paragraphs_in_run += 1
            if paragraphs_in_run >= 2 or run >= 600:
                longest = max(longest, run)
    return cards, longest
