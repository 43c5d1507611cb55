"""Finds names in an item and what stands around each: the words before, lists, dashes, brackets. Decides nothing."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.places.gazetteer import CAPITALISED, FOLLOWING, UPPER, Gazetteer
from classifier.places.name_forms import Name
from classifier.text.prepared_text import PreparedText
from db.core.language import has_marks

LONGEST = 120_000  # code points that are searched: fifty times a long article; bounds the time of a 5 MB text
MOST = 600  # names looked at in one item
_SAMPLE = 2000  # code points that tell whether a part is all capitals or has none
_WORDS = re.compile(r"\w+")
_CAPITALS = re.compile(f"[{UPPER}]")
_LETTERS = re.compile(r"[^\W\d_]")
_DASH = re.compile(r"\s?[-~～〜至・]\s?$")
_LIST = re.compile(r"\s?(?:,|;|/|và|cùng|hay|hoặc|and|et|&|、|和)*\s?(?:và |tỉnh |thành phố |TP\.? ?|the )*$")
_NEXT_NAME = re.compile(rf" ([{UPPER}]\w*)")
# "như Lào Cai, Sơn La": after a word for a kind of place it gives examples and compares nothing.
_EXAMPLES = re.compile(
    r"(?:tỉnh|thành|phố|huyện|xã|nơi|vùng|khu vực|địa phương|điểm|điểm đến|phía Bắc|miền núi|khác|lớn|đô thị|du lịch"
    r"|cao|[(,:])\s*$"
)
_AGE = re.compile(
    r"(?:tuổi|SN \d{4}|sinh năm \d{4}|sinh \d{4})[,)]?(?: hiện)?(?: trú| ngụ)?(?: ở| tại)?"
    r"(?: (?:tỉnh|huyện|xã|thành phố|TP\.?|phường))?[\s(,]*$"
)
_ADDRESS = 60  # code points between a commune and the district or province of its address
_GOES_ON = re.compile(r"\w+(?: \w+){0,3}\s?[,(\-]+\s?(?:(?:huyện|thị xã|thành phố|tỉnh|TP\.?|thuộc)\s?)*")
_UNKNOWN_UNIT = re.compile(
    rf"(?<!\w)(?:[Xx]ã|[Pp]hường|[Hh]uyện|[Qq]uận|[Tt]hị xã|P\.|H\.|Q\.|X\.) ?(?=[{UPPER}])"
)
_KANA = re.compile("[\u30a1-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# What may follow a name in Korean: particles and words of place. 사파 alone is also the beginning of 사파리 (safari).
_AFTER_HANGUL = re.compile(
    "(?:에|의|는|은|가|를|을|와|과|로|도|까지|부터|지역|시|현|성|여행|마을|관광|인근|등|투어|산|호텔|판시판)"
)


@dataclass(slots=True)
class PlaceCandidate:
    """A name where it stands, with what is around it."""

    start: int
    end: int
    name: Name
    shout: bool = False  # all around is in capitals, so capitals say nothing
    route: bool = False  # joined by a dash with another province
    listed: bool = False  # one of a list with two other provinces or more
    cue: str | None = None  # kind of the word before
    cue_word: str = ""
    outer: str | None = None  # kind of the word before a unit word
    unit: str | None = None  # xã, phường, huyện … before the name
    joined_before: bool = False  # a capitalised word stands right before
    aged: bool = False  # "(24 tuổi, Yên Bái)": where a person comes from
    joined_after: bool = False  # and right after
    bracket: bool = False  # in brackets or after a comma: goes on with an address

    @property
    def unit_fits(self) -> bool:
        """Whether the unit word before is one that a bearer of the name has: phường Xuân Hòa is not ours, xã is."""
        return self.unit is not None and self.unit in self.name.kinds


def names_in(reading: PreparedText, gazetteer: Gazetteer) -> list[PlaceCandidate]:
    """Every name in the item, ours and others', overlaps settled, each with what stands around it; in order."""
    found = _resolve(_scan(reading, gazetteer))
    _mark_groups(reading.folded, found)
    starts, ends = {one.start for one in found}, {one.end for one in found}
    for one in found:
        if not one.name.own:
            continue
        _look_around(reading.folded, one, gazetteer)
        # "xã Bảo Hà Lào Cai": the word after begins a name of its own.
        if one.joined_after and one.end + 1 in starts:
            one.joined_after = False
        # "cáp treo Fansipan Sa Pa": the word before belongs to a name of its own.
        if one.joined_before and one.start - 1 in ends:
            one.joined_before = False
    return found


