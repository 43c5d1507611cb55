"""Where an item speaks of the province: every name found, accepted or refused, each with its reason and offsets.

Three passes: names are found (ours and those of other provinces), names that stand by themselves are settled, and
with these as evidence the doubtful ones: a shared name needs its unit word and the region, a word of place or the
region is enough for a rarer one, and another province named nearer refutes both.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from classifier.gazetteer import CAPITALISED, FOLLOWING, Gazetteer, Name, Unit
from classifier.language import has_marks
from classifier.text import Reading

LONGEST = 120_000  # code points that are searched: fifty times a long article; bounds the time of a 5 MB text
MOST = 600  # names looked at in one item
_WORDS = re.compile(r"\w+")
_STOPS = re.compile(r"[.!?…](?=\s|$)|\n")
_DASH = re.compile(r"\s?-\s?$")
_LIST = re.compile(r"\s?(?:,|;|/|và|cùng|hay|hoặc|and|et|&|、|和)*\s?(?:và |tỉnh |thành phố |TP\.? ?|the )*$")
_CHAIN = re.compile(r"\s*(?:[,(\-]|thuộc|của|tỉnh|huyện|ở|tại|cũ|nay là|TP|in |of )", re.IGNORECASE)
_NEXT_NAME = re.compile(r" ([A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ]\w*)")
_MERGED_ON = {"huyện", "thị xã", "thành phố", "thị trấn"}  # kinds that only units of before the merger have

Role = Literal["place", "authority", "plain", "named", "origin", "venue", "route", "list"]
# "như Lào Cai, Sơn La": after a word for a kind of place it gives examples and compares nothing.
_EXAMPLES = re.compile(
    r"(?:tỉnh|thành|thành phố|huyện|xã|nơi|vùng|khu vực|địa phương|điểm|điểm đến|phía Bắc|miền núi|khác|lớn|đô thị|du lịch|cao|[(,:])\s*$"
)
_AGE = re.compile(
    r"(?:tuổi|SN \d{4}|sinh năm \d{4}|sinh \d{4})[,)]?(?: hiện)?(?: trú| ngụ)?(?: ở| tại)?(?: (?:tỉnh|huyện|xã|thành phố|TP\.?|phường))?\s*$"
)
_UNKNOWN_UNIT = re.compile(
    r"(?<!\w)(?:[Xx]ã|[Pp]hường|[Hh]uyện|[Qq]uận|[Tt]hị xã|P\.|H\.|Q\.|X\.) ?(?=[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A name taken as a place: ``body[start:end]`` is ``as_written``; ``why`` says what settled it."""

    id: str
    name: str
    as_written: str
    start: int
    end: int
    territory: str | None
    level: str  # province, district, commune, landmark
    within: str  # yes, partly, no: landmarks may straddle or lie outside
    role: Role
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A name that is none of the province's, and why."""

    as_written: str
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What was found in one item; ``elsewhere`` are (start, end) of names of other provinces and countries."""

    hits: tuple[Hit, ...]
    refused: tuple[Refusal, ...]
    elsewhere: tuple[tuple[int, int], ...] = ()
    abroad: tuple[tuple[int, int], ...] = ()
    unknown_units: tuple[int, ...] = ()  # starts of communes and districts that are not the province's
    local_source: bool = False


@dataclass(slots=True)
class _Found:
    start: int
    end: int
    name: Name
    shout: bool = False
    route: bool = False
    listed: bool = False
    cue: str | None = None  # kind of the word before
    cue_word: str = ""
    outer: str | None = None  # kind of the word before a unit word
    unit: str | None = None  # xã, phường, huyện … before the name
    joined_before: bool = False  # a capitalised word stands right before
    aged: bool = False  # "(24 tuổi, Yên Bái)": where a person comes from
    joined_after: bool = False
    bracket: bool = False
    first: bool = field(default=False)  # nothing but a line start before it


def find(reading: Reading, gazetteer: Gazetteer) -> Places:
    """Every place name of the item, settled; in order of place."""
    local = gazetteer.is_local(reading.item.source, reading.item.url)
    found = _resolve(_scan(reading, gazetteer))
    own = [one for one in found if one.name.own]
    if not own:
        return Places(hits=(), refused=(), local_source=local)
    _mark_groups(reading.folded, found)
    for one in own:
        _look_around(reading.folded, one, gazetteer)
    ends = {one.end for one in found}
    for one in own:
        # "cáp treo Fansipan Sa Pa": the word before belongs to a name of its own.
        if one.joined_before and one.start - 1 in ends:
            one.joined_before = False
    others = [one for one in found if one.name.elsewhere and not (one.name.own and _unit_fits(one))]
    return _settle(reading, gazetteer, found, own, others, local)


def _scan(reading: Reading, gazetteer: Gazetteer) -> list[_Found]:
    folded = reading.folded[:LONGEST]
    middle = len(reading.title)
    found: list[_Found] = []
    for begin, end in ((0, middle), (middle + 1, len(folded))):
        part = folded[begin:end]
        if not part:
            continue
        plain = reading.language.plain or reading.language.code != "vi" or not has_marks(part)
        sample = part[:2000]
        letters = sum(letter.isalpha() for letter in sample)
        capitals = sum(letter.isupper() for letter in sample)
        if capitals * 200 < letters and letters > 12:
            found += _scan_lower(folded, begin, end, gazetteer)
        else:
            found += _scan_capitals(
                folded, begin, end, gazetteer, plain=plain, shout=capitals * 10 > letters * 7
            )
    if gazetteer.unparted_pattern is not None and reading.language.code not in ("vi", "en", "fr"):
        for match in gazetteer.unparted_pattern.finditer(folded):
            if not _inside_word(folded, match.start(), match.end()):
                found.append(_Found(match.start(), match.end(), gazetteer.unparted[match.group()]))
        found.sort(key=lambda one: one.start)
    return found[:MOST]


def _scan_capitals(
    folded: str, begin: int, end: int, gazetteer: Gazetteer, *, plain: bool, shout: bool
) -> list[_Found]:
    found: list[_Found] = []
    marked_index, plain_index = gazetteer.marked, gazetteer.plain
    for match in CAPITALISED.finditer(folded, begin, end):
        word = match.group().lower()
        bucket = marked_index.get(word)
        if plain and word in plain_index:
            bucket = [*(bucket or ()), *plain_index[word]]
        if not bucket:
            continue
        best: _Found | None = None
        for name in bucket:
            stop = _reach(folded, match.end(), end, name)
            if stop and (best is None or stop > best.end):
                start = match.start()
                if name.lead:
                    start -= len(name.lead) + 1
                    if start < begin or folded[start : match.start() - 1].lower() != name.lead:
                        continue
                best = _Found(start, stop, name, shout)
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


def _scan_lower(folded: str, begin: int, end: int, gazetteer: Gazetteer) -> list[_Found]:
    """Names that stand by themselves in a text without capitals, as people type it in posts."""
    if gazetteer.lower_pattern is None:
        return []
    return [
        _Found(match.start(), match.end(), gazetteer.lower[match.group()])
        for match in gazetteer.lower_pattern.finditer(folded, begin, end)
    ]


_KANA = re.compile("[\u30a1-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# What may follow a name in Korean: particles and words of place. 사파 alone is also the beginning of 사파리 (safari).
_AFTER_HANGUL = re.compile(
    "(?:에|의|는|은|가|를|을|와|과|로|도|까지|부터|지역|시|현|성|여행|마을|관광|인근|등|투어|산|호텔|판시판)"
)


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


def _resolve(found: list[_Found]) -> list[_Found]:
    """Overlaps settled: a sure name of elsewhere wins over a doubtful one of ours ("phía Bắc Hà Nội"), else the first."""
    kept: list[_Found] = []
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


def _mark_groups(folded: str, found: list[_Found]) -> None:
    """Marks names joined by dashes with another province (a route) and names in a list of three places or more."""
    dashed: list[_Found] = []
    listed: list[_Found] = []
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


def _close_route(chain: list[_Found]) -> None:
    if len(chain) > 1 and any(not one.name.own for one in chain):
        for one in chain:
            one.route = True


def _close_list(chain: list[_Found]) -> None:
    if sum(not one.name.own for one in chain) >= 2:
        for one in chain:
            one.listed = True


def _look_around(folded: str, one: _Found, gazetteer: Gazetteer) -> None:
    before = folded[max(0, one.start - 36) : one.start]
    line = before.rfind("\n")
    if line >= 0:
        before = before[line + 1 :]
    words = list(_WORDS.finditer(before))
    gap = before[words[-1].end() :] if words else before
    after = _NEXT_NAME.match(folded, one.end)
    one.joined_after = after is not None
    one.bracket = gap.endswith("(")
    one.first = not words
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
    if kind == "simile" and length == 1 and _EXAMPLES.search(before[: words[-1].start()]):
        return
    one.cue, one.cue_word = kind, " ".join(word.group() for word in words[len(words) - length :]).lower()
    if kind == "unit":
        one.unit = gazetteer.kind_of.get(one.cue_word, one.cue_word)
        one.joined_before = False
        rest = len(words) - length
        if rest and before[words[rest - 1].end() : words[rest].start()].strip(" ") == "":
            one.outer = _cue(words, rest, gazetteer)[0]
    elif kind in ("venue", "authority", "simile", "locative", "route") and one.joined_before:
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


def _unit_fits(one: _Found) -> bool:
    return one.unit is not None and one.unit in one.name.kinds


def _settle(
    reading: Reading,
    gazetteer: Gazetteer,
    found: list[_Found],
    own: list[_Found],
    others: list[_Found],
    local: bool,
) -> Places:
    folded, on = reading.folded, reading.item.date.date() if reading.item.date else None
    away = [one.start for one in others if not (one.route or one.listed)]
    verdicts: dict[int, tuple[bool, str]] = {}
    anchors: list[int] = []
    for one in own:
        if (
            one.name.standing == "sure"
            and not one.name.plain
            or one.name.standing == "sure"
            and len(one.name.words) > 2
        ):
            verdict = _sure(folded, one, gazetteer, own, away)
            verdicts[one.start] = verdict
            if verdict[0] and not one.route and not one.listed:
                anchors.append(one.start)
    support = _neighbours(own) if not away else frozenset()
    region = gazetteer.region is not None and gazetteer.region.search(folded[:LONGEST]) is not None
    settled: set[str] = set()
    for one in own:
        if one.start in verdicts:
            continue
        verdict = _doubtful(
            folded, one, gazetteer, anchors, away, region=region, local=local, settled=settled
        )
        verdicts[one.start] = verdict
        if verdict[0]:
            settled.add(one.name.bare)
    hits: list[Hit] = []
    refused: list[Refusal] = []
    for one in own:
        good, why = verdicts[one.start]
        written = reading.body[one.start : one.end]
        if not good:
            refused.append(Refusal(as_written=written, start=one.start, end=one.end, why=why))
            continue
        unit = _unit_of(one, on)
        hits.append(
            Hit(
                id=unit.id,
                name=unit.name,
                as_written=written,
                start=one.start,
                end=one.end,
                territory=unit.territory,
                level=unit.level,
                within=unit.within,
                role=_role(one),
                why=why,
            )
        )
    return Places(
        hits=tuple(hits),
        refused=tuple(refused),
        elsewhere=tuple((one.start, one.end) for one in others if not one.name.abroad),
        abroad=tuple((one.start, one.end) for one in others if one.name.abroad),
        unknown_units=_unknown_units(folded, found) if hits else (),
        local_source=local,
    )


def _neighbours(own: list[_Found]) -> frozenset[str]:
    """Two rarer names of the province in one text, no other province named: each speaks for the other."""
    names = {
        one.name.bare: one
        for one in own
        if one.name.standing != "sure"
        and not (one.joined_before or one.name.elsewhere or one.name.plain or one.shout)
    }
    if len(names) < 2 or not any(one.name.standing == "cue" for one in names.values()):
        return frozenset()
    return frozenset(name for name, one in names.items() if one.unit is None or _unit_fits(one))


def _unknown_units(folded: str, found: list[_Found]) -> tuple[int, ...]:
    """Where communes and districts are named that are neither the province's nor in any list."""
    starts = {one.start for one in found}
    return tuple(
        match.end()
        for match in _UNKNOWN_UNIT.finditer(folded, 0, LONGEST)
        if match.end() not in starts and match.start() not in starts
    )[:MOST]


