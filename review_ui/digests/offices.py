"""What the catalogue says about who reports to whom, and what subjects and places are called."""

from __future__ import annotations

from datetime import date

from db.core.connection import Connection
from db.queries import digest_rows
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

    name, merged_on = digest_rows.province(conn, on=on) or ("tỉnh", None)
    issuer = holder(conn, own, on=on) or "Cơ quan tổng hợp báo chí"
    return Office(
        parent=known.get("digest.superior", ""),
        issuer=issuer,
        symbol=known.get("digest.symbol", ""),
        place=known.get("digest.place") or name.removeprefix("Tỉnh "),
        province=name[:1].lower() + name[1:],
        addressees=several("digest.to"),
        recipients=_recipients(several("digest.recipients", ("Như trên", "Lưu: VT"))),
        capacity=("Giám đốc",) if issuer.startswith("Sở ") else ("Thủ trưởng cơ quan",),
        other_owner=holder(conn, other, on=on) or "",
        merged_on=merged_on,
    )


def _recipients(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"- {name}{';' if n < len(names) else '.'}" for n, name in enumerate(names, 1))
