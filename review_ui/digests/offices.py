"""What the catalogue says about who reports to whom, and what subjects and places are called."""

from __future__ import annotations

from datetime import date

from db.core.connection import Connection
from db.queries import digest_rows, letterheads
from db.queries.digest_rows import holder, settings
from review_ui.digests.facts import Office


def topics(conn: Connection) -> tuple[dict[str, str], tuple[str, ...]]:
    """Titles of the subjects by name, without the restricted ones, and the names of those."""
    rows = digest_rows.topics(conn)
    return (
        {name: title for name, title, restricted in rows if not restricted},
        tuple(sorted({name for name, _, restricted in rows if restricted})),
    )


def places(conn: Connection) -> dict[str, str]:
    """Names of communes, wards and former districts by catalogue id; units that are gone say so. The province itself
    is not among them: every item names it."""
    rows = digest_rows.places(conn)
    return {
        place: f"{name} ({'huyện cũ' if level == 'district' else 'cũ'})" if gone else name
        for place, name, level, gone in rows
    }


def office(conn: Connection, *, scope: str, on: date) -> Office:
    """Who makes the digest of ``scope`` on that day, to whom it goes, under which names."""
    own, other = ("press_authority", "foreign_press_authority")[:: 1 if scope == "domestic" else -1]
    known = settings(conn, "digest")

    def several(name: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(part.strip() for part in known.get(name, "").split("|") if part.strip()) or otherwise

    merged_on = (digest_rows.province(conn, on=on) or ("", None))[1]
    head = letterheads.of_role(conn, own, on=on)
    symbol = f"BC-{head.symbol}" if head and head.symbol else ""
    return Office(
        parent=head.superior if head else known.get("digest.superior", ""),
        issuer=head.issuer if head else "Cơ quan tổng hợp báo chí",
        symbol=symbol or (known.get("digest.symbol", "") if scope == "domestic" else ""),
        place=head.place if head else known.get("digest.place", ""),
        province=letterheads.province(conn, on=on)[0],
        addressees=several("digest.to"),
        recipients=_recipients(several("digest.recipients", ("Như trên", "Lưu: VT"))),
        capacity=head.capacity if head else ("Thủ trưởng cơ quan",),
        other_owner=holder(conn, other, on=on) or "",
        merged_on=merged_on,
        basis=known.get("digest.basis", "").strip(),
        joined=letterheads.joined_provinces(conn, on=on),
        bare=letterheads.province(conn, on=on)[1],
    )


def _recipients(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"- {name}{';' if n < len(names) else '.'}" for n, name in enumerate(names, 1))
