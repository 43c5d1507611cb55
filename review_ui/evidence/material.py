"""What a pack is made of, collected before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from db.audit import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One exchange with a server that was kept: where its bytes lie and what they hash to."""

    id: int
    at: datetime
    url: str
    final_url: str
    status: int
    payload_sha256: str
    decoded_sha256: str
    bytes: int
    warc_file: str
    warc_offset: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text that the article had, and when it was seen."""

    number: int
    seen_at: datetime
    title: str
    body: str
    text_sha256: str
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article of the case: its texts, its captures, and the bytes of them that could be read."""

    evidence: str  # 'E01-17': the folder in the pack
    article_id: int
    outlet: str
    url: str
    title: str
    state: str
    gone_how: str | None
    published_at: datetime | None
    versions: list[Version]
    captures: list[Capture]
    members: list[bytes]  # whole gzip'd WARC records, in order of capture
    missing: list[str]  # why bytes are not here, a sentence each
    files: dict[str, bytes] = field(default_factory=dict)  # screenshot, PDF, by name in the pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file handed in by a person, as received."""

    sha256: str
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
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
    items: list[Item]
    claims: list[Claim]
    uploads: list[Upload]
    custody: Custody
    operator: str
    operator_role: str
    made_at: datetime
    number: int
    software: str
    place: str = "Lào Cai"
    issuer: str = ""
    parent: str = ""
