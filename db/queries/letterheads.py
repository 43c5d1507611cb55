"""The head and the foot of an official paper, from the agency that owns it: what no code may know of an office or a province."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from db.core.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on the papers of one agency on one day; '' and () where the catalogue does not say."""

    agency: str  # catalogue name; '' where the catalogue names no agency
    issuer: str  # "Sở Văn hóa, Thể thao và Du lịch"
    superior: str  # "ỦY BAN NHÂN DÂN TỈNH …"
    symbol: str  # of its papers: "SVHTTDL"
    place: str  # before the date
    capacity: tuple[str, ...]  # lines over the name of the signer: "KT. Giám đốc", "Phó Giám đốc"


def of_agency(conn: Connection, agency: str, *, on: date) -> Letterhead:
    """The letterhead of the agency called ``agency`` (its catalogue name, or what staff typed) on that day."""
    row = conn.execute(
        "SELECT data FROM catalogue_entries WHERE kind = 'agency' AND (name = %(agency)s OR data->>'title' = %(agency)s)"
        " ORDER BY (valid_from IS NULL OR valid_from <= %(on)s) AND (valid_to IS NULL OR valid_to >= %(on)s) DESC,"
        " valid_from DESC NULLS LAST LIMIT 1",
        {"agency": agency, "on": on},
    ).fetchone()
    data: dict[str, str | None] = row[0] if row else {"title": agency}
    shared = dict(
        conn.execute(
            "SELECT data->>'name', coalesce(data->>'value', '') FROM catalogue_entries"
            " WHERE kind = 'setting' AND name IN ('digest.superior', 'digest.place')"
        ).fetchall()
    )
    signer = data.get("signer") or "Thủ trưởng cơ quan"
    return Letterhead(
        agency=data.get("name") or "",
        issuer=_without_remark(data.get("title") or ""),
        superior=data.get("superior") or shared.get("digest.superior", ""),
        symbol=data.get("symbol") or "",
        place=data.get("place") or shared.get("digest.place") or province(conn, on=on)[1],
        capacity=tuple(line.strip() for line in signer.split("|") if line.strip()),
    )


def of_role(conn: Connection, role: str, *, on: date) -> Letterhead | None:
    """The letterhead of the agency that holds ``role`` on that day; None where the catalogue names none."""
    row = conn.execute(
        "SELECT data->>'agency' FROM catalogue_entries WHERE kind = 'role' AND name = %(role)s"
        " AND (valid_from IS NULL OR valid_from <= %(on)s) AND (valid_to IS NULL OR valid_to >= %(on)s)"
        " ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        {"role": role, "on": on},
    ).fetchone()
    return None if row is None else of_agency(conn, row[0], on=on)


def province(conn: Connection, *, on: date) -> tuple[str, str]:
    """The province as sentences name it and its bare name, on that day: ("tỉnh Lào Cai", "Lào Cai")."""
    row = conn.execute(
        "SELECT data->>'name', data->>'bare' FROM catalogue_entries WHERE kind = 'place' AND data->>'level' = 'province'"
        " AND (valid_from IS NULL OR valid_from <= %(on)s) AND (valid_to IS NULL OR valid_to >= %(on)s)"
        " ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        {"on": on},
    ).fetchone()
    if row is None or not row[0]:
        return "địa phương", "địa phương"
    return row[0][:1].lower() + row[0][1:], row[1] or re.sub(r"^(Tỉnh|Thành phố)\s+", "", row[0])


def joined_provinces(conn: Connection, *, on: date) -> tuple[str, ...]:
    """The bare names of the former provinces that went into the present one under another name."""
    rows = conn.execute(
        "SELECT o.data->>'bare' FROM catalogue_entries n JOIN catalogue_entries o ON o.kind = 'place'"
        " AND o.name = ANY (SELECT jsonb_array_elements_text(n.data->'predecessors'))"
        " WHERE n.kind = 'place' AND n.data->>'level' = 'province' AND (n.valid_from IS NULL OR n.valid_from <= %(on)s)"
        " AND (n.valid_to IS NULL OR n.valid_to >= %(on)s) AND o.data->>'bare' <> n.data->>'bare' ORDER BY 1",
        {"on": on},
    ).fetchall()
    return tuple(name for (name,) in rows if name)


def _without_remark(title: str) -> str:
    return re.sub(r"\s*\([^()]*\)\s*$", "", title)
