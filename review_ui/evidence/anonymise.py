"""Private persons in a pack by initials: in everything the office wrote. What the press published stays as it was received."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from db.core.audit import Row
from review_ui.evidence.material import Material, PackClaim
from review_ui.privacy.initials import initialled


def by_initials(material: Material) -> Material:
    """``material`` with titles, claims, findings, evidence and contacts by initials; texts and captures untouched."""
    return replace(
        material,
        title=initialled(material.title),
        items=[replace(item, title=initialled(item.title)) for item in material.items],
        claims=[_claim(claim) for claim in material.claims],
    )


def _claim(claim: PackClaim) -> PackClaim:
    return replace(
        claim,
        body=initialled(claim.body),
        what_is_true=_text(claim.what_is_true),
        reasoning=_text(claim.reasoning),
        counter_evidence=_text(claim.counter_evidence),
        evidence=[{**one, "title": initialled(one["title"])} for one in claim.evidence],
        attempts=[
            {**one, "whom": initialled(one["whom"]), "result": initialled(one["result"])}
            for one in claim.attempts
        ],
    )


def row(of: Row) -> dict[str, Any]:
    """An audit row for the custody log; one that names a private person has initials and says that it was shortened.

    Its hash stays, so that the chain holds; only that the words hash to it can then be checked at the office alone.
    """
    told = asdict(of)
    shortened = {name: _text(told[name]) for name in ("before", "after", "reason")}
    if all(told[name] == text for name, text in shortened.items()):
        return told
    return {**told, **shortened, "shortened": True}


def _text(text: str | None) -> str | None:
    return None if text is None else initialled(text)
