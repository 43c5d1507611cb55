"""What an article is about, as numbers that can be compared: its words, pairs of words and letters, weighed by rarity.

Headline and lead alone are read, the headline three times: papers differ in the body, and a background paragraph about
last year's flood must not tie this year's to it.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from classifier.text.common_words import BY_LANGUAGE

Ids: TypeAlias = npt.NDArray[np.int32]
Reals: TypeAlias = npt.NDArray[np.float32]

BUCKETS = 1 << 18  # features are hashed: few collide among the some hundred of one article
LEAD = 420  # code points of the text that are read, to the end of a word
HEADLINE = 3  # times the headline counts
FACT = 1  # and a naming fact
_MOST_FACTS = 24
_FACT_KEYS = 8  # facts by which an event is found, beside its words
KEYS = 30  # weightiest words and pairs by which an event is found
ASKED = (
    60  # of them looked up for a new article: what one paper headlines another tells in its second sentence
)
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+"
)

_ASSUMED = 5000
_OWN = 8  # one in so many articles names the province

# programmes and columns that tell of several happenings in one item
_ROUNDUP = re.compile(
    r"(?i)^\W*(?:trực tiếp\W+)?(?:điểm tin|điểm báo|toàn cảnh|xem nhanh|tin tức (?:trong ngày|24|sáng|chiều|tối)"
    r"|tin nhanh|tin nóng|tin vắn|tin sáng|tin trưa|tin tối|bản tin|thời sự (?:tối|sáng|12h|19h|toàn)|tiêu điểm|"
    r"chuyển động 24|nóng trên mạng|tin trong nước|tin thế giới|tuần qua|news in brief|morning brief|daily briefing|"
    r"roundup|新闻早餐|早报|一周)"
)
# kinds of happening: two that share none are hardly one event
_KINDS = {
    "traffic": r"xe (?:khách|tải|máy|bán tải|buýt|con|giường nằm|đầu kéo)|ô ?tô|tai nạn giao thông|lật xe|tông|va chạm|tàu hỏa",
    "fire": r"cháy|vụ nổ|phát nổ|nổ (?:khí|bình|lớn|gas|mìn|lò)|bỏng|hỏa hoạn",
    "weather": r"lũ|sạt lở|lở đất|mưa (?:lớn|đá|to)|ngập|vùi lấp|bão số|áp thấp|băng giá|rét đậm",
    "crime": r"khởi tố|bắt (?:giam|giữ|tạm|nhóm|nghi|đối|khẩn)|giết|sát hại|đâm chết|lừa đảo|ma túy|cướp|trộm|hiếp|hành hung",
    "poison": r"ngộ độc",
    "water": r"đuối nước|chết đuối|lật thuyền|lật đò",
    "sport": r"sea games|world cup|asean cup|aff cup|asian cup|asiad|olympic|champions league|ngoại hạng|v-?league|king's cup|"
    r"u\.?(?:17|19|20|21|22|23)|hlv|bóng đá|bóng chuyền|bóng rổ|futsal|tuyển nữ|đội tuyển|thủ môn|tiền đạo|tiền vệ|bán kết|"
    r"tứ kết|huy chương|hcv|vđv|tay vợt|võ sĩ|pickleball",
    "prices": r"giá (?:vàng|bạc|xăng|dầu|heo hơi|cà phê|tiêu|lúa)|tỷ giá|chứng khoán|vn-index|xổ số|vietlott",
    "forecast": r"dự báo thời tiết|thời tiết (?:hôm nay|ngày mai|ngày|noel|tết)|lịch cúp điện",
}
# told of every day, each time in the same words
SERIAL = frozenset({"sport", "prices", "forecast"})
_KIND = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _KINDS.items()}
_PARTS = re.compile(r"\s*[|│;•]\s*|(?<=\S)\s*/{2}\s*")


@dataclass(frozen=True, slots=True)
class Vector:
    """Sparse: ascending feature numbers below ``BUCKETS`` and their weights, one for one."""

    ids: Ids
    weights: Reals


@dataclass(slots=True)
class Background:
    """In how many articles each feature stood: what is rare says more. ``counts`` has ``BUCKETS`` numbers."""

    counts: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(BUCKETS, dtype=np.int32))
    documents: int = 0

    def add(self, vectors: Iterable[Vector]) -> None:
        """Counts further articles."""
        for vector in vectors:
            self.counts[vector.ids] += 1
            self.documents += 1

    def rarity(self) -> Reals:
        """The inverse document frequency of each feature, smoothed as scikit-learn does."""
        found = np.log((1.0 + self.documents) / (1.0 + self.counts)) + 1.0
        return np.asarray(found, dtype=np.float32)

    def to_bytes(self) -> bytes:
        """For the store: number of articles, then the counts, compressed."""
        return self.documents.to_bytes(8, "little") + zlib.compress(self.counts.astype("<i4").tobytes(), 1)

    @staticmethod
    def from_bytes(data: bytes) -> Background:
        """The inverse of ``to_bytes``."""
        counts = np.frombuffer(zlib.decompress(data[8:]), dtype="<i4").astype(np.int32)
        return Background(counts=counts, documents=int.from_bytes(data[:8], "little"))


def plain_background(names: Iterable[str] = ()) -> Background:
    """A background of our own for the first day: common words of the press, as if counted in ``_ASSUMED`` articles.

    The n-th commonest word of a language is taken to stand in a share of n to the power of -.6 of two fifths of all
    articles (Zipf's law, flattened as it is for short texts), whatever the share of the language: what is rare is told
    within it. Pairs of the commonest words stand in a tenth of that. What is not listed is taken to be rare. ``names``:
    of the province we watch, which stand in much of what we read and therefore tie little together.
    """
    made = Background(documents=_ASSUMED)
    for words in BY_LANGUAGE.values():
        for rank, word in enumerate(words, 1):
            share = int(_ASSUMED * 0.4 / rank**0.6)
            one = _number(f"w{word}")
            made.counts[one] = max(made.counts[one], share)
            letters = np.unique(_letters(word))
            made.counts[letters] = np.minimum(made.counts[letters] + share, _ASSUMED * 6 // 10)
    for name in names:
        vector, _ = _vector(name, "")
        made.counts[vector.ids] = np.maximum(made.counts[vector.ids], _ASSUMED // _OWN)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVector:
    """One article as events see it.

    ``vector``: features and how often (1 + log n); ``words``: which of them are words and pairs; ``parts``: for a
    roundup one (vector, words) for each happening its headline names, else empty; ``provinces``: folded names of
    provinces and countries it names; ``localities``: districts and roads (classifier/events/regions.py); ``kinds``: of happening, by their words; ``at``: publication, None where unknown.
    """

    vector: Vector
    words: Ids
    parts: tuple[tuple[Vector, Ids], ...] = ()
    provinces: frozenset[str] = frozenset()
    localities: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()  # naming facts
    at: datetime | None = None

    @property
    def roundup(self) -> bool:
        """Whether it tells of several happenings: it joins an event and never shapes one."""
        return bool(self.parts)


def story(
    *, title: str, text: str, at: datetime | None = None, provinces: frozenset[str] = frozenset(),
    localities: frozenset[str] = frozenset(), marks: frozenset[str] = frozenset(),
) -> ArticleVector:  # fmt: skip
    """An article as events see it; ``text`` is the body, ``provinces`` the province names found in it."""
    title, lead = unicodedata.normalize("NFC", title), lead_of(text)
    vector, words = _vector(title, lead, fact_features(marks))
    return ArticleVector(
        vector=vector, words=words, parts=tuple(_vector(part, "") for part in roundup_parts(title)),
        provinces=provinces, localities=localities, kinds=kinds_of(f"{title}\n{lead}"), marks=marks, at=at,
    )  # fmt: skip


def kinds_of(passage: str) -> frozenset[str]:
    """The kinds of happening whose words stand in an NFC passage."""
    low = passage.lower()  # once: to look for words of either case takes thrice as long
    return frozenset(kind for kind, words in _KIND.items() if words.search(low))


def lead_of(text: str) -> str:
    """The beginning of a text, NFC, cut after a word."""
    head = unicodedata.normalize("NFC", text[: 2 * LEAD])
    if len(head) <= LEAD:
        return head
    return head[: max(head.rfind(" ", 0, LEAD), LEAD // 2)]


def roundup_parts(title: str) -> list[str]:
    """The happenings that a roundup's headline names, [] for an ordinary headline."""
    parts = [part for part in _PARTS.split(title) if len(part.split()) >= 3]
    named = _ROUNDUP.search(title.lstrip("[]( "))
    if named is None and len(parts) < 3:
        return []
    if named is not None:
        parts = [re.sub(r"^[^:]{0,40}:\s*", "", part) if n == 0 else part for n, part in enumerate(parts)]
    return parts or [title]


@lru_cache(maxsize=100_000)
def _number(feature: str) -> int:
    return zlib.crc32(feature.encode()) & (BUCKETS - 1)


@lru_cache(maxsize=100_000)
def _letters(word: str) -> Ids:
    padded = f" {word[:40]} "
    if len(padded) < 4:
        return np.array([_number(f"c{padded}")], dtype=np.int32)
    return np.array(
        [_number(f"c{padded[at : at + size]}") for size in (3, 4, 5) for at in range(len(padded) - size + 1)],
        dtype=np.int32,
    )


def words_of(passage: str) -> Ids:
    """The words and pairs of a passage, ascending and each once; letters left out."""
    words = _WORD.findall(unicodedata.normalize("NFC", passage).lower())
    whole = [_number(f"w{word}") for word in words]
    whole += [_number(f"b{one} {two}") for one, two in zip(words, words[1:], strict=False)]
    return np.unique(np.array(whole, dtype=np.int32))


def fact_features(marks: frozenset[str]) -> list[str]:
    """Naming facts as features beside the words: places, and each kind of happening with its district; they are the
    same in every language."""
    places = [f"f{one}" for one in marks if one.startswith(("pl:", "pd:", "hm:"))]
    kinds = [one for one in marks if one.startswith("k:")]
    districts = [one for one in marks if one.startswith("in:")]
    return sorted([*places, *(f"f{kind}@{district}" for kind in kinds for district in districts)])[
        :_MOST_FACTS
    ]


def _vector(title: str, lead: str, facts: Sequence[str] = ()) -> tuple[Vector, Ids]:
    ids: list[Ids] = []
    sizes: list[int] = []
    wholes: list[Ids] = []
    for passage in (title, lead):
        words = _WORD.findall(passage.lower())
        pairs = zip(words, words[1:], strict=False)
        whole = [_number(f"w{word}") for word in words] + [_number(f"b{one} {two}") for one, two in pairs]
        wholes.append(np.array(whole, dtype=np.int32))
        letters = [_letters(word) for word in words]
        ids += [wholes[-1], *letters]
        sizes.append(sum(map(len, letters), len(whole)))
    if facts:
        wholes.append(np.array([_number(fact) for fact in facts], dtype=np.int32))
        ids.append(wholes[-1])
    times = np.repeat(np.array([HEADLINE, 1, FACT], dtype=np.float32), [*sizes, len(facts)])
    distinct, where = np.unique(np.concatenate(ids), return_inverse=True)
    counts = np.bincount(where, weights=times, minlength=len(distinct))
    weights = (1.0 + np.log(np.maximum(counts, 1.0))).astype(np.float32)
    return Vector(distinct.astype(np.int32), weights), np.unique(np.concatenate(wholes))


def weighed(vector: Vector, rarity: Reals) -> Vector:
    """The vector times the rarity of its features, of length one (or empty)."""
    weights = vector.weights * rarity[vector.ids]
    length = float(np.sqrt(np.dot(weights, weights)))
    return Vector(vector.ids, weights / np.float32(length) if length else weights)


def look_up_keys(story: ArticleVector, rarity: Reals, most: int = KEYS) -> list[int]:
    """The weightiest of an article's words and pairs, and its facts: other articles on its event hold some of them too, in
    another language the facts alone."""
    if len(story.words) <= most:
        return [int(key) for key in story.words]
    weights = story.vector.weights[np.searchsorted(story.vector.ids, story.words)] * rarity[story.words]
    heaviest = np.argpartition(-weights, most)[:most]
    facts = {_number(fact) for fact in fact_features(story.marks)[:_FACT_KEYS]}
    return sorted(facts | {int(key) for key in story.words[heaviest]})
