"""Title and lead (sapo) of an article, among what page and meta data offer.

A title or lead that stands visibly on the page is believed before one that is only in the head, for papers write
search-engine titles, cut descriptions and add their own name there.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from crawler.extract.class_names import hints_body, words_of
from crawler.extract.metadata import PageStatements
from crawler.extract.text_blocks import Block
from crawler.text import plain_text

SHORTEST_LEAD, LONGEST_LEAD = 25, 1500  # letters

_LEAD_WORDS = {
    "sapo", "lead", "tomtat", "summary", "desc", "description", "standfirst", "chapeau", "intro", "introduction", "excerpt", "dek", "trichdan",
    "mota", "abstract", "subheadline", "subtitle", "teaser", "hometext", "trichyeu", "gioithieu", "dandau", "lede", "introtext", "subhead", "strapline",
    "chappeau", "phead", "motangan", "quoteintro", "tieudephu", "chuandan", "accroche", "zhaiyao", "daodu",
}  # fmt: skip
_LEAD_PARTS = re.compile(
    r"sapo|tom-?tat|trich-?dan|mo-?ta|gioi-?thieu|stand-?first|sub-?(?:headline|title)|short-?(?:intro|desc)|head-?line-?desc|loi-?dan|dan-?de",
    re.IGNORECASE,
)
_TITLE_WORDS = {"title", "headline", "tieude", "heading", "pagetitle", "posttitle", "entrytitle", "ptitle"}
_SEPARATOR = re.compile(r"\s+[|\-–—•·»:]{1,2}\s+|\s*[|»]\s*")
# An agency mark before a lead: (TTXVN) - ..., TTO - ..., SGGPO - ..., (Dân trí) - ..., VOV.VN – ...
_AGENCY = re.compile(
    r"^(?:[(\[](?!ảnh|hình|photo)[^()\[\]:]{2,40}[)\]]\s*[-–—:.]?\s*|(?:[A-ZĐ]{2,}[A-Za-z0-9Đđ.]{0,12}(?:\s(?:Online|Newspaper|News|Plus|Net|Media|điện tử|Điện tử|online))?|Dân trí|Dân Trí|Vietnam\+|VietnamPlus|Báo Lào Cai)\s*[-–—]\s+)"
)


def title_of(said: PageStatements, blocks: Sequence[Block], tree: Any) -> str:
    """The headline as readers see it; "" where the page names none."""
    offers = [plain_text.plain(t)[:600] for kind, t in said.titles if kind in ("json-ld", "og", "micro")]
    offers += [plain_text.plain(t)[:600] for kind, t in said.titles if kind == "meta"]
    offers = [o for o in offers if o]
    document = said.document_title
    heads = [plain_text.line(h.text_content())[:600] for h in tree.iter("h1")]
    heads = [h for h in heads if h]
    names = {flat(n) for n in said.site_names if n}
    for head in heads:  # the visible headline, confirmed by what the head says
        if any(_same(head, o) for o in offers) or _same(head, _bare(document, names)):
            return head
    for head in heads:
        if len(head) >= 12 and (
            _part_of(head, [*offers, document]) or any(_part_of(o, [head]) for o in offers)
        ):
            return head
    cuts = [document[: c.start()] for c in _SEPARATOR.finditer(document)]
    first = _shown(blocks, [*offers, _bare(document, names), *(c for c in cuts if len(c) >= 10), document])
    if first:
        return first
    real = [h for h in heads if flat(h) not in names and len(h) >= 12]
    if len(real) == 1 and not offers:
        return real[0]
    for offer in offers:
        bare = _bare(offer, names)
        if flat(bare) not in names:
            return bare
    bare = _bare(document, names)
    if bare and flat(bare) not in names:
        return bare
    return real[0] if real else ""


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


def _bare(title: str, site_names: set[str]) -> str:
    """A document title without the outlet's name and section at its end or start."""
    if not title:
        return ""
    cuts = list(_SEPARATOR.finditer(title))
    for cut in cuts:  # "Headline | Section | Outlet": the outlet's name marks the cut
        if flat(title[cut.end() :]) in site_names:
            return (
                _bare(title[: cut.start()].strip(), set())
                if len(title[: cut.start()]) > 60 and "|" in title
                else title[: cut.start()].strip()
            )
    if cuts and flat(title[: cuts[0].start()]) in site_names:
        return title[cuts[0].end() :].strip()
    if "|" in title or "»" in title:
        parts = [p.strip() for p in re.split(r"[|»]", title) if p.strip()]
        return max(parts, key=len) if parts else title
    if cuts:
        head, tail = title[: cuts[-1].start()].strip(), title[cuts[-1].end() :].strip()
        if len(tail) <= 40 and len(head) >= 2 * len(tail) and tail[:1].isupper():
            return head
    return title


