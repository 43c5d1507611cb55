"""kiemtin sources, crawl, recheck, articles: the crawler's commands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import source_lists, source_trials
from crawler.cli.database import database
from db.core.connection import Connection
from db.core.errors import Conflict, Invalid, NotFound
from db.core.settings import Settings

if TYPE_CHECKING:
    from crawler.pipeline.context import Tally

SHOWN = 20  # set-aside addresses that are printed; --json has them all


# ── crawl ───────────────────────────────────────────────────────────────────────────────────────────────


@click.command()
@click.option(
    "--once", is_flag=True, help="poll every enabled source now, follow what is found to the end, and exit"
)
@click.option("--source", "given", metavar="ID", help="only this source (number or name)")
@click.option("--group", help="only sources of this group")
@click.option("--json", "as_json", is_flag=True, help="with --once: print the summary as JSON")
def crawl(once: bool, given: str | None, group: str | None, as_json: bool) -> None:
    """Crawl worker: polls sources at their rhythm, stores articles, looks at them again. --once does one round now."""
    from db.press import sources

    with database(fresh=True) as (conn, settings):
        name = _chosen_name(conn, given)
        if not once:
            from crawler import worker

            worker.work(conn, settings, name=name, group=group)
            return
        chosen = sources.enabled(conn, name=name, group=group)
        if not chosen:
            raise NotFound(_no_source(conn, given, group))
        _ask_for_contact(conn, chosen)
        tally = _round(conn, settings, chosen)
        aside = _current_asides(conn, [source.id for source in chosen])
        if as_json:
            click.echo(json.dumps(_summary(len(chosen), tally, aside), ensure_ascii=False))
        else:
            _tell(len(chosen), tally, aside)


def _chosen_name(conn: Connection, given: str | None) -> str | None:
    from db.press import sources

    if given is None:
        return None
    found = sources.named(conn, given)
    if found.status != "enabled":
        raise Conflict(
            f"source {found.name} is {found.status}; enable it with 'kiemtin sources resume {found.id}'"
        )
    return found.name


def _ask_for_contact(conn: Connection, chosen: list[Any]) -> None:
    """Papers on the open web deserve to know whom to write to: says so while the setting is empty."""
    from db.catalogue import rows

    public = any(set(source.hosts) - set(source.private_hosts) for source in chosen)
    if (
        public
        and not rows.text(conn, "fetch.contact").strip()
        and not rows.text(conn, "bulletin.contact").strip()
    ):
        click.echo(
            "kiemtin: the setting fetch.contact is empty: enter a page or address where papers can reach you",
            err=True,
        )


def _no_source(conn: Connection, given: str | None, group: str | None) -> str:
    from db.press import sources

    if group:
        return f"no enabled source belongs to the group {group!r}"
    known = sources.everyone(conn)
    if not known:
        return "no source is known; import some with 'kiemtin catalogue import' or add one with 'kiemtin sources add URL'"
    return (
        f"none of the {len(known)} sources is enabled; try one with 'kiemtin sources try ID', enable it with "
        "'kiemtin sources resume ID'"
    )


def _round(conn: Connection, settings: Settings, chosen: list[Any]) -> Tally:
    from crawler.pipeline import context, source_visit
    from crawler.pipeline import source_health as health

    async def work() -> Tally:
        ctx = await context.start(conn, settings, once=True)
        try:
            return await source_visit.round_once(ctx, chosen)
        finally:
            await context.stop(ctx)

    tally = context.run(work)
    for source in chosen:
        health.compute(conn, source)
    return tally


def _current_asides(conn: Connection, source_ids: list[int]) -> list[dict[str, str]]:
    from crawler.pipeline import fetch_articles

    return [row for source_id in source_ids for row in fetch_articles.current_asides(conn, source_id)]


def _summary(count: int, tally: Tally, aside: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "sources": count,
        "polled": tally.polled,
        "new": tally.new,
        "changed": tally.changed,
        "gone": tally.gone,
        "set_aside": aside,
        "failed": tally.failed,
    }


def _tell(count: int, tally: Tally, aside: list[dict[str, str]]) -> None:
    click.echo(
        f"{count} sources, {tally.polled} polled without trouble: {tally.new} new articles, {tally.changed} changed, "
        f"{tally.gone} gone, {len(aside)} set aside"
    )
    for row in aside[:SHOWN]:
        click.echo(f"  set aside: {row['url']} — {row['why']}")
    if len(aside) > SHOWN:
        click.echo(f"  … and {len(aside) - SHOWN} more (--json lists all)")
    for row in tally.failed:
        click.echo(f"  failed: {row['source']} — {row['why']}")


# ── recheck ─────────────────────────────────────────────────────────────────────────────────────────────


@click.command()
@click.option("--due", is_flag=True, help="articles whose look is due (the default)")
@click.option(
    "--all", "everything", is_flag=True, help="every stored article, however recent the last look was"
)
@click.option("--reread", is_flag=True, help="read the kept pages again with today's readers; asks no paper")
@click.option("--source", "given", metavar="ID", help="only articles of this source (number or name)")
@click.option("--json", "as_json", is_flag=True, help="print the summary as JSON")
def recheck(due: bool, everything: bool, reread: bool, given: str | None, as_json: bool) -> None:
    """Looks at stored articles again: edits become versions, two missing looks a removal."""
    if due + everything + reread > 1:
        raise click.UsageError("choose one of --due, --all, --reread")
    if reread:
        _reread(given, as_json=as_json)
        return
    from crawler.pipeline import context
    from crawler.pipeline import recheck as rechecks
    from db.press import sources

    with database(fresh=True) as (conn, settings):
        source_id = sources.named(conn, given).id if given else None

        async def work() -> Tally:
            ctx = await context.start(conn, settings, once=True)
            try:
                return await rechecks.recheck_all(ctx, forced=everything, source_id=source_id)
            finally:
                await context.stop(ctx)

        tally = context.run(work)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "looked": tally.looked,
                    "changed": tally.changed,
                    "gone": tally.gone,
                    "back": tally.back,
                    "failed": tally.failed,
                },
                ensure_ascii=False,
            )  # fmt: skip
        )
        return
    click.echo(
        f"{tally.looked} articles looked at: {tally.changed} changed, {tally.gone} gone, {tally.back} back again"
    )
    for row in tally.failed:
        click.echo(f"  failed: {row['source']} — {row['why']}")


def _reread(given: str | None, *, as_json: bool) -> None:
    from crawler.pipeline import context
    from crawler.pipeline import reread as rereading
    from db.press import sources

    with database(fresh=True) as (conn, settings):
        source_id = sources.named(conn, given).id if given else None
        tally = context.run_once(conn, settings, lambda ctx: rereading.reread_all(ctx, source_id=source_id))
    if as_json:
        click.echo(
            json.dumps(
                {
                    "read": tally.read,
                    "mended": tally.mended,
                    "unreadable": tally.unreadable,
                    "fields": tally.fields,
                }
            )
        )
        return
    told = ", ".join(f"{name} {count}" for name, count in sorted(tally.fields.items()))
    click.echo(
        f"{tally.read} kept pages read again: {tally.mended} read better now"
        + (f" ({told})" if told else "")
        + f", {tally.unreadable} could not be read"
    )


# ── articles ────────────────────────────────────────────────────────────────────────────────────────────


@click.group()
def articles() -> None:
    """Stored articles."""


@articles.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="a file instead of the screen")
def export(out: Path | None) -> None:
    """All articles, JSON Lines, with a closing row count."""
    from db.press import articles as stored

    with database() as (conn, _), conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        count = 0
        partial = out.with_name(out.name + ".partial") if out else None
        try:
            target = partial.open("w", encoding="utf-8") if partial else sys.stdout
        except OSError as exc:
            raise Invalid("out", f"{out} cannot be written ({exc.strerror}); choose another file") from exc
        for row in stored.export(conn):
            target.write(json.dumps(_exported(row), ensure_ascii=False) + "\n")
            count += 1
        target.write(json.dumps({"count": count}) + "\n")
        if partial and out:
            target.close()
            partial.replace(out)


def _exported(row: dict[str, Any]) -> dict[str, Any]:
    def time(at: Any) -> str | None:
        return at.isoformat() if at else None

    return {
        "id": str(row["id"]),
        "source": row["source"],
        "url": row["url"],
        "canonical_url": row["canonical_url"],
        "title": row["title"],
        "lead": row["lead"],
        "text": row["text"],
        "authors": row["authors"],
        "published_at": time(row["published_at"]),
        "published_from": row["published_from"],
        "first_seen_at": time(row["first_seen_at"]),
        "language": row["language"],
        "state": row["state"],
        "versions": row["versions"],
        "copy_of": str(row["copy_of"]) if row["copy_of"] else None,
        "event": str(row["event"]) if row["event"] else None,
    }


# ── sources ─────────────────────────────────────────────────────────────────────────────────────────────


@click.group()
def sources() -> None:
    """Sources: list, add, try, move, merge, pause, resume, import, export."""


@sources.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """All sources with their state."""
    from db.press import source_health
    from db.press import sources as stored

    with database() as (conn, _):
        known = {h.source_id: h for h in source_health.everyone(conn)}
        rows = [
            {
                "id": s.id, "name": s.name, "title": s.title, "status": s.status,
                "health": known[s.id].state if s.id in known else "unprobed",
                "sentence": known[s.id].sentence_en if s.id in known else "not polled yet",
            }
            for s in stored.everyone(conn)
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        click.echo("no source is known; import some with 'kiemtin catalogue import'")
    for row in rows:
        click.echo(f"{row['id']:5} {row['name']:28} {row['status']:9} {row['health']:9} {row['sentence']}")


def _set_status(given: str, status: str) -> None:
    from db.core.connection import act_as
    from db.press import sources as stored

    with database() as (conn, _), conn.transaction():
        source = stored.named(conn, given)
        act_as(conn, "command-line")
        stored.set_status(conn, source.id, status=status)
    click.echo(f"source {source.id} {source.name}: {status}")


@sources.command()
@click.argument("given", metavar="ID")
def pause(given: str) -> None:
    """Stops polling a source (number or name); what is stored stays."""
    _set_status(given, "paused")


@sources.command()
@click.argument("given", metavar="ID")
def resume(given: str) -> None:
    """Polls a source again."""
    _set_status(given, "enabled")


for _command in (*source_trials.COMMANDS, source_lists.import_, source_lists.export):
    sources.add_command(_command)

COMMANDS: list[click.Command] = [crawl, recheck, articles, sources]
