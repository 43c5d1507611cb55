"""What the screens show as "verified before, may be alike": matches of the memory, as they stand at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from db.desk import claims
from review_ui.claims.similarity import ClaimMatch
from review_ui.claims.verified import ClaimMemory
from review_ui.web import access
from review_ui.web.transaction import conn


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An earlier claim that may be alike, where it was settled, and where the public reads it (or None)."""

    match: ClaimMatch
    case_id: int | None
    publication_id: int | None


def keeper() -> ClaimMemory:
    """The memory of this process."""
    found: ClaimMemory = current_app.extensions.setdefault("kiemtin.memory", ClaimMemory())
    return found


def alike(
    text: str, *, but_case: int | None = None, public: bool = False, limit: int = 3
) -> list[Suggestion]:
    """Earlier claims that resemble ``text`` at the middle band or above, best first, but for those of ``but_case``.

    Restricted cases only for those who read them. ``public``: for a reader who is not signed in, only what stands in the
    bulletin and resembles the text highly.
    """
    bands = ("high",) if public else ("high", "medium")
    found = [one for one in keeper().memory(conn()).match(text, limit=limit + 5) if one.band in bands]
    standing = (
        {one.id: one for one in claims.current_states(conn(), ids=[one.claim.id for one in found])}
        if found
        else {}
    )
    out = []
    for match in found:
        now = standing.get(match.claim.id)
        if now is None or now.code != match.claim.code or (but_case is not None and now.case_id == but_case):
            continue  # judged anew meanwhile, or the matter itself
        if (now.restricted and (public or not access.seen())) or (public and now.publication_id is None):
            continue
        out.append(Suggestion(match=match, case_id=now.case_id, publication_id=now.publication_id))
    return out[:limit]