def _role(one: _Found) -> Role:
    if one.route or "route" in (one.cue, one.outer) or one.name.kinds & {"expressway", "railway"}:
        return "route"
    if one.listed:
        return "list"
    kinds = (one.cue, one.outer)
    if "venue" in kinds:
        return "venue"
    if "authority" in kinds:
        return "authority"
    if "origin" in kinds or one.aged:
        return "origin"
    if one.joined_before:
        return "named"
    if one.cue in ("locative", "unit") or one.bracket:
        return "place"
    return "plain"


def _trap(folded: str, one: _Found, gazetteer: Gazetteer) -> str | None:
    """The name of the trap the name is caught in, if any."""
    watches = gazetteer.watches.get(one.name.bare.lower())
    if not watches:
        return None
    before = folded[max(0, one.start - 30) : one.start].lower().rstrip(" \"'(-.")
    after = folded[one.end : one.end + 30].lower().lstrip(" \"')-")
    around: str | None = None
    for watch in watches:
        if any(before.endswith(word) for word in watch.accept):
            continue
        if any(_ends(before, word) for word in watch.before) or any(
            _begins(after, word) for word in watch.after
        ):
            return watch.name
        if watch.reject:
            if around is None:
                around = _around(folded, one).lower()
            if any(word in around for word in watch.reject) and not any(
                word in around for word in watch.accept
            ):
                return watch.name
    return None


