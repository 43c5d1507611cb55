"""Outlets that move to another host or become part of another: said once by staff, the archive goes along.

A moved outlet owns its new host too, so redirects from the old one are followed as its own. A merged outlet stays in the
catalogue with its archive and is polled no more; it owns the other's hosts, so its articles are looked at where they are now.
"""

from urllib.parse import urlsplit

from psycopg.types.json import Jsonb

from db.catalogue.sources import kind_of_host
from db.core.connection import Connection, act_as
from db.core.errors import Invalid
from db.press import sources, urls
from db.press.sources import PolledSource


def move(conn: Connection, source: PolledSource, url: str, *, actor: str) -> None:
    """The outlet lives at ``url`` now. Raises Invalid for no address, a private host, or one that another outlet has."""
    tidy = urls.tidy(url)
    if tidy is None:
        raise Invalid(
            "url", f"{url!r} is not a web address; write one that starts with https://", code="address.form"
        )
    host = urls.host_of(tidy)
    if kind_of_host(host) == "never" or (kind_of_host(host) == "private" and not source.private_hosts):
        raise Invalid(
            "url",
            f"{host} is a private address; it enters only by 'kiemtin catalogue import'",
            code="source.host_private",
        )
    other = sources.with_host(conn, host)
    if other is not None and other.id != source.id:
        raise Invalid(
            "url",
            f"{host} belongs to {other.name}; if {source.name} has become part of it: 'kiemtin sources merge {source.name} {other.name}'",
            code="source.host_taken",
            values={"host": host, "other": other.title},
        )
    parts = urlsplit(tidy)
    _change(
        conn,
        source,
        actor=actor,
        action="source.move",
        home=f"{parts.scheme}://{parts.netloc}/",
        hosts=[host],
        port=parts.port,
    )


def merge(conn: Connection, source: PolledSource, into: PolledSource, *, actor: str) -> None:
    """The outlet has become part of ``into``: polled no more, its archive goes along. Raises Invalid for itself or a circle."""
    row = conn.execute("SELECT merged_into FROM sources WHERE id = %s", [into.id]).fetchone()
    if into.id == source.id or (row and row[0] == source.id):
        raise Invalid(
            "into",
            f"{into.name} is {source.name} itself or has become part of it; name another source",
            code="source.merge_circle",
        )
    _change(
        conn,
        source,
        actor=actor,
        action="source.merge",
        home=source.home,
        hosts=into.hosts,
        port=into.port,
        private=into.private_hosts,
    )
    conn.execute("UPDATE sources SET status = 'paused', merged_into = %s WHERE id = %s", [into.id, source.id])
    conn.execute(
        "UPDATE source_addresses SET retired_at = now() WHERE source_id = %s AND retired_at IS NULL",
        [source.id],
    )
    conn.execute(
        "UPDATE articles SET next_look_at = now() WHERE source_id = %s AND state = 'live' AND same_as IS NULL",
        [source.id],
    )


def _change(
    conn: Connection, source: PolledSource, *, actor: str, action: str, home: str, hosts: list[str], port: int | None,
    private: list[str] | None = None,
) -> None:  # fmt: skip
    act_as(conn, actor)
    more = [h for h in hosts if kind_of_host(h) == "private"] if private is None else private
    conn.execute(
        """UPDATE sources SET home = %(home)s, port = coalesce(port, %(port)s), updated_at = now(),
             hosts = (SELECT array_agg(DISTINCT h) FROM unnest(hosts || %(hosts)s::text[]) AS h),
             private_hosts = (SELECT coalesce(array_agg(DISTINCT h), '{}') FROM unnest(private_hosts || %(private)s::text[]) AS h)
           WHERE id = %(id)s""",
        {"home": home, "port": port, "hosts": hosts, "private": more, "id": source.id},
    )
    conn.execute(
        "SELECT note_in_audit(%s, NULL, %s, %s, %s, %s)",
        [
            actor,
            action,
            f"source:{source.name}",
            Jsonb({"home": source.home, "hosts": source.hosts}),
            Jsonb({"home": home, "hosts": hosts}),
        ],
    )
