"""Private persons by initials in a whole digest: every text that came from the press or from staff's records, at one place."""

from __future__ import annotations

from dataclasses import replace

from review_ui.digests.content import Block, Cell, Document, Heading, Link, Paragraph, Table
from review_ui.privacy import initials


def initialled(document: Document) -> Document:
    """``document`` with private persons as initials in its body and annexes; the head, the signature and who receives it
    name offices and stay."""
    return replace(
        document,
        blocks=tuple(_block(block) for block in document.blocks),
        annexes=tuple(
            replace(annex, blocks=tuple(_block(block) for block in annex.blocks))
            for annex in document.annexes
        ),
    )


def _block(block: Block) -> Block:
    if isinstance(block, Heading):
        return replace(block, text=initials.initialled(block.text))
    if isinstance(block, Paragraph):
        return replace(
            block, runs=tuple(replace(run, text=initials.initialled(run.text)) for run in block.runs)
        )
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(_cell(cell) for cell in row) for row in block.rows))
    return block


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, Link):
        return replace(cell, text=initials.initialled(cell.text))
    return initials.initialled(cell) if isinstance(cell, str) else cell
