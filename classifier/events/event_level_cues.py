"""What speaks for a check of an event and stands in none of its texts: what happened to its articles afterwards, what
others say of it, what the public reported. Every reason names the article it rests on, so that "who says what" is shown.

Nothing here knows the outlet's identity or the item's stance: only whether others confirm, refute, correct or remove.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from db.judging.events import Member

# Weights in log-odds, as the other reasons; set by hand (2026-11-21). From MATTERS on a reason asks for a check by itself.
REPORTED = 1.6
REMOVED = 1.2
REFUTED = 1.2
CORRECTED = 1.0
ALONE = 0.3  # nobody else telling it: a reason beside others, never one to flag for
MATTERS = 1.0

_CORRECTION = re.compile(
    r"(?i)(?<!\w)(?:đính chính|cải chính|xin lỗi (?:bạn đọc|độc giả|quý độc giả)|thông tin (?:trên|trước đó) chưa chính xác"
    r"|correction:|this article has been corrected|更正)(?!\w)"
)


def reasons(members: Sequence[Member], *, doubtful: bool) -> list[dict[str, Any]]:
    """Why an event should be checked beside what its texts say; ``members`` in order of publication.

    ``doubtful``: something else in the event asks for a check already; only then it counts that one outlet alone tells it.
    """
    found = list(_happened(members))
    voices = [member for member in members if member.copy_of is None] or list(members[:1])
    if (doubtful or any(reason["weight"] >= MATTERS for reason in found)) and len(
        {member.source for member in voices}
    ) == 1:
        found.append(_reason(voices[0], "told by one outlet alone", ALONE))
    return found


def _happened(members: Sequence[Member]) -> Iterator[dict[str, Any]]:
    refuting = [member for member in members if member.result and member.result["is_rebuttal"]]
    for member in members:
        rebuts = member in refuting
        if member.reports and not rebuts:
            yield _reason(member, "reported by the public", REPORTED)
        if member.gone_how is not None and not rebuts:
            yield _reason(member, "removed later", REMOVED)
        if member.number > 1 and (match := _CORRECTION.search(_body(member))):
            yield _reason(member, "corrected later", CORRECTED, match.start(), match.end())
    for denial in refuting:
        if any(
            member.at <= denial.at
            and member.source != denial.source
            and member not in refuting
            and _unsure(member)
            for member in members
        ):
            yield _reason(denial, "refuted by another", REFUTED)
            break


def _unsure(member: Member) -> bool:
    """Whether the article itself speaks of something that needs a check, however little."""
    return member.result is not None and bool(member.result["check"]["reasons"])


def _body(member: Member) -> str:
    return unicodedata.normalize("NFC", f"{member.title}\n{member.head}")


def _reason(
    member: Member, rule: str, weight: float, start: int = 0, end: int | None = None
) -> dict[str, Any]:
    title = unicodedata.normalize("NFC", member.title)
    stop = len(title) if end is None else end
    return {
        "signal": "check", "rule": f"event: {rule}", "text": _body(member)[start:stop], "article": member.article_id,
        "start": start, "end": stop, "weight": weight,
    }  # fmt: skip
