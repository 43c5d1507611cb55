"""Private persons by initials in a whole digest: every text that came from the press or from staff's records, at one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from review_ui.digests.content import Block, Cell, Document, Heading, Link, Paragraph, Table
from review_ui.privacy import initials


def initialled(document: Document, *, offices: Iterable[str] = ()) -> Document:
    """``document`` with private persons as initials in its body and annexes; the head, the signature and who receives it
    name offices and stay, as do the names of ``offices``, outlets and places that it knows."""
    keep = initials.keeping(offices)
    return replace(
        document,
        blocks=tuple(_block(block, keep) for block in document.blocks),
        annexes=tuple(
            replace(annex, blocks=tuple(_block(block, keep) for block in annex.blocks))
            for annex in document.annexes
        ),
    )


def _block(block: Block, keep: re.Pattern[str] | None) -> Block:
    if isinstance(block, Heading):
        return replace(block, text=initials.initialled(block.text, keep=keep))
    if isinstance(block, Paragraph):
        return replace(
            block,
            runs=tuple(replace(run, text=initials.initialled(run.text, keep=keep)) for run in block.runs),
        )
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(_cell(cell, keep) for cell in row) for row in block.rows))
    return block


def _cell(cell: Cell, keep: re.Pattern[str] | None) -> Cell:
    if isinstance(cell, Link):
        return replace(cell, text=initials.initialled(cell.text, keep=keep))
    return initials.initialled(cell, keep=keep) if isinstance(cell, str) else cell
