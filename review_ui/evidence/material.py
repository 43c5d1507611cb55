"""What a pack is made of, collected before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from db.core.audit import Row
from db.press.evidence_captures import Exact, Rendering
from db.queries.evidence_pack import PackCapture, PackVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRecord:
    """A capture with its bytes: whole WARC records, and what the crawler knows of an exact one."""

    capture: PackCapture
    warc: bytes
    exact: Exact | None = None
    rendering: Rendering | None = None
    screenshot: bytes | None = None
    pdf: bytes | None = None
    token: bytes | None = None  # RFC 3161, over ``statement(self)``

    @property
    def name(self) -> str:
        """Of its files in the pack: "luu-12-flag"."""
        return f"luu-{self.capture.id}-{self.capture.kind}"


def statement(exact: Exact) -> bytes:
    """What a time stamp at capture is of: hash, file, address and time, not a bare hash."""
    at = exact.captured_at.astimezone(UTC)
    return f"{exact.warc_sha256}  luu-{exact.capture_id}-{exact.kind}.warc.gz\n{exact.record['final_url']}\n{at:%Y-%m-%dT%H:%M:%S.%fZ}\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackItem:
    """One article of the case: its texts, its captures, and the bytes of them that could be read."""

    evidence: str  # 'E01-17': the folder in the pack
    article_id: int
    outlet: str
    url: str
    canonical_url: str | None
    title: str
    state: str
    gone_how: str | None
    published_at: datetime | None
    versions: list[PackVersion]
    captures: list[PackRecord]
    missing: list[str]  # why bytes are not here, a sentence each
    notes: list[str]  # what else could not be had (pictures, resources), a sentence each


@dataclass(frozen=True, slots=True, kw_only=True)
class PackUpload:
    """A file handed in by a person, as received."""

    sha256: str
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackClaim:
    """A claim, its verdict in force with both persons' functions, and the evidence that stands."""

    id: int
    body: str
    said_on: date | None
    field: str | None
    code: str | None
    label: str | None
    what_is_true: str | None
    reasoning: str | None
    counter_evidence: str | None
    proposed_role: str | None
    proposed_at: datetime | None
    approved_role: str | None
    approved_at: datetime | None
    text_sha256: str | None
    evidence: list[dict[str, Any]]
    attempts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """The case's rows of the audit, and the hashes that tie them to the head of the chain."""

    rows: list[Row]
    before: str  # hash of the row before the first link
    links: list[tuple[int, str]]
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything about one case at one moment."""

    case_id: int
    title: str
    state: str
    opened_at: datetime
    critical: bool
    field: str | None
    agency: str | None
    items: list[PackItem]
    claims: list[PackClaim]
    uploads: list[PackUpload]
    custody: Custody
    operator: str
    operator_role: str
    made_at: datetime
    number: int
    software: str
    # the paper of the office that makes the pack (db/queries/letterheads.py)
    place: str
    issuer: str
    parent: str
    symbol: str
    capacity: tuple[str, ...]
