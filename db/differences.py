"""What changed between two texts, word by word: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]", re.UNICODE)
# Beyond this many words the whole is compared by paragraphs: difflib is quadratic in the worst case.
MOST_WORDS = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that both have (``same``), only the new one (``added``) or only the old one (``removed``)."""

    kind: Literal["same", "added", "removed"]
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The pieces that turn ``old`` into ``new``; the same and added ones joined give ``new`` exactly."""
    a, b = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(a), len(b)) > MOST_WORDS:
        a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind="same", text="".join(b[b0:b1])))
            continue
        if a0 < a1:
            pieces.append(Piece(kind="removed", text="".join(a[a0:a1])))
        if b0 < b1:
            pieces.append(Piece(kind="added", text="".join(b[b0:b1])))
    return pieces


def around(pieces: list[Piece], *, keep: int = 80) -> list[Piece]:
    """The same pieces with long unchanged runs shortened to ``keep`` characters on each side of a change."""
    short: list[Piece] = []
    for n, piece in enumerate(pieces):
        if piece.kind != "same" or len(piece.text) <= 2 * keep:
            short.append(piece)
            continue
        head = piece.text[:keep] if n > 0 else ""
        tail = piece.text[-keep:] if n < len(pieces) - 1 else ""
        short.append(Piece(kind="same", text=f"{head} … {tail}"))
    return short
