"""All that one digest is composed of, gathered before a word is written: rows, comparisons, the office's own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from review_ui.digests import labels
from review_ui.digests.figures import DigestItem, Figures
from review_ui.digests.sections import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who reports to whom; every text comes from the catalogue (settings ``digest_…``, roles, agencies)."""

    parent: str
    issuer: str
    symbol: str
    place: str  # before the date: "Lào Cai"
    province: str  # in sentences: "tỉnh Lào Cai"
    addressees: tuple[str, ...]
    recipients: tuple[str, ...]
    capacity: tuple[str, ...]  # of the signer: lines such as "KT. Giám đốc", "Phó Giám đốc"
    other_owner: str = ""  # who makes the digest of the other scope
    joined: tuple[str, ...] = ()  # bare names of the former provinces that went into the present one
    bare: str = ""  # "Lào Cai"
    basis: str = ""  # the paper in whose execution this is reported: "Kế hoạch số …"
    merged_on: date | None = None  # since when the province has its present territory


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something that somebody must deal with: a case, as it stood at the end of the period."""

    case: int
    event: int | None
    section: Section
    title: str
    outlets: tuple[str, ...]
    first_on: date
    url: str
    critical: bool
    state: str  # of the case: flagged … closed
    opened_on: date
    agency: str | None = None  # title of the body that owes the answer
    assigned_by: str = ""  # number and date of the paper that assigned it
    due_on: date | None = None
    answered_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    verdict: str | None = None  # code in force, where a claim of the case has one
    response: str = ""  # kind of the answer
    response_paper: str = ""
    result: str = ""
    note: str = ""

    def days_late(self, on: date) -> int:
        """Days past the due day on ``on`` (or at the answer); 0 in time or without a due day."""
        if self.due_on is None:
            return 0
        return max(0, ((self.answered_on or self.closed_on or on) - self.due_on).days)

    @property
    def status(self) -> str:
        """Where the case stands: a label that was taken back is told as such, not as published."""
        if self.verdict == "withdrawn" and self.state in ("published", "follow_up"):
            return labels.VERDICTS["withdrawn"]
        return labels.STATES.get(self.state, self.state)

    @property
    def done(self) -> bool:
        """Answered or closed."""
        return self.answered_on is not None or self.state == "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A claim with a verdict that two persons gave in the period, or that was withdrawn in it (code ``withdrawn``: what
    was said is no longer in force)."""

    claim: int
    case: int | None
    event: int | None
    text: str
    code: Literal[
        "partly_false", "fabricated", "authentic", "insufficient", "not_checkable", "accurate", "withdrawn"
    ]
    label: str  # as the label table calls the code on that day
    what_is_true: str
    approved_on: date
    channel: str = ""
    refuted_by: tuple[str, ...] = ()  # outlets whose items refute it
    withdrawn_on: date | None = None
    note: str = ""  # what the public was told of a withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCoverage:
    """Coverage of a resolution or campaign in the period against its plan."""

    title: str
    planned: int | None
    items: int
    outlets: int
    items_since: int  # since the campaign began


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """When the press was collected, in moments of Vietnam; ``missing``: days of the period on which it was not.

    ``before_known``, ``year_known``: whether the whole period of comparison was collected.
    """

    first: datetime | None = None
    last: datetime | None = None
    missing: tuple[date, ...] = ()
    before_known: bool = True
    year_known: bool = True
    over: bool = True  # the period had ended when the figures were counted


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """Everything the composition reads; days are Vietnamese days, both ends included."""

    scope: Literal["domestic", "foreign"]
    from_on: date
    to_on: date
    office: Office
    items: tuple[DigestItem, ...]
    before: Figures
    before_range: tuple[date, date]
    last_year: Figures
    year_range: tuple[date, date]
    collection: Collection = Collection()
    matters: tuple[
        Matter, ...
    ] = ()  # each case of the period once, by its section; without those that are counted only
    unread: int = 0  # cases that no person has decided about
    set_aside: int = 0  # cases looked at and dropped, or joined to another
    closed_cases: int = 0  # restricted ones: counted, not listed
    checked: tuple[Checked, ...] = ()
    campaigns: tuple[CampaignCoverage, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)  # catalogue name -> title
    places: Mapping[str, str] = field(default_factory=dict)  # catalogue id -> name with its kind
    bodies: Mapping[int, str] = field(
        default_factory=dict
    )  # article -> whole text, for those that are summarised
    hidden: int = 0  # items of restricted subjects: counted, not listed

    def told(self, *sections: Section) -> tuple[Matter, ...]:
        """The matters of ``sections``, in the order in which they were collected."""
        return tuple(m for m in self.matters if m.section in sections)