def lead_of(
    said: PageStatements, everything: Sequence[Block], body: Sequence[Block], title: str
) -> tuple[str, Block | None]:
    """The lead and the block it stands in (None when it is only in the meta data); ("", None) without a lead.

    Looked for: a block that calls itself so between headline and text, a block that says what the page's own
    description says, a bold first paragraph, a bold beginning of the first paragraph.
    """
    offers = [
        d
        for kind, t in said.leads
        if (d := plain_text.plain(t)) and len(d) >= SHORTEST_LEAD and kind != "json-ld-other"
    ]
    offers = [o for o in offers if not _same(o, title)]
    start = body[0].order if body else len(everything)
    first_text = body[0] if body else None
    before = [b for b in everything if b.order < start and _may_lead(b, title)][-60:]
    named = [b for b in before if _calls_itself_lead(b)]
    head = list(body[:4])
    named += [b for b in head if _may_lead(b, title) and _calls_itself_lead(b)]
    for offer in offers:
        for block in [*named, *head, *before]:
            if _says(block.text, offer):
                return _chosen(block, offer)
    if named:
        best = max(named, key=lambda b: (_agreement(b.text, offers), b.order < start, -abs(b.order - start)))
        return without_agency(best.text), best
    if first_text is not None:
        if first_text.all_bold and _may_lead(first_text, title) and len(body) > 1 and not body[1].all_bold:
            return without_agency(first_text.text), first_text
        start_text = first_text.bold_start
        if len(start_text) >= 60 and len(start_text) < len(first_text.text) and _ends_sentence(start_text):
            return without_agency(start_text), first_text
        near = [b for b in before[-3:] if b.element.tag in ("h2", "h3", "h4") or b.all_bold]
        near = [b for b in near if len(b.text) >= 60 and b.link_share < 0.3]
        headline = max(
            (b.order for b in everything if b.order < start and _same(b.text, title)), default=None
        )
        if not near and headline is not None:
            # a paragraph of its own between headline and text
            near = [
                b
                for b in before
                if headline < b.order
                and b.order >= start - 8
                and len(b.text) >= 60
                and b.link_share < 0.2
                and _is_sentence(b.text)
            ]
            near = near[:1]
        if near:
            return without_agency(near[-1].text), near[-1]
        if _stands_out(body):
            return without_agency(first_text.text), first_text
    return _only_said(offers, body, title), None


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


def _only_said(offers: Sequence[str], body: Sequence[Block], title: str) -> str:
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


def without_agency(text: str) -> str:
    """A lead without the agency or outlet mark before it."""
    found = _AGENCY.match(text)
    if found and len(text) - found.end() >= SHORTEST_LEAD:
        return text[found.end() :].strip()
    return text


def same_words(one: str, two: str) -> bool:
    """Whether two texts say the same, punctuation, case and an agency mark apart."""
    a, b = flat(without_agency(one)), flat(without_agency(two))
    return a == b or (
        min(len(a), len(b)) > 40
        and (a.startswith(b) or b.startswith(a))
        and abs(len(a) - len(b)) < 0.1 * max(len(a), len(b))
    )


def flat(text: str) -> str:
    """Lower-case words parted by single blanks."""
    return " ".join(re.findall(r"\w+", text.lower()))


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
        and not _same(block.text, title)
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


def _same(one: str, two: str) -> bool:
    return bool(one) and bool(two) and flat(one) == flat(two)


def _part_of(text: str, offers: Sequence[str]) -> bool:
    mine = flat(text)
    return len(mine) >= 10 and any(mine in flat(o) for o in offers if o)
