"""Whether a name that was found is a place of ours, and why: traps, comparisons, other provinces, what is enough evidence.

Names that stand by themselves are settled first, and with these as evidence the doubtful ones: a shared name needs
its unit word and the region, a word of place or the region is enough for a rarer one, and another province named
nearer refutes both.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from classifier.places.candidates import LONGEST, PlaceCandidate
from classifier.places.gazetteer import Gazetteer, NameTrap

_STOPS = re.compile(r"[.!?…](?=\s|$)|\n")
_CHAIN = re.compile(r"\s*(?:[,(\-]|thuộc|của|tỉnh|huyện|ở|tại|cũ|nay là|TP|in |of )", re.IGNORECASE)
_BYLINE = re.compile(r"\s*(?:[-/(][^.\n]{0,40})?\s*$|\s?/\s?[A-ZĐ]{2}")
_SAYS_PROVINCE = re.compile(r"\s?\([^)]*$|[^.]*(?:tỉnh|thuộc|province)\s$", re.IGNORECASE)
_DISTRICTS = {"huyện", "thị xã", "thành phố"}
_SHORT = 700  # code points up to which a whole item counts as near
_NEAR = 160


@dataclass(slots=True, kw_only=True)
class PlaceEvidence:
    """What the item says besides the name in question."""

    folded: str
    own: list[PlaceCandidate]
    away: list[int]  # where other provinces are named, lists and roads left out
    region: bool
    local: bool
    foreign: bool  # neither Vietnamese nor undecided
    anchors: list[int] = field(default_factory=list)  # where ours is named surely
    settled: set[str] = field(default_factory=set)
    _low: str | None = None
    _places: dict[str, list[int]] = field(default_factory=dict)

    def nearest(self, one: PlaceCandidate, words: tuple[str, ...]) -> int | None:
        """Code points between the name and the nearest of the words; None when none of them stands in the item."""
        best: int | None = None
        for word in words:
            starts = self._starts(word)
            at = bisect_left(starts, one.start)
            for start in starts[max(at - 1, 0) : at + 1]:
                distance = max(0, one.start - start - len(word), start - one.end)
                best = distance if best is None else min(best, distance)
        return best

    def _starts(self, word: str) -> list[int]:
        if word not in self._places:
            if self._low is None:
                self._low = self.folded[:LONGEST].lower()
            self._places[word] = [match.start() for match in re.finditer(re.escape(word), self._low)]
        return self._places[word]

    def around(self, one: PlaceCandidate) -> str:
        """The text near a name, lower case: a short item whole, else some of it on either side."""
        if len(self.folded) < _SHORT:
            return self.folded.lower()
        return self.folded[max(0, one.start - _NEAR) : one.end + _NEAR].lower()


def disambiguate(gazetteer: Gazetteer, known: PlaceEvidence) -> dict[int, tuple[bool, str]]:
    """For each name of ours, by its start: whether it is taken, and why."""
    verdicts: dict[int, tuple[bool, str]] = {}
    for one in known.own:
        name = one.name
        # Without marks two syllables are too little to stand alone, and abroad Sapa is a company, a market, an agency.
        alone = not (name.plain and len(name.words) < 3) and not (known.foreign and name.doubtful_abroad)
        if name.standing == "sure" and alone:
            verdicts[one.start] = _sure(one, gazetteer, known)
            ours = any(unit.within != "no" for unit in name.units)
            if verdicts[one.start][0] and ours and not one.route and not one.listed:
                known.anchors.append(one.start)
    beside = _beside(known.own) if not known.away else frozenset()
    for one in known.own:
        if one.start in verdicts:
            continue
        verdict = _doubtful(one, gazetteer, known)
        if not verdict[0] and one.name.bare in beside and not verdict[1].startswith("trap"):
            verdict = (True, "another place of the province beside it")
        verdicts[one.start] = verdict
        if verdict[0]:
            known.settled.add(one.name.bare)
    return verdicts


def _beside(own: list[PlaceCandidate]) -> frozenset[str]:
    """Two rarer names of the province in one text, no other province named: each speaks for the other."""
    names = {
        one.name.bare: one
        for one in own
        if one.name.standing != "sure"
        and not (one.joined_before or one.joined_after or one.name.elsewhere or one.name.plain or one.shout)
        and not one.name.confirm
        and (one.unit is None or one.unit_fits)
        and (one.name.standing == "cue" or one.cue is not None)
    }
    if len(names) < 2 or not any(one.name.standing == "cue" for one in names.values()):
        return frozenset()
    return frozenset(names)


def _trap(one: PlaceCandidate, gazetteer: Gazetteer, known: PlaceEvidence) -> NameTrap | None:
    """The trap the name is caught in, if any."""
    watches = gazetteer.watches.get(one.name.bare.lower())
    if not watches:
        return None
    before = known.folded[max(0, one.start - 30) : one.start].lower().rstrip(" \"'(-.")
    after = known.folded[one.end : one.end + 30].lower().lstrip(" \"')-")
    return next((watch for watch in watches if _catches(watch, before, after, one, known)), None)


def _catches(watch: NameTrap, before: str, after: str, one: PlaceCandidate, known: PlaceEvidence) -> bool:
    if any(before.endswith(word) for word in watch.accept):
        return False
    if any(_ends(before, word) for word in watch.before) or any(_begins(after, word) for word in watch.after):
        return True
    if not watch.reject:
        return False
    around = known.around(one)
    return any(word in around for word in watch.reject) and not any(word in around for word in watch.accept)


def _ends(text: str, word: str) -> bool:
    return text.endswith(word) and (len(text) == len(word) or not text[-len(word) - 1].isalnum())


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) and (
        len(text) == len(word) or not text[len(word)].isalnum() or not word[-1].isascii()
    )


def _in_person_name(one: PlaceCandidate, gazetteer: Gazetteer, known: PlaceEvidence) -> bool:
    """A word for a person before and a further name after: "họa sĩ Sa Pa Nguyên", "ông Lục Yên S."."""
    if gazetteer.person is None or not one.joined_after or one.unit is not None:
        return False
    return gazetteer.person.search(known.folded[max(0, one.start - 16) : one.start].lower()) is not None


def _sure(one: PlaceCandidate, gazetteer: Gazetteer, known: PlaceEvidence) -> tuple[bool, str]:
    """Names that stand by themselves: taken unless something speaks against them."""
    caught = _trap(one, gazetteer, known)
    if caught and not caught.passing:
        return False, f"trap {caught.name}"
    if caught:
        one.listed = True
        return True, f"in passing: {caught.name}"
    if _in_person_name(one, gazetteer, known):
        return False, "part of a person's name"
    if one.name.reject and _foreign(one, known, only_refuting=True):
        return False, "another place of that name: a refuting word stands nearer"
    if one.cue == "simile":
        return False, f"only a comparison: {one.cue_word}"
    after = known.folded[one.end : one.end + 24].lower().lstrip(" \"'")
    if any(_begins(after, word) for word in gazetteer.simile_after) or (
        after.startswith("của ") and any(one.end < place < one.end + 9 for place in known.away)
    ):
        return False, "only a comparison"
    if min(unit.rank for unit in one.name.units) > 1 and _other_follows(one, known, sign=_SAYS_PROVINCE):
        return False, "another province follows"
    if one.cue == "venue" and known.away:
        confirmed = any(
            other is not one and other.cue != "venue" and other.name.standing == "sure" and not other.route
            for other in known.own
        )
        if not confirmed:
            return False, f"{one.cue_word} {one.name.bare}: bears the name, stands elsewhere"
    return True, "known name"


def _foreign(one: PlaceCandidate, known: PlaceEvidence, *, only_refuting: bool = False) -> str | None:
    """Why a foreign form is refused: the nearest word of its lists refutes it, or none confirms it."""
    good, bad = known.nearest(one, one.name.confirm), known.nearest(one, one.name.reject)
    if bad is not None and (good is None or bad <= good):
        return "another place of that name: a refuting word stands nearer"
    if good is None and not only_refuting and (one.name.standing == "cue" or one.name.doubtful_abroad):
        return "doubtful form without a confirming word"
    return None


def _doubtful(one: PlaceCandidate, gazetteer: Gazetteer, known: PlaceEvidence) -> tuple[bool, str]:
    """Names that need evidence: first what refutes them, then the first rule of EVIDENCE_RULES that applies."""
    refuted = _refuted(one, gazetteer, known)
    if refuted:
        return False, refuted
    doubt = DoubtfulName(one=one, known=known, region_named=bool(known.anchors) or known.local)
    rule = next((rule for rule in EVIDENCE_RULES if rule.applies(doubt)), NO_EVIDENCE)
    return rule.taken, rule.reason.format(cue=one.cue_word)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulName:
    """A name that nothing refutes, and whether the province is named surely or the outlet is its own."""

    one: PlaceCandidate
    known: PlaceEvidence
    region_named: bool

    @property
    def fits(self) -> bool:
        """Its unit word is that of a unit of ours that bears the name."""
        return self.one.unit_fits

    @property
    def standing(self) -> str:
        return self.one.name.standing

    @property
    def settled(self) -> bool:
        """Taken earlier in the same text."""
        return self.one.name.bare in self.known.settled


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What a doubtful name is taken or refused by; ``reason`` is shown to staff and names the rule."""

    reason: str  # {cue}: the word before the name
    taken: bool
    applies: Callable[[DoubtfulName], bool]


