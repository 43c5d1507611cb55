"""Lead (sapo) of an article among what page and metadata offer.

A lead that stands visibly on the page is believed before one that is only in the head, for papers cut descriptions there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from crawler.extract.class_names import hints_body, words_of
from crawler.extract.page_statements import PageStatements
from crawler.extract.text_blocks import Block
from crawler.extract.wording import SHORTEST_LEAD, flat, same, without_agency
from crawler.text import plain_text

LONGEST_LEAD = 1500  # letters
OWN_PARAGRAPH = 60  # letters of a paragraph that is more than a heading
NEAR = 60  # blocks before the text in which a lead is looked for
FIRST_PARAGRAPHS = 4

_LEAD_WORDS = {
    "sapo", "lead", "tomtat", "summary", "desc", "description", "standfirst", "chapeau", "intro", "introduction", "excerpt", "dek", "trichdan",
    "mota", "abstract", "subheadline", "subtitle", "teaser", "hometext", "trichyeu", "gioithieu", "dandau", "lede", "introtext", "subhead", "strapline",
    "chappeau", "phead", "motangan", "quoteintro", "tieudephu", "chuandan", "accroche", "zhaiyao", "daodu",
}  # fmt: skip
_LEAD_PARTS = re.compile(
    r"sapo|tom-?tat|trich-?dan|mo-?ta|gioi-?thieu|stand-?first|sub-?(?:headline|title)|short-?(?:intro|desc)|head-?line-?desc|loi-?dan|dan-?de",
    re.IGNORECASE,
)


Lead = tuple[str, Block | None]  # its text and the block it stands in


@dataclass
class LeadOffers:
    """Where a lead may stand: ``described`` by metadata, blocks before the text, first paragraphs of the text."""

    statements: PageStatements
    everything: Sequence[Block]
    body: Sequence[Block]
    title: str

    @cached_property
    def described(self) -> list[str]:
        found = [
            d
            for kind, t in self.statements.leads
            if (d := plain_text.plain(t)) and len(d) >= SHORTEST_LEAD and kind != "json-ld-other"
        ]
        return [d for d in found if not same(d, self.title)]

    @cached_property
    def start(self) -> int:
        return self.body[0].order if self.body else len(self.everything)

    @cached_property
    def before(self) -> list[Block]:
        return [b for b in self.everything if b.order < self.start and _may_lead(b, self.title)][-NEAR:]

    @cached_property
    def head(self) -> list[Block]:
        return list(self.body[:FIRST_PARAGRAPHS])

    @cached_property
    def named(self) -> list[Block]:
        found = [b for b in self.before if _calls_itself_lead(b)]
        return found + [b for b in self.head if _may_lead(b, self.title) and _calls_itself_lead(b)]


def _described_block(it: LeadOffers) -> Lead | None:
    """A block that says what the page's own description says."""
    for offer in it.described:
        for block in [*it.named, *it.head, *it.before]:
            if _says(block.text, offer):
                return _chosen(block, offer)
    return None


def _named_block(it: LeadOffers) -> Lead | None:
    """A block that calls itself so between headline and text."""
    if not it.named:
        return None

    def fit(block: Block) -> tuple[float, bool, int]:
        return _agreement(block.text, it.described), block.order < it.start, -abs(block.order - it.start)

    best = max(it.named, key=fit)
    return without_agency(best.text), best


def _bold_paragraph(it: LeadOffers) -> Lead | None:
    if len(it.body) < 2 or it.body[1].all_bold:
        return None
    first = it.body[0]
    return (without_agency(first.text), first) if first.all_bold and _may_lead(first, it.title) else None


def _bold_beginning(it: LeadOffers) -> Lead | None:
    first = it.body[0] if it.body else None
    if first is None:
        return None
    bold = first.bold_start
    if OWN_PARAGRAPH <= len(bold) < len(first.text) and _ends_sentence(bold):
        return without_agency(bold), first
    return None


def _paragraph_before_the_text(it: LeadOffers) -> Lead | None:
    """A subheading or bold line, else a paragraph of its own, between headline and text."""
    if not it.body:
        return None
    near = [b for b in it.before[-3:] if b.element.tag in ("h2", "h3", "h4") or b.all_bold]
    near = [b for b in near if len(b.text) >= OWN_PARAGRAPH and b.link_share < 0.3]
    if near:
        return without_agency(near[-1].text), near[-1]
    headline = max(
        (b.order for b in it.everything if b.order < it.start and same(b.text, it.title)), default=None
    )
    if headline is None:
        return None
    for block in it.before:
        own = headline < block.order and block.order >= it.start - 8 and len(block.text) >= OWN_PARAGRAPH
        if own and block.link_share < 0.2 and _is_sentence(block.text):
            return without_agency(block.text), block
    return None


def _paragraph_that_stands_out(it: LeadOffers) -> Lead | None:
    return (without_agency(it.body[0].text), it.body[0]) if it.body and _stands_out(it.body) else None


def _description_alone(it: LeadOffers) -> Lead | None:
    return _only_described(it.described, it.body, it.title), None


# the first rule that finds a lead decides
LEAD_RULES: tuple[tuple[str, Callable[[LeadOffers], Lead | None]], ...] = (
    ("block that says what the description says", _described_block),
    ("block named as lead", _named_block),
    ("bold first paragraph", _bold_paragraph),
    ("bold beginning of the first paragraph", _bold_beginning),
    ("paragraph between headline and text", _paragraph_before_the_text),
    ("first paragraph that looks unlike the others", _paragraph_that_stands_out),
    ("description that stands nowhere on the page", _description_alone),
)


