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

from crawler.extract.exclusion import reason_to_exclude
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
class PageBlocks:
    """The blocks of a page, the captions and bylines met on the way, and how much was left out as noise."""

    blocks: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    skipped: list[tuple[Any, str]] = field(default_factory=list)
    asides: list[Block] = field(default_factory=list)  # short skipped furniture: a date may stand there

    def leave_out(self, node: Any, reason: str) -> None:
        """Notes an element that is no running text, and of it what is still worth reading."""
        text = ""
        if reason in ("caption", "byline"):
            text = plain_text.line(" ".join(node.itertext()))
            (self.captions if reason == "caption" else self.bylines).append(text)
        elif reason == "noise":
            text = plain_text.line(" ".join(node.itertext())[:600])
        if reason in ("byline", "noise") and 8 <= len(text) <= 300:
            self.asides.append(Block(text=text, element=node, order=len(self.blocks)))
        self.skipped.append((node, reason))


def walk(root: Any, *, strict: bool = True) -> PageBlocks:
    """The blocks under ``root`` in order; with ``strict`` false only elements, not class names, are left out."""
    return BlockWalker(root, strict=strict).run()


class BlockWalker:
    """One walk over a tree: a state machine that opens and closes elements and cuts the text at their borders.

    State: the open block elements with their alignment (``_stack``), how deep the walk is inside links, bold, italic and
    lists, and the run of text that is not yet a block.
    """

    def __init__(self, root: Any, *, strict: bool) -> None:
        self._root = root
        self._strict = strict
        self._total = len(root.text_content())
        self._out = PageBlocks()
        self._run = _Run()
        self._stack: list[tuple[Any, str]] = []  # open block elements, each with its alignment
        self._depth = _Depth()
        self._emphasised: dict[Any, tuple[int, int]] = {}
        self._excluded: set[Any] = set()
        self._pictured: set[Any] = set()
        self._picture_seen = False
        self._walker: Any = etree.iterwalk(root, events=("start", "end", "comment", "pi"))

    def run(self) -> PageBlocks:
        """Walks the whole tree once."""
        for event, node in self._walker:
            if event == "start":
                self._open(node)
            elif event == "end":
                self._close(node)
            elif node.tail and node is not self._root:  # comment or processing instruction
                self._run.add(node.tail, self._depth)
        self._flush()
        return self._out

    def _open(self, node: Any) -> None:
        tag = node.tag
        if not isinstance(tag, str):
            self._walker.skip_subtree()
        elif tag in _SKIPPED or len(self._out.blocks) > MOST_BLOCKS:
            if tag == "picture":
                self._note_picture()
            self._walker.skip_subtree()
        elif tag in ("img", "amp-img"):
            self._note_picture()
        elif tag == "br":
            self._flush()
        elif not self._exclude(node, tag):
            self._enter(node, tag)
            if node.text:
                self._run.add(node.text, self._depth)

    def _exclude(self, node: Any, tag: str) -> bool:
        """Leaves out an element that is boilerplate; whether it was."""
        if node is self._root or not (tag in _BLOCK or node.get("class") or node.get("id")):
            return False
        reason = reason_to_exclude(node, tag, strict=self._strict, total=self._total)
        if not reason:
            return False
        if tag in _BLOCK:
            self._flush()
        self._picture_seen = self._picture_seen and reason != "caption"
        self._out.leave_out(node, reason)
        self._walker.skip_subtree()
        self._excluded.add(node)
        return True

    def _enter(self, node: Any, tag: str) -> None:
        if tag in _BLOCK:
            self._flush()
            outer = self._stack[-1][1] if self._stack else ""
            self._stack.append((node, _alignment(node, tag, outer=outer)))
            if tag in _LIST:
                self._depth.lists += 1
            if tag == "th" or (style := node.get("style")) and _BOLD_STYLE.search(style):
                self._emphasise(node, (1, 0))
        elif tag == "a":
            self._depth.link += 1
        elif (mark := _emphasis(node, tag)) != _PLAIN:
            self._emphasise(node, mark)

    def _emphasise(self, node: Any, mark: tuple[int, int]) -> None:
        self._depth.bold += mark[0]
        self._depth.italic += mark[1]
        self._emphasised[node] = mark

    def _close(self, node: Any) -> None:
        if node.tag not in _EMPTY and node not in self._excluded:
            self._leave(node, node.tag)
        self._excluded.discard(node)
        if node.tail and node is not self._root:
            self._run.add(node.tail, self._depth)

    def _leave(self, node: Any, tag: str) -> None:
        bold, italic = self._emphasised.pop(node, _PLAIN)
        self._depth.bold -= bold
        self._depth.italic -= italic
        if tag in _BLOCK and self._stack and self._stack[-1][0] is node:
            self._flush()
            self._stack.pop()
            if tag in _LIST:
                self._depth.lists -= 1
        elif tag == "a":
            self._depth.link -= 1

    def _note_picture(self) -> None:
        if self._stack:
            self._pictured.add(self._stack[-1][0])
        self._picture_seen = True

    def _flush(self) -> None:
        """Ends the open run: what it holds becomes a block."""
        run = self._run
        if run.letters and self._stack and (text := plain_text.line("".join(run.pieces))):
            element, aligned = self._stack[-1]
            self._out.blocks.append(
                Block(
                    text=text, element=element, order=len(self._out.blocks), linked=run.linked, bold=run.bold,
                    italic=run.italic, aligned=aligned, pictured=element in self._pictured,
                    inside_list=self._depth.lists > 0, after_picture=self._picture_seen,
                    bold_start=plain_text.line("".join(run.bold_start)) if run.bold_start else "",
                )
            )  # fmt: skip
            self._picture_seen = False
        if run.pieces:
            self._run = _Run()


@dataclass(slots=True)
class _Depth:
    """How many links, bold, italic and list elements are open."""

    link: int = 0
    bold: int = 0
    italic: int = 0
    lists: int = 0


@dataclass(slots=True)
class _Run:
    """The text of a block that is not closed yet, counted in letters by look."""

    pieces: list[str] = field(default_factory=list)
    letters: int = 0
    linked: int = 0
    bold: int = 0
    italic: int = 0
    bold_start: list[str] = field(default_factory=list)
    _only_bold: bool = True
    _end: str = ""  # the last two characters

    def add(self, text: str, depth: _Depth) -> None:
        if self.pieces and plain_text.parts_words(self._end, text):
            self.pieces.append(" ")
        self.pieces.append(text)
        self._end = text[-2:] if len(text) > 1 else self._end[-1:] + text
        letters = len(text.strip())
        if not letters:
            if self.bold_start and self._only_bold:
                self.bold_start.append(text)
            return
        self.letters += letters
        if depth.link:
            self.linked += letters
        if depth.bold:
            self.bold += letters
            if self._only_bold:
                self.bold_start.append(text)
        else:
            self._only_bold = False
        if depth.italic:
            self.italic += letters


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
