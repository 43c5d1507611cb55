"""Rows as CSV or XLSX that no spreadsheet can mistake for instructions; the last line says how many rows there are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter

from db.core.time import HANOI

LONGEST_CELL = 32_767  # letters a cell of XLSX can hold
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r]")


class Counted:
    """Passes rows on and remembers how many there were and whether more were left out."""

    def __init__(self, rows: Iterable[Sequence[Any]], *, most: int) -> None:
        self._rows, self._most = rows, most
        self.count = 0
        self.complete = True

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            if self.count == self._most:
                self.complete = False
                return
            self.count += 1
            yield row

    @property
    def said(self) -> str:
        """The closing line."""
        return f"Số dòng: {self.count}" + ("" if self.complete else " (đã cắt bớt, còn nữa)")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return value.astimezone(HANOI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return _UNWRITABLE.sub("", str(value))


def csv_lines(heads: Sequence[str], rows: Counted) -> Iterator[bytes]:
    """CSV with a byte order mark (Excel then reads Vietnamese), a quote mark before what could be a formula."""

    def line(values: Iterable[Any]) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerow(
            [
                f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text
                for value, text in ((value, _text(value)) for value in values)
            ]
        )
        return out.getvalue().encode()

    yield "\ufeff".encode()
    yield line(heads)
    for row in rows:
        yield line(row)
    yield line([rows.said])


def xlsx(out: IO[bytes], heads: Sequence[str], rows: Counted, *, name: str) -> None:
    """Writes a workbook of one sheet to ``out`` with little memory: typed cells, frozen header, filter, row count."""
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )  # fmt: skip
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 18)
    for n, head in enumerate(heads):
        sheet.write_string(0, n, head, bold)
    for r, row in enumerate(rows, 1):
        for n, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(r, n, value.astimezone(HANOI).replace(tzinfo=None), moment)
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(r, n, value)
            elif value is not None:
                sheet.write_string(r, n, _text(value)[:LONGEST_CELL])
    sheet.autofilter(0, 0, max(rows.count, 1), len(heads) - 1)
    sheet.write_string(rows.count + 2, 0, rows.said)
    book.close()
