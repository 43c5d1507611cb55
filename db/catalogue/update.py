"""A newer catalogue beside the stored one: what would change, and taking it. Staff's own changes stay.

Three states decide: what this program shipped, what is stored, what is given. A field that staff changed since is kept
unless the newer catalogue changes it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.catalogue import cells, rows
from db.catalogue.kinds import ENTRY_KINDS, Catalogue
from db.catalogue.sources import Source
from db.core.connection import Connection
from db.core.errors import Invalid

MOST_DROPPED = 0.25  # share of the known sources that an update may leave out (chosen 2026-11)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """A source that would change: field -> (stored, new)."""

    name: str
    title: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePlan:
    """What an update would do; ``taken`` is what would be stored."""

    added: tuple[Source, ...]
    changed: tuple[SourceChange, ...]
    dropped: tuple[str, ...]  # left out by the newer catalogue: paused, their history stays
    known: int  # sources that the newer catalogue could leave out
    entries: Mapping[str, tuple[int, int]]  # kind -> (added, changed)
    taken: Catalogue

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.dropped or self.entries)


def plan(stored: Catalogue, given: Catalogue, shipped: Catalogue) -> UpdatePlan:
    """What taking ``given`` would change. Raises Invalid when it leaves out more known sources than is believable."""
    before = {one.name: one for one in stored.sources}
    base = {one.name: one for one in shipped.sources}
    merged = [_merged(one, before.get(one.name), base.get(one.name)) for one in given.sources]
    added = tuple(one for one in merged if one.name not in before)
    changed = tuple(
        change
        for one in merged
        if one.name in before and (change := _change(before[one.name], one)) is not None
    )
    names = {one.name for one in given.sources}
    known = [one.name for one in stored.sources if one.name in base or one.name in names]
    dropped = tuple(
        name for name in known if given.sources and name not in names and before[name].status != "paused"
    )
    if given.sources and len(dropped) > MOST_DROPPED * len(known):
        raise Invalid(
            "catalogue",
            f"the catalogue leaves out {len(dropped)} of {len(known)} known sources (at most {MOST_DROPPED:.0%}): it looks "
            "incomplete and is not taken; take single sources in with 'kiemtin catalogue import'",
        )
    entries = {}
    for kind in ENTRY_KINDS:
        old = {kind.identity(row): row for row in getattr(stored, kind.attribute)}
        fresh = [row for row in getattr(given, kind.attribute) if old.get(kind.identity(row)) != row]
        if fresh:
            new = sum(kind.identity(row) not in old for row in fresh)
            entries[kind.attribute] = (new, len(fresh) - new)
    return UpdatePlan(
        added=added, changed=changed, dropped=dropped, known=len(known), entries=entries,
        taken=replace(given, sources=tuple(merged)),
    )  # fmt: skip


def _merged(new: Source, stored: Source | None, base: Source | None) -> Source:
    """The newer source with what staff changed since it was shipped, where the newer one says nothing else."""
    if stored is None or base is None:
        return new
    kept = {
        name: getattr(stored, name)
        for name in cells.columns(Source)
        if _plain(getattr(stored, name)) != _plain(getattr(base, name))
        and _plain(getattr(new, name)) == _plain(getattr(base, name))
    }
    return replace(new, **kept)


def _change(stored: Source, new: Source) -> SourceChange | None:
    fields = {
        name: (getattr(stored, name), getattr(new, name))
        for name in cells.columns(Source)
        if _plain(getattr(stored, name)) != _plain(getattr(new, name))
        and not (name == "status" and new.status in (None, "to_probe"))
    }
    return SourceChange(name=new.name, title=new.title, fields=fields) if fields else None


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    return frozenset(value) if isinstance(value, tuple) else value


def take(conn: Connection, planned: UpdatePlan, *, actor: str) -> None:
    """Stores what was planned in one transaction; sources left out are paused."""
    with conn.transaction():
        rows.store(conn, planned.taken, actor=actor, allow_private_hosts=True)
        conn.execute(
            "UPDATE sources SET status = 'paused', updated_at = now() WHERE name = ANY (%s)",
            [list(planned.dropped)],
        )


def lines(planned: UpdatePlan) -> list[str]:
    """The plan for people."""
    out = [f"+ {one.name}: {one.title} ({one.home})" for one in planned.added]
    for change in planned.changed:
        told = "; ".join(
            f"{name}: {_short(old)} -> {_short(new)}" for name, (old, new) in change.fields.items()
        )
        out.append(f"~ {change.name}: {told}")
    out += [f"- {name}: left out, would be paused; what is stored stays" for name in planned.dropped]
    out += [f"  {kind}: {new} new, {changed} changed" for kind, (new, changed) in planned.entries.items()]
    return out


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value) if value is not None else ""
    return (text[:80] + "…" if len(text) > 80 else text) or "nothing"
