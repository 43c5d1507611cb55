"""The digest as a Word document in the form of Decree 30/2020/NĐ-CP, Annex I (to be opened and signed by people).

A4, margins 20-20-30-20 mm, Times New Roman, body 14 justified with the first line in by 12.7 mm, real heading styles,
page number centred above from page 2 on, annexes numbered apart.
"""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor

from review_ui.digests.content import (
    Annex,
    Chart,
    Document,
    Head,
    Heading,
    Paragraph,
    Run,
    Table,
    balanced,
    body,
    one_line,
    printed,
)
from review_ui.digests.labels import written_date, written_number
from review_ui.digests.render import charts
from review_ui.digests.render.word_parts import (
    FONT,
    Links,
    element,
    margins,
    page_number,
    paragraph_xml,
    plain_table,
    rule,
    run_xml,
    table,
    times_everywhere,
)

BODY_POINTS = 14.0
# letters of tables in the text, of the list of items (eight columns on a turned page), of the register (twenty)
TABLE_STYLES = {"TableText": 12.0, "ListText": 9.5, "RegisterText": 7.0}
LEFT, RIGHT = 74.0, 92.0  # millimetres of the two halves above the text


def write(document: Document) -> bytes:
    """``document`` as the bytes of a .docx."""
    word = docx.Document()
    _styles(word)
    _first_section(word, document)
    writer = _Writer(word)
    writer.head(document.head, year=document.to_on.year)
    blocks = body(document)
    for block in blocks[:-1]:
        writer.block(block, width=160.0)
    for block in blocks[-1:]:
        # a signature never stands on a page without a word of the text
        writer.block(block, width=160.0, keep=True)
    writer.signature(document)
    for annex in printed(document):
        writer.annex(annex, document)
    properties = word.core_properties
    properties.title = one_line(document.head.subject)[:250]
    properties.author = document.head.issuer[:250]
    properties.language = "vi-VN"
    properties.comments = ""
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _styles(word: Any) -> None:
    styles = word.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY_POINTS)
    normal.element.get_or_add_rPr().get_or_add_rFonts()
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    text = styles["Body Text"]
    text.font.size = Pt(BODY_POINTS)
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    text.paragraph_format.first_line_indent = Mm(12.7)
    text.paragraph_format.space_before = text.paragraph_format.space_after = Pt(6)
    text.paragraph_format.line_spacing = 1.1
    for level, name in ((1, "Heading 1"), (2, "Heading 2")):
        heading = styles[name]
        heading.font.name, heading.font.size, heading.font.bold = FONT, Pt(BODY_POINTS), True
        heading.font.italic = False
        heading.paragraph_format.first_line_indent = Mm(12.7)
        heading.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        heading.paragraph_format.space_before = Pt(12 if level == 1 else 8)
        heading.paragraph_format.space_after = Pt(6)
        heading.paragraph_format.keep_with_next = True
    title = styles["Title"]
    title.font.name, title.font.size, title.font.bold = FONT, Pt(BODY_POINTS), True
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(0)
    for border in title.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break
    caption = styles["Caption"]
    caption.font.name, caption.font.size, caption.font.bold, caption.font.italic = FONT, Pt(13), True, False
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
    caption.paragraph_format.keep_with_next = True
    for name, points in TABLE_STYLES.items():
        for variant, align in (("", "LEFT"), ("Center", "CENTER"), ("Right", "RIGHT"), ("Note", "LEFT")):
            cell = styles.add_style(name + variant, WD_STYLE_TYPE.PARAGRAPH)
            cell.base_style = normal
            cell.font.size = Pt(points - 1.5 if variant == "Note" else points)
            cell.font.italic = True if variant == "Note" else None
            cell.paragraph_format.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
            cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(1)
    note = styles.add_style("Remark", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.size, note.font.italic = Pt(11), True
    note.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    note.paragraph_format.space_before, note.paragraph_format.space_after = Pt(3), Pt(6)
    times_everywhere(styles.element)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0, 0, 0)  # a signed paper is printed: the address is followed, not seen


def _first_section(word: Any, document: Document) -> None:
    section = word.sections[0]
    margins(section, landscape=False)
    section.different_first_page_header_footer = True
    _numbered(section)


def _numbered(section: Any) -> None:
    section.header.is_linked_to_previous = False
    header = section.header._element
    for old in list(header):
        header.remove(old)
    header.append(element(page_number()))


