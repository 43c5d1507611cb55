"""Pieces of WordprocessingML: runs, paragraphs, tables, links, styles.

Tables are written as XML text and parsed once: python-docx's own table API walks the whole table for each cell, and
a register of some thousand rows would take minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.rel import _Relationship
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm

from review_ui.digests.content import Cell, Link, Run, Table, cell_text, clean, safe_url

FONT = "Times New Roman"
NAMESPACES = nsdecls("w", "r")
_PORTION = 200  # rows parsed at once
_TWIPS = 56.6929  # a millimetre in twentieths of a point


def twips(millimetres: float) -> int:
    """Word's unit of length on paper."""
    return round(millimetres * _TWIPS)


class Links:
    """Gives each address of a part one relationship id.

    python-docx looks through all relationships for each new one; with thousands of links that grows with the square.
    """

    def __init__(self, part: Any) -> None:
        self._part = part
        self._ids: dict[str, str] = {}

    def __call__(self, url: str) -> str:
        """The id under which ``url`` is known in the part."""
        if url not in self._ids:
            name = f"rIdK{len(self._ids) + 1}"
            self._part.rels[name] = _Relationship(
                name, RELATIONSHIP_TYPE.HYPERLINK, url, self._part.partname.baseURI, external=True
            )
            self._ids[url] = name
        return self._ids[url]


def letters(text: str) -> str:
    """``text`` as the inside of a run, line feeds as breaks."""
    return "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in clean(text).split("\n")
    )


def run_xml(run: Run, links: Callable[[str], str], *, size: float | None = None) -> str:
    """One run; with an address, the link around it."""
    url = safe_url(run.url)
    marks = '<w:rStyle w:val="Hyperlink"/>' if url else ""
    marks += "<w:b/>" if run.bold else ""
    marks += "<w:i/>" if run.italic else ""
    marks += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    inside = f"<w:r>{f'<w:rPr>{marks}</w:rPr>' if marks else ''}{letters(run.text)}</w:r>"
    return f"<w:hyperlink r:id={quoteattr(links(url))}>{inside}</w:hyperlink>" if url else inside


def paragraph_xml(runs: str, *, style: str = "", align: str = "", extra: str = "") -> str:
    """A paragraph around finished runs."""
    marks = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    marks += extra
    marks += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{marks}</w:pPr>' if marks else ''}{runs}</w:p>"


def element(xml: str) -> Any:
    """``xml`` (one paragraph) as an element of the document."""
    return parse_xml(xml.replace("<w:p>", f"<w:p {NAMESPACES}>", 1))


def table(table: Table, links: Callable[[str], str], *, width: float, style: str) -> Any:
    """``table`` over ``width`` millimetres in the paragraph style ``style`` and its variants ``styleCenter``,
    ``styleRight``, ``styleNote``: borders, repeated header, rows that stay whole, gridCol widths (LibreOffice reads
    those and not the cells').

    Sizes and places stand in the styles and the rows are parsed in portions: a register of thousands of rows is
    millions of elements otherwise.
    """
    whole = sum(column.width for column in table.columns)
    widths = [twips(width * column.width / whole) for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    named = [
        style + {"left": "", "center": "Center", "right": "Right"}[column.align] for column in table.columns
    ]
    begun = [f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>' for wide in widths]
    center = '<w:tcPr><w:tcW w:w="{}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'

    def head(title: str, wide: int) -> str:
        run = f"<w:r><w:rPr><w:b/></w:rPr>{letters(title)}</w:r>"
        return f"<w:tc>{center.format(wide)}{paragraph_xml(run, style=f'{style}Center')}</w:tc>"

    def cell(value: Cell, n: int, *, bold: bool) -> str:
        if isinstance(value, Link):
            inside = paragraph_xml(run_xml(Run(text=value.text, url=value.url), links), style=style)
            if value.note:
                inside += paragraph_xml(f"<w:r>{letters(value.note)}</w:r>", style=f"{style}Note")
        else:
            text = cell_text(value, table.columns[n])
            marks = "<w:rPr><w:b/></w:rPr>" if bold else ""
            inside = paragraph_xml(f"<w:r>{marks}{letters(text)}</w:r>" if text else "", style=named[n])
        return f"{begun[n]}{inside}</w:tc>"

    made = parse_xml(
        f'<w:tbl {NAMESPACES}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
        f"<w:tblCaption w:val={quoteattr(clean(table.caption or table.name))}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        + "".join(head(column.title, wide) for column, wide in zip(table.columns, widths, strict=True))
        + "</w:tr></w:tbl>"
    )
    last = len(table.rows) - 1
    for at in range(0, len(table.rows), _PORTION):
        rows = "".join(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
            + "".join(cell(value, n, bold=table.total and at + r == last) for n, value in enumerate(row))
            + "</w:tr>"
            for r, row in enumerate(table.rows[at : at + _PORTION])
        )
        made.extend(list(parse_xml(f"<w:tbl {NAMESPACES}>{rows}</w:tbl>")))
    return made


def plain_table(widths: Sequence[float], rows: Sequence[Sequence[Sequence[str]]]) -> Any:
    """A table without borders that holds finished paragraphs side by side; ``widths`` in millimetres."""
    grid = "".join(f'<w:gridCol w:w="{twips(wide)}"/>' for wide in widths)
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(wide)}" w:type="dxa"/></w:tcPr>{"".join(inside)}</w:tc>'
            for wide, inside in zip(widths, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return parse_xml(
        f'<w:tbl {NAMESPACES}><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def rule(width: float, column: float) -> str:
    """A line of ``width`` millimetres in the middle of ``column``: the border of an empty paragraph. A drawn line
    would float over an agency's name that needs a second line."""
    side = twips((column - width) / 2)
    return (
        '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
        '<w:spacing w:before="90" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/><w:jc w:val="center"/></w:pPr></w:p>'
    )


def page_number() -> str:
    """A paragraph that shows the page's number in the middle."""
    size = '<w:rPr><w:sz w:val="26"/><w:szCs w:val="26"/></w:rPr>'
    return (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="center"/></w:pPr>'
        f'<w:r>{size}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{size}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{size}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{size}<w:t>2</w:t></w:r>'
        f'<w:r>{size}<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def times_everywhere(styles: Any) -> None:
    """All four fonts of every style are FONT, none by theme; the language is Vietnamese; headings are black."""
    fonts = {qn(f"w:{name}"): FONT for name in ("ascii", "hAnsi", "eastAsia", "cs")}
    for found in list(styles.iter(qn("w:rFonts"))):
        found.attrib.clear()
        for name, value in fonts.items():
            found.set(name, value)
    for found in list(styles.iter(qn("w:color"))):
        found.getparent().remove(found)
    for found in styles.iter(qn("w:lang")):
        found.attrib.clear()
        for name in ("val", "eastAsia", "bidi"):
            found.set(qn(f"w:{name}"), "vi-VN")


def margins(section: Any, *, landscape: bool) -> float:
    """Sets A4 and Decree 30's margins; returns the width left for text in millimetres."""
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if landscape else (Mm(30), Mm(20))
    section.header_distance = Mm(10)
    if landscape:
        section.top_margin, section.bottom_margin = Mm(25), Mm(20)
        return 257.0
    return 160.0
