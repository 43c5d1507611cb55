"""Wording: comparing texts word by word, punctuation, case and agency marks apart."""

import re
from collections.abc import Sequence

SHORTEST_LEAD = 25  # letters
# An agency mark before a lead: (TTXVN) - ..., TTO - ..., SGGPO - ..., (Dân trí) - ..., VOV.VN – ...
_AGENCY = re.compile(
    r"^(?:[(\[](?!ảnh|hình|photo)[^()\[\]:]{2,40}[)\]]\s*[-–—:.]?\s*|(?:[A-ZĐ]{2,}[A-Za-z0-9Đđ.]{0,12}(?:\s(?:Online|Newspaper|News|Plus|Net|Media|điện tử|Điện tử|online))?|Dân trí|Dân Trí|Vietnam\+|VietnamPlus|Báo Lào Cai)\s*[-–—]\s+)"
)


def without_agency(text: str) -> str:
    """A lead without the agency or outlet mark before it."""
    found = _AGENCY.match(text)
    if found and len(text) - found.end() >= SHORTEST_LEAD:
        return text[found.end() :].strip()
    return text


def same_words(one: str, two: str) -> bool:
    """Whether two texts say the same, punctuation, case and an agency mark apart."""
    a, b = flat(without_agency(one)), flat(without_agency(two))
    return a == b or (
        min(len(a), len(b)) > 40
        and (a.startswith(b) or b.startswith(a))
        and abs(len(a) - len(b)) < 0.1 * max(len(a), len(b))
    )


def flat(text: str) -> str:
    """Lower-case words parted by single blanks."""
    return " ".join(re.findall(r"\w+", text.lower()))


def same(one: str, two: str) -> bool:
    return bool(one) and bool(two) and flat(one) == flat(two)


def part_of(text: str, offers: Sequence[str]) -> bool:
    mine = flat(text)
    return len(mine) >= 10 and any(mine in flat(o) for o in offers if o)