def _ends(text: str, word: str) -> bool:
    return text.endswith(word) and (len(text) == len(word) or not text[-len(word) - 1].isalnum())


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) and (
        len(text) == len(word) or not text[len(word)].isalnum() or not word[-1].isascii()
    )


def _around(folded: str, one: _Found) -> str:
    """The text near a name: a short item whole, else 160 code points on either side."""
    if len(folded) < 700:
        return folded
    return folded[max(0, one.start - 160) : one.end + 160]


def _sure(
    folded: str, one: _Found, gazetteer: Gazetteer, own: list[_Found], away: list[int]
) -> tuple[bool, str]:
    caught = _trap(folded, one, gazetteer)
    if caught:
        return False, f"trap {caught}"
    if one.name.reject and _foreign(folded, one, only_refuting=True):
        return False, "another place of that name: a refuting word stands nearer"
    if one.cue == "simile":
        return False, f"only a comparison: {one.cue_word}"
    after = folded[one.end : one.end + 24].lower().lstrip(" \"'")
    if any(_begins(after, word) for word in gazetteer.simile_after):
        return False, "only a comparison"
    if one.cue == "venue" and away:
        same = any(
            other is not one and other.cue != "venue" and other.name.standing == "sure" and not other.route
            for other in own
        )
        if not same:
            return False, f"{one.cue_word} {one.name.bare}: bears the name, stands elsewhere"
    return True, "known name"


