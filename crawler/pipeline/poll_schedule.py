"""When to ask a list again, and whether to believe its validators. Pure.

The band is Media Cloud's (rss-fetcher `fetcher/config.py`): mostly known entries lengthen the interval slowly,
many new ones shorten it fast, because a missed item costs more than a poll.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.press.poll_state import Rhythm

MOSTLY_KNOWN, MOSTLY_NEW = 0.67, 0.33
LONGER, MUCH_LONGER, SHORTER = 10.0, 60.0, 60.0  # minutes
DORMANT = timedelta(days=31)
SEARCH_FLOOR = (
    30.0  # minutes (chosen 2026-11; the endpoints name no limit but GDELT's one request in five seconds)
)
WEIGHTS = {
    "name": 0.25,
    "timeout": 0.5,
    "cut": 0.5,
    "broken": 0.5,
    "refused": 0.5,
    "robots": 0.5,
    "empty": 0.5,
}
MOST_PROOFS = 7  # "not modified" answers in a row that a proven validator is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Shortest and longest interval in minutes, and hours after which a list is fetched in full whatever it says."""

    floor: float = 5.0
    ceiling: float = 360.0
    full_hours: float = 24.0


def of_kind(bounds: Bounds, kind: str) -> Bounds:
    """The bounds of a list's kind: search endpoints promise nothing and are asked at most every half hour."""
    if kind != "search":
        return bounds
    return replace(bounds, floor=max(bounds.floor, SEARCH_FLOOR), ceiling=max(bounds.ceiling, SEARCH_FLOOR))


def interval(rhythm: Rhythm, *, entries: int, fresh: int, now: datetime, bounds: Bounds) -> float:
    """Minutes until the next poll after one that succeeded; ``fresh`` of ``entries`` were not seen before."""
    if rhythm.pinned:
        return bounds.floor
    known = 1.0 if not entries else 1 - fresh / entries
    minutes = rhythm.interval_minutes
    if known >= MOSTLY_KNOWN:
        dormant = rhythm.last_new_at is not None and now - rhythm.last_new_at > DORMANT
        minutes += MUCH_LONGER if dormant else LONGER
        if fresh:  # something did come: stay
            minutes = rhythm.interval_minutes
    elif known < MOSTLY_NEW:
        minutes -= SHORTER
    return max(bounds.floor, min(minutes, bounds.ceiling))


def after_failure(rhythm: Rhythm, *, bounds: Bounds) -> float:
    """Minutes until the next poll after a failure: doubling from the source's own interval, at most a day."""
    doubled: float = rhythm.interval_minutes * 2 ** min(rhythm.failures, 8)
    return max(bounds.floor, min(doubled, 1440.0))


def weight(kind: str) -> float:
    """How much a failure of that kind counts: hard 1, soft 0.5, temporary 0.25."""
    if kind.startswith("http_5"):
        return 0.5
    return WEIGHTS.get(kind, 1.0)


def asks_conditionally(rhythm: Rhythm, *, now: datetime, bounds: Bounds) -> bool:
    """Whether the validators are sent: they are believed once, then proved by a full fetch, longer as they hold."""
    if (
        not rhythm.validators_trusted
        or not (rhythm.etag or rhythm.last_modified)
        or rhythm.last_full_at is None
    ):
        return False
    if now - rhythm.last_full_at > timedelta(hours=bounds.full_hours):
        return False
    return rhythm.polls_since_full < 1 + min(rhythm.proofs, MOST_PROOFS)


def proved(rhythm: Rhythm, *, etag: str | None, last_modified: str | None, body_sha256: str) -> Rhythm:
    """The rhythm after a full fetch: its validators proved right, caught lying, or simply new."""
    same = (etag, last_modified) == (rhythm.etag, rhythm.last_modified)
    was_silent = rhythm.polls_since_full > 0
    if same and rhythm.body_sha256 not in (None, body_sha256):
        rhythm = replace(rhythm, validators_trusted=False)
    elif was_silent and rhythm.body_sha256 == body_sha256:
        rhythm = replace(rhythm, proofs=rhythm.proofs + 1)
    elif was_silent:
        rhythm = replace(rhythm, proofs=0)
    return replace(
        rhythm, etag=etag, last_modified=last_modified, body_sha256=body_sha256, polls_since_full=0
    )


def next_look(first_seen: datetime, *, now: datetime, offsets: list[timedelta]) -> datetime | None:
    """When a stored article is looked at next; None when all looks are done."""
    return next((first_seen + o for o in sorted(offsets) if first_seen + o > now), None)


def parse_offsets(text: str) -> list[timedelta]:
    """``1h|24h|7d`` as times; what cannot be read is left out."""
    units = {"m": 60, "h": 3600, "d": 86400}
    out = []
    for part in text.split("|"):
        part = part.strip()
        if part[-1:] in units and part[:-1].isdigit():
            out.append(timedelta(seconds=int(part[:-1]) * units[part[-1]]))
    return out
