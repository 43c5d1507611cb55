"""Sources as the crawler sees them: what to poll, which hosts belong, how gently. The catalogue itself: db/catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.core.connection import Connection, first, many, one
from db.core.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A list that is polled for a source; ``kind``: feed | sitemap | section | search."""

    id: int
    source_id: int
    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledSource:
    """A source with the hosts that belong to it; ``delay`` in seconds between request starts at a host."""

    id: int
    name: str
    title: str
    home: str
    hosts: list[str]
    private_hosts: list[str]
    language: str
    scope: str
    delay: float
    port: int | None
    groups: list[str]
    status: str


def enabled(conn: Connection, *, name: str | None = None, group: str | None = None) -> list[PolledSource]:
    """Sources that are polled, by name; only the one called ``name``, only those of ``group``, where given."""
    return many(
        conn,
        PolledSource,
        """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
           FROM sources WHERE status = 'enabled' AND (%(name)s::text IS NULL OR name = %(name)s)
             AND (%(group)s::text IS NULL OR %(group)s = ANY (groups)) ORDER BY name""",
        {"name": name, "group": group},
    )


def everyone(conn: Connection) -> list[PolledSource]:
    """All sources, by name."""
    return many(
        conn,
        PolledSource,
        """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
           FROM sources ORDER BY name""",
    )


def get(conn: Connection, source_id: int) -> PolledSource:
    """The source, or NotFound."""
    return one(
        conn,
        PolledSource,
        """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
           FROM sources WHERE id = %s""",
        [source_id],
    )


def named(conn: Connection, given: str) -> PolledSource:
    """The source with this number or name; NotFound says which was asked for."""
    query = """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
               FROM sources WHERE name = %(given)s OR id::text = %(given)s"""
    found = many(conn, PolledSource, query, {"given": given})
    if not found:
        raise NotFound(f"no source has the number or name {given!r}; see 'kiemtin sources list'")
    return found[0]


_LOCKS = 0x6B74  # our first key of advisory locks ("kt"), the second is the source


def hold(conn: Connection, source_id: int) -> bool:
    """Takes the source for this connection; False when another has it. The lock goes with its connection."""
    row = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, source_id]).fetchone()
    return bool(row and row[0])


def let_go(conn: Connection, source_id: int) -> None:
    """Gives a held source back."""
    conn.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, source_id])


def addresses(conn: Connection, source_id: int) -> list[Address]:
    """What is polled for a source, in the order of entry."""
    return many(
        conn,
        Address,
        """SELECT id, source_id, kind, url FROM source_addresses
           WHERE source_id = %s AND retired_at IS NULL ORDER BY id""",
        [source_id],
    )


def of_host(conn: Connection, host: str) -> PolledSource | None:
    """The enabled source to which a host belongs, with or without ``www.``; None when it is not in the catalogue."""
    bare = host.removeprefix("www.")
    found = many(
        conn,
        PolledSource,
        """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
           FROM sources WHERE hosts && %s::text[] AND status = 'enabled' AND merged_into IS NULL
             AND NOT EXISTS (SELECT FROM source_addresses a WHERE a.source_id = sources.id AND a.kind = 'search'
                             AND a.retired_at IS NULL) ORDER BY id LIMIT 1""",
        [[host, bare, f"www.{bare}"]],
    )
    return found[0] if found else None


def due(conn: Connection, *, group: str | None = None) -> list[PolledSource]:
    """Enabled sources with a list to poll or a link to follow now."""
    return many(
        conn,
        PolledSource,
        """SELECT s.id, s.name, s.title, s.home, s.hosts, s.private_hosts, s.language, s.scope, s.delay, s.port,
                  s.groups, s.status
           FROM sources s
           WHERE s.status = 'enabled' AND (%(group)s::text IS NULL OR %(group)s = ANY (s.groups)) AND (
             EXISTS (SELECT FROM source_addresses a LEFT JOIN rhythms r ON r.url = a.url
                     WHERE a.source_id = s.id AND a.retired_at IS NULL AND coalesce(r.next_poll_at, '-infinity') <= now())
             OR (NOT EXISTS (SELECT FROM source_addresses a WHERE a.source_id = s.id AND a.retired_at IS NULL)
                 AND NOT EXISTS (SELECT FROM rhythms r WHERE r.url = s.home AND r.next_poll_at > now()))
             OR EXISTS (SELECT FROM links l WHERE l.source_id = s.id AND l.fate IN ('pending', 'retry') AND l.next_try_at <= now()))
           ORDER BY s.id""",
        {"group": group},
    )


def set_status(conn: Connection, source_id: int, *, status: str) -> None:
    """Enables or pauses a source, as staff said on the command line or the sources screen."""
    conn.execute("UPDATE sources SET status = %s, updated_at = now() WHERE id = %s", [status, source_id])


def with_host(conn: Connection, host: str) -> PolledSource | None:
    """The source to which a host belongs, with or without ``www.``, whatever its state; an enabled one first."""
    bare = host.removeprefix("www.")
    found = many(
        conn,
        PolledSource,
        """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
           FROM sources WHERE hosts && %s::text[] AND merged_into IS NULL ORDER BY status <> 'enabled', id LIMIT 1""",
        [[host, bare, f"www.{bare}"]],
    )
    return found[0] if found else None


def learn(conn: Connection, source_id: int, found: Sequence[tuple[str, str]]) -> list[str]:
    """Adds lists (kind, address) that a trial found; those that belong to a source already stay there. What was added."""
    rows = conn.execute(
        """INSERT INTO source_addresses (source_id, kind, url) SELECT %s, kind, url
           FROM unnest(%s::text[], %s::text[]) AS found(kind, url) ON CONFLICT (url) DO NOTHING RETURNING url""",
        [source_id, [kind for kind, _ in found], [url for _, url in found]],
    ).fetchall()
    return [str(url) for (url,) in rows]


def merged_into(conn: Connection, source_id: int) -> PolledSource | None:
    """The source that has taken this one over, or None."""
    return first(
        conn,
        PolledSource,
        """SELECT id, name, title, home, hosts, private_hosts, language, scope, delay, port, groups, status
           FROM sources WHERE id = (SELECT merged_into FROM sources WHERE id = %s)""",
        [source_id],
    )