def _foreign(folded: str, one: _Found, *, only_refuting: bool = False) -> str | None:
    """Why a foreign form is refused: the nearest word of its lists refutes it."""
    low = folded[:LONGEST].lower()
    good = _nearest(low, one, one.name.confirm)
    bad = _nearest(low, one, one.name.reject)
    if bad is not None and (good is None or bad <= good):
        return "another place of that name: a refuting word stands nearer"
    if good is None and not only_refuting and (one.name.standing == "cue" or one.name.doubtful_abroad):
        return "doubtful form without a confirming word"
    return None


def _nearest(low: str, one: _Found, words: tuple[str, ...]) -> int | None:
    best: int | None = None
    for word in words:
        before = low.rfind(word, 0, one.start + len(word) - 1)
        after = low.find(word, one.end - len(word) + 1 if len(word) < one.end - one.start else one.start)
        for at in (before, after):
            if at >= 0:
                distance = max(0, one.start - at - len(word), at - one.end)
                best = distance if best is None else min(best, distance)
    return best


def _doubtful(
    folded: str,
    one: _Found,
    gazetteer: Gazetteer,
    anchors: list[int],
    away: list[int],
    *,
    region: bool,
    local: bool,
    settled: set[str],
) -> tuple[bool, str]:
    name = one.name
    caught = _trap(folded, one, gazetteer)
    if caught:
        return False, f"trap {caught}"
    if name.confirm or name.reject:
        foreign = _foreign(folded, one)
        if foreign and not anchors:
            return False, foreign
        if not foreign:
            return True, "foreign form with a confirming word"
    if one.unit is not None and one.unit in gazetteer.kind_of.values() and not _unit_fits(one):
        return False, f"{one.unit} {name.bare} is not a unit of the province"
    if one.cue == "venue" and not anchors:
        return False, f"{one.cue_word} {name.bare}: bears the name, place unknown"
    if one.cue == "simile":
        return False, f"only a comparison: {one.cue_word}"
    if not one.shout and not _unit_fits(one):
        if one.joined_before:
            return False, "part of a longer name (person, company)"
        if one.joined_after and one.cue is None:
            return False, "part of a longer name"
    if name.elsewhere and not _unit_fits(one):
        return False, "a better known place bears the name"
    counter = _counter(folded, one, anchors, away)
    if counter:
        return False, counter
    evidence = bool(anchors) or local
    if name.plain:
        if evidence and (name.standing != "shared" or _unit_fits(one)):
            return True, "without marks, region named"
        return False, "without marks and the region is not named"
    if name.standing == "shared":
        district = one.unit in ("huyện", "thị xã", "thành phố") and _unit_fits(one)
        if _unit_fits(one) and (evidence or (district and not away)):
            return True, "unit word and region" if evidence else "its district bore the name alone"
        if name.bare in settled and evidence:
            return True, "settled earlier in the text"
        return False, "name is shared: unit word or region is missing"
    if one.shout and not (_unit_fits(one) or evidence):
        return False, "capitals throughout: unit word or region is missing"
    if _unit_fits(one):
        return True, "unit word"
    if evidence:
        return True, "region named in the text"
    if one.cue in ("locative", "authority") or name.bare in settled:
        return True, f"after {one.cue_word}" if one.cue_word else "settled earlier in the text"
    if one.bracket and region:
        return True, "region words in the text"
    return False, "no unit word, word of place or region"