# In order; the first that applies decides.
EVIDENCE_RULES = (
    EvidenceRule("foreign form with a confirming word", True, lambda d: bool(d.one.name.confirm or d.one.name.reject)),
    # written without marks, where it may be an ordinary word
    EvidenceRule(
        "without marks, region named",
        True,
        lambda d: d.one.name.plain and d.region_named and (d.standing != "shared" or d.fits),
    ),
    EvidenceRule(
        "without marks, unit word",
        True,
        lambda d: d.one.name.plain and d.standing == "sure" and d.fits and not d.known.away,
    ),
    EvidenceRule(
        "without marks, after a word of place",
        True,
        lambda d: d.one.name.plain and d.standing == "sure" and d.one.cue == "locative" and not d.known.away,
    ),
    EvidenceRule("without marks and the region is not named", False, lambda d: d.one.name.plain),
    # borne by places elsewhere too
    EvidenceRule("unit word and region", True, lambda d: d.standing == "shared" and d.fits and d.region_named),
    EvidenceRule(
        "its district bore the name alone",
        True,
        lambda d: d.standing == "shared" and d.fits and d.one.unit in _DISTRICTS and not d.known.away,
    ),
    EvidenceRule("settled earlier in the text", True, lambda d: d.standing == "shared" and d.settled and d.region_named),
    EvidenceRule("name is shared: unit word or region is missing", False, lambda d: d.standing == "shared"),
    # rarer names
    EvidenceRule("unit word", True, lambda d: d.fits),
    EvidenceRule("region named in the text", True, lambda d: d.region_named),
    EvidenceRule("capitals throughout: unit word or region is missing", False, lambda d: d.one.shout),
    EvidenceRule("after {cue}", True, lambda d: d.one.cue in ("locative", "authority")),
    EvidenceRule("settled earlier in the text", True, lambda d: d.settled),
    EvidenceRule("in a list of places", True, lambda d: d.one.listed),
    EvidenceRule("region words in the text", True, lambda d: d.one.bracket and d.known.region),
)  # fmt: skip
NO_EVIDENCE = EvidenceRule("no unit word, word of place or region", False, lambda d: True)


