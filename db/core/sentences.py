"""Sentence segmentation: where sentences begin and end, by punctuation and a list of abbreviations; never inside initials.

Pure; any of the press languages.
"""

from __future__ import annotations

import re

# What ends in a full stop without ending a sentence, in Vietnamese and English press.
_SHORT = {
    "tp", "tx", "tt", "q", "p", "h", "x", "ths", "ts", "pgs", "gs", "bs", "ks", "cn", "ts.bs", "bscki", "bsckii", "nxb",
    "v.v", "st", "mr", "mrs", "ms", "dr", "prof", "gen", "col", "no", "u.s", "u.n", "vs", "jan", "feb", "aug", "sept",
    "oct", "nov", "dec", "tr", "đ/c", "đc", "ub", "cty", "sđt", "nđ",
}  # fmt: skip
_INITIALS = re.compile(
    r"\(?(?:[^\W\d_]|[^\W\d_]{1,3}(?:\.[^\W\d_]{1,3})+)"
)  # "L.Đ.V.", "Tr.V.B.", "Nguyễn Văn A."
_END = re.compile(r"""(?<=[.!?…])["”’»)\]]*\s+(?=["“‘«(\[]?[\w–-])|(?<=[。！？])[”’」』）]*""")


def spans(text: str) -> list[tuple[int, int]]:
    """Begin and end of every sentence of ``text`` (code points, blanks around left out), in order; a line end always
    ends a sentence. Any of the press languages."""
    found: list[tuple[int, int]] = []
    line_at = 0
    for line in text.split("\n"):
        found += [(line_at + start, line_at + end) for start, end in _of_line(line)]
        line_at += len(line) + 1
    return found


def _of_line(line: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    held: int | None = None  # where a sentence began whose full stop was an abbreviation's
    at = 0
    for stop in [*(match.end() for match in _END.finditer(line)), len(line)]:
        piece = line[at:stop]
        start, end = stop - len(piece.lstrip()), at + len(piece.rstrip())
        at = stop
        if end <= start:
            continue
        if held is None and found and line[start].islower():
            found[-1] = (found[-1][0], end)  # 'said: "Go!" and went'
            continue
        start = start if held is None else held
        held = start if _is_abbreviation(line[start:end]) else None
        if held is None:
            found.append((start, end))
    if held is not None:
        found.append((held, len(line.rstrip())))
    return found


def _is_abbreviation(piece: str) -> bool:
    """Does the piece end in a full stop that ends no sentence: "TP. Lào Cai", "Nguyễn Văn A. cho biết"?"""
    if not piece.endswith("."):
        return False
    words = piece.rstrip('"”’»)]').rstrip(".").rsplit(maxsplit=1)
    last = words[-1].lower() if words else ""
    return last in _SHORT or _INITIALS.fullmatch(last) is not None
