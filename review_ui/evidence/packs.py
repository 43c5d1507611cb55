"""A pack as the list of a case shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack that was made; ``stamped_at`` is None until an authority's token came."""

    number: int
    sha256: str
    bytes: int
    items: int
    missing: int
    fingerprint: str
    made_by: str
    made_at: datetime
    stamped_at: datetime | None
    stamp_awaited: bool
