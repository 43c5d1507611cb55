"""Commands about what we remember: the database, the audit chain, the doctor."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

import db.core.settings
import db.ops.embedded_postgres
from db.core.errors import KiemtinError, Unavailable
from db.ops.bootstrap import opened

if TYPE_CHECKING:
    from db.ops.doctor import Diagnosis


def owner_url(urls: db.ops.embedded_postgres.Urls) -> str:
    """The owner's connection string, or Unavailable with the setting that is missing."""
    if urls.owner is None:
        raise Unavailable("this needs the owner of the tables: set KIEMTIN_OWNER_DATABASE_URL")
    return urls.owner


@click.group(name="db")
def database() -> None:
    """The database: connection strings, migrations, checks, backups."""


@database.command()
@click.option("--owner", is_flag=True, help="the owner's string instead of the application's")
def url(owner: bool) -> None:
    """Print a connection string; an embedded server that had to be started for it keeps running."""
    settings = db.core.settings.read()
    urls = db.ops.embedded_postgres.urls(settings, keep_running=True)
    click.echo(owner_url(urls) if owner else urls.app)


@database.command()
def migrate() -> None:
    """Bring the schema up to date; tells what was applied."""
    from db.core.migrate import migrate as bring_up

    settings, urls = opened()
    names = bring_up(owner_url(urls), secret=db.core.settings.session_key(settings))
    click.echo("\n".join(f"applied {name}" for name in names) or "the schema is up to date")


@database.command()
@click.option(
    "--as",
    "superuser",
    envvar="KIEMTIN_SUPERUSER_DATABASE_URL",
    help="connection string of the server's superuser (or KIEMTIN_SUPERUSER_DATABASE_URL)",
)
def prepare(superuser: str | None) -> None:
    """On a given PostgreSQL (15 to 18), as its superuser: make the roles, the database and the grants, then migrate."""
    from db.core.migrate import migrate as bring_up
    from db.ops.prepare import prepare as make_ready

    settings = db.core.settings.read()
    if superuser is None:
        raise Unavailable(
            "this needs the server's superuser: kiemtin db prepare --as postgresql://postgres:PASSWORD@HOST/postgres"
        )
    found = make_ready(superuser, settings.database_url, settings.owner_database_url)
    bring_up(found.owner, secret=db.core.settings.session_key(settings))
    if found.made:
        click.echo(f"KIEMTIN_DATABASE_URL={found.app}\nKIEMTIN_OWNER_DATABASE_URL={found.owner}")
    click.echo("the server is ready; see that all is right: kiemtin db check", err=True)


@database.command()
@click.option("--out", type=click.Path(path_type=Path), help="write here instead of db/schema.sql")
def schema(out: Path | None) -> None:
    """Write the schema of the migrated database as one text (for readers; it is never applied)."""
    from db.core.schema import FILE
    from db.core.schema import schema as written
    from db.ops.bootstrap import ready

    _, urls = ready()
    (out or FILE).write_text(written(owner_url(urls)), encoding="utf-8")
    click.echo(f"{out or FILE} written")


@database.command()
@click.option("--json", "as_json", is_flag=True)
def check(as_json: bool) -> None:
    """Is the schema this program's, does the application own nothing, is the audit chain whole?"""
    from db.ops.doctor import database_findings

    _, urls = opened()
    findings = database_findings(urls)
    report(findings, as_json)


def report(findings: list[Diagnosis], as_json: bool) -> None:
    """Prints findings; ends 1 when one of them is an error."""
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            mark = {"ok": "ok  ", "warning": "warn", "error": "FAIL"}[finding.level]
            click.echo(f"{mark}  {finding.what}" + (f"\n      -> {finding.mend}" if finding.mend else ""))
    if any(finding.level == "error" for finding in findings):
        raise click.exceptions.Exit(1)


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the database, kept bytes and keys into FILE (a tar) while everything runs."""
    from db.ops.backup import backup as write

    settings, urls = opened()
    about = write(owner_url(urls), settings.home, file)
    rows = sum(about["rows"].values())
    click.echo(
        f"{file}: {rows} rows, {file.stat().st_size / 1e6:.1f} MB; keep it where only the administrator can read"
    )


@database.command("backup-daily")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--second", type=click.Path(path_type=Path), help="a folder on another disk or machine that gets a copy"
)
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1, 3650), help="newest backups kept"
)
@click.option(
    "--weeks",
    default=4,
    show_default=True,
    type=click.IntRange(0, 520),
    help="and of so many weeks before one each",
)
def backup_daily(folder: Path, second: Path | None, days: int, weeks: int) -> None:
    """Write a backup named by its time into FOLDER, copy it, and let old ones go; for a timer (docs/kiemtin-backup.timer)."""
    from db.ops import kept_backups

    settings, urls = opened()
    file = kept_backups.daily(owner_url(urls), settings.home, folder, second=second, days=days, weeks=weeks)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB" + (f", a copy in {second}" if second else ""))


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Bring FILE back into an empty database and home folder."""
    from db.core.migrate import migrate as bring_up
    from db.ops.restore import restore as bring_back

    settings, urls = opened()
    about = bring_back(owner_url(urls), settings.home, file)
    bring_up(owner_url(urls), secret=db.core.settings.session_key(settings))
    click.echo(
        f"restored the backup of {about['made_at']}: {sum(about['rows'].values())} rows in {len(about['rows'])} tables,"
        " counts and hashes as they were"
    )


@database.command(hidden=True)
def keep() -> None:
    """Keep the embedded server running and end when it dies; `up` starts this again, which revives it."""
    from db.core.connection import connect, recovering

    settings, urls = opened()
    told = settings.home / "database-urls.json"
    draft = told.with_suffix(".part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        json.dump({"app": urls.app, "owner": urls.owner}, file)
    draft.replace(told)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # leave by the door, so that the server is stopped
    misses = 0
    while misses < 3:
        time.sleep(1)
        try:
            connect(urls.app, application="kiemtin keep").close()
            misses = 0
        except Unavailable:
            # one that is recovering by itself is not gone: stopping it now would only begin again
            misses += not recovering(urls.app)
    raise Unavailable("the embedded PostgreSQL went away")


@click.group()
def audit() -> None:
    """The audit chain."""


@audit.command()
@click.option("--head", help="a head hash noted outside (a printed digest, a time stamp): finds a cut tail")
@click.option("--json", "as_json", is_flag=True)
def verify(head: str | None, as_json: bool) -> None:
    """Walk the chain and hold the tables against it; name the first bad row."""
    from dataclasses import replace

    from db.core.audit import walk
    from db.core.audit_tables import difference
    from db.core.connection import connect

    _, urls = opened()
    with connect(urls.app) as conn:
        found = walk(conn, expected_head=head)
        if found.why is None and (differs := difference(conn)) is not None:
            found = replace(found, why=f"a table differs from it: {differs}")
    if as_json:
        click.echo(
            json.dumps({"rows": found.rows, "head": found.head, "bad_row": found.bad_row, "why": found.why})
        )
    elif found.why is None:
        click.echo(
            f"the audit chain is whole: {found.rows} rows, head {found.head or '-'}"
            " (verdicts, evidence, publications, digests and accounts agree with it)"
        )
    if found.why is not None:
        if not as_json:
            raise KiemtinError(f"the audit chain is broken: {found.why}")
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """What is installed, reachable, stale or misconfigured, and the one-line mend for each."""
    from db.ops.doctor import examine

    report(examine(db.core.settings.read()), as_json)


COMMANDS: list[click.Command] = [database, audit, doctor]
