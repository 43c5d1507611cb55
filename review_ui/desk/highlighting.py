"""Texts with marks: where reasons and places point into title and body. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.core.sentences import spans
from db.core.text import plain
from db.desk.claim_articles import Carried

PROPOSED = "proposed-"  # before the relation of a mark that no person has confirmed
SIGNALS = ("check", "harm", "criticism", "rebuttal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the machine points at a text: the signal, the rule that fired, the words it fired on and where they stand
    (code points of title, line feed, body). ``number`` links mark and list."""

    number: int
    signal: str
    rule: str
    text: str
    start: int | None
    end: int | None
    weight: float
    article: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text; ``numbers`` of the reasons that point at it, none for plain text."""

    text: str
    numbers: tuple[int, ...]
    signal: str


def reasons_of(result: dict[str, Any] | None) -> list[Reason]:
    """The reasons of one judgement, heaviest first within each signal, numbered from 1."""
    found: list[tuple[str, dict[str, Any]]] = []
    for signal in SIGNALS:
        part = (result or {}).get(signal) or {}
        ordered = sorted(part.get("reasons") or [], key=lambda reason: -float(reason.get("weight") or 0))
        found += [(signal, reason) for reason in ordered]
    return [_reason(number, signal, reason) for number, (signal, reason) in enumerate(found, 1)]


def reasons_of_event(
    reasons: list[dict[str, Any]] | None, outlets: Mapping[str, str] | None = None
) -> list[Reason]:
    """The reasons kept with an event, strongest first as stored; ``outlets``: the titles of newspapers by the codes that
    stand in brackets where newspapers differ."""
    return [
        _reason(
            number,
            str(reason.get("signal") or ""),
            reason
            if not outlets or not str(reason.get("rule") or "").startswith("difference.")
            else reason | {"text": _with_titles(str(reason.get("text") or ""), outlets)},
        )
        for number, reason in enumerate(reasons or [], 1)
    ]


def _with_titles(text: str, outlets: Mapping[str, str]) -> str:
    """«số người chết: 5 (bao-a), 6 (bao-b, bao-c)» with the newspapers' titles; brackets of other words stay."""
    return re.sub(
        r"(?<=\()[^()]+(?=\))",
        lambda found: ", ".join(outlets.get(code, code) for code in found[0].split(", ")),
        text,
    )


