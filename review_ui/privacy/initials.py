"""Pseudonymisation: private persons by initials in every text that leaves; who is named for an office stays named.

Input: Vietnamese text of any length and casing. Output: the same text in NFC with "ông Giàng A Páo" as "ông G.A.P.". It can
miss a name that has neither surname, address nor age beside it: staff read the draft.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from review_ui.privacy.name_context import NameMention
from review_ui.privacy.name_words import ADDRESS, place_names
from review_ui.privacy.person_names import mentions

_HELD = 0xE000  # a name that is kept stands as one private-use sign while persons are looked for
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]\.?")


def keeping(names: Iterable[str]) -> re.Pattern[str] | None:
    """What ``initialled`` leaves as it stands: names of offices, outlets and places that a document knows."""
    known = sorted(
        {unicodedata.normalize("NFC", name) for name in names if len(name.split()) > 1},
        key=lambda n: (-len(n), n),
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)") if known else None


def initialled(text: str, *, keep: re.Pattern[str] | None = None) -> str:
    """``text`` with the names of private persons as initials; applied twice it gives the same. ``keep``: see ``keeping``."""
    text = unicodedata.normalize("NFC", text)
    if keep is not None and keep.search(text):
        held: list[str] = []

        def hold(match: re.Match[str]) -> str:
            held.append(match.group())
            return chr(_HELD + len(held) - 1)

        short = initialled(keep.sub(hold, text))
        return "".join(held[ord(c) - _HELD] if 0 <= ord(c) - _HELD < len(held) else c for c in short)
    found = mentions(text)
    if not found:
        return text
    pieces, at = [], 0
    for mention in found:
        pieces.append(text[at : mention.start])
        short = mention.text if mention.public else letters(mention.text)
        at = mention.end
        if (
            not mention.public
            and text[at : at + 1] == "."
            and re.search(r"(?<![^\W_])[^\W\d_]$", mention.text)
        ):
            at += 1  # "Nguyễn Văn T." is one letter short already
        pieces.append(short)
    pieces.append(text[at:])
    return _later_givens("".join(pieces), found)


def letters(name: str) -> str:
    """The initials of a name: "Giàng A Páo" gives "G.A.P."; what are initials already stays."""
    return (
        name
        if _INITIALS.fullmatch(name) and "." in name
        else "".join(f"{part[0].upper()}." for part in name.split())
    )


def _later_givens(text: str, found: list[NameMention]) -> str:
    """The given name alone, later in the same text: "Mẫu khai nhận", "chị mẫu"."""
    for name in {m.text for m in found if not m.public and " " in m.text} - {
        m.text for m in found if m.public
    }:
        text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", letters(name), text)
    public = {m.given for m in found if m.public}
    for given in {m.given for m in found if not m.public and " " in m.key} - public:
        if len(given) < 2:
            continue

        def hide(match: re.Match[str], text: str = text) -> str:
            word = match.group()
            before = text[max(0, match.start() - 30) : match.start()]
            after = text[match.end() : match.end() + 12]
            follows = re.match(r"\s+([^\W\d_]+)", after)
            neighbours = (re.search(r"([^\W\d_]+)\s+$", before), follows)
            if word.islower():
                return letters(word) if ADDRESS.search(before.lower()) else word
            near = [n[1] for n in neighbours if n]
            joined = (
                any(" ".join(pair).lower() in place_names() for pair in ((near[0], word), (word, near[-1])))
                if near
                else False
            )
            titled = follows is not None and follows[1][:1].isupper() and not follows[1].isupper()
            return word if joined or titled else letters(word)

        text = re.sub(
            rf"(?<![^\W_])(?:{re.escape(given.capitalize())}|{re.escape(given)})(?![^\W_]|\.)", hide, text
        )
    return text
