"""Numbers: where a text writes one, in digits or words (vi, en, fr, zh), and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from classifier.text.prepared_text import PreparedText
from db.core.text import strip_marks

_FIGURES = frozenset("0123456789")
_DIGITS = re.compile(r"(?<![\w/.,-])\d{1,3}(?:[.,  ]\d{3})+(?![\d])|(?<![\w/])\d+(?:[.,]\d+)?")
_VI_UNITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_VI_SCALES = {"mươi": 10, "mười": 10, "chục": 10, "trăm": 100, "nghìn": 1000, "ngàn": 1000}
_EN = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_FR = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "mille": 1000,
}  # fmt: skip
_ZH = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_ZH_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_ZH_NUMBER = re.compile("[零〇一二两三四五六七八九十百千万]+")
# "một" is also the article, "ba" a father, "năm" a year, "tư" private, "không" the negation: alone they count only
# before a unit, which the reader of counts sees to.
_PLAIN = {
    strip_marks(word): value for word, value in _VI_UNITS.items() if word not in ("không", "tư", "năm", "một")
}
_PLAIN |= {"mot": 1, "nam": 5}
_PLAIN_SCALES = {"muoi": 10, "chuc": 10, "tram": 100, "nghin": 1000, "ngan": 1000}


class NumberSpan(NamedTuple):
    """``body[start:end]`` writes ``value``; ``digits``: in figures."""

    start: int
    end: int
    value: float
    digits: bool


def find(reading: PreparedText, limit: int) -> list[NumberSpan]:
    """The numbers of the first ``limit`` code points, in order of place."""
    text = reading.folded[:limit]
    code = reading.language.code
    found = [_in_digits(match) for match in _digits(reading, text)]
    if code == "zh":
        found += [
            NumberSpan(match.start(), match.end(), _eastern(match.group()), False)
            for match in _ZH_NUMBER.finditer(text)
        ]
    else:
        found += _in_words(reading, code, limit)
    return sorted(found, key=lambda one: one.start)


def _digits(reading: PreparedText, text: str) -> Iterator[re.Match[str]]:
    if reading.language.code in ("zh", "ja"):  # words are not parted there
        yield from _DIGITS.finditer(text)
        return
    end = 0
    for at, word in enumerate(reading.words):
        if word[0] in _FIGURES and (start := reading.spans[at][0]) >= end:
            match = _DIGITS.match(text, start)
            if match is not None:
                end = match.end()
                yield match


def _in_digits(match: re.Match[str]) -> NumberSpan:
    written = match.group()
    if re.fullmatch(r"\d{1,3}(?:[.,  ]\d{3})+", written):
        value = float(re.sub(r"\D", "", written))
    else:
        value = float(written.replace(",", "."))
    return NumberSpan(match.start(), match.end(), value, True)


def _in_words(reading: PreparedText, code: str, limit: int) -> list[NumberSpan]:
    if code == "en":
        units, scales = _EN, {"hundred": 100, "thousand": 1000}
    elif code == "fr":
        units, scales = _FR, {"cent": 100, "mille": 1000}
    elif reading.language.plain:
        units, scales = _PLAIN, _PLAIN_SCALES
    else:
        units, scales = _VI_UNITS, _VI_SCALES
    found: list[NumberSpan] = []
    words, spans = reading.words, reading.spans
    size, end = len(words), 0
    for at in [at for at, word in enumerate(words) if word in units or word in scales]:
        if at < end:
            continue
        if spans[at][0] >= limit:
            break
        end = at + 1
        while (
            end < size
            and (words[end] in units or words[end] in scales)
            and spans[end][0] - spans[end - 1][1] == 1
        ):
            end += 1
        value = _spoken(words[at:end], units, scales)
        if value is not None:
            found.append(NumberSpan(spans[at][0], spans[end - 1][1], float(value), False))
    return found


def _spoken(words: list[str], units: dict[str, int], scales: dict[str, int]) -> int | None:
    """The value of spoken numerals; None for scales alone in the plural ("hàng chục" has no value)."""
    total, current, seen = 0, 0, False
    for word in words:
        if word in scales:
            scale = scales[word]
            if scale >= 100:
                total += (current or 1) * scale
                current = 0
            elif word in ("mười", "muoi") and not current:
                current = 10
            else:
                current = (current or 1) * 10
            seen = seen or word in ("mười", "muoi") or scale >= 100
        else:
            value = units[word]
            if current and current % 10 == 0 and value < 10:
                current += value
            elif current and value >= 10:
                current = current * value if value == 100 else current + value
            elif current:
                return current + total if total else current  # "hai ba" are two figures, the first is meant
            else:
                current = value
            seen = True
    return total + current if seen else None


def _eastern(written: str) -> float:
    total, current = 0, 0
    for sign in written:
        if sign in _ZH:
            current = _ZH[sign]
        else:
            total += (current or 1) * _ZH_SCALES[sign]
            current = 0
    return float(total + current)
