"""kiemtin catalogue: check a folder, import one, update from a newer one, export what is stored."""

import json
import sys
from pathlib import Path

import click

from db.catalogue import Catalogue, files, over, soundness
from db.catalogue.kinds import ENTRY_KINDS
from db.catalogue.sources import faults
from db.core.errors import Invalid
from db.ops.bootstrap import database


@click.group()
def catalogue() -> None:
    """Sources, places, agencies, topics, labels, terms … as files <-> dated rows."""


@catalogue.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print the counts as JSON")
def check(folder: Path | None, as_json: bool) -> None:
    """Reads FOLDER (default: the shipped catalogue of the province) and names every broken row; stores nothing."""
    given = files.load(folder) if folder else _shipped()
    beneath = _shipped() if folder else Catalogue()
    found = faults(given.sources, allow_private_hosts=True)
    found += soundness.faults(given, known=over(beneath, given))
    if found:
        raise Invalid("catalogue", "\n".join(map(str, found)), faults=found)
    _tell(_sizes(given), as_json=as_json, verb="sound")


@catalogue.command("import")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--shipped", is_flag=True, help="add what is missing of the shipped catalogue, change nothing")
@click.option("--json", "as_json", is_flag=True, help="print the counts as JSON")
def import_(folder: Path | None, shipped: bool, as_json: bool) -> None:
    """Adds and updates what FOLDER holds (default: the shipped catalogue of the province), leaves the rest alone."""
    from db.catalogue import rows

    if folder and shipped:
        raise click.UsageError("give FOLDER or --shipped, not both")
    given = files.load(folder) if folder else _shipped()
    with database() as conn:
        counts = rows.store(conn, given, actor="command-line", allow_private_hosts=True, only_new=shipped)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "added": counts.added,
                    "updated": counts.updated,
                    "unchanged": counts.unchanged,
                    "by_kind": counts.by_kind,
                }
            )
        )
        return
    click.echo(f"{counts.added} added, {counts.updated} updated, {counts.unchanged} unchanged")
    _tell(counts.by_kind, as_json=False, verb="read")


@catalogue.command("update")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), help="the public key (PEM) that a signed file is checked with"
)
@click.option("--take", is_flag=True, help="take it without asking")
@click.option(
    "--json", "as_json", is_flag=True, help="print what would change as JSON; takes nothing without --take"
)
def update_(path: Path | None, key: Path | None, take: bool, as_json: bool) -> None:
    """Shows what the newer catalogue PATH (folder or signed FILE.zip; default: the shipped one) would change, and asks.

    What staff changed stays unless the newer catalogue changes it too; sources it leaves out are paused, not removed.
    """
    from db.catalogue import rows, signed_file, update

    given = (
        _shipped() if path is None else signed_file.read(path, key) if path.is_file() else files.load(path)
    )
    with database() as conn:
        stored = rows.read(conn)
        planned = update.plan(stored, given, _shipped())
        wrong = faults(planned.taken.sources, allow_private_hosts=True)
        if wrong:
            raise Invalid("catalogue", "\n".join(map(str, wrong)), faults=wrong)
        if not as_json:
            for line in update.lines(planned) or ["nothing would change"]:
                click.echo(line)
        asks = not (take or as_json or planned.is_empty) and sys.stdin.isatty()
        taken = not planned.is_empty and (take or (asks and click.confirm("take it?", default=False)))
        if taken:
            update.take(conn, planned, actor="command-line")
    counts = {
        "added": len(planned.added),
        "changed": len(planned.changed),
        "dropped": len(planned.dropped),
        "taken": taken,
    }
    if as_json:
        entries = {
            kind: {"added": new, "changed": changed} for kind, (new, changed) in planned.entries.items()
        }
        click.echo(
            json.dumps({**counts, "entries": entries, "sources": [one.name for one in planned.changed]})
        )
    elif not planned.is_empty:
        done = "taken" if taken else "not taken; --take takes it"
        click.echo(
            f"{len(planned.added)} new, {len(planned.changed)} changed, {len(planned.dropped)} left out: {done}"
        )


@catalogue.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="print the counts as JSON")
def export(folder: Path, as_json: bool) -> None:
    """Writes everything stored to FOLDER, in the form that import reads; sources.opml beside it for feed readers."""
    from db.catalogue import opml, rows

    with database() as conn:
        stored = rows.read(conn)
    try:
        files.write(folder, stored)
        (folder / "sources.opml").write_text(opml.write(stored.sources), encoding="utf-8")
    except OSError as why:
        raise Invalid(
            "folder", f"{folder} cannot be written ({why.strerror}); name a folder you may write"
        ) from why
    _tell(_sizes(stored), as_json=as_json, verb="written")


def _shipped() -> Catalogue:
    import db.core.settings

    return files.shipped(db.core.settings.read().province)


def _sizes(given: Catalogue) -> dict[str, int]:
    names = ("sources", *(kind.attribute for kind in ENTRY_KINDS))
    return {name: len(getattr(given, name)) for name in names if getattr(given, name)}


def _tell(sizes: dict[str, int], *, as_json: bool, verb: str) -> None:
    if as_json:
        click.echo(json.dumps(sizes))
    elif sizes:
        click.echo(f"{verb}: " + ", ".join(f"{count} {name}" for name, count in sizes.items()))


COMMANDS: list[click.Command] = [catalogue]