def _reason(number: int, signal: str, reason: dict[str, Any]) -> Reason:
    start, end = reason.get("start"), reason.get("end")
    return Reason(
        number=number,
        signal=signal,
        rule=str(reason.get("rule") or ""),
        text=str(reason.get("text") or ""),
        start=int(start) if start is not None else None,
        end=int(end) if end is not None else None,
        weight=float(reason.get("weight") or 0),
        article=int(reason["article"]) if reason.get("article") is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words with what stands around them, cut at word borders and at the sentence."""

    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The reasons of one signal on a card: the rules that fired, each once, and one quotation."""

    signal: str
    band: str
    rules: tuple[str, ...]
    strongest: Reason
    quote: Quote | None
    told: bool = False  # the title beside it says it already


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuting:
    """How many articles of an event the machine reads as refutations; ``only``: there are no others."""

    articles: int
    only: bool


def refuting(found: Iterable[int | None], *, articles: int) -> Refuting:
    """``found``: those of an event's ``articles`` that were read as refutations. An event that spreads a rumour and refutes
    it is no refutation: its screens say how many refute."""
    numbers = {number for number in found if number is not None}
    return Refuting(articles=len(numbers), only=bool(numbers) and len(numbers) >= articles)


RULES_ON_A_CARD = 4
# How much of the text stands on each side of a quoted reason, in characters.
AROUND = 90
_ENDS = ".!?…\n"


def groups(reasons: list[Reason], bands: dict[str, str], quotes: dict[tuple[int, int], Quote]) -> list[Group]:
    """One group a signal, what needs checking first, then in the order of the strongest reason.

    ``bands`` by signal; ``quotes`` by (article, start): a quotation that no longer says the reason's words is left out.
    """
    order = sorted(
        {reason.signal: reason.number for reason in reversed(reasons)}.items(),
        key=lambda one: (one[0] != "check", one[1]),
    )
    out = []
    for signal, number in order:
        own = [reason for reason in reasons if reason.signal == signal]
        strongest = next(reason for reason in own if reason.number == number)
        quote = quotes.get((strongest.article or 0, strongest.start or 0))
        if quote is not None and quote.hit != strongest.text:
            quote = None
        out.append(
            Group(
                signal=signal,
                band=bands.get(signal, ""),
                rules=tuple(dict.fromkeys(reason.rule for reason in own))[:RULES_ON_A_CARD],
                strongest=strongest,
                quote=quote,
            )
        )
    return out


def repeats(quote: Quote | None, title: str) -> bool:
    """Whether the quotation says nothing that the title beside it does not say."""
    return quote is not None and plain(f"{quote.before}{quote.hit}{quote.after}") in plain(title)


def trimmed(before: str, hit: str, after: str) -> Quote:
    """The quotation without the sentences before and after, and without half words at its ends.

    Shorter than ``AROUND`` means that the text itself begins or ends there: nothing was cut, no word is half.
    """
    cut = max(before.rfind(end) for end in _ENDS)
    if cut >= 0:
        before = before[cut + 1 :].lstrip()
    elif " " in before and len(before) >= AROUND:
        before = "… " + before.split(" ", 1)[1]
    stops = [at for at in (after.find(end) for end in _ENDS) if at >= 0]
    if stops:
        after = after[: min(stops)]
    elif " " in after and len(after) >= AROUND:
        after = after.rsplit(" ", 1)[0] + " …"
    return Quote(before=before, hit=hit, after=after)


def segments(text: str, reasons: Iterable[Reason], *, shift: int = 0) -> list[Segment]:
    """``text`` cut where reasons begin and end; joined again it is ``text``.

    ``shift`` is where ``text`` begins in the numbering of the offsets (0 for the title, its length + 1 for the body).
    Offsets outside the text are cut to it; a reason without offsets marks nothing.
    """
    spans = []
    for reason in reasons:
        if reason.start is None or reason.end is None:
            continue
        start, end = max(0, reason.start - shift), min(len(text), reason.end - shift)
        if start < end:
            spans.append((start, end, reason))
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    out: list[Segment] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        over = [reason for a, b, reason in spans if a <= start and end <= b]
        out.append(
            Segment(
                text=text[start:end],
                numbers=tuple(reason.number for reason in over),
                # a person's or the machine's word about a claim stands before a machine's signal
                signal=min(over, key=lambda reason: reason.number > 0).signal if over else "",
            )
        )
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with the marks in it; ``start`` and ``end`` in code points of title, line feed, body."""

    start: int
    end: int
    segments: list[Segment]


def heading(title: str, reasons: list[Reason]) -> Sentence:
    """The title as one sentence."""
    return Sentence(start=0, end=len(title), segments=segments(title, reasons))


def paragraphs(title: str, body: str, reasons: list[Reason]) -> list[list[Sentence]]:
    """The body's paragraphs, each as its sentences; empty lines are left out."""
    out, at = [], len(title) + 1
    for line in body.split("\n"):
        if found := spans(line):
            out.append(
                [
                    Sentence(
                        start=at + start, end=at + end,
                        segments=segments(line[start:end], reasons, shift=at + start),
                    )
                    for start, end in found
                ]
            )  # fmt: skip
        at += len(line) + 1
    return out


def carried(claims: Iterable[Carried], *, version_id: int | None) -> list[Reason]:
    """Marks for the sentences of this version in which claims are asserted, repeated or refuted; what only the machine says
    carries ``PROPOSED`` before its relation, so that it never looks like something established."""
    return [
        Reason(
            number=-number,
            signal=one.relation if one.said_by else f"{PROPOSED}{one.relation}",
            rule="", text="", start=one.start_at, end=one.end_at, weight=0, article=None,
        )
        for number, one in enumerate(claims, 1)
        if one.start_at is not None and one.version_id == version_id
    ]  # fmt: skip
