"""The command ``kiemtin initials``: texts with private persons by initials, from a file of JSON Lines; stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from db.core.errors import Invalid
from review_ui.privacy.initials import initialled


@click.command("initials")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def initials(file: Path) -> None:
    """Prints each {"id","text"} of FILE, a JSON object a line, with private persons by initials, in order."""
    for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line.decode("utf-8"))
            identifier, text = item["id"], item["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError) as why:
            raise Invalid("file", f'{file}, line {number}: write {{"id": …, "text": "…"}} in UTF-8') from why
        click.echo(json.dumps({"id": identifier, "text": initialled(text)}, ensure_ascii=False))


COMMANDS = [initials]