class _Writer:
    """Appends blocks to a Word body in order; counts the tables' numbers."""

    def __init__(self, word: Any) -> None:
        self._word = word
        self._links = Links(word.part)
        self._tables = 0

    def _put(self, found: Any) -> None:
        self._word.element.body.insert_element_before(found, "w:sectPr")

    def _line(self, runs: str, **how: Any) -> None:
        self._put(element(paragraph_xml(runs, **how)))

    def _text(self, text: str, **how: Any) -> str:
        return run_xml(
            Run(text=text, bold=how.pop("bold", False), italic=how.pop("italic", False)), self._links, **how
        )

    def head(self, head: Head, *, year: int) -> None:
        """National heading, issuing body, number, place and date, type, trích yếu, Kính gửi."""

        def line(text: str, **how: Any) -> str:
            return paragraph_xml(self._text(text, **how), align="center")

        left = [
            *([line(head.parent, size=12)] if head.parent else []),
            *(line(part, bold=True, size=13) for part in balanced(head.issuer.upper())),
        ]
        # an official letter (công văn) bears no type: what it is about stands under its number
        subject = [] if head.kind else [line(part, size=12.5) for part in f"V/v {head.subject}".split("\n")]
        rows = [
            [
                [*left, rule(24, LEFT)],
                [
                    line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12),
                    line("Độc lập - Tự do - Hạnh phúc", bold=True, size=13.5),
                    rule(60, RIGHT),
                ],
            ],
            [
                [line(written_number(head.number, head.symbol), size=13), *subject],
                [line(written_date(head.place, head.signed_on, year=year), italic=True, size=13.5)],
            ],
        ]
        self._put(plain_table((LEFT, RIGHT), rows))
        self._line("", extra='<w:spacing w:before="120" w:after="0"/>')
        if head.kind:
            self._line(self._text(head.kind, bold=True), style="Title")
            for part in head.subject.split("\n"):
                self._line(self._text(part, bold=True), style="Title")
            self._put(element(rule(50, 160)))
        if head.addressees:
            self._addressees(head.addressees)

    def _addressees(self, names: tuple[str, ...]) -> None:
        if len(names) == 1:
            self._line(
                self._text(f"Kính gửi: {names[0]}."),
                align="center",
                extra='<w:spacing w:before="160" w:after="160"/>',
            )
            return
        rows = [
            paragraph_xml(self._text(f"- {name}{';' if n < len(names) else '.'}"))
            for n, name in enumerate(names, 1)
        ]
        self._line("", extra='<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>')
        self._put(
            plain_table(
                (54, 106),
                [
                    [
                        [
                            paragraph_xml(
                                self._text("Kính gửi:"), align="right", extra='<w:ind w:right="170"/>'
                            )
                        ],
                        [*rows],
                    ]
                ],
            )
        )
        self._line("", extra='<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>')

    def block(self, block: Heading | Paragraph | Table | Chart, *, width: float, keep: bool = False) -> None:
        """One block of the body or of an annex; ``keep``: a paragraph that stays with what follows."""
        match block:
            case Heading():
                self._line(self._text(block.text), style=f"Heading{block.level}")
            case Paragraph():
                runs = "".join(run_xml(run, self._links) for run in block.runs)
                # a sentence that ends in a colon introduces the table after it
                stays = keep or block.text.rstrip().endswith(":")
                self._line(runs, style="BodyText", extra="<w:keepNext/>" if stays else "")
            case Table():
                self._table(block, width)
            case Chart():
                self._chart(block)

    def _table(self, block: Table, width: float) -> None:
        style = "TableText"
        if block.small:
            style = "RegisterText" if len(block.columns) > 12 else "ListText"
        if block.caption:
            self._tables += 1
            self._line(self._text(f"Bảng {self._tables}. {block.caption}"), style="Caption")
        self._put(table(block, self._links, width=width, style=style))
        # also keeps two tables apart, which Word would otherwise join
        gap = "" if block.note else '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'
        self._line(self._text(block.note) if block.note else "", style="Remark", extra=gap)

    def _chart(self, block: Chart) -> None:
        paragraph = self._word.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = Pt(6)
        paragraph.paragraph_format.keep_with_next = False
        picture = paragraph.add_run().add_picture(
            io.BytesIO(charts.draw(block, form="png")), width=Mm(charts.WIDTH_MM)
        )
        shown = picture._inline.docPr
        shown.set("descr", block.alt)
        shown.set("title", block.title)

    def signature(self, document: Document) -> None:
        """Nơi nhận at the left, capacity and name at the right; kept on one page."""
        left = [paragraph_xml(self._text("Nơi nhận:", bold=True, italic=True, size=12))]
        left += [paragraph_xml(self._text(line, size=11)) for line in document.recipients]
        keep = "<w:keepNext/>"
        right = [
            paragraph_xml(self._text(line.upper(), bold=True), align="center", extra=keep)
            for line in document.signature.capacity
        ]
        right += [paragraph_xml("", extra=keep) for _ in range(5)]
        right.append(paragraph_xml(self._text(document.signature.name, bold=True), align="center"))
        self._line("", extra='<w:keepNext/><w:spacing w:before="60" w:after="0"/>')
        self._put(plain_table((80, 80), [[left, right]]))

    def annex(self, annex: Annex, document: Document) -> None:
        """An annex on its own pages, numbered from 1."""
        section = self._word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if annex.landscape else WD_ORIENT.PORTRAIT
        width = margins(section, landscape=annex.landscape)
        section.different_first_page_header_footer = True
        _numbered(section)
        start = OxmlElement("w:pgNumType")
        start.set(qn("w:start"), "1")
        section._sectPr.insert_element_before(start, "w:cols", "w:titlePg", "w:docGrid")
        self._line(self._text(annex.label, bold=True), align="center")
        self._line(self._text(annex.title.upper(), bold=True), align="center")
        self._line(self._text(with_report(document), italic=True), align="center")
        self._put(element(rule(50, width)))
        for block in annex.blocks:
            self.block(block, width=width)


def with_report(document: Document) -> str:
    """What stands in brackets under an annex's title."""
    head = document.head
    dated = written_date("", head.signed_on, year=document.to_on.year).removeprefix(", ")
    numbered = written_number(head.number, head.symbol).replace("Số:", "số")
    return f"(Kèm theo Báo cáo {numbered} {dated} của {head.issuer})"
