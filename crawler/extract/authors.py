"""Authors of an article: persons named to machines, in bylines, at the head of the text, and in signatures at its end.

The kinds of evidence are asked in that order; the first that names a person decides, unless a later one names the same
persons and more, or writes out what the first gives as initials. The outlet itself is never an author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from crawler.extract.boilerplate import closes, is_furniture
from crawler.extract.page_statements import PageStatements
from crawler.extract.text_blocks import Block, PageBlocks
from crawler.extract.wording import flat
from crawler.text import person_names as names
from crawler.text import plain_text
from db.press.urls import host_of

SHORTEST_SENTENCE = 15
SENTENCE = 90  # letters from which a last line is running text
LONGEST_SIGNATURE = 130
MOST_SKIPPED = 8  # lines of tags, credits and links that may stand below a signature
MOST_LINKS = 20  # to authors' pages that are looked at
MOST_BELOW = 3  # lines below the container that may be its signature
NOTES_BELOW = 4  # lines that may stand below a signature though they are sentences
MOST_BEFORE = 12  # lines between headline and text that may be its byline
LONGEST_TAIL = 60  # letters of a name in bold at the end of the last paragraph

_ENDS_SENTENCE = re.compile(r"[.!?…:;][”\"’')\]]*$")
_SENTENCE_INSIDE = re.compile(r"\w{3}[.!?…]\s+\w")
_DATE_REST = re.compile(
    r"\d.*|(?:thứ|chủ nhật|monday|tuesday|wednesday|thursday|friday|saturday|sunday).*|[(\[][^)\]]*[)\]]",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{1,2}[:h]\d{2}|\d{4}年")
_BYLINE_CLASS = re.compile(
    r"author|tac-?gia|byline|but-?danh|(?:article|post|news|detail)[-_]{0,2}credit", re.IGNORECASE
)
_AUTHOR_PAGE = re.compile(
    r"/(?:tac-?gia|authors?|phong-?vien|nha-?bao|byline|journalist|reporter|profile)[/\-?]", re.IGNORECASE
)
_HAN = re.compile(r"[一-鿿ぁ-ヿ·々]{2,8}")
_BRACKETED_END = re.compile(r"[.!?…”\"。！？]\s{0,2}[(（【\[]([^()（）【】\[\]]{2,60})[)）】\]]\.?$")
_PLAIN_END = re.compile(r"[.!?…”/]\s+[-–—]?\s*([^\W\d_][^.!?:]{4,60})$")
_OPENING = re.compile(
    r"[^（(。]{0,40}[（(]((?:本报|本网|特约|见习|全媒体)?(?:记者|記者|通讯员)[^）)]{2,40})[）)]|(?:\([^()]{2,30}\)|\[[^\[\]]{2,30}\])\s?([가-힣]{2,5} (?:기자|특파원))"
)
_FIGURE = ("figure", "figcaption", "picture", "video", "audio", "nav", "footer")
_NAME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:name|ten|ho-?ten|fullname)(?:$|[\s_-])|author-?name|name-?author", re.IGNORECASE
)


def outlet_names(statements: PageStatements, url: str) -> frozenset[str]:
    """The names by which a page calls its own outlet, case-folded: stated ones, and its host's."""
    host = host_of(url).removeprefix("www.")
    labels = [host, host.split(".", 1)[0], host.replace(".", "")] if host else []
    bodies = [
        n for n in statements.bodies if not names.has_surname(n)
    ]  # some papers call persons organisations
    stated = [plain_text.plain(n) for n in [*statements.site_names, *bodies]]
    tail = re.split(r"\s+[|\-–—»]\s+", statements.document_title)[1:]
    return frozenset(n.casefold().strip() for n in [*labels, *stated, *tail[-1:]] if n.strip())


def stated(statements: PageStatements, *, outlets: Collection[str]) -> list[str]:
    """The persons named to machines: JSON-LD, else meta and microdata."""
    for kinds in (("json-ld",), ("meta", "micro")):
        offers = [plain_text.plain(n) for kind, n in statements.authors if kind in kinds]
        found = _people(offers, outlets)
        if found := [n for n in found if not _account(n)]:
            return found
    return []


def in_bylines(page: PageBlocks, *, outlets: Collection[str]) -> list[str]:
    """The persons of the first element that calls itself a byline and names one; pictures' and comments' apart."""
    for node, why in page.skipped:
        named = why in ("noise", "caption") and _BYLINE_CLASS.search(node.get("class") or "")
        if (why == "byline" or named) and not _of_a_picture(node):
            found = [n for n in _people(_pieces(node), outlets) if names.written_as_name(n)]
            if found:
                return found
    return []


def linked(tree: Any, *, end: Any, outlets: Collection[str]) -> list[str]:
    """The persons whose own pages are linked between the headline and ``end``, the last element of the text."""
    links = [n for n in tree.iter("a") if _is_author_link(n)][:MOST_LINKS]
    headline = next(tree.iter("h1"), None)
    if not links or headline is None:
        return []
    place = {n: at for at, n in enumerate(tree.iter())}
    first, last = place[headline], place.get(end, len(place)) if end is not None else len(place)
    texts = [
        plain_text.of_element(n) for n in links if first < place[n] <= last + 40 and not _of_a_picture(n)
    ]
    return [n for n in _people(texts, outlets) if names.written_as_name(n)]


