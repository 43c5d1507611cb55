"""What the catalogue says about who reports to whom, and what subjects and places are called."""

from __future__ import annotations

from datetime import date

from db.core.connection import Connection
from review_ui.digests.facts import Office


def topics(conn: Connection) -> tuple[dict[str, str], tuple[str, ...]]:
    """Titles of the subjects by name, without the restricted ones, and the names of those."""
    rows = conn.execute(
        "SELECT data->>'name', data->>'title', coalesce((data->>'restricted')::boolean, false)"
        " FROM catalogue_entries WHERE kind = 'topic' ORDER BY name, valid_from NULLS FIRST"
    ).fetchall()
    return (
        {name: title for name, title, restricted in rows if not restricted},
        tuple(sorted({name for name, _, restricted in rows if restricted})),
    )


def places(conn: Connection) -> dict[str, str]:
    """Names of communes, wards and former districts by catalogue id; units that are gone say so. The province itself
    is not among them: every item names it."""
    rows = conn.execute(
        "SELECT data->>'id', data->>'name', data->>'level', valid_to IS NOT NULL AND valid_to < current_date"
        " FROM catalogue_entries WHERE kind = 'place' AND data->>'level' <> 'province' ORDER BY name"
    ).fetchall()
    return {
        place: f"{name} ({'huyện cũ' if level == 'district' else 'cũ'})" if gone else name
        for place, name, level, gone in rows
    }


def settings(conn: Connection, *prefixes: str) -> dict[str, str]:
    """Values of the settings whose names begin with one of ``prefixes`` and a dot."""
    rows = conn.execute(
        "SELECT data->>'name', coalesce(data->>'value', '') FROM catalogue_entries"
        " WHERE kind = 'setting' AND split_part(name, '.', 1) = ANY (%s) ORDER BY name",
        [list(prefixes)],
    ).fetchall()
    return dict(rows)


def holder(conn: Connection, role: str, *, on: date) -> str | None:
    """The title of the agency that holds ``role`` on that day; None where the catalogue knows none."""
    row = conn.execute(
        """
        SELECT regexp_replace(a.data->>'title', '\\s*\\([^()]*\\)\\s*$', '')
          FROM catalogue_entries r
          JOIN catalogue_entries a ON a.kind = 'agency' AND a.data->>'name' = r.data->>'agency'
         WHERE r.kind = 'role' AND r.data->>'name' = %(role)s
           AND (r.valid_from IS NULL OR r.valid_from <= %(on)s) AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
         ORDER BY r.valid_from DESC NULLS LAST, a.valid_from DESC NULLS LAST LIMIT 1
        """,
        {"role": role, "on": on},
    ).fetchone()
    return None if row is None else str(row[0])


def office(conn: Connection, *, scope: str, on: date) -> Office:
    """Who makes the digest of ``scope`` on that day, to whom it goes, under which names."""
    own, other = ("press_authority", "foreign_press_authority")[:: 1 if scope == "domestic" else -1]
    known = settings(conn, "digest")

    def several(name: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(part.strip() for part in known.get(name, "").split("|") if part.strip()) or otherwise

    province = conn.execute(
        "SELECT data->>'name', valid_from FROM catalogue_entries WHERE kind = 'place' AND data->>'level' = 'province'"
        " AND (valid_from IS NULL OR valid_from <= %(on)s) AND (valid_to IS NULL OR valid_to >= %(on)s)"
        " ORDER BY valid_from DESC NULLS LAST LIMIT 1",
        {"on": on},
    ).fetchone()
    name, merged_on = province or ("tỉnh", None)
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
