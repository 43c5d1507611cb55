"""The digest as a workbook: one sheet per table, typed cells, frozen headers, filters.

No cell can become a formula and no text a link by accident: strings are written as strings, links only where the
tree holds one and only to the web.
"""

from __future__ import annotations

import io
from datetime import datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from review_ui.digests.content import (
    Cell,
    Document,
    Heading,
    Link,
    Paragraph,
    Table,
    body,
    clean,
    row_count,
    safe_url,
    tables,
)

LONGEST_CELL = 32_767  # letters a cell of XLSX can hold
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write(document: Document) -> bytes:
    """``document`` as the bytes of an .xlsx: first the text, then a sheet for each table."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        },
    )
    book.set_properties(
        {"title": clean(document.head.subject).replace("\n", " ")[:250], "author": document.head.issuer[:250]}
    )
    forms = _formats(book)
    _text(book.add_worksheet("Báo cáo"), document, forms)
    for table in tables(document):
        _sheet(book.add_worksheet(table.name.translate(FORBIDDEN_IN_NAMES)[:31]), table, forms)
    book.close()
    return out.getvalue()


def _formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    return {
        "plain": book.add_format({**base, "italic": True}),
        "text": book.add_format({**base, "text_wrap": True}),
        "bold": book.add_format({**base, "text_wrap": True, "bold": True}),
        "head": book.add_format(
            {
                **base,
                "bold": True,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "border": 1,
                "bg_color": "#E8EDF3",
            }
        ),
        "cell": book.add_format({**base, "text_wrap": True, "border": 1}),
        "integer": book.add_format({**base, "border": 1, "num_format": "#,##0"}),
        "decimal": book.add_format({**base, "border": 1, "num_format": "#,##0.0"}),
        "percent": book.add_format({**base, "border": 1, "num_format": "0.0%"}),
        "date": book.add_format({**base, "border": 1, "num_format": "dd/mm/yyyy", "align": "center"}),
        "link": book.add_format(
            {**base, "text_wrap": True, "border": 1, "font_color": "#053C8C", "underline": 1}
        ),
    }


def _text(sheet: Worksheet, document: Document, forms: dict[str, Format]) -> None:
    sheet.set_column(0, 0, 110)
    lines: list[tuple[str, str]] = [
        (document.head.kind, "bold"),
        *((line, "bold") for line in clean(document.head.subject).split("\n")),
        (f"Số dòng danh mục: {row_count(document)}", "text"),
    ]
    for block in body(document):
        if isinstance(block, Heading):
            lines.append((block.text, "bold"))
        elif isinstance(block, Paragraph):
            lines.append((block.text, "text"))
        elif isinstance(block, Table):
            lines.append((f"[Bảng: {block.caption} – xem trang tính “{block.name}”]", "text"))
    for n, (line, form) in enumerate(lines):
        # programs that do not measure wrapped rows themselves show one line of them: about 105 letters stand in one
        sheet.set_row(n, 16.5 * max(1, -(-len(line) // 105)))
        sheet.write_string(n, 0, clean(line)[:LONGEST_CELL], forms[form])
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _sheet(sheet: Worksheet, table: Table, forms: dict[str, Format]) -> None:
    # a link has its address and its note (kept copy, hash) in columns of their own, so that they can be filtered
    linked = {n for row in table.rows for n, value in enumerate(row) if isinstance(value, Link)}
    at: dict[int, int] = {}
    titles: list[str] = []
    widths: list[float] = []
    for n, column in enumerate(table.columns):
        at[n] = len(titles)
        titles.append(clean(column.title))
        widths.append(max(8.0, min(60.0, column.width * 0.75)))
        if n in linked:
            titles += ["Địa chỉ", "Bản lưu, mã băm"]
            widths += [40.0, 28.0]
    for n, title in enumerate(titles):
        sheet.write_string(0, n, title, forms["head"])
        sheet.set_column(n, n, widths[n])
    for r, row in enumerate(table.rows, 1):
        for n, value in enumerate(row):
            _cell(sheet, r, at[n], value, percent=table.columns[n].percent, forms=forms)
            if n in linked:
                whole = value if isinstance(value, Link) else Link(text="", url="")
                sheet.write_string(r, at[n] + 1, clean(whole.url)[:LONGEST_CELL], forms["cell"])
                sheet.write_string(r, at[n] + 2, clean(whole.note), forms["cell"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(titles) - 1)
    end = len(table.rows) + 2
    sheet.write_string(end, 0, f"Số dòng: {len(table.rows)}", forms["plain"])
    if table.note:
        sheet.write_string(end + 1, 0, clean(table.note), forms["plain"])
    if len(table.columns) > 7:
        sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _cell(
    sheet: Worksheet, row: int, column: int, value: Cell, *, percent: bool, forms: dict[str, Format]
) -> None:
    if value is None:
        sheet.write_blank(row, column, None, forms["cell"])
    elif isinstance(value, Link):
        text, url = clean(value.text)[:LONGEST_CELL], safe_url(value.url)
        # Excel holds at most 65,530 links a sheet and 2,079 letters an address: beyond, the text alone
        if (
            url is None
            or len(text) > 255
            or row > 60_000
            or sheet.write_url(row, column, url, forms["link"], text) != 0
        ):
            sheet.write_string(row, column, text, forms["cell"])
    elif isinstance(value, float):
        sheet.write_number(
            row, column, value / 100 if percent else value, forms["percent" if percent else "decimal"]
        )
    elif isinstance(value, int):
        sheet.write_number(row, column, value, forms["integer"])
    elif isinstance(value, str):
        sheet.write_string(row, column, clean(value)[:LONGEST_CELL], forms["cell"])
    else:
        sheet.write_datetime(row, column, datetime.combine(value, time()), forms["date"])
