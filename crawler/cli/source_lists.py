"""kiemtin sources import, export: lists of feeds as other programs keep them (OPML)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from db.catalogue.opml_reader import OpmlList, RefusedLine
from db.catalogue.sources import Source
from db.core.errors import Invalid

SHOWN = 20  # refused lines that are printed; --json has them all


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="read and show, store nothing, need no database")
@click.option("--json", "as_json", is_flag=True, help='{"sources": […], "refused": [{"line", "why"}]}')
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Adds the sources of an OPML FILE, to be tried before they are polled; every line that can be taken is taken."""
    from db.catalogue import opml

    try:
        raw = file.read_bytes()
    except OSError as why:
        raise Invalid("file", f"{file} cannot be read ({why.strerror}); name the exported OPML file") from why
    found = opml.read_list(raw, allow_private_hosts=True)
    if not as_json:
        opml.some(found)
    if not dry_run and found.sources:
        found = _stored(found)
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False))
        return
    told = "can be taken" if dry_run else "added; see what they give with 'kiemtin sources try NAME'"
    click.echo(f"{len(found.sources)} sources {told}, {len(found.refused)} lines refused")
    for one in found.sources if dry_run else ():
        click.echo(f"  {one.name}: {', '.join(one.feeds)}")
    for refused in found.refused[:SHOWN]:
        click.echo(f"  line {refused.line}: {refused.why}")
    if len(found.refused) > SHOWN:
        click.echo(f"  … and {len(found.refused) - SHOWN} more (--json lists all)")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Writes all sources with feeds to FILE, as OPML for feed readers."""
    from crawler.cli.database import database as opened
    from db.catalogue import opml, rows

    with opened() as (conn, _):
        known = rows.sources(conn)
    partial = file.with_name(file.name + ".partial")
    try:
        partial.write_text(opml.write(known), encoding="utf-8")
        partial.replace(file)
    except OSError as why:
        raise Invalid("file", f"{file} cannot be written ({why.strerror}); choose another file") from why
    click.echo(f"{sum(bool(one.feeds) for one in known)} sources with feeds written to {file}")


def _stored(found: OpmlList) -> OpmlList:
    """Stores what is new; sources and feeds that are known already are among the refused."""
    from crawler.cli.database import database as opened
    from db.catalogue import Catalogue, rows

    with opened(fresh=True) as (conn, _):
        known = rows.sources(conn)
        owner = {key: one.name for one in known for key in (one.name, *one.hosts)}
        owner |= {url: one.name for one in known for _, url in one.addresses()}
        new: list[Source] = []
        refused = list(found.refused)
        for one in found.sources:
            taken = next((owner[k] for k in (one.name, *one.hosts, *one.feeds) if k in owner), None)
            if taken is None:
                new.append(one)
            else:
                refused += [
                    RefusedLine(line, f"{taken} is a source already; it stays as it is")
                    for line in found.lines_of(one)
                ]
        if new:
            with conn.transaction():
                rows.store(
                    conn, Catalogue(sources=tuple(new)), actor="command-line", allow_private_hosts=True
                )
    return OpmlList(tuple(new), tuple(sorted(refused, key=lambda r: r.line)), found.lines)


def _record(found: OpmlList) -> dict[str, Any]:
    return {
        "sources": [
            {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(one).items()}
            for one in found.sources
        ],
        "refused": [{"line": r.line, "why": r.why} for r in found.refused],
    }
