"""What a digest says, as one tree; the writers (word, pdf, excel, mail) all read this and nothing else.

Texts are cleaned once, here: NFC, no control characters, no direction overrides, so that no writer can choke on
a headline. Paragraphs with a ``key`` may be edited by staff (``with_edits``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeAlias

# C0 and C1 controls except tab and line feed, lone surrogates, non-characters, and the marks that turn the
# direction of what follows: XML forbids the first, Word and Excel refuse or hide behind the rest.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """``text`` in NFC without what no document can hold; line feeds stay, other breaks become line feeds."""
    return unicodedata.normalize("NFC", _UNWRITABLE.sub("", _BREAKS.sub("\n", text)))


def one_line(text: str) -> str:
    """``text`` cleaned, every run of white space a single space."""
    return " ".join(clean(text).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A cell or run that leads somewhere; ``note`` stands beneath it in small letters (kept copy, hash)."""

    text: str
    url: str
    note: str = ""


Cell: TypeAlias = str | int | float | date | Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Letters of one kind inside a paragraph."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """``level`` 1 is ``I.`` in capitals, 2 is ``1.`` with a title."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Body text; ``key`` names it for staff's edits of its last run, None: not editable."""

    runs: tuple[Run, ...]
    key: str | None = None

    @property
    def text(self) -> str:
        """The letters without their kinds."""
        return "".join(run.text for run in self.runs)

    @property
    def fixed(self) -> str:
        """What stands before the part that may be edited."""
        return "".join(run.text for run in self.runs[:-1])

    @property
    def own(self) -> str:
        """The part that may be edited."""
        return self.runs[-1].text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its share of the width in any unit, and how its cells stand."""

    title: str
    width: float
    align: Literal["left", "center", "right"] = "left"
    percent: bool = False  # figures are shares: 21.7 is shown as 21,7 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under repeated headers. ``note`` says what was counted and, if so, that it was cut short."""

    name: str  # of the sheet in XLSX; unique in a document, at most 31 letters
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    total: bool = False  # the last row is a sum
    small: bool = False  # many columns: smaller letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line or one colour of bars; a value for each category."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Figures drawn; the same figures always stand in a table beside it. ``alt`` tells them in words."""

    name: str
    title: str
    kind: Literal["bars", "stacked", "lines"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    alt: str


Block: TypeAlias = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first page above the text. ``number`` and ``signed_on`` stay None until the văn thư gives them."""

    parent: str  # "ỦY BAN NHÂN DÂN TỈNH …"; empty: the issuing body has none above it
    issuer: str
    symbol: str  # after the number: "BC-SVHTTDL"; empty: left for the văn thư
    place: str
    kind: str  # "BÁO CÁO"
    subject: str  # trích yếu
    addressees: tuple[str, ...]
    number: int | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs: capacity in capitals; ``name`` stays empty until it is known."""

    capacity: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A Phụ lục: its own pages, landscape where the table is wide."""

    label: str  # "Phụ lục I"
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    sheet_only: bool = False  # too wide for a page: stands in the XLSX alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole digest over ``from_on`` … ``to_on``, both days included."""

    scope: Literal["domestic", "foreign"]
    from_on: date
    to_on: date
    head: Head
    blocks: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...]
    annexes: tuple[Annex, ...] = ()
    correction: str = ""  # what a corrected issue says about the one it replaces


def say(text: str, *, key: str | None = None, bold: bool = False, italic: bool = False) -> Paragraph:
    """A paragraph of one kind of letters."""
    return Paragraph(runs=(Run(text=clean(text), bold=bold, italic=italic),), key=key)


def editable(document: Document) -> dict[str, Paragraph]:
    """The paragraphs staff may change, by key, in reading order."""
    return {
        block.key: block
        for block in everything(document)
        if isinstance(block, Paragraph) and block.key is not None
    }


