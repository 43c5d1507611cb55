"""In which section of a digest a case stands: decided by what happened to the case up to the end of the period.

The sections are a partition: a case that was open in the period, or to which something happened in it, stands in exactly
one of them; any other in none. Page one refers to sections and is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.queries.case_histories import Happening

READING = frozenset({"flagged", "triage"})  # nobody has sent it on its way yet
CHECKING = frozenset({"verify", "waiting", "decide"})


class Section(StrEnum):
    """Where a case is told. The first four are tables of what happened in the period, the next two of what stands at its
    end, the last three lines with a count."""

    CONCLUDED = "concluded"  # a verdict was approved or taken back in the period
    ENDED = "ended"
    ANSWERED = "answered"
    ROUTED = "routed"  # sent on for an answer in the period
    VERIFYING = "verifying"
    CARRIED = "carried"  # sent on before the period, still open
    UNREAD = "unread"  # no person has decided about it
    SET_ASIDE = "set_aside"  # looked at and dropped, or joined to another, without ever having been sent on
    RESTRICTED = "restricted"


COUNTED = frozenset({Section.UNREAD, Section.SET_ASIDE, Section.RESTRICTED})  # told as a number alone


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """What the choice of a section reads. ``elsewhere``: repeats an article whose own case is told."""

    opened_at: datetime
    happenings: Sequence[Happening]  # in order of time
    restricted: bool = False
    elsewhere: bool = False

    def state(self, at: datetime) -> str:
        """The state just before ``at``."""
        steps = [h.to_state for h in self.happenings if h.what == "step" and h.at < at]
        return steps[-1] if steps else "flagged"

    def worked(self, at: datetime) -> bool:
        """Whether a person had sent it on its way before ``at``."""
        return any(
            h.what == "step" and h.at < at and h.to_state not in READING | {"closed"} for h in self.happenings
        )


def section(case: CaseHistory, *, begin: datetime, end: datetime) -> Section | None:
    """The section in which the digest from ``begin`` to before ``end`` tells the case; None where it does not concern it."""
    if case.opened_at >= end:
        return None
    inside = [h for h in case.happenings if begin <= h.at < end]
    state = case.state(end)
    if state == "closed" and not inside:
        return None
    if case.restricted:
        return Section.RESTRICTED
    if any(h.what in ("concluded", "withdrawn") for h in inside):
        return Section.CONCLUDED
    answered = any(h.what == "reply" or h.action == "answered" for h in inside)
    if state == "closed":
        if answered and case.state(begin) == "closed" and not any(h.to_state == "closed" for h in inside):
            return Section.ANSWERED
        return Section.ENDED if case.worked(end) else Section.SET_ASIDE
    if answered:
        return Section.ANSWERED
    return _open(case, state, begin=begin, end=end)


def _open(case: CaseHistory, state: str, *, begin: datetime, end: datetime) -> Section | None:
    """The section of a case that is open at ``end`` and of which the period brought no result."""
    if state in CHECKING:
        return Section.VERIFYING
    if state in READING:
        if case.worked(end):
            return Section.CARRIED  # reopened: its readers know it
        return None if case.elsewhere else Section.UNREAD
    was = case.state(begin) if case.opened_at < begin else "flagged"
    return Section.CARRIED if was not in READING | CHECKING | {"closed"} else Section.ROUTED