def at_head(
    blocks: Sequence[Block], *, title: str, first: Block | None, outlets: Collection[str]
) -> list[str]:
    """The persons of a byline between headline and text that has no name of its own: by its role word, or a name beside the
    date."""
    below = below_title(blocks, title)
    before = [b for b in below if first is None or b.order < first.order]
    near = [b for b in before[:MOST_BEFORE] if len(b.text) <= LONGEST_SIGNATURE]
    for n, block in enumerate(near):
        labelled = names.names_writer(block.text)
        if names.is_role_alone(block.text) and n + 1 < len(near):
            found = _people([near[n + 1].text], outlets)
        else:
            found = _people([block.text], outlets)
        found = [name for name in found if names.written_as_name(name)]
        beside = any(_DATED.search(b.text) for b in near[max(0, n - 1) : n + 2])
        whole = _whole(block.text, found)
        known = all(map(names.has_surname, found))
        if found and (labelled or (beside or whole) and known or beside and whole and _several_words(found)):
            return found
    return []


def signature(
    inside: Sequence[Block], below: Sequence[Block], *, outlets: Collection[str]
) -> tuple[list[str], frozenset[int]]:
    """The persons who sign at the end of the text, and the orders of the lines that do; ``inside``: the blocks of the
    running text, ``below``: those after it."""
    last = _last_prose(inside)
    if last is None:
        return [], frozenset()
    lines = [b for b in _until_closing(inside) if b.order > last.order]
    lines += [b for n, b in enumerate(list(_until_closing(below))[:MOST_BELOW]) if n == 0 or _looks_signed(b)]
    used: list[Block] = []
    found: list[str] = []
    before = ""
    for block in lines[: MOST_SKIPPED + 4]:
        signed = _signed(block, before, outlets)
        before = block.text
        if signed and (not used or _goes_on(used[-1], block)):
            used.append(block)
            found += [x for x in signed if x not in found]
    if not found and (earlier := _set_apart(inside, last, outlets)):
        used, found = [earlier[0]], earlier[1]
    return (found or _tail(last, outlets))[: names.MOST_PEOPLE], frozenset(b.order for b in used)


def _signed(block: Block, before: str, outlets: Collection[str]) -> list[str]:
    """The persons by whom a line after the text is signed; ``before``: the line above it."""
    text = block.text
    if block.link_share > 0.7 and not _author_link(block) or len(text) > LONGEST_SIGNATURE:
        return []
    above = before if names.is_role_alone(before) else ""
    if above and names.role_of(above + ":") == "other":
        return []
    signed = [x for x in _people([text], outlets) if names.written_as_name(x)]
    by_role = names.role_of(text) in ("writer", "via")
    return (
        signed if by_role or not _ENDS_SENTENCE.search(text) or all(map(names.only_initials, signed)) else []
    )


def _goes_on(signature: Block, block: Block) -> bool:
    """Whether a second line goes on with the signature: another role, or a name of the same look."""
    if names.role_of(block.text) == "writer":
        return True
    alike = block.aligned == signature.aligned and block.all_bold == signature.all_bold
    return alike and block.order == signature.order + 1 and names.has_surname(block.text)


def _set_apart(
    inside: Sequence[Block], last: Block, outlets: Collection[str]
) -> tuple[Block, list[str]] | None:
    """A signature above a last paragraph that is a note: at the right, or with a writer's role and a colon."""
    for block in reversed([b for b in inside if b.order < last.order]):
        role = names.role_of(block.text) == "writer" and ":" in block.text
        near = (
            block.order >= last.order - NOTES_BELOW
            and names.has_surname(block.text)
            and len(block.text) <= LONGEST_TAIL
        )
        if (block.aligned == "right" or role or near) and (found := _signed(block, "", outlets)):
            return block, found
    return None


def settle(*evidence: Sequence[str]) -> tuple[str, ...]:
    """The authors by the first evidence that names some; a later one that names them and more, or in full, is believed."""
    best: list[str] = []
    for found in evidence:
        if not found:
            continue
        if (
            not best
            or all(map(names.only_initials, best))
            and not any(map(names.only_initials, found))
            or len(found) > len(best)
            and {flat(n) for n in best} < {flat(n) for n in found}
        ):
            best = list(found)
    return tuple(dict.fromkeys(best))


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────


def _people(lines: Sequence[str], outlets: Collection[str]) -> list[str]:
    """The persons of several pieces of one byline; a piece that is only a role speaks for the next one."""
    found: list[str] = []
    role = ""
    for line in lines:
        if names.is_role_alone(line) and line.rstrip().endswith((":", "：")):
            role = line
            continue
        found += [
            n for n in names.people(f"{role} {line}" if role else line, outlets=outlets) if n not in found
        ]
        role = ""
    return found[: names.MOST_PEOPLE]


