"""The running text of a page: which container holds it, and which of its paragraphs are the article's.

The container is found by the weight of prose and by what elements call themselves; where that is not convincing
trafilatura reads the page instead, with the recognised noise cut out first. Either way the same line rules take
away captions, related links, bylines and source lines at the end, share and licence lines.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from crawler.extract.boilerplate import ENOUGH, closes
from crawler.extract.class_names import hints_body, noise_of
from crawler.extract.text_blocks import Block, PageBlocks
from crawler.text import plain_text

PROSE = 40  # letters from which a block counts as a paragraph when containers are weighed


@dataclass(slots=True)
class Body:
    """The chosen paragraphs with their container, how sure the choice is, and captions met on the way."""

    blocks: list[Block]
    container: Any
    sure: bool
    captions: list[str]
    cards: int = 0

    @property
    def length(self) -> int:
        return sum(len(b.text) for b in self.blocks)


def weigh(walked: PageBlocks) -> Any:
    """The element that holds most of the prose, or None."""
    weights: dict[Any, float] = {}
    for block in walked.blocks:
        size = len(block.text)
        if size < PROSE or block.link_share > 0.4:
            continue
        weight = min(size, 700) * (1.0 - block.link_share)
        if block.inside_list:
            weight *= 0.5
        node, share = block.element, 0.9
        for step in (1.0, 0.7, 0.45, 0.3, 0.2):
            weights[node] = weights.get(node, 0.0) + weight * share
            node, share = node.getparent(), step
            if node is None:
                break
    best, most = None, 0.0
    for node, weight in weights.items():
        if node.tag in ("p", "li", "tr", "tbody"):
            weight *= 0.7
        elif node.tag in ("body", "html"):
            weight *= 0.5
        weight *= 1.0 + 0.5 * hints_body(node)
        if noise_of(f"{node.get('class') or ''} {node.get('id') or ''}".strip()):
            weight *= 0.4
        if weight > most:
            best, most = node, weight
    return best


def choose(walked: PageBlocks, *, title: str = "") -> Body:
    """The container's own paragraphs, cleaned of nothing yet; of several articles in it the one headed ``title``."""
    declared = _declared(walked)
    container = declared if declared is not None else weigh(walked)
    if container is None:
        return Body(blocks=[], container=None, sure=False, captions=list(walked.captions))
    inside = _inside(walked.blocks, container)
    end = _end_of(walked.blocks, inside)
    total = sum(len(b.text) for b in walked.blocks if b.order < end and _is_prose(b))
    held = sum(len(b.text) for b in inside if _is_prose(b))
    if held < 0.9 * total and (name := (container.get("class") or "").strip()):
        # some systems cut the text into several equal containers, around advertisements
        twins = [
            n
            for n in {b.element: 0 for b in walked.blocks}
            if n.tag == container.tag and n.get("class") == name
        ]
        twins += [
            n for b in walked.blocks for n in b.element.iterancestors(container.tag) if n.get("class") == name
        ]
        together = {b.order: b for b in inside}
        for twin in dict.fromkeys(twins):
            if twin is not container:
                together |= {b.order: b for b in _inside(walked.blocks, twin)}
        more = [together[n] for n in sorted(together)]
        inside, held = more, sum(len(b.text) for b in more if _is_prose(b))
    if (one := _one_of_several(inside, title)) is not None:
        return Body(blocks=one, container=container, sure=True, captions=list(walked.captions))
    needed = 0.5 if declared is not None else 0.6 if hints_body(container) > 0 else 0.75
    sure = held >= ENOUGH and held >= needed * total
    return Body(blocks=inside, container=container, sure=sure, captions=list(walked.captions))


def _one_of_several(blocks: Sequence[Block], title: str) -> list[Block] | None:
    """The blocks of the article headed ``title`` (else of the first) where several whole ones follow each other, as on
    pages that load the next article below; None for an ordinary page.

    Only ``article`` elements with a heading and prose of their own count as whole.
    """
    groups: dict[Any, list[Block]] = {}
    for block in blocks:
        owners = [n for n in (block.element, *block.element.iterancestors()) if n.tag == "article"]
        if owners:
            groups.setdefault(owners[-1], []).append(block)
    whole = [
        group
        for group in groups.values()
        if any(b.element.tag in ("h1", "h2") for b in group)
        and sum(len(b.text) for b in group if _is_prose(b)) >= ENOUGH
    ]
    if len(whole) < 2:
        return None
    wanted = title.casefold()
    headed = (g for g in whole if any(b.text.casefold() == wanted for b in g))
    return next(headed, whole[0])


def _end_of(blocks: Sequence[Block], inside: Sequence[Block]) -> int:
    """The order of the first heading after the text that opens comments or other articles; past the end if none."""
    first = next((b.order for b in inside if _is_prose(b)), 0)
    return next(
        (b.order for b in blocks if b.order > first and closes(b.text)),
        len(blocks),
    )


def _is_prose(block: Block) -> bool:
    return len(block.text) >= PROSE and block.link_share < 0.4


def _declared(walked: PageBlocks) -> Any:
    """The element marked itemprop=articleBody with the most prose, if it holds enough."""
    held: dict[Any, int] = {}
    for block in walked.blocks:
        if len(block.text) < PROSE or block.link_share > 0.4:
            continue
        node = block.element
        for _ in range(8):
            if "articlebody" in (node.get("itemprop") or "").lower():
                held[node] = held.get(node, 0) + len(block.text)
                break
            node = node.getparent()
            if node is None:
                break
    best = max(held, key=lambda n: held[n], default=None)
    return best if best is not None and held[best] >= ENOUGH else None


def _inside(blocks: Sequence[Block], container: Any) -> list[Block]:
    known: dict[Any, bool] = {container: True}

    def within(node: Any) -> bool:
        path = []
        while node is not None and node not in known:
            path.append(node)
            node = node.getparent()
        answer = known[node] if node is not None else False
        for step in path:
            known[step] = answer
        return answer

    return [b for b in blocks if within(b.element)]


# ── trafilatura ─────────────────────────────────────────────────────────────────────────────────────


def by_trafilatura(tree: Any, walked: PageBlocks | None, *, url: str) -> list[str]:
    """trafilatura's paragraphs for a tree, the noise in ``walked`` cut out of a copy first; [] where it gives up."""
    from trafilatura import bare_extraction

    try:
        source = _without_noise(tree, walked)
        document = bare_extraction(source, url=url, with_metadata=False, include_comments=False)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, AssertionError):
        return []  # seen on trees of garbage; the caller has its own reading
    if document is None or isinstance(document, dict) or not document.text:
        return []
    return [
        line for part in document.text.split("\n") if (line := plain_text.line(plain_text.unescaped(part)))
    ]


def _without_noise(tree: Any, walked: PageBlocks | None) -> Any:
    """A copy of a tree without the elements that were left out; raises ValueError where texts hold impossible characters."""
    source = deepcopy(tree)
    if walked is not None:
        # by position in document order: the path of an element with an impossible name cannot be asked for
        copies = dict(zip(tree.iter(), source.iter(), strict=True))
        for node, why in walked.skipped:
            if why in ("caption", "byline") and node.tag == "table":
                continue
            copy = copies.get(node)
            if copy is not None and copy is not source and copy.getparent() is not None:
                copy.drop_tree()
    return source
