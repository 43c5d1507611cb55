"""The catalogue as rows: sources with their addresses, everything else as dated entries. One writing room: review_ui.

``store`` adds and updates by key and leaves the rest alone; nothing here commits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from db.catalogue import cells, soundness
from db.catalogue.files import SHIPPED, load
from db.catalogue.kinds import ENTRY_KINDS, Catalogue, Kind, over
from db.catalogue.offices import Setting
from db.catalogue.sources import Source, address_taken, faults, private_hosts
from db.core.connection import Connection, act_as
from db.core.errors import Invalid, NotFound, RowFault

SHOWN_FAULTS = 20  # more lines than this help nobody; the count of the rest is told


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """How many rows an import touched, by kind and in all."""

    added: int
    updated: int
    unchanged: int
    by_kind: dict[str, int]  # rows read from the folder, by kind


def read(conn: Connection) -> Catalogue:
    """The whole catalogue as stored, each kind in the order of its names."""
    return Catalogue(sources=sources(conn), **{kind.attribute: _entries(conn, kind) for kind in ENTRY_KINDS})


def entries(conn: Connection, attribute: str) -> tuple[Any, ...]:
    """All stored records of one kind, named as in :class:`Catalogue` (``terms``, ``labels`` …)."""
    return _entries(conn, next(kind for kind in ENTRY_KINDS if kind.attribute == attribute))


def _entries(conn: Connection, kind: Kind) -> tuple[Any, ...]:
    rows = conn.execute(
        "SELECT data FROM catalogue_entries WHERE kind = %s ORDER BY name, valid_from NULLS FIRST",
        [kind.kind],
    ).fetchall()
    return tuple(cells.from_json(kind.record, data) for (data,) in rows)


def sources(conn: Connection) -> tuple[Source, ...]:
    """All stored sources with the addresses that are not retired, by name."""
    query = """
        SELECT s.name, s.title, s.home, s.hosts, s.language, s.scope, s.delay, s.port, s.tier, s.locality, s.owner,
               s.groups, s.status, s.note,
               coalesce(array_agg(a.url ORDER BY a.id) FILTER (WHERE a.kind = 'feed'), '{}') AS feeds,
               coalesce(array_agg(a.url ORDER BY a.id) FILTER (WHERE a.kind = 'sitemap'), '{}') AS sitemaps,
               coalesce(array_agg(a.url ORDER BY a.id) FILTER (WHERE a.kind = 'section'), '{}') AS sections,
               coalesce(array_agg(a.url ORDER BY a.id) FILTER (WHERE a.kind = 'search'), '{}') AS searches
        FROM sources s LEFT JOIN source_addresses a ON a.source_id = s.id AND a.retired_at IS NULL
        GROUP BY s.id ORDER BY s.name"""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query).fetchall()
    return tuple(cells.from_json(Source, row) for row in rows)


def store(
    conn: Connection, catalogue: Catalogue, *, actor: str, allow_private_hosts: bool, only_new: bool = False
) -> ImportCounts:
    """Adds and updates what ``catalogue`` holds, by name and validity; whatever else is stored stays.

    ``only_new`` adds what is missing and changes nothing: for the shipped catalogue at every start, so that
    staff's own changes live on. A status ``to_probe`` never undoes what staff decided about a known source.
    Raises Invalid with one line for each broken row, and then nothing is written.
    """
    stored = read(conn)
    if only_new:
        catalogue = _unknown(catalogue, stored)
    _refuse_faults(catalogue, stored, allow_private_hosts=allow_private_hosts)
    act_as(conn, actor)
    before = {source.name: source for source in stored.sources}
    changed = [source for source in catalogue.sources if not _same(source, before.get(source.name))]
    _store_sources(conn, changed, before)
    added = sum(source.name not in before for source in changed)
    updated = len(changed) - added
    by_kind = {"sources": len(catalogue.sources)}
    for kind in ENTRY_KINDS:
        records = getattr(catalogue, kind.attribute)
        old = {kind.identity(record): record for record in getattr(stored, kind.attribute)}
        fresh = [record for record in records if old.get(kind.identity(record)) != record]
        _store_entries(conn, kind, fresh, actor=actor)
        new = sum(kind.identity(record) not in old for record in fresh)
        added, updated = added + new, updated + len(fresh) - new
        by_kind[kind.attribute] = len(records)
    counts = ImportCounts(
        added=added,
        updated=updated,
        unchanged=sum(by_kind.values()) - added - updated,
        by_kind={name: count for name, count in by_kind.items() if count},
    )
    if added or updated:
        conn.execute(
            "SELECT note_in_audit(%s, NULL, 'import', 'catalogue', NULL, %s)",
            [actor, Jsonb({"added": added, "updated": updated, **counts.by_kind})],
        )
    return counts


def _unknown(catalogue: Catalogue, stored: Catalogue) -> Catalogue:
    left: dict[str, Any] = {}
    for kind in ENTRY_KINDS:
        known = {kind.identity(record) for record in getattr(stored, kind.attribute)}
        left[kind.attribute] = tuple(
            record for record in getattr(catalogue, kind.attribute) if kind.identity(record) not in known
        )
    names = {source.name for source in stored.sources}
    taken = {url for source in stored.sources for _, url in source.addresses()}
    fresh = (
        source
        for source in catalogue.sources
        if source.name not in names and not any(url in taken for _, url in source.addresses())
    )
    return Catalogue(sources=tuple(fresh), **left)


def _refuse_faults(catalogue: Catalogue, stored: Catalogue, *, allow_private_hosts: bool) -> None:
    found = faults(catalogue.sources, allow_private_hosts=allow_private_hosts)
    names = {source.name for source in catalogue.sources}
    owners = {
        url: source.name
        for source in stored.sources
        if source.name not in names
        for _, url in source.addresses()
    }
    for source in catalogue.sources:
        for _, url in source.addresses():
            if url in owners:
                found.append(address_taken(source, url, owners[url]))
    found += soundness.faults(catalogue, known=over(stored, catalogue))
    if found:
        rest = len(found) - SHOWN_FAULTS
        shown = found[:SHOWN_FAULTS]
        if rest > 0:
            shown.append(RowFault(message=f"… and {rest} more", code="rows.more", values={"n": rest}))
        raise Invalid("catalogue", "\n".join(map(str, shown)), faults=shown)


def _same(source: Source, known: Source | None) -> bool:
    """Whether storing ``source`` would change nothing about ``known``."""
    if known is None:
        return False
    keeps_status = source.status in (None, "to_probe", known.status)
    fields = [name for name in cells.columns(Source) if name != "status"]
    return keeps_status and all(
        _plain(getattr(source, name)) == _plain(getattr(known, name)) for name in fields
    )


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)  # delay is stored in four bytes
    return frozenset(value) if isinstance(value, tuple) else value


def _store_sources(conn: Connection, changed: Iterable[Source], before: dict[str, Source]) -> None:
    for source in changed:
        conn.execute(
            """UPDATE source_addresses a SET retired_at = now()
               FROM sources s
               WHERE s.id = a.source_id AND s.name = %s AND a.retired_at IS NULL AND a.url <> ALL (%s)""",
            [source.name, [url for _, url in source.addresses()]],
        )
    for source in changed:
        known = before.get(source.name)
        status = source.status or "enabled"
        if known is not None and source.status in (None, "to_probe"):
            status = known.status or "enabled"
        row = conn.execute(
            """INSERT INTO sources (name, title, home, hosts, private_hosts, language, scope, delay, port, tier,
                                    locality, owner, groups, status, note)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (name) DO UPDATE SET
                 title = excluded.title, home = excluded.home, hosts = excluded.hosts,
                 private_hosts = excluded.private_hosts, language = excluded.language, scope = excluded.scope,
                 delay = excluded.delay, port = excluded.port, tier = excluded.tier, locality = excluded.locality,
                 owner = excluded.owner, groups = excluded.groups, status = excluded.status, note = excluded.note,
                 updated_at = now()
               RETURNING id""",
            [
                *(source.name, source.title, source.home, list(source.hosts), list(private_hosts(source))),
                *(source.language, source.scope, source.delay, source.port, source.tier, source.locality),
                *(source.owner, list(source.groups), status, source.note),
            ],
        ).fetchone()
        assert row is not None
        with conn.cursor() as cursor:
            # a retired address may change hands; one in use cannot, _refuse_faults saw to that
            cursor.executemany(
                """INSERT INTO source_addresses (source_id, kind, url) VALUES (%s, %s, %s)
                   ON CONFLICT (url) DO UPDATE SET source_id = excluded.source_id, kind = excluded.kind,
                     retired_at = NULL""",
                [(row[0], kind, url) for kind, url in source.addresses()],
            )


def _store_entries(conn: Connection, kind: Kind, records: list[Any], *, actor: str) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO catalogue_entries (kind, name, valid_from, valid_to, data, updated_by)
               VALUES (%s, %s, %s, %s, %s, (SELECT id FROM users WHERE name = %s))
               ON CONFLICT (kind, name, valid_from) DO UPDATE SET
                 valid_to = excluded.valid_to, data = excluded.data, updated_at = now(),
                 updated_by = excluded.updated_by""",
            [
                (
                    *(kind.kind, *kind.identity(record), getattr(record, "valid_to", None)),
                    *(Jsonb(cells.to_json(record)), actor),
                )
                for record in records
            ],
        )


@cache
def _shipped_settings() -> dict[str, Setting]:
    return {setting.name: setting for setting in load(SHIPPED / "vietnam").settings}


def value(conn: Connection, name: str) -> soundness.Value:
    """A setting's value in its own type: staff's, else the shipped default; NotFound for an unknown name."""
    row = conn.execute(
        "SELECT data FROM catalogue_entries WHERE kind = 'setting' AND name = %s", [name]
    ).fetchone()
    if row is not None:
        return soundness.value_of(cells.from_json(Setting, row[0]))
    if name not in _shipped_settings():
        raise NotFound(f"no setting is called {name!r}; see docs/catalogue.md")
    return soundness.value_of(_shipped_settings()[name])


def number(conn: Connection, name: str) -> float:
    """A numeric setting."""
    found = value(conn, name)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        raise Invalid(name, f"setting {name} is not a number")
    return found


def text(conn: Connection, name: str) -> str:
    """A text, time or day setting."""
    found = value(conn, name)
    if not isinstance(found, str):
        raise Invalid(name, f"setting {name} is not a text")
    return found
