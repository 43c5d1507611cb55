"""`kiemtin uploads`: reads the files that people sent in (text, the same picture again, marks of origin) and exits."""

from __future__ import annotations

import os

import click


@click.command()
def uploads() -> None:
    """Read the pictures, PDFs and clips that people sent in; works off what waits and exits. Needs no network."""
    from classifier.pipeline import uploads as work
    from db.core.connection import connect
    from db.ops import bootstrap

    os.nice(10)  # people at their screens go first
    settings, urls = bootstrap.ready()
    work.bounded()
    with connect(urls.app, autocommit=True, application="kiemtin uploads") as conn:
        click.echo(f"{work.work_off(conn, home=settings.home)} files read")


COMMANDS: list[click.Command] = [uploads]
