"""The digest as one HTML page that a mail program shows as it is: styles inline, charts inside, nothing fetched."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from review_ui.digests.content import (
    Block,
    Cell,
    Chart,
    Document,
    Heading,
    Link,
    Paragraph,
    Table,
    body,
    cell_text,
    clean,
    printed,
    row_count,
    safe_url,
    shortened,
)
from review_ui.digests.labels import written_date, written_number
from review_ui.digests.render import charts
from review_ui.digests.render.word import with_report

FONT = "font-family:'Times New Roman',Tinos,'Liberation Serif',serif"
ROWS_IN_MAIL = (
    200  # of a long list; the whole of it is in the other formats. Mail programs cut long pages off.
)
_BLUE = "color:#053c8c"


def write(document: Document) -> bytes:
    """``document`` as the UTF-8 bytes of an HTML page."""
    return "\n".join(_page(document)).encode()


def _e(text: str) -> str:
    return "<br>".join(escape(line) for line in clean(text).split("\n"))


def _page(document: Document) -> Iterator[str]:
    head = document.head
    title = escape(clean(head.subject).replace("\n", " "))
    yield '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n</head>"
    yield f'<body style="margin:0;padding:16px;background:#ffffff;color:#000000;{FONT};font-size:17px;line-height:1.45">'
    yield '<div style="max-width:840px;margin:0 auto;overflow-wrap:anywhere">'
    center = "text-align:center;vertical-align:top;padding:2px 4px"
    left = f"{_e(head.parent)}<br>" if head.parent else ""
    yield (
        '<table role="presentation" style="width:100%;border-collapse:collapse"><tr>'
        f'<td style="{center};width:42%">{left}<strong>{_e(head.issuer.upper())}</strong><br>──────</td>'
        f'<td style="{center}"><strong>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</strong><br>'
        "<strong>Độc lập - Tự do - Hạnh phúc</strong><br>───────────────</td></tr>"
        f'<tr><td style="{center}">{_e(written_number(head.number, head.symbol))}</td>'
        f'<td style="{center};font-style:italic">{_e(written_date(head.place, head.signed_on, year=document.to_on.year))}</td>'
        "</tr></table>"
    )
    yield f'<h1 style="font-size:19px;text-align:center;margin:20px 0 12px">{_e(head.kind)}<br>{_e(head.subject)}</h1>'
    if head.addressees:
        names = "<br>".join(
            f"- {_e(name)}{';' if n < len(head.addressees) else '.'}"
            for n, name in enumerate(head.addressees, 1)
        )
        yield f'<p style="margin:8px 0 8px 25%">Kính gửi:<br>{names}</p>'
    count = [0]
    for block in body(document):
        yield from _block(block, count)
    recipients = "<br>".join(_e(line) for line in document.recipients)
    capacity = "<br>".join(_e(line.upper()) for line in document.signature.capacity)
    yield (
        '<table role="presentation" style="width:100%;margin-top:16px;border-collapse:collapse"><tr>'
        f'<td style="width:50%;vertical-align:top;font-size:14px"><strong><em>Nơi nhận:</em></strong><br>{recipients}</td>'
        f'<td style="text-align:center;vertical-align:top"><strong>{capacity}</strong><br><br><br><br>'
        f"<strong>{_e(document.signature.name)}</strong></td></tr></table>"
    )
    for annex in printed(document):
        yield f'<h2 style="font-size:18px;text-align:center;margin:32px 0 4px">{_e(annex.label)}<br>{_e(annex.title)}</h2>'
        yield f'<p style="text-align:center;font-style:italic;margin:0 0 8px">{_e(with_report(document))}</p>'
        for block in annex.blocks:
            yield from _block(block, count)
    yield f'<p style="font-size:13px;color:#444444">Danh mục có {row_count(document)} tin, bài.</p>'
    yield "</div>\n</body>\n</html>"


def _block(block: Block, count: list[int]) -> Iterator[str]:
    match block:
        case Heading():
            size = "18px" if block.level == 1 else "17px"
            yield f'<h{block.level + 1} style="font-size:{size};margin:18px 0 8px">{_e(block.text)}</h{block.level + 1}>'
        case Paragraph():
            yield f'<p style="margin:8px 0;text-align:justify;text-indent:36px">{"".join(_run(run.text, run.bold, run.italic, run.url) for run in block.runs)}</p>'
        case Chart():
            picture = base64.b64encode(charts.draw(block, form="png")).decode()
            yield (
                f'<p style="text-align:center;margin:12px 0"><img src="data:image/png;base64,{picture}" '
                f'alt="{escape(clean(block.alt))}" style="width:100%;max-width:720px;height:auto"></p>'
            )
        case Table():
            yield from _table(block, count)


def _run(text: str, bold: bool, italic: bool, url: str | None) -> str:
    shown = _e(text)
    if bold:
        shown = f"<strong>{shown}</strong>"
    if italic:
        shown = f"<em>{shown}</em>"
    safe = safe_url(url)
    return f'<a href="{escape(safe)}" style="{_BLUE}">{shown}</a>' if safe else shown


def _table(block: Table, count: list[int]) -> Iterator[str]:
    block = shortened(block, most=ROWS_IN_MAIL, where="tệp Word và Excel")
    caption = ""
    if block.caption:
        count[0] += 1
        caption = f'<caption style="font-weight:bold;padding:8px 0 4px">Bảng {count[0]}. {_e(block.caption)}</caption>'
    size = ("11px" if len(block.columns) > 12 else "13px") if block.small else "15px"
    border = "border:1px solid #000000;padding:3px 5px"
    # a wide register scrolls inside its own box and not the whole page
    yield f'<div style="overflow-x:auto;margin:8px 0"><table style="border-collapse:collapse;width:100%;font-size:{size}">{caption}'
    heads = "".join(
        f'<th scope="col" style="{border};background:#f2f2f2">{_e(column.title)}</th>'
        for column in block.columns
    )
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for at, row in enumerate(block.rows):
        bold = ";font-weight:bold" if block.total and at == len(block.rows) - 1 else ""
        cells = "".join(
            f'<td style="{border};vertical-align:top;text-align:{block.columns[n].align}{bold}">{_cell(value, block, n)}</td>'
            for n, value in enumerate(row)
        )
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"
    note = block.note
    if note:
        yield f'<p style="font-size:14px;font-style:italic;margin:4px 0 12px">{_e(note)}</p>'


def _cell(value: Cell, block: Table, n: int) -> str:
    if isinstance(value, Link):
        note = f'<br><em style="font-size:smaller">{_e(value.note)}</em>' if value.note else ""
        return _run(value.text, False, False, value.url) + note
    return _e(cell_text(value, block.columns[n]))
