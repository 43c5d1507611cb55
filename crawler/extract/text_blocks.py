"""A page as a row of text blocks: one walk over the tree that leaves out what is never article text.

A block is a run of text that a reader sees as one paragraph, with what its look says (bold, italic, right-aligned,
in a link, beside a picture) and the elements it stands in. Menus, comments, related links, advertisements, share
bars and captions are recognised by element and by the words in class and id, in English and in the unaccented
Vietnamese that newspaper systems use.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.extract.class_names import hints_body, names_of, noise_of
from crawler.text import plain_text

MOST_BLOCKS = 20_000  # of one page; longer pages are cut here (bounded time)

_SKIPPED = {
    "script", "style", "noscript", "iframe", "button", "select", "svg", "audio", "video", "object", "embed", "template",
    "nav", "canvas", "input", "textarea", "option", "map", "head", "dialog", "menu", "math", "label", "picture",
}  # fmt: skip
_BLOCK = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "table", "tbody", "thead", "tr", "td", "th",
    "article", "section", "main", "header", "footer", "aside", "blockquote", "figure", "figcaption", "center", "pre", "address",
    "body", "fieldset", "form", "hr", "details", "summary", "caption", "html",
}  # fmt: skip
_EMPTY = _SKIPPED | {"img", "br"}  # nothing inside them is read
_LIST = ("li", "ul", "ol")
_BOLD = {"b", "strong"}
_ITALIC = {"i", "em", "cite"}
_PLAIN = (0, 0)  # what an element adds to (bold, italic)
_LEFT_OUT = (-1, -1)  # of an element whose inside was not walked

_WIDE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_CENTER = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One paragraph as seen: its text (one line), its element, and what its look says."""

    text: str
    element: Any
    order: int
    linked: int = 0  # letters inside links
    bold: int = 0
    italic: int = 0
    aligned: str = ""
    pictured: bool = False
    inside_list: bool = False
    after_picture: bool = False  # a picture stands between the block before and this one
    bold_start: str = ""

    @property
    def link_share(self) -> float:
        return self.linked / len(self.text) if self.text else 0.0

    @property
    def all_bold(self) -> bool:
        return self.bold >= 0.9 * len(self.text)

    @property
    def all_italic(self) -> bool:
        return self.italic >= 0.9 * len(self.text)


@dataclass(slots=True)
class Walked:
    """The blocks of a page, the captions and bylines met on the way, and how much was left out as noise."""

    blocks: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    skipped: list[tuple[Any, str]] = field(default_factory=list)
    asides: list[Block] = field(default_factory=list)  # short skipped furniture: a date may stand there

    def leave_out(self, node: Any, why: str) -> None:
        """Notes an element that is no running text, and of it what is still worth reading."""
        text = ""
        if why in ("caption", "byline"):
            text = plain_text.line(" ".join(node.itertext()))
            (self.captions if why == "caption" else self.bylines).append(text)
        elif why == "noise":
            text = plain_text.line(" ".join(node.itertext())[:600])
        if why in ("byline", "noise") and 8 <= len(text) <= 300:
            self.asides.append(Block(text=text, element=node, order=len(self.blocks)))
        self.skipped.append((node, why))