def lead_of(
    statements: PageStatements, everything: Sequence[Block], body: Sequence[Block], title: str
) -> Lead:
    """The lead and the block it stands in (None when it is only in the metadata); ("", None) without a lead."""
    offers = LeadOffers(statements, everything, body, title)
    return next((lead for _, rule in LEAD_RULES if (lead := rule(offers)) is not None), ("", None))


def _chosen(block: Block, offer: str) -> tuple[str, Block]:
    """The lead in a block that says what the description says: all of it, or its bold or first sentences."""
    text = block.text
    bare = without_agency(text)
    if len(text) > 1.4 * len(offer) + 40:
        if block.bold_start and _says(block.bold_start, offer):
            return without_agency(block.bold_start), block
        place = _position(text, offer)
        if place and not offer.rstrip().endswith(("...", "…")):
            return without_agency(text[:place].strip()), block
    return bare, block


def _only_described(offers: Sequence[str], body: Sequence[Block], title: str) -> str:
    """A description that stands nowhere on the page: taken as lead only if it is a whole sentence of its own."""
    text = flat(" ".join(b.text for b in body))
    for offer in offers:
        if 40 <= len(offer) <= 900 and not offer.rstrip().endswith(("...", "…")) and not _boasts(offer):
            words = flat(offer)
            if words in text:
                return offer
            if _cut_from(words.removeprefix(flat(title)).strip(), text):
                return ""  # the system cut its description from the text itself: no lead of its own
            known = set(text.split())
            # it must speak of the same matter as the text
            mine = [w for w in words.split() if len(w) > 2]
            if mine and sum(w in known for w in mine) >= 0.35 * len(mine):
                return offer
    return ""


def _cut_from(words: str, text: str) -> bool:
    """Whether a description is the beginning of the text itself (by words; by signs in Chinese)."""
    parted = len(words.split()) > 8
    parts = words.split() if parted else list(words.replace(" ", ""))
    have = (text.split() if parted else list(text.replace(" ", "")))[: len(parts) + 40]
    if len(parts) < 8:
        return False
    same = SequenceMatcher(None, parts, have, autojunk=False).find_longest_match()
    return same.size >= 0.7 * len(parts)


def _boasts(text: str) -> bool:
    low = text.lower()
    return any(
        w in low
        for w in (
            "trang thông tin điện tử",
            "báo điện tử",
            "tin tức mới nhất",
            "cập nhật tin tức",
            "cổng thông tin",
            "đọc báo",
            "tin nhanh",
            "latest news",
            "official website",
        )
    )


def _calls_itself_lead(block: Block) -> bool:
    """Whether the block's element, or one around it that holds little else, has a lead's name."""
    element = block.element
    for _ in range(4):
        if element is None or element.tag in ("body", "html", "main", "article"):
            return False
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if hints_body(element) == 2.0:
            return False
        if names.strip() and (words_of(element) & _LEAD_WORDS or _LEAD_PARTS.search(names)):
            return len(plain_text.line(element.text_content())) <= 1.6 * len(block.text) + 60
        element = element.getparent()
    return False


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= 10 and (_ends_sentence(text) or len(text) >= 100)


def _stands_out(body: Sequence[Block]) -> bool:
    """Whether the first paragraph has a class or a container of its own while the others share one."""
    if len(body) < 4 or not 60 <= len(body[0].text) <= 800:
        return False
    parents = [b.element.getparent() for b in body]
    if (
        all(p is parents[1] for p in parents[2:])
        and parents[0] is not parents[1]
        and body[0].element is not body[1].element
    ):
        return True
    first = body[0].element.get("class") or ""
    others = [b.element.get("class") or "" for b in body[1:]]
    return (
        bool(first)
        and first not in others
        and others.count(max(set(others), key=others.count)) >= 0.6 * len(others)
    )


def _may_lead(block: Block, title: str) -> bool:
    return (
        SHORTEST_LEAD <= len(block.text) <= LONGEST_LEAD
        and block.link_share < 0.5
        and not same(block.text, title)
    )


def _says(text: str, offer: str) -> bool:
    """Whether a visible text is (or begins with) what a description says, which may be cut off."""
    mine, theirs = flat(text), flat(offer)
    if not theirs or len(theirs) < 20:
        return False
    cut = offer.rstrip().endswith(("...", "…"))
    if cut:
        theirs = theirs.rsplit(" ", 1)[0]
    if mine == theirs or mine.startswith(theirs):
        return True
    bare = flat(without_agency(text))
    if bare == theirs or bare.startswith(theirs) or flat(without_agency(offer)) == bare:
        return True
    if len(mine) < 0.7 * len(theirs):
        return False
    a, b = mine.split(), theirs.split()
    shared = len(set(a) & set(b))
    return shared >= 0.85 * len(set(b)) and shared >= 0.75 * len(set(a))


def _position(text: str, offer: str) -> int:
    """Where in ``text`` the words of ``offer`` end; 0 if they do not stand at its start."""
    want = flat(offer).split()
    have = list(re.finditer(r"\w+", text))
    for skip in range(5):
        words = [m[0].lower() for m in have[skip : skip + len(want)]]
        if words == want:
            end = have[skip + len(want) - 1].end()
            tail = re.match(r"[.!?…”\"')\]]+", text[end:])
            return end + (tail.end() if tail else 0)
    return 0


def _agreement(text: str, offers: Sequence[str]) -> float:
    words = set(flat(text).split())
    return max((len(words & set(flat(o).split())) / max(1, len(words)) for o in offers), default=0.0)


def _ends_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", "…", ":", "”", '"', ")"))