def _refuted(one: PlaceCandidate, gazetteer: Gazetteer, known: PlaceEvidence) -> str | None:
    """What speaks against a doubtful name, if anything."""
    name, fits = one.name, one.unit_fits
    caught = _trap(one, gazetteer, known)
    if caught:
        return f"trap {caught.name}"
    if name.confirm or name.reject:
        foreign = _foreign(one, known)
        if foreign and not known.anchors:
            return foreign
    if one.unit in gazetteer.kinds and not fits:
        return f"{one.unit} {name.bare} is not a unit of the province"
    if one.cue == "venue" and not known.anchors:
        return f"{one.cue_word} {name.bare}: bears the name, place unknown"
    if one.cue == "simile":
        return f"only a comparison: {one.cue_word}"
    if one.cue == "press" and not fits:
        return f"{one.cue_word} {name.bare}: what a paper is called"
    if not one.shout and (one.joined_after or (one.joined_before and not fits)):
        return "part of a longer name (person, company)"
    if (
        not fits
        and one.cue is None
        and _BYLINE.match(known.folded, one.end)
        and _ended(known.folded, one.start)
    ):
        return "a signature at the end"
    if name.elsewhere and not fits:
        return "a better known place bears the name"
    if one.listed and any(unit.level == "district" for unit in name.units):
        return None  # "Mộc Châu, Bắc Hà, Hà Giang": a list of places, no address
    return _counter(one, known)


def _ended(folded: str, start: int) -> bool:
    """Whether a sentence ended right before, or a slash parts the name from an agency's ("Ảnh: Bình Minh/TTXVN")."""
    before = folded[max(0, start - 12) : start].rstrip(" ")
    return not before or before[-1] in '.!?…\n/")]' or before.endswith("Ảnh:")


def _other_follows(one: PlaceCandidate, known: PlaceEvidence, sign: "re.Pattern[str]" = _CHAIN) -> bool:
    """Whether the address goes on with another province: "xã Yên Bình (Lạng Sơn)"."""
    at = bisect_left(known.away, one.end)
    if at == len(known.away) or known.away[at] - one.end > 60:
        return False
    gap = known.folded[one.end : known.away[at]]
    nearer = any(one.end <= anchor < known.away[at] for anchor in known.anchors)
    return not nearer and not _STOPS.search(gap) and (sign.match(gap) is not None or gap == " ")


def _counter(one: PlaceCandidate, known: PlaceEvidence) -> str | None:
    """Whether another province is named nearer than ours, and how."""
    if not known.away:
        return None
    if _other_follows(one, known):
        return "another province follows"
    distance = min(abs(place - one.start) for place in known.away)
    ours = min((abs(anchor - one.start) for anchor in known.anchors), default=None)
    if ours is None:
        return "another province is named, ours is not" if distance < 400 or not one.unit_fits else None
    if distance < 100 and ours > 200:
        return "another province is named nearer"
    return None