def walk(root: Any, *, strict: bool = True) -> Walked:
    """The blocks under ``root`` in order; with ``strict`` false only elements, not class names, are left out."""
    out = Walked()
    blocks = out.blocks
    buffer: list[str] = []
    size = linked = bold = italic = 0  # of the open run
    start_bold: list[str] = []
    only_bold = True
    in_link = in_bold = in_italic = in_list = 0
    stack: list[Any] = []
    look: list[str] = []  # alignment of the open block elements
    pictured: set[Any] = set()
    opened: dict[Any, tuple[int, int]] = {}
    picture_seen = False

    def flush() -> None:
        nonlocal buffer, size, linked, bold, italic, start_bold, only_bold, picture_seen
        if size:
            text = plain_text.line("".join(buffer))
            if text and stack:
                blocks.append(
                    Block(
                        text=text, element=stack[-1], order=len(blocks), linked=linked, bold=bold, italic=italic,
                        aligned=look[-1], pictured=stack[-1] in pictured, inside_list=in_list > 0, after_picture=picture_seen,
                        bold_start=plain_text.line("".join(start_bold)) if start_bold else "",
                    )
                )  # fmt: skip
                picture_seen = False
        if buffer:
            buffer = []
            start_bold = []
        size = linked = bold = italic = 0
        only_bold = True

    def take(text: str) -> None:
        nonlocal size, linked, bold, italic, only_bold
        buffer.append(text)
        letters = len(text.strip())
        if not letters:
            if start_bold and only_bold:
                start_bold.append(text)
            return
        size += letters
        if in_link:
            linked += letters
        if in_bold:
            bold += letters
            if only_bold:
                start_bold.append(text)
        else:
            only_bold = False
        if in_italic:
            italic += letters

    total = len(root.text_content())
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event == "start":
            tag = node.tag
            if not isinstance(tag, str):
                walker.skip_subtree()
                continue
            if tag in _SKIPPED or len(blocks) > MOST_BLOCKS:
                if tag == "picture":
                    pictured.update(stack[-1:])
                    picture_seen = True
                walker.skip_subtree()
                continue
            if tag == "img" or tag == "amp-img":
                pictured.update(stack[-1:])
                picture_seen = True
                continue
            if tag == "br":
                flush()
                continue
            if (tag in _BLOCK or node.get("class") or node.get("id")) and node is not root:
                why = _left_out(node, tag, strict=strict, total=total)
                if why:
                    if tag in _BLOCK:
                        flush()
                    picture_seen = picture_seen and why != "caption"
                    out.leave_out(node, why)
                    walker.skip_subtree()
                    opened[node] = _LEFT_OUT
                    continue
            if tag in _BLOCK:
                flush()
                stack.append(node)
                look.append(_alignment(node, tag, outer=look[-1] if look else ""))
                if tag in _LIST:
                    in_list += 1
                if tag == "th" or (style := node.get("style")) and _BOLD_STYLE.search(style):
                    in_bold += 1
                    opened[node] = (1, 0)
            elif tag == "a":
                in_link += 1
            elif (mark := _emphasis(node, tag)) != _PLAIN:
                in_bold += mark[0]
                in_italic += mark[1]
                opened[node] = mark
            if node.text:
                take(node.text)
        elif event == "end":
            tag = node.tag
            if tag not in _EMPTY and (closed := opened.pop(node, _PLAIN)) != _LEFT_OUT:
                in_bold -= closed[0]
                in_italic -= closed[1]
                if tag in _BLOCK and stack and stack[-1] is node:
                    flush()
                    stack.pop()
                    look.pop()
                    if tag in _LIST:
                        in_list -= 1
                elif tag == "a":
                    in_link -= 1
            if node.tail and node is not root:
                take(node.tail)
        elif node.tail and node is not root:  # comment or processing instruction
            take(node.tail)
    flush()
    return out


def _alignment(node: Any, tag: str, *, outer: str) -> str:
    """left is ""; cells and tables do not take over what stands around them."""
    style = node.get("style") or ""
    align = (node.get("align") or "").lower()
    if align == "right" or style and _RIGHT.search(style):
        return "right"
    if align == "center" or tag == "center" or style and _CENTER.search(style):
        return "center"
    return outer if tag not in ("td", "table") else ""


def _emphasis(node: Any, tag: str) -> tuple[int, int]:
    """What an inline element adds to (bold, italic): by its name, else by its style."""
    if tag in _BOLD:
        return (1, 0)
    if tag in _ITALIC:
        return (0, 1)
    if style := node.get("style"):
        return (int(_BOLD_STYLE.search(style) is not None), int(_ITALIC_STYLE.search(style) is not None))
    return _PLAIN


def _left_out(node: Any, tag: str, *, strict: bool, total: int) -> str:
    """Why an element is no part of any article, or "" if it may be; ``total``: letters of the whole page."""
    if node.get("hidden") is not None or node.get("aria-hidden") == "true" and tag != "p":
        return "hidden" if not _holds_article(node) else ""
    style = node.get("style")
    if style and _WIDE.search(style):
        return "hidden" if not _holds_article(node) else ""
    if tag == "figcaption":
        return "caption"
    if tag == "figure":
        text = plain_text.line(node.text_content())
        return "" if len(text) > 600 and _holds_article(node) else "caption"
    if tag in ("footer", "aside"):
        return "" if _holds_article(node) else "footer"
    if tag == "form":
        # ASP.NET pages stand as a whole inside one form
        return "" if _holds_article(node) or len(node.text_content()) > 0.4 * total else "noise"
    if tag == "table" and node.find(".//img") is not None:
        text = plain_text.line(node.text_content())
        if len(text) < 350 and node.find(".//h1") is None:
            return "caption"
    if not strict:
        return ""
    names = names_of(node)
    if not names:
        return ""
    why = noise_of(names)
    if not why:
        return ""
    if tag in ("body", "html", "main") or hints_body(node) == 2.0:
        return ""
    if why in ("caption", "byline"):
        return why if len(plain_text.line(node.text_content())) < (600 if why == "caption" else 160) else ""
    if tag in ("h1", "h2") and why != "comment":
        return ""
    if _holds_article(node) or (
        why == "noise" and (_mostly_prose(node) or len(node.text_content()) > 0.6 * total)
    ):
        return ""
    return why


def _holds_article(node: Any) -> bool:
    """Whether the headline or the declared running text lies inside: then it is a wrapper, whatever its name."""
    if node.find(".//h1") is not None:
        return True
    return bool(node.xpath("boolean(.//*[@itemprop='articleBody'])"))


def _mostly_prose(node: Any) -> bool:
    """Whether an element with an unlucky name holds long plain paragraphs all the same."""
    paragraphs = [p for p in node.iter("p") if len(p.text_content()) > 120 and p.find(".//a") is None]
    return len(paragraphs) >= 3
