"""The digest as PDF by typst, from the same tree as the Word document.

The texts reach typst as JSON, never as markup: a headline cannot become an instruction. Letters are Times New Roman
or Tinos where the machine has them complete, else typst's own Libertinus Serif, which has every Vietnamese letter.
"""

from __future__ import annotations

import json
import re
from typing import Any

import typst

from review_ui.digests.content import (
    Block,
    Cell,
    Chart,
    Document,
    Heading,
    Link,
    Paragraph,
    Table,
    balanced,
    body,
    cell_text,
    clean,
    printed,
    safe_url,
)
from review_ui.digests.labels import written_date, written_number
from review_ui.digests.render import charts
from review_ui.digests.render.word import with_report

# typst keeps some 20 KB for each cell of a grid it sets; longer lists are set as running lines, which cost a fifth, and are
# whole all the same. Chosen 2026-11-21 so that 5,000 items stay under 500 MB; a week of the province has some hundred.
ROWS, ROWS_OF_REGISTER = 300, 80
# a word nobody could break by syllables gets places to break
_LONG = re.compile(r"\S{25,}")
_EVERY = re.compile(r"(\S{16})(?=\S)")
_NO_WIDTH = "\u200b"

_LAYOUT = r"""
#let data = json("data.json")
#set document(title: data.title, author: data.issuer)
#set text(font: ("Times New Roman", "Tinos", "Libertinus Serif"), size: 14pt, lang: "vi", region: "vn", hyphenate: false)
#let numbered = context { let n = counter(page).get().first(); if n > 1 { align(center, text(13pt, str(n))) } }
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 20mm), header: numbered, header-ascent: 35%)
#set par(justify: true, leading: 0.62em, spacing: 0.85em)
#let plain(body, ..how) = par(first-line-indent: 0pt, justify: false, ..how, body)
#let into(run) = {
  let t = run.text
  if run.bold { t = strong(t) }
  if run.italic { t = emph(t) }
  if run.url != none { link(run.url, t) } else { t }
}
#let linked(c, size) = {
  if c.url != none { link(c.url, c.text) } else { c.text }
  if c.note != "" { linebreak(); text(size - 1.5pt, style: "italic", c.note) }
}
#let grille(t) = {
  let size = t.size * 1pt
  set text(size)
  set par(leading: 0.5em, spacing: 0.4em, first-line-indent: 0pt, justify: false)
  let last = t.rows.len() - 1
  table(
    columns: t.widths.map(w => w * 1fr),
    stroke: 0.5pt, inset: (x: 1mm, y: 1.1mm),
    align: t.aligns,
    table.header(..t.titles.map(h => table.cell(align: center + horizon, strong(h)))),
    ..t.rows.enumerate().map(((n, row)) => row.map(c => {
      let inside = if type(c) == dictionary { linked(c, size) } else { c }
      table.cell(breakable: false, if t.total and n == last { strong(inside) } else { inside })
    })).flatten()
  )
}
#let aligned(names) = names.map(n => if n == "center" { center } else if n == "right" { right } else { left })
#let put(b) = {
  if b.is == "heading" {
    block(above: if b.level == 1 { 1.3em } else { 1em }, below: 0.8em, sticky: true,
      heading(level: b.level, outlined: true, text(14pt, b.text)))
  } else if b.is == "paragraph" {
    block(sticky: b.runs.last().text.ends-with(":"), par(first-line-indent: (amount: 12.7mm, all: true), b.runs.map(into).join()))
  } else if b.is == "chart" {
    block(width: 100%, breakable: false, align(center, image(b.file, width: 160mm, alt: b.alt)))
  } else if b.is == "lines" {
    plain(text(b.size * 1pt, style: "italic", b.titles))
    set text(b.size * 1pt)
    set par(leading: 0.42em, spacing: 0.5em, first-line-indent: 0pt, hanging-indent: 7mm, justify: false)
    for row in b.rows { par(row.map(p => if type(p) == dictionary { link(p.url, p.text) } else { p }).join()) }
    if b.note != "" { block(above: 0.6em, below: 0.9em, plain(text(11pt, style: "italic", b.note))) }
  } else {
    if b.caption != "" {
      block(above: 1.1em, below: 0.6em, sticky: true, width: 100%, align(center, text(13pt, strong(b.caption))))
    }
    grille(b + (aligns: aligned(b.aligns)))
    if b.note != "" { block(above: 0.6em, below: 0.9em, plain(text(11pt, style: "italic", b.note))) }
  }
}
#show heading: it => block(par(first-line-indent: (amount: 12.7mm, all: true), justify: false, strong(it.body)))
#let bar(width) = line(length: width, stroke: 0.6pt)
#{
  set par(first-line-indent: 0pt, justify: false, leading: 0.5em, spacing: 0.45em)
  grid(columns: (72mm, 90mm), row-gutter: 5mm, align: center,
    { if data.parent != "" { par(text(12pt, data.parent)) }
      for part in data.issuer_lines { par(text(13pt, strong(part))) }; v(0.5mm); bar(24mm) },
    { par(text(12pt, strong[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM]))
      par(text(13.5pt, strong[Độc lập - Tự do - Hạnh phúc])); v(0.5mm); bar(60mm) },
    text(13pt, data.number), text(13.5pt, style: "italic", data.dated))
  v(4mm)
  align(center, { par(strong(data.kind)); for part in data.subject { par(strong(part)) }; v(0.5mm); bar(50mm) })
  v(2mm)
  if data.addressees.len() == 1 { align(center, par("Kính gửi: " + data.addressees.first() + ".")) }
  else if data.addressees.len() > 1 {
    grid(columns: (54mm, 106mm), column-gutter: 3mm, align: (right, left), [Kính gửi:],
      { for (n, name) in data.addressees.enumerate() {
          par("- " + name + if n + 1 < data.addressees.len() { ";" } else { "." }) } })
  }
  v(2mm)
}
#for b in data.blocks.slice(0, -1) { put(b) }
#block(breakable: false, {
  for b in data.blocks.slice(-1) { put(b) }
  v(3mm)
  set par(first-line-indent: 0pt, justify: false, leading: 0.5em, spacing: 0.45em)
  grid(columns: (80mm, 80mm),
    { par(text(12pt, style: "italic", strong[Nơi nhận:])); for r in data.recipients { par(text(11pt, r)) } },
    align(center, { for c in data.capacity { par(strong(upper(c))) }; v(28mm); par(strong(data.signer)) }))
})
#for a in data.annexes {
  counter(page).update(0)
  set page(paper: "a4", flipped: a.landscape,
    margin: if a.landscape { (top: 25mm, bottom: 20mm, x: 20mm) } else { (top: 20mm, bottom: 20mm, left: 30mm, right: 20mm) })
  align(center, { set par(first-line-indent: 0pt, spacing: 0.45em)
    par(strong(a.label)); par(strong(upper(a.title))); par(emph(a.with)); v(0.5mm); bar(50mm) })
  for b in a.blocks { put(b) }
}
"""


