"""`kiemtin evidence`: make a pack, check a pack, rotate the key."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group()
def evidence() -> None:
    """Evidence packs: one ZIP per case that anyone can check with public tools."""


@evidence.command()
@click.argument("case", type=int)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
def export(case: int, out: Path, as_json: bool) -> None:
    """Make a new pack of CASE and write it to --out; earlier packs of the case stay as they are."""
    import db.core.settings
    import db.ops.embedded_postgres
    from db.core import durable_files
    from db.core.connection import connect
    from db.core.errors import Invalid, Unavailable
    from review_ui.evidence.authorities import configured
    from review_ui.evidence.export import export as make

    if not out.parent.is_dir():
        raise Invalid("out", f"the folder {out.parent} does not exist; make it or name another")
    settings = db.core.settings.read()
    with connect(db.ops.embedded_postgres.urls(settings).app) as conn:
        made = make(
            conn, case_id=case, home=settings.home, operator="command line", operator_role="admin",
            authorities=configured(conn, settings.home),
        )  # fmt: skip
    try:
        durable_files.write(out, made.content, mode=durable_files.PRIVATE_FILE)
    except OSError as why:
        raise Unavailable(f"{out} cannot be written ({why.strerror}); name a folder you may write") from why
    if as_json:
        click.echo(
            json.dumps(
                {"pack": made.number, "sha256": made.sha256, "stamp": made.stamp, "missing": made.missing},
                ensure_ascii=False,
            )
        )
    else:
        click.echo(f"{out}: pack {made.number} of case {case}, sha256 {made.sha256}; {made.stamp}")
        for sentence in made.missing:
            click.echo(f"  missing: {sentence}")


@evidence.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--fingerprint", help="the key's fingerprint as printed in the signed paper or on the method page"
)
@click.option("--json", "as_json", is_flag=True)
def verify(file: Path, fingerprint: str | None, as_json: bool) -> None:
    """Check FILE over everything public tools leave open; name the first difference. Needs no database."""
    from db.core.errors import KiemtinError
    from review_ui.evidence.verify import verify as check

    report = check(file, expected_fingerprint=fingerprint)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        raise click.exceptions.Exit(1 if report.faults else 0)
    if report.faults:
        more = f" (and {len(report.faults) - 1} more)" if len(report.faults) > 1 else ""
        raise KiemtinError(f"{file} is not what was signed: {report.faults[0]}{more}")
    click.echo(f"{file}: whole; case {report.case}, {report.files} files; {report.stamp}")
    click.echo(f"signed by the key {report.fingerprint}")


@evidence.command()
def rotate() -> None:
    """Make a new signing key; earlier packs keep theirs."""
    import db.core.settings
    from review_ui.evidence import keys

    click.echo(
        f"the new key signs from now on; publish its fingerprint: {keys.rotate(db.core.settings.read().home).fingerprint}"
    )


COMMANDS: list[click.Command] = [evidence]
