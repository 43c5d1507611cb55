"""Commands of copies and events: classify, group."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from db.core.errors import Invalid


@click.command("classify")
@click.option("--once", is_flag=True, help="work off what is pending and end")
@click.option("--json", "as_json", is_flag=True, help="print what was done as JSON")
def classify(once: bool, as_json: bool) -> None:
    """Judge stored articles, find copies, group events, apply staff's corrections."""
    from classifier.pipeline import jobs
    from db.catalogue import files
    from db.ops.bootstrap import ready

    settings, urls = ready()
    shipped = files.shipped(settings.province)
    if not once:
        jobs.forever(urls.app, shipped=shipped)
        return
    done = jobs.Sweeper(urls.app, shipped=shipped).sweep()
    if as_json:
        click.echo(
            json.dumps(
                {
                    "judged": done.judged,
                    "events": done.events,
                    "copies": done.copies,
                    "corrected": done.corrected,
                }
            )
        )
    else:
        click.echo(
            f"{done.judged} versions judged, {done.events} events begun, {done.copies} copies, "
            f"{done.corrected} corrections applied"
        )


@click.command("group")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
def group(file: Path) -> None:
    """Items -> the first publication each one copies, and its event; JSON Lines, in order. Stores nothing."""
    import db.core.settings
    from classifier.events import offline
    from classifier.events.regions import Provinces
    from classifier.facts.reader import FactReader
    from classifier.places.gazetteer import Gazetteer
    from classifier.text.item import read_items
    from db.catalogue import files

    try:
        if str(file) == "-":
            items = list(read_items(sys.stdin))
        else:
            with file.open(encoding="utf-8-sig") as lines:
                items = list(read_items(lines))
    except OSError as why:
        raise Invalid("file", f"{file} cannot be read ({why.strerror}); name a JSON Lines file") from why
    except UnicodeDecodeError as why:
        raise Invalid("file", f"{file} is not UTF-8; write it in UTF-8") from why
    catalogue = files.shipped(db.core.settings.read().province)
    provinces = Provinces.from_catalogue(catalogue, FactReader(Gazetteer.from_catalogue(catalogue)))
    for placed in offline.group(items, provinces):
        click.echo(json.dumps(placed, ensure_ascii=False))


COMMANDS: list[click.Command] = [classify, group]
