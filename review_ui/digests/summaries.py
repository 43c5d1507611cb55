"""Two sentences that stand for an article, taken from it unchanged and left in the outlet's own sequence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from db.core.sentences import spans
from review_ui.digests.content import one_line

SENTENCES = 2
LONGEST = 420  # letters of a summary: what two lines and a half of the report hold; chosen 2026-11-21

_NOISE = re.compile(
    r"^(ảnh|nguồn|video|clip|xem thêm|đọc thêm|mời quý|theo dõi|photo|source|read more|tác giả|từ khóa|>>)\b|^[\W\d]*$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")


def split(text: str) -> list[str]:
    """The sentences of ``text`` in any of the press languages, by punctuation and a list of abbreviations."""
    return [one_line(text[start:end]) for start, end in spans(text)]


def by_underthesea(text: str) -> list[str]:
    """Vietnamese sentences by underthesea (loading it takes about a second, once), its cuts before a closing quote
    mended and its missing cuts at line ends made."""
    from underthesea import sent_tokenize  # imported late: a second

    found: list[str] = []
    for paragraph in filter(None, (one_line(line) for line in text.split("\n"))):
        begin = len(found)
        for sentence in sent_tokenize(paragraph):
            if len(found) > begin and sentence[:1] in "”’»)]":
                closing = re.match(r"[”’»)\]]+", sentence)
                at = closing.end() if closing else 0
                found[-1] += sentence[:at]
                rest = sentence[at:].strip()
                if rest[:1].islower():
                    found[-1] += f" {rest}"
                elif rest:
                    found.append(rest)
            else:
                found.append(sentence)
    return found


def keyphrases(text: str, *, most: int = 8) -> list[str]:
    """The words of two and more syllables that ``text`` returns to most, by underthesea's word segmentation."""
    from underthesea import word_tokenize  # imported late: a second

    words = [word for word in word_tokenize(one_line(text)) if " " in word]
    spelt = {word.lower(): word for word in reversed(words)}
    counted = Counter(word.lower() for word in words)
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], words.index(spelt[pair[0]])))
    return [spelt[word] for word, _ in ranked[:most]]


def summarise(
    title: str,
    text: str,
    *,
    phrases: Sequence[str] = (),
    sentences: Callable[[str], list[str]] = split,
    most: int = SENTENCES,
    longest: int = LONGEST,
) -> str:
    """At most ``most`` whole sentences of ``text`` in their own order; shortened with "…" only where a single
    sentence is longer than ``longest`` letters. Empty where the text holds no sentence.

    A sentence weighs by what it shares with the title and the ``phrases``, by its figures, and by standing early:
    press tells the main thing first.
    """
    pool = [s for s in dict.fromkeys(sentences(text)) if not _NOISE.match(s)][:40]
    heading = one_line(title)
    pool = [s for s in pool if s.rstrip(".") != heading.rstrip(".")] or pool
    if not pool:
        return ""
    about = {word.lower() for word in _WORDS.findall(heading)}
    wanted = [phrase.lower() for phrase in phrases]

    def weight(position: int, sentence: str) -> float:
        words = [word.lower() for word in _WORDS.findall(sentence)]
        if not words:
            return -1.0
        shared = len(about.intersection(words)) / (len(about) or 1)
        named = sum(phrase in sentence.lower() for phrase in wanted) / (len(wanted) or 1)
        figures = 0.15 if any(word.isdigit() for word in words) else 0.0
        short = -0.4 if len(sentence) < 40 else 0.0
        return 1.2 / (1 + position) + shared + named + figures + short

    ranked = sorted(range(len(pool)), key=lambda n: (-weight(n, pool[n]), n))
    taken: list[int] = []
    room = longest
    for n in ranked:
        if len(taken) == most:
            break
        if len(pool[n]) + bool(taken) <= room:
            taken.append(n)
            room -= len(pool[n]) + 1
    if not taken:
        return cut(pool[ranked[0]], longest)
    return " ".join(pool[n] for n in sorted(taken))


def cut(text: str, longest: int) -> str:
    """``text`` on one line, at most ``longest`` letters, ended with "…" after a whole word where it was longer."""
    line = one_line(text)
    if len(line) <= longest:
        return line
    head = line[: longest - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else head).rstrip(" ,;:-–") + "…"
