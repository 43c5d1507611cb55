"""``kiemtin digest``: the digest of a range as a file, without a draft being kept."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

import click


@click.group(name="digest")
def digest() -> None:
    """Press digests (báo cáo điểm báo)."""


@digest.command()
@click.option("--scope", type=click.Choice(["domestic", "foreign"]), required=True, help="which press")
@click.option(
    "--from", "from_", metavar="DAY", required=True, help="2026-11-16, 16/11/2026 or a week 2026-W47"
)
@click.option("--to", "to", metavar="DAY", required=True, help="the last day, included")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".docx .pdf .xlsx .html"
)
@click.option("--json", "as_json", is_flag=True, help="what was made, for a machine")
def build(scope: str, from_: str, to: str, out: Path, as_json: bool) -> None:
    """Write the digest of a range; the form follows from the file's ending."""
    import db.core.settings
    import db.ops.embedded_postgres
    from db.core.connection import connect
    from db.core.errors import Invalid, Unavailable
    from db.core.migrate import pending
    from review_ui.digests import collect, content, days
    from review_ui.digests.compose import compose
    from review_ui.digests.render.formats import FORMATS, writer

    ending = out.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise Invalid("out", f"{out.name}: the ending says the form; use .docx, .pdf, .xlsx or .html")
    first, last = days.first_day(from_), days.last_day(to)
    if last < first:
        raise Invalid("to", f"the range ends ({last}) before it begins ({first}): swap --from and --to")
    if not out.absolute().parent.is_dir():
        raise Invalid("out", f"{out.parent} is no folder; make it first")
    write = writer(ending)
    with connect(db.ops.embedded_postgres.urls(db.core.settings.read()).app) as conn:
        if pending(conn):
            raise Unavailable("the database has not been brought up to date: run kiemtin db migrate")
        facts = collect.collect(
            conn, scope="foreign" if scope == "foreign" else "domestic", from_on=first, to_on=last
        )
    document = compose(facts)
    _replace(out, write(document))
    rows = content.row_count(document)
    if as_json:
        click.echo(
            json.dumps({"out": str(out), "scope": scope, "from": str(first), "to": str(last), "rows": rows})
        )
    else:
        click.echo(f"{out}: {rows} items listed, {first} to {last}" + ("" if rows else " (an empty period)"))


def _replace(out: Path, data: bytes) -> None:
    """Writes beside and renames: nobody ever sees half a digest."""
    from db.core.errors import Unavailable

    try:
        with tempfile.NamedTemporaryFile(
            dir=out.absolute().parent, prefix=f".{out.name}.", delete=False
        ) as file:
            file.write(data)
        os.chmod(file.name, 0o644)
        os.replace(file.name, out)
    except OSError as why:
        with contextlib.suppress(OSError, UnboundLocalError):
            os.unlink(file.name)
        raise Unavailable(f"{out} cannot be written ({why.strerror}); name a folder you may write") from why


COMMANDS: list[click.Command] = [digest]