def write(document: Document) -> bytes:
    """``document`` as the bytes of a PDF."""
    files: dict[str, bytes] = {}
    count = [0]
    head = document.head
    data = {
        "title": clean(head.subject).replace("\n", " "),
        "parent": clean(head.parent),
        "issuer": clean(head.issuer),
        "issuer_lines": balanced(clean(head.issuer).upper()),
        "number": written_number(head.number, head.symbol),
        "dated": written_date(head.place, head.signed_on, year=document.to_on.year),
        "kind": head.kind,
        "subject": clean(head.subject).split("\n"),
        "addressees": [clean(name) for name in head.addressees],
        "blocks": [_block(block, files, count) for block in body(document)],
        "recipients": [clean(line) for line in document.recipients],
        "capacity": [clean(line) for line in document.signature.capacity],
        "signer": clean(document.signature.name),
        "annexes": [
            {
                "label": annex.label,
                "title": annex.title,
                "with": with_report(document),
                "landscape": annex.landscape,
                "blocks": [_block(block, files, count) for block in annex.blocks],
            }
            for annex in printed(document)
        ],
    }
    files["main.typ"] = _LAYOUT.encode()
    files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    return bytes(typst.compile(files, format="pdf"))  # type: ignore[call-overload]  # its stubs know no dict of files


def _breakable(text: str) -> str:
    return _LONG.sub(lambda word: _EVERY.sub(rf"\1{_NO_WIDTH}", word.group()), clean(text))


def _block(block: Block, files: dict[str, bytes], count: list[int]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"is": "heading", "level": block.level, "text": clean(block.text)}
        case Paragraph():
            return {
                "is": "paragraph",
                "runs": [
                    {
                        "text": _breakable(run.text),
                        "bold": run.bold,
                        "italic": run.italic,
                        "url": safe_url(run.url),
                    }
                    for run in block.runs
                ],
            }
        case Chart():
            name = f"chart{len(files)}.svg"
            files[name] = charts.draw(block, form="svg")
            return {"is": "chart", "file": name, "alt": clean(block.alt)}
        case Table():
            return _table(block, count)


def _table(block: Table, count: list[int]) -> dict[str, Any]:
    if len(block.rows) > (ROWS_OF_REGISTER if len(block.columns) > 12 else ROWS):
        return _lines(block)
    caption = ""
    if block.caption:
        count[0] += 1
        caption = f"Bảng {count[0]}. {clean(block.caption)}"

    def cell(value: Cell, n: int) -> Any:
        if isinstance(value, Link):
            return {"text": _breakable(value.text), "url": safe_url(value.url), "note": clean(value.note)}
        return _breakable(cell_text(value, block.columns[n]))

    return {
        "is": "table",
        "caption": caption,
        "size": (7.0 if len(block.columns) > 12 else 9.5) if block.small else 12.0,
        "titles": [clean(column.title) for column in block.columns],
        "widths": [column.width for column in block.columns],
        "aligns": [column.align for column in block.columns],
        "rows": [[cell(value, n) for n, value in enumerate(row)] for row in block.rows],
        "note": clean(block.note),
        "total": block.total,
    }


def _lines(block: Table) -> dict[str, Any]:
    """A long table as running lines, every row whole: what its cells say, parted by points; empty cells are left out."""

    def line(row: tuple[Cell, ...]) -> list[Any]:
        parts: list[Any] = [""]
        for n, value in enumerate(row):
            said = value.text if isinstance(value, Link) else cell_text(value, block.columns[n])
            if not said:
                continue
            if parts != [""]:
                parts[-1] += " · "
            url = safe_url(value.url) if isinstance(value, Link) else None
            if url:
                parts += [{"text": _breakable(said), "url": url}, ""]
            else:
                parts[-1] += _breakable(said)
        return parts

    return {
        "is": "lines",
        "size": 9.5,
        "titles": "In theo dòng vì danh mục dài: "
        + " · ".join(clean(column.title) for column in block.columns)
        + ".",
        "rows": [line(row) for row in block.rows],
        "note": clean(block.note),
    }
