"""In what a text differs from a claim: place, time, count, polarity, subject. Each is a function of its own.

``here`` is what the text says, ``there`` what the claim says. A difference of place, count, polarity or subject means
that the text is not the claim told again; another day alone does not, for rumours come back every year.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from classifier.claims.telling import Telling
from classifier.facts.record import UNREAL, HappeningFact, PlaceFact, TimeFact
from db.core import claim_words
from db.core.text import plain

What = Literal["place", "time", "count", "polarity", "subject"]
PARTING: frozenset[str] = frozenset({"place", "count", "polarity", "subject"})

_UNIT = re.compile(r"^(?:xa|phuong|thi tran|huyen|tinh|thon|ban) ")
_WHOLE = ("province", "country")
_ROUGH = 0.1  # numbers this near are one number
_FAMILIES = (
    {"flood", "landslide", "storm", "hail", "rain", "release", "collapse", "drowning", "death", "missing", "injury"},
    {"fire", "explosion", "death", "injury"}, {"traffic", "death", "injury"}, {"disease", "illness", "death"},
    {"poisoning", "illness", "death", "disease"}, {"kidnapping", "missing", "abuse"}, {"murder", "assault", "death", "injury", "abuse"},
    {"fraud", "theft", "corruption", "charge"}, {"pollution", "animals", "poisoning", "illness"},
)  # fmt: skip
_NOT = re.compile(
    r"(?<!\w)(?:khong|chua|chang|cha|ko|kh|hok|hong|khong he|not|no|never|nobody|none|isn't|wasn't|aren't|didn't|doesn't|won't"
    r"|ne|n|pas|aucun|aucune|jamais)(?!\w)|n't(?!\w)|没有|並無|并无|不会|不是|未|不属实|不實|无人|不"
)
_STILL = re.compile(  # as before, against what is claimed to have changed
    r"(?<!\w)(?:vẫn (?!chưa|không)|van (?:duoc|binh thuong|con|cho|mo|giu)|still|as usual|toujours|comme avant)|仍|照常|照旧"
)
_WORD = re.compile(r"\w+")
_CLAUSE_END = re.compile(r"[.,;:!?…。，；：！？\n]")
_REACH = 5  # words behind a negation that it denies
_UNTRUE = re.compile(
    r"(?<!\w)(?:sai su that|tin gia|tin vit|bia dat|that thiet|bac bo|bac tin|tin don nham|bia ra|tao lao|khong co chuyen|khong dung|la gia"
    r"|cai chinh|dinh chinh|hoax|false|fake|untrue|denies|denied|debunk\w*|faux|fausse|dement\w*|infonde\w*)(?!\w)|谣言|辟谣|造谣|虚假|假的|不实"
)
# Words of opposite meaning, without marks; a text that says one and a claim that says the other part.
_OPPOSITES = (
    (r"dong cua|cam|chan|phong toa|tam dung|ngung|close[sd]?|shut\w*|ban(?:s|ned)?|ferm\w+|interdi\w+|关闭|禁止|封",
     r"mo cua|mo lai|thong xe|cho phep|cho .{0,14}di lai|hoat dong binh thuong|(?:re)?open(?:s|ed)?|allow\w*|rouv\w+|autoris\w+|开放|恢复|允许"),
    (r"tang|gap doi|gap ba|nhan ba|rise[sn]?|rose|increas\w+|tripl\w+|doubl\w+|augment\w+|hausse|上涨|涨", r"giam|ha gia|giu nguyen|fall\w*|fell|drop\w*|decreas\w+|baiss\w+|diminu\w+|下降|降"),
    (r"thu them|nop|dong tien|phai tra|bi thu|pay|charg\w+|pa(?:ie|y)\w+|收费|缴", r"mien phi|hoan lai|tra lai|hoan tra|khong thu|free|refund\w*|gratuit\w*|rembours\w+|免费|退还"),
    (r"vo|nut|sap|gay|do|crack\w*|collaps\w+|burst\w*|broke\w*|fissur\w+|effondr\w+|决|裂|塌", r"an toan|vung chac|on dinh|nguyen ven|safe|sound|intact|stable|sur[es]?|安全|完好|稳定"),
    (r"het|can|thieu|ran out|short\w*|manque|用完|缺", r"con du|du dung|du tru|doi dao|enough|plenty|suffi\w+|充足"),
    (r"cat|bi cat|bo|xoa|huy|cut|scrapp\w*|cancel\w*|supprim\w+|annul\w+|取消", r"duoc cap|cap cho|giu nguyen|keep\w*|kept|maint\w+|保留"),
    (r"nhiem|doc|ban|poison\w*|contaminat\w+|toxi\w+|污染|有毒", r"dat chuan|dat quy chuan|an toan|sach|safe|clean|potable|合格|安全"),
)  # fmt: skip
_PAIRS = tuple(
    tuple(
        re.compile(rf"(?<!\w)(?:{side})(?!\w)|(?:{'|'.join(re.findall('[一-鿿]+', side)) or '$^'})")
        for side in pair
    )
    for pair in _OPPOSITES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDifference:
    """One difference, in the words of both sides."""

    what: What
    here: str
    there: str


def place(here: Telling, there: Telling, truth: Telling) -> ClaimDifference | None:
    """Another place: none of the places said is, holds or neighbours a place of the claim."""
    mine, theirs = _places(here), _places(there)
    if not mine:
        return None
    if not theirs:  # a claim without a place is of the province
        away = [one for one in mine if not one.own]
        return _differ("place", away, []) if away and len(away) == len(mine) else None
    if any(_same_place(one, other) for one in mine for other in theirs):
        return None
    if says_place(here, theirs) or says_place(there, mine):  # one that is no known place on the other side
        return None
    return _differ("place", mine, theirs)


def time(here: Telling, there: Telling, truth: Telling) -> ClaimDifference | None:
    """Another day, where both say one."""
    mine = [one for one in here.facts.times if one.first and one.last and not one.relative]
    theirs = [one for one in there.facts.times if one.first and one.last and not one.relative]
    if not mine or not theirs:
        return None
    met = any(_overlap(one, other) for one in mine for other in theirs)
    return None if met else _differ("time", mine, theirs)


def count(here: Telling, there: Telling, truth: Telling) -> ClaimDifference | None:
    """Another number of the same thing; or the number that is true in place of the claimed one."""
    for one in here.facts.counts:
        others = [other for other in there.facts.counts if other.what == one.what]
        if others and not any(_near(one.number, other.number) for other in others):
            return _differ("count", [one], others)
    mine, theirs = here.numbers, there.numbers
    if theirs and mine and not mine & theirs and mine & truth.numbers:
        return ClaimDifference(what="count", here=", ".join(sorted(mine)), there=", ".join(sorted(theirs)))
    if not theirs and mine & truth.numbers:
        return ClaimDifference(what="count", here=", ".join(sorted(mine & truth.numbers)), there="")
    return None


def polarity(here: Telling, there: Telling, truth: Telling) -> ClaimDifference | None:
    """The text denies what the claim says, says its opposite, or tells what is true instead."""
    if _denies(here) != _denies(there):
        return ClaimDifference(what="polarity", here=_cue(here), there=_cue(there))
    turned = _denied_words(here) ^ _denied_words(there)
    for word in sorted(turned & _words(here) & _words(there)):
        return ClaimDifference(what="polarity", here=f"{_cue(here)} {word}".strip(), there=word)
    for one, other in _PAIRS:
        for mine, theirs in ((one, other), (other, one)):
            said, claimed = mine.search(here.folded), theirs.search(there.folded)
            if said and claimed and not mine.search(there.folded) and not theirs.search(here.folded):
                return ClaimDifference(what="polarity", here=said.group(), there=claimed.group())
    unreal = _unreal(here), _unreal(there)
    if unreal[0] and not unreal[1]:
        return ClaimDifference(what="polarity", here=unreal[0].text, there="")
    nearer = claim_words.likeness(here.features, truth.features)
    if nearer > claim_words.likeness(here.features, there.features):
        return ClaimDifference(what="polarity", here=here.reading.text[:80], there=there.reading.text[:80])
    return None


def subject(here: Telling, there: Telling, truth: Telling) -> ClaimDifference | None:
    """Another matter: other kinds of happening, or other names alone."""
    mine = {one.sort for one in here.facts.happenings}
    theirs = {one.sort for one in there.facts.happenings}
    if mine and theirs and not _related(mine, theirs):
        return ClaimDifference(what="subject", here=", ".join(sorted(mine)), there=", ".join(sorted(theirs)))
    if here.reading.language.code != there.reading.language.code:
        return None
    names, others = _names(here), _names(there)
    unknown = names and not any(name in there.folded + truth.folded for name in names)
    if unknown and others and not any(name in here.folded for name in others):
        return ClaimDifference(what="place", here=", ".join(sorted(names)), there=", ".join(sorted(others)))
    return None


RULES: tuple[Callable[[Telling, Telling, Telling], ClaimDifference | None], ...] = (
    place, time, count, polarity, subject,
)  # fmt: skip


def between(here: Telling, there: Telling, truth: Telling) -> tuple[ClaimDifference, ...]:
    """All differences of a text from a claim of which ``truth`` was established."""
    return tuple(found for rule in RULES if (found := rule(here, there, truth)) is not None)


def says_place(telling: Telling, places: list[PlaceFact]) -> bool:
    """Whether the words of one of the places stand in the text, with its unit or without."""
    return any(_UNIT.sub("", plain(one.name)) in telling.folded for one in places)


def _places(telling: Telling) -> list[PlaceFact]:
    return [
        one for one in telling.facts.places if one.id != "country:vn" and one.role not in ("origin", "route")
    ]


def _same_place(one: PlaceFact, other: PlaceFact) -> bool:
    if one.id == other.id or one.districts & other.districts:
        return True
    if one.own and other.own and (one.level in _WHOLE or other.level in _WHOLE):
        return True  # the province holds its communes
    mine, theirs = plain(one.name), plain(other.name)
    return mine in theirs or theirs in mine


def _overlap(one: TimeFact, other: TimeFact) -> bool:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return one.first <= other.last and other.first <= one.last


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _ROUGH * max(abs(one), abs(other))


def _related(mine: set[str], theirs: set[str]) -> bool:
    if mine & theirs:
        return True
    return any(family & mine and family & theirs for family in _FAMILIES)


def _names(telling: Telling) -> set[str]:
    """Names of two syllables and more, folded: neighbouring words that begin with a capital, in a text of small letters."""
    text = telling.reading.text
    if text.isupper():
        return set()
    found: set[str] = set()
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(text), None]:
        if word and word.group()[0].isupper() and (not run or text[run[-1].end() : word.start()] == " "):
            run.append(word)
            continue
        if len(run) > 1:
            found.add(plain(text[run[0].start() : run[-1].end()]))
        run = [word] if word and word.group()[0].isupper() else []
    return found


def _denies(telling: Telling) -> bool:
    if _UNTRUE.search(telling.folded) or "refutes" in telling.roles:
        return True
    return bool(_NOT.search(telling.folded) or _STILL.search(telling.reading.text.lower()))


def _words(telling: Telling) -> set[str]:
    """The weighted words, without marks."""
    return {name[2:] for name in telling.features if name.startswith("b:")}


def _denied_words(telling: Telling) -> set[str]:
    """Words that stand behind a negation, up to the end of its clause."""
    found: set[str] = set()
    for cue in _NOT.finditer(telling.folded):
        clause = _CLAUSE_END.split(telling.folded[cue.end() :], maxsplit=1)[0]
        found |= set(clause.split()[:_REACH])
    return found


def _cue(telling: Telling) -> str:
    found = _UNTRUE.search(telling.folded) or _NOT.search(telling.folded)
    return found.group() if found else ""


def _unreal(telling: Telling) -> HappeningFact | None:
    """A happening, where all that are told did not happen; None where one did or none is told."""
    told = telling.facts.happenings
    if told and all(one.modality in UNREAL - {"asked", "planned", "forecast"} for one in told):
        return told[0]
    return None


def _differ(what: What, mine: object, theirs: object) -> ClaimDifference:
    return ClaimDifference(what=what, here=_said(mine), there=_said(theirs))


def _said(facts: object) -> str:
    assert isinstance(facts, list)
    return ", ".join(dict.fromkeys(one.text for one in facts))