def unknown_units(folded: str, found: list[PlaceCandidate], ours: Sequence[int]) -> tuple[int, ...]:
    """Where communes and districts are named that are neither the province's nor in any list.

    ``ours``: starts of the names that were taken, in order. A commune of which the address goes on with one of them is
    ours too, gone from the tables: "xã Ngải Thầu (Bát Xát)".
    """
    starts = {one.start for one in found}
    unknown: list[int] = []
    for match in _UNKNOWN_UNIT.finditer(folded, 0, LONGEST):
        if match.end() in starts or match.start() in starts:
            continue
        at = bisect_left(ours, match.end())
        gap = folded[match.end() : ours[at]] if at < len(ours) and ours[at] - match.end() < _ADDRESS else None
        if gap is None or not _GOES_ON.fullmatch(gap):
            unknown.append(match.end())
            if len(unknown) == MOST:
                break
    return tuple(unknown)


def _scan(reading: PreparedText, gazetteer: Gazetteer) -> list[PlaceCandidate]:
    folded = reading.folded[:LONGEST]
    middle = len(reading.title)
    found: list[PlaceCandidate] = []
    for begin, end in ((0, middle), (middle + 1, len(folded))):
        part = folded[begin:end]
        if not part:
            continue
        plain = reading.language.plain or reading.language.code != "vi" or not has_marks(part)
        sample = part[:_SAMPLE]
        capitals = len(_CAPITALS.findall(sample))
        if capitals * 200 < len(sample) and len(_LETTERS.findall(sample)) > 12:
            found += _scan_lower(folded, begin, end, gazetteer, plain=not has_marks(part))
            continue
        shout = capitals * 2 > len(sample) and capitals * 10 > len(_LETTERS.findall(sample)) * 7
        found += _scan_capitals(folded, begin, end, gazetteer, plain=plain, shout=shout)
    if gazetteer.unparted_pattern is not None and reading.language.code not in ("vi", "en", "fr"):
        for match in gazetteer.unparted_pattern.finditer(folded):
            if not _inside_word(folded, match.start(), match.end()):
                found.append(PlaceCandidate(match.start(), match.end(), gazetteer.unparted[match.group()]))
                if len(found) > 2 * MOST:
                    break
        found.sort(key=lambda one: one.start)
    return found[:MOST]


def _scan_capitals(
    folded: str, begin: int, end: int, gazetteer: Gazetteer, *, plain: bool, shout: bool
) -> list[PlaceCandidate]:
    found: list[PlaceCandidate] = []
    marked_index, plain_index = gazetteer.marked, gazetteer.plain
    for match in CAPITALISED.finditer(folded, begin, end):
        word = match.group().lower()
        marked, bare = marked_index.get(word), plain_index.get(word) if plain else None
        if marked is None and bare is None:
            continue
        follows = FOLLOWING.match(folded, match.end(), end)
        second = follows.group(1).lower() if follows is not None else ""
        bucket = [
            name
            for seconds in (marked, bare)
            if seconds is not None
            for key in ((second, "") if second else ("",))
            for name in seconds.get(key, ())
        ]
        if not bucket:
            continue
        best: PlaceCandidate | None = None
        for name in bucket:
            stop = _reach(folded, match.end(), end, name)
            if stop and (best is None or stop > best.end):
                start = match.start()
                if name.lead:
                    start -= len(name.lead) + 1
                    if start < begin or folded[start : match.start() - 1].lower() != name.lead:
                        continue
                best = PlaceCandidate(start, stop, name, shout)
        if best is not None:
            found.append(best)
            if len(found) > MOST:
                break
    return found


def _reach(folded: str, position: int, end: int, name: Name) -> int:
    """Where the name ends whose first word ends at ``position``; 0 if it does not stand there."""
    for wanted in name.words[1:]:
        match = FOLLOWING.match(folded, position, end)
        if match is None:
            return 0
        word = match.group(1)
        if word.lower() != wanted.lower():
            return 0
        # "sang Lào cai nghiện": every word of a name is capitalised; in long rare names the press is careless.
        if word[0].islower() and wanted[0].isupper() and len(name.words) < 3:
            return 0
        position = match.end()
    return position


def _scan_lower(
    folded: str, begin: int, end: int, gazetteer: Gazetteer, *, plain: bool
) -> list[PlaceCandidate]:
    """Names that stand by themselves in a text without capitals, as people type it in posts; ``plain``: nor marks."""
    found: list[PlaceCandidate] = []
    for pattern, names in (
        (gazetteer.lower_pattern, gazetteer.lower),
        (gazetteer.lower_plain_pattern if plain else None, gazetteer.lower_plain),
    ):
        if pattern is not None:
            found += [
                PlaceCandidate(match.start(), match.end(), names[match.group()])
                for match in pattern.finditer(folded, begin, end)
            ]
    return sorted(found, key=lambda one: one.start)


