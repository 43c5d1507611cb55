"""What changed between two texts, word by word: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# a word or a sign with the blanks around it: blanks are carried along, never compared (they are half of all tokens and
# stand everywhere, which makes comparing quadratic)
_TOKENS = re.compile(r"\s*(\w+|[^\w\s])\s*")
# Beyond this many words the whole is compared by paragraphs: difflib is quadratic in the worst case.
MOST_WORDS = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that both have (``same``), only the new one (``added``) or only the old one (``removed``)."""

    kind: Literal["same", "added", "removed"]
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The pieces that turn ``old`` into ``new``; the same and added ones joined give ``new`` exactly. Texts that differ in
    blanks alone are the same."""
    a, b = _tokens(old), _tokens(new)
    if max(len(a), len(b)) > MOST_WORDS:
        a, b = _lines(old), _lines(new)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, [word for word, _ in a], [word for word, _ in b], autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind="same", text=_text(b[b0:b1])))
            continue
        if a0 < a1:
            pieces.append(Piece(kind="removed", text=_text(a[a0:a1])))
        if b0 < b1:
            pieces.append(Piece(kind="added", text=_text(b[b0:b1])))
    return pieces


def _tokens(text: str) -> list[tuple[str, str]]:
    """Words and signs, each with its text, blanks included."""
    return [(found[1], found[0]) for found in _TOKENS.finditer(text)]


def _lines(text: str) -> list[tuple[str, str]]:
    return [(line, line) for line in text.splitlines(keepends=True)]


def _text(tokens: list[tuple[str, str]]) -> str:
    return "".join(text for _, text in tokens)


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
