"""From facts to a stored draft, and from a stored draft to the document that is shown and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal, cast

from db.core import audit
from db.core.connection import Connection
from db.desk import digests
from db.desk.digests import Digest
from review_ui.digests import content
from review_ui.digests.collect import collect
from review_ui.digests.compose import compose
from review_ui.digests.content import Document
from review_ui.digests.render.formats import FORMATS, write

Scope = Literal["domestic", "foreign"]


def make(conn: Connection, *, scope: str, from_on: date, to_on: date, created_by: int | None) -> int:
    """Collects and stores a new draft; returns its id. ``created_by`` None: the schedule."""
    document = compose(collect(conn, scope=cast(Scope, scope), from_on=from_on, to_on=to_on))
    return _store(conn, document, created_by=created_by)


def _store(
    conn: Connection,
    document: Document,
    *,
    created_by: int | None,
    replaces: int | None = None,
    correction: str | None = None,
) -> int:
    return digests.create(
        conn,
        scope=document.scope,
        from_on=document.from_on,
        to_on=document.to_on,
        content=content.dump(document),
        row_count=content.row_count(document),
        created_by=created_by,
        replaces=replaces,
        correction=correction,
    )


def document(conn: Connection, digest: Digest) -> Document:
    """The document of a digest as it stands: what was collected, staff's wording, what was given at issue."""
    found = content.with_edits(stored(conn, digest), digests.edits(conn, digest.id))
    return content.signed(found, number=digest.number, signed_on=digest.signed_on, signer=digest.signer)


def stored(conn: Connection, digest: Digest) -> Document:
    """The document as collected, before anybody's wording; a corrected issue carries its correction."""
    found = cast(Document, content.load(digests.content(conn, digest.id)))
    return replace(found, correction=content.one_line(digest.correction or ""))


def edit(
    conn: Connection, digest: Digest, *, wording: dict[str, str], user_id: int, seen_version: int
) -> int:
    """Stores the paragraphs of ``wording`` that differ from what stands; returns how many. Raises Conflict when the
    digest changed since version ``seen_version``."""
    source = content.editable(stored(conn, digest))
    standing = {key: paragraph.own for key, paragraph in source.items()} | digests.edits(conn, digest.id)
    changed = {
        key: text
        for key, text in wording.items()
        if key in standing and text.split() != standing[key].split()
    }
    for n, (key, text) in enumerate(changed.items()):
        # each wording moves the version by one; the first stands on what the person saw
        digests.edit(conn, digest.id, key=key, body=text, user_id=user_id, seen_version=seen_version + n)
    return len(changed)


def refresh(conn: Connection, digest: Digest, *, user_id: int, seen_version: int) -> int:
    """A draft with figures of now in place of an older one, staff's wording kept where its paragraph still stands;
    returns the new id."""
    digests.step(conn, digest.id, "discard", actor_id=user_id, seen_version=seen_version)
    fresh = compose(
        collect(conn, scope=cast(Scope, digest.scope), from_on=digest.from_on, to_on=digest.to_on)
    )
    made = _store(conn, fresh, created_by=user_id, replaces=digest.replaces, correction=digest.correction)
    edit(
        conn, digests.get(conn, made), wording=digests.edits(conn, digest.id), user_id=user_id, seen_version=1
    )
    return made


def correct(conn: Connection, digest: Digest, *, correction: str, user_id: int, recount: bool) -> int:
    """The draft of a new issue that corrects an issued one and says so; from the old text, or with figures of now."""
    if recount:
        found = compose(
            collect(conn, scope=cast(Scope, digest.scope), from_on=digest.from_on, to_on=digest.to_on)
        )
    else:
        found = content.signed(document(conn, digest), number=None, signed_on=None, signer="")
    return _store(
        conn, replace(found, correction=""), created_by=user_id, replaces=digest.id, correction=correction
    )


def issue(
    conn: Connection,
    digest: Digest,
    *,
    actor_id: int,
    seen_version: int,
    number: int | None,
    signed_on: date | None,
    signer: str,
) -> None:
    """Writes all four files, stores them with the digest, and closes it for good."""
    final = content.signed(document(conn, digest), number=number, signed_on=signed_on, signer=signer)
    if (head := audit.head(conn)) is not None:
        final = content.with_audit_head(final, row=head[0], sha256=head[1])
    digests.issue(
        conn,
        digest.id,
        actor_id=actor_id,
        seen_version=seen_version,
        number=number,
        signed_on=signed_on,
        signer=signer,
        files={form: write(final, form) for form in FORMATS},
        printed=None if head is None else (head[0], head[1]),
    )


def file_name(digest: Digest, form: str) -> str:
    """A name that sorts and says whether it is only a draft."""
    scope = {"domestic": "trong-nuoc", "foreign": "nuoc-ngoai"}[digest.scope]
    draft = "" if digest.state == "issued" else "-du-thao"
    return f"diem-bao-{scope}-{digest.from_on:%Y%m%d}-{digest.to_on:%Y%m%d}-{digest.id}{draft}.{form}"


def usual_periods(today: date) -> list[tuple[str, date, date]]:
    """Ranges offices ask for, nearest first: (code, first day, last day), as of ``today``."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month_end = first - timedelta(days=1)
    year = today.year
    return [
        ("this_week", monday, monday + timedelta(days=6)),
        ("last_week", monday - timedelta(days=7), monday - timedelta(days=1)),
        ("last_month", last_month_end.replace(day=1), last_month_end),
        (
            "to_june",
            date(year - (today < date(year, 6, 15)), 1, 1),
            date(year - (today < date(year, 6, 15)), 6, 15),
        ),
        ("to_november", date(year, 1, 1), date(year, 11, 15)),
        ("to_december", date(year, 1, 1), date(year, 12, 15)),
    ]