def _inside_word(folded: str, start: int, end: int) -> bool:
    """Whether a Japanese or Korean form is only a piece of a longer word (サパタ, 사파리)."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if _KANA.match(folded[start]):
        return bool(_KANA.match(before) or _KANA.match(after)) and before != "・" and after != "・"
    if _HANGUL.match(folded[start]):
        return bool(_HANGUL.match(before)) or bool(
            _HANGUL.match(after) and not _AFTER_HANGUL.match(folded, end)
        )
    return False


def _resolve(found: list[PlaceCandidate]) -> list[PlaceCandidate]:
    """Overlaps settled: a sure name of elsewhere wins over a doubtful one of ours ("phía Bắc Hà Nội"), else the first."""
    kept: list[PlaceCandidate] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            last = kept[-1]
            if (
                one.name.elsewhere
                and not one.name.own
                and last.name.own
                and last.name.standing != "sure"
                or one.end - one.start > last.end - last.start
                and one.name.own
                and not last.name.own
            ):
                kept[-1] = one
            continue
        kept.append(one)
    return kept


def _mark_groups(folded: str, found: list[PlaceCandidate]) -> None:
    """Marks names joined by dashes with another province (a route) and names in a list of three places or more."""
    dashed: list[PlaceCandidate] = []
    listed: list[PlaceCandidate] = []
    for at, one in enumerate(found):
        gap = folded[found[at - 1].end : one.start] if at else None
        if gap is None or not _DASH.match(gap):
            _close_route(dashed)
            dashed = []
        dashed.append(one)
        if gap is None or len(gap) > 16 or not _LIST.match(gap):
            _close_list(listed)
            listed = []
        listed.append(one)
    _close_route(dashed)
    _close_list(listed)


def _close_route(chain: list[PlaceCandidate]) -> None:
    if len(chain) > 1 and any(not one.name.own for one in chain):
        for one in chain:
            one.route = True


def _close_list(chain: list[PlaceCandidate]) -> None:
    if sum(not one.name.own for one in chain) >= 2:
        for one in chain:
            one.listed = True


def _look_around(folded: str, one: PlaceCandidate, gazetteer: Gazetteer) -> None:
    before = folded[max(0, one.start - 36) : one.start]
    line = before.rfind("\n")
    if line >= 0:
        before = before[line + 1 :]
    words = list(_WORDS.finditer(before))
    gap = before[words[-1].end() :] if words else before
    after = _NEXT_NAME.match(folded, one.end)
    one.joined_after = after is not None
    one.bracket = gap.endswith("(")
    if not words:
        return
    close = gap == " " or (gap.strip(" .") == "" and len(words[-1].group()) <= 2)
    if not close:
        # ", Lào Cai" goes on with an address; a quotation mark or a bracket parts it from the words before.
        if gap.strip() == ",":
            one.bracket = True
        one.aged = _AGE.search(before) is not None
        return
    last = words[-1].group()
    one.joined_before = last[0].isupper() and not last.isupper() and gap == " "
    one.aged = one.aged or _AGE.search(before) is not None
    kind, length = _cue(words, len(words), gazetteer)
    if kind is None:
        return
    if kind == "simile" and (one.listed or (length == 1 and _EXAMPLES.search(before[: words[-1].start()]))):
        return
    one.cue, one.cue_word = kind, " ".join(word.group() for word in words[len(words) - length :]).lower()
    if kind == "unit":
        one.unit = gazetteer.kind_of.get(one.cue_word, one.cue_word)
        one.joined_before = False
        rest = len(words) - length
        if rest and before[words[rest - 1].end() : words[rest].start()].strip(" ") == "":
            one.outer = _cue(words, rest, gazetteer)[0]
    elif (
        kind in ("venue", "authority", "press", "simile", "locative", "route", "neutral")
        and one.joined_before
    ):
        # "Chợ Bắc Hà", "Công An Lào Cai": a known word, not a part of a longer name.
        one.joined_before = False


def _cue(words: "list[re.Match[str]]", stop: int, gazetteer: Gazetteer) -> tuple[str | None, int]:
    for length in (4, 3, 2, 1):
        if length > stop:
            continue
        kind = gazetteer.cues.get(" ".join(word.group() for word in words[stop - length : stop]).lower())
        if kind is not None:
            return kind, length
    return None, 0