def _counter(folded: str, one: _Found, anchors: list[int], away: list[int]) -> str | None:
    """Whether another province is named nearer than ours, and how."""
    if not away:
        return None
    at = bisect_left(away, one.end)
    following = away[at] if at < len(away) else None
    if following is not None and following - one.end <= 60:
        gap = folded[one.end : following]
        nearer = any(one.end <= anchor < following for anchor in anchors)
        if not nearer and not _STOPS.search(gap) and (_CHAIN.match(gap) or len(gap) < 4):
            return "another province follows"
    distance = min(abs(place - one.start) for place in away)
    ours = min((abs(anchor - one.start) for anchor in anchors), default=None)
    if ours is None:
        return "another province is named, ours is not" if distance < 400 else None
    if distance < ours and distance < 100 and ours > 200:
        return "another province is named nearer"
    return None


def _unit_of(one: _Found, on: date | None) -> Unit:
    """Which of the units that bear the name is meant: by the unit word, then the day, then the highest."""

    def order(unit: Unit) -> tuple[bool, bool, int, bool]:
        fits = one.unit is not None and unit.kind == one.unit
        day = on
        if day is None and one.unit in _MERGED_ON:
            valid = unit.valid_to is not None
        elif day is None:
            valid = unit.valid_to is None
        else:
            valid = (unit.valid_from is None or unit.valid_from <= day) and (
                unit.valid_to is None or day <= unit.valid_to
            )
        # Without a unit word the province or district is meant, even after its end: people go on saying Yên Bái.
        return (
            (not fits, unit.rank > 1 if one.unit is None else False, 0 if valid else 1, unit.rank > 0)
            if fits or (one.unit is not None)
            else (True, unit.rank > 1, unit.rank if unit.rank < 2 else 2, not valid)
        )

    return min(one.name.units, key=order)