def with_edits(document: Document, edits: Mapping[str, str]) -> Document:
    """``document`` with staff's wording: each line of an edit is a paragraph of its own; an empty one takes the
    paragraph out. Keys that no longer exist are passed over."""

    def changed(blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            if not isinstance(block, Paragraph) or block.key is None or block.key not in edits:
                yield block
                continue
            fixed = block.runs[:-1]
            for line in filter(None, (one_line(line) for line in clean(edits[block.key]).split("\n"))):
                yield Paragraph(runs=(*fixed, Run(text=line)), key=block.key)
                fixed = ()

    return replace(
        document,
        blocks=tuple(changed(document.blocks)),
        annexes=tuple(replace(annex, blocks=tuple(changed(annex.blocks))) for annex in document.annexes),
    )


def signed(document: Document, *, number: int | None, signed_on: date | None, signer: str) -> Document:
    """``document`` with what the văn thư and the signer add at issue; None and "" leave the place blank."""
    return replace(
        document,
        head=replace(document.head, number=number, signed_on=signed_on),
        signature=replace(document.signature, name=one_line(signer)),
    )


def with_audit_head(document: Document, *, row: int, sha256: str) -> Document:
    """``document`` that prints the head of the audit chain: who rewrites the chain later would have to rewrite the paper.
    It stands before the last paragraph, whose ``./.`` ends the text."""
    said = say(f"Nhật ký kiểm toán khi phát hành: dòng {row}, mã băm {sha256}.", italic=True)
    at = max(len(document.blocks) - 1, 0)
    return replace(document, blocks=(*document.blocks[:at], said, *document.blocks[at:]))


def body(document: Document) -> tuple[Block, ...]:
    """The blocks as they are written: the correction first, and ``./.`` after the last sentence."""
    blocks = list(document.blocks)
    if document.correction:
        blocks.insert(0, say(document.correction, italic=True))
    if blocks and isinstance(last := blocks[-1], Paragraph):
        end = replace(last.runs[-1], text=last.own.rstrip(" ./;") + "./.")
        blocks[-1] = replace(last, runs=(*last.runs[:-1], end))
    return tuple(blocks)


def balanced(name: str, *, most: int = 26) -> list[str]:
    """A long name in two lines of about the same length, broken after a comma where one stands near the middle."""
    words = name.split()
    if len(name) <= most or len(words) < 2:
        return [name]

    def uneven(at: int) -> tuple[int, int]:
        first, rest = " ".join(words[:at]), " ".join(words[at:])
        return abs(len(first) - len(rest)) - (12 if first.endswith(",") else 0), at

    at = min(range(1, len(words)), key=uneven)
    return [" ".join(words[:at]), " ".join(words[at:])]


def printed(document: Document) -> tuple[Annex, ...]:
    """The annexes that stand on pages: all but those for the XLSX alone."""
    return tuple(annex for annex in document.annexes if not annex.sheet_only)


def safe_url(url: str | None) -> str | None:
    """``url`` where it leads to the web, None where it could do anything else (javascript:, file: …)."""
    if url is None or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return re.sub(
        r"[\x00-\x20\"<>\\^`{|}\x7f]", lambda odd: f"%{ord(odd.group()):02X}", _UNWRITABLE.sub("", url)
    )[:2000]


def everything(document: Document) -> Iterator[Block]:
    """Every block of the body and of the annexes, in reading order."""
    for blocks in (document.blocks, *(annex.blocks for annex in document.annexes)):
        yield from blocks


def tables(document: Document) -> Iterator[Table]:
    """Every table of the body and of the annexes, in reading order."""
    return (block for block in everything(document) if isinstance(block, Table))


def shortened(table: Table, *, most: int, where: str) -> Table:
    """``table`` with at most ``most`` rows; where some are left out its note says how many there are and ``where``."""
    if len(table.rows) <= most:
        return table
    said = f"Bản này in {number(most)} dòng đầu trong tổng số {number(len(table.rows))} dòng; danh mục đầy đủ có trong {where}."
    return replace(table, rows=table.rows[:most], note=said)


def row_count(document: Document) -> int:
    """Rows of the list of items: what an export of this digest counts."""
    return sum(len(table.rows) for table in tables(document) if table.name == LIST_NAME)


LIST_NAME = "Danh mục tin bài"
REGISTER_NAME = "Sổ theo dõi"

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Link,
        Run,
        Heading,
        Paragraph,
        Column,
        Table,
        Series,
        Chart,
        Head,
        Signature,
        Annex,
        Document,
    )
}


def dump(value: Any) -> Any:
    """``value`` (a document or a part of one) as JSON data; ``load`` reads it back unchanged."""
    if type(value).__name__ in _KINDS:
        return {
            "is": type(value).__name__,
            **{name: dump(getattr(value, name)) for name in type(value).__slots__},
        }
    if isinstance(value, date):
        return {"is": "date", "on": value.isoformat()}
    if isinstance(value, tuple):
        return [dump(part) for part in value]
    return value


def load(data: Any) -> Any:
    """What ``dump`` wrote; raises KeyError for a kind this program does not know."""
    if isinstance(data, list):
        return tuple(load(part) for part in data)
    if isinstance(data, dict):
        if data["is"] == "date":
            return date.fromisoformat(data["on"])
        return _KINDS[data["is"]](**{name: load(part) for name, part in data.items() if name != "is"})
    return data


def day(on: date) -> str:
    """As a Vietnamese table shows it: 05/01/2026."""
    return f"{on:%d/%m/%Y}"


def number(value: float, *, digits: int = 0) -> str:
    """As Vietnamese print figures: 1.234 and 21,7."""
    return f"{value:,.{digits}f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


def cell_text(cell: Cell, column: Column) -> str:
    """The letters of a cell as paper shows them; a link gives its text."""
    if cell is None:
        return ""
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, (int, float)):
        return number(cell, digits=1 if isinstance(cell, float) else 0) + ("%" if column.percent else "")
    return cell
