"""Fact agreement: how far the naming facts of two tellings agree, and where they say that these are two happenings.

``by_facts`` gives what contradicting facts add to the cosine that is asked; ``agreed`` says where agreeing facts join what
words alone would not: other words, another language.
"""

from __future__ import annotations

from classifier.events.naming_facts import (
    Marks,
    apart_in_districts,
    days_apart,
    elsewhere,
    numbers,
    of,
    series,
)

OTHER_DAY = 0.30  # more where the happenings name days that are two and more apart
OTHER_YEAR = 0.30  # more where one commemorates or drills what the other tells
OTHER_KIND = (
    0.06  # more where the happenings are of no kind in common: the flood and the power cut of one night
)
OTHER_PLACE = 0.10  # more where both name places below the province, and none in common
OTHER_DISTRICT = 0.30  # more where one kind is told of two districts: one rumour in two communes is two
NEVER = 2.0  # more than any cosine: the facts say that they are two
SURELY_APART = 3  # days between two happenings of one kind
AGREED = 5.0  # points of agreement from which facts join what is told in other words
AGREED_IN_KIND = 4.0  # enough where a place below the district, the kind and the day or hour of telling agree
AGREED_NEAR = (
    0.10  # cosine that is then enough; between two languages none is asked, for their words share nothing
)
AGREED_IN_PLACE = 3.0  # enough, with words as near as this, where nothing happened to anybody: a bridge, a feast, a decision
PLACE_NEAR = 0.16
_VICTIMS = frozenset({"dead", "injured", "missing", "ill", "trapped"})


def by_facts(one: Marks, other: Marks) -> float:
    """What the naming facts add to the cosine that is asked: a memory or a drill, another match, day or place part."""
    if not one or not other:
        return 0.0
    asked = 0.0
    kinds = of(one, "k") & of(other, "k")
    if not kinds and of(one, "k") and of(other, "k"):
        asked += OTHER_KIND
    if series(one, other):
        return NEVER
    for modality in ("commemorated", "drilled", "forecast"):
        if (f"m:{modality}" in one) != (f"m:{modality}" in other):
            asked += OTHER_YEAR
    if of(one, "v") and of(other, "v") and not of(one, "v") & of(other, "v"):
        asked += NEVER
    apart = days_apart(one, other)
    here, there = of(one, "pl"), of(other, "pl")
    if apart and "m:forecast" in one and "m:forecast" in other:
        return NEVER  # warnings are one a day
    if apart is not None and apart > 1:
        asked += NEVER if kinds and apart >= SURELY_APART else OTHER_DAY if kinds else OTHER_DAY / 2
    if elsewhere(one, other):
        # a template with other facts: the words are alike, the place is not, nor the day or the numbers
        if kinds and (apart == 1 or _other_numbers(one, other)):
            asked += NEVER
        else:
            asked += OTHER_DISTRICT if kinds and apart_in_districts(one, other) else OTHER_PLACE
    elif not here & there and kinds:
        away, theirs = of(one, "aw"), of(other, "aw")
        if (here or away) and (there or theirs) and not away & theirs:
            asked += OTHER_PLACE
    return asked


def _other_numbers(one: Marks, other: Marks) -> bool:
    """Whether both count the same things and no number is the same."""
    mine, theirs = numbers(one), numbers(other)
    both = mine.keys() & theirs.keys()
    return bool(both) and not any(mine[what] & theirs[what] for what in both)


def agreement(one: Marks, other: Marks, *, at_once: bool = False) -> float:
    """How far the naming facts of two tellings agree, in points; 0 where they clash.

    The same commune, landmark or hamlet 2, else the same district 1; the same kind 1; the same day 1 (or, where one names
    none, ``at_once``: published within a day and a half); each number told alike 1, at most 2. From ``AGREED`` on two texts tell
    of one happening in whatever words or language.
    """
    if not one or not other or by_facts(one, other) > 0:
        return 0.0
    points = 0.0
    if of(one, "pl") & of(other, "pl") or of(one, "hm") & of(other, "hm"):
        points += 2
    elif of(one, "in") & of(other, "in"):
        points += 1
    else:
        return 0.0
    points += bool(of(one, "k") & of(other, "k"))
    apart = days_apart(one, other)
    points += at_once if apart is None else apart <= 1
    mine, theirs = numbers(one), numbers(other)
    return points + min(sum(bool(mine[what] & theirs[what]) for what in mine.keys() & theirs.keys()), 2)


def agreed(one: Marks, other: Marks, cosine: float, *, at_once: bool) -> bool:
    """Whether the facts join two tellings whose words are less alike (``cosine``) than is asked otherwise; ``at_once``:
    published within a day and a half of each other."""
    if _foreign(one, other):
        return agreement(one, other, at_once=at_once) >= AGREED_IN_KIND or _in_province(one, other, at_once)
    if cosine < AGREED_NEAR:
        return False
    points = agreement(one, other, at_once=at_once)
    if points >= AGREED:
        return True
    below = of(one, "pl") & of(other, "pl") or of(one, "hm") & of(other, "hm")
    kind, kinds = of(one, "k"), of(other, "k")
    if not below:
        return False
    if kind & kinds:
        return points >= AGREED_IN_KIND
    return not kind and not kinds and points >= AGREED_IN_PLACE and cosine >= PLACE_NEAR


def _foreign(one: Marks, other: Marks) -> bool:
    return bool(of(one, "l") and of(other, "l") and not of(one, "l") & of(other, "l"))


def _in_province(one: Marks, other: Marks, at_once: bool) -> bool:
    """Foreign papers name the province alone: the kind, the time and a number of victims must be those of the event."""
    below = [found for found in (one, other) if of(found, "in") or of(found, "pl")]
    if (
        len(below) > 1
        or any("home:" not in found for found in (one, other) if found not in below)
        or by_facts(one, other) > 0
    ):
        return False
    if any(not of(found, "in") for found in below):
        return False  # a place elsewhere
    apart = days_apart(one, other)
    mine, theirs = numbers(one), numbers(other)
    victims = any(mine[what] & theirs[what] for what in mine.keys() & theirs.keys() & _VICTIMS)
    return bool(of(one, "k") & of(other, "k")) and victims and (at_once if apart is None else apart <= 1)