def _pieces(node: Any) -> list[str]:
    """The texts of a byline element, apart; of an author's box with links or a part for the name only these."""
    inner = [n for n in node.iterdescendants() if isinstance(n.tag, str)]
    links = [n for n in inner if _is_author_link(n)]
    named = links or [
        n for n in inner if _NAME_CLASS.search(n.get("class") or "") or n.get("itemprop") == "name"
    ]
    if texts := [t for n in named if (t := plain_text.of_element(n))]:
        return texts
    return [t for piece in node.itertext() if (t := plain_text.line(piece))]


def _is_author_link(node: Any) -> bool:
    """Whether an element is a link to an author's page."""
    if node.tag != "a":
        return False
    return "author" in (node.get("rel") or "").lower().split() or bool(
        _AUTHOR_PAGE.search(node.get("href") or "")
    )


def _of_a_picture(node: Any) -> bool:
    if any(parent.tag in _FIGURE for parent in node.iterancestors()):
        return True
    return any("comment" in (p.get("class") or "").lower() for p in node.iterancestors())


def _account(name: str) -> bool:
    """Whether a stated name is an account's: one word without a capital."""
    return " " not in name and name == name.lower() and name.isascii()


def _last_prose(blocks: Sequence[Block]) -> Block | None:
    """The last paragraph of running text: long, or a sentence, and not a line of links."""
    before = list(_until_closing(blocks))
    return next((b for b in reversed(before) if _is_prose(b)), None)


def first_prose(blocks: Sequence[Block]) -> Block | None:
    """The first paragraph of running text."""
    return next((b for b in blocks if _is_prose(b)), None)


def below_title(blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks after the headline; all where it is not shown."""
    wanted = flat(title)
    start = next((n + 1 for n, b in enumerate(blocks) if flat(b.text) == wanted), 0)
    return list(blocks[start:])


def _is_prose(block: Block) -> bool:
    """Whether a line is running text: long, or a sentence; and no line of links, no credit, no note with a star."""
    text = block.text
    if block.link_share > 0.4 or text.startswith(("*", ">")):
        return False
    if len(text) < SENTENCE and names.role_of(text) or is_furniture(text):
        return False
    sentence = _ENDS_SENTENCE.search(text) or _SENTENCE_INSIDE.search(text)
    return (
        len(text) >= SENTENCE or len(text) >= SHORTEST_SENTENCE and len(text.split()) >= 4 and bool(sentence)
    )


def _until_closing(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks before a heading that opens comments or other articles."""
    for n, block in enumerate(blocks):
        if n and closes(block.text):
            return
        yield block


def _looks_signed(block: Block) -> bool:
    emphasised = block.aligned == "right" or block.all_bold or block.all_italic
    return emphasised or names.names_writer(block.text) or names.has_surname(block.text)


def _whole(text: str, found: Sequence[str]) -> bool:
    """Whether a line holds nothing but the names, in any order and parted anyhow."""
    rest = text
    for name in found:
        rest = rest.replace(name, "", 1)
    rest = _DATE_REST.sub("", rest)
    return bool(found) and len(re.findall(r"[^\W\d_]", rest)) <= 4


def _several_words(found: Sequence[str]) -> bool:
    return all(2 <= len(n.split()) <= 4 for n in found)


def _author_link(block: Block) -> bool:
    return block.element is not None and any(_is_author_link(n) for n in block.element.iter("a"))


def _tail(block: Block, outlets: Collection[str]) -> list[str]:
    """The persons in an emphasised end of the last paragraph ("… tuần tới. <b>Trần A</b>"), or after its last stop."""
    node = block.element
    if node is None:
        return []
    for part in reversed(list(node.iter("strong", "b", "em", "i"))):
        text = plain_text.of_element(part)
        if (
            text
            and block.text.endswith(text)
            and len(text) <= LONGEST_TAIL
            and len(text) < 0.5 * len(block.text)
        ):
            before = block.text[: -len(text)].rstrip(" (–—-")
            found = [n for n in _people([text], outlets) if names.written_as_name(n)]
            if found and _ENDS_SENTENCE.search(before):
                return found
    if (end := _PLAIN_END.search(block.text)) and names.has_surname(end[1]):
        return [n for n in _people([end[1]], outlets) if names.written_as_name(n)]
    if end := _BRACKETED_END.search(block.text):
        found = _people([end[1]], outlets)
        return [
            n for n in found if names.has_surname(n) or _HAN.fullmatch(n) or names.role_of(end[1]) == "writer"
        ]
    return []


def in_first_line(first: Block | None, outlets: Collection[str]) -> list[str]:
    """The reporter named at the start of the text as agencies do: "本报讯（记者 …）", "(서울=…) … 기자 ="."""
    found = _OPENING.match(first.text) if first is not None else None
    return names.people(next(g for g in found.groups() if g), outlets=outlets) if found else []
