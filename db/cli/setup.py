"""`kiemtin setup`: the first day's list on the command line, as the administrator's page shows it."""

from __future__ import annotations

import click

from db.ops.bootstrap import ready

# code -> (what it is, why, how it is done)
WORDS = {
    "office": ("the office's name, place and symbol", "papers and digests carry them", "/admin/catalogue, kind settings"),
    "contact": ("addresses for webmasters and readers", "sites ask who reads them, readers where to write", "/admin/catalogue, kind settings"),
    "people": ("two persons who verify, one of them an approver", "a public label needs two", "kiemtin users add NAME --role approver"),
    "sources": ("sources tried and reading", "an untried source is not read", "/sources, or kiemtin sources try, then resume"),
    "deadlines": ("deadlines confirmed by a person", "no clock runs by an unconfirmed one", "/admin/catalogue?kind=deadlines"),
    "holidays": ("days off of the coming year confirmed", "working days are counted by them", "/admin/catalogue?kind=holidays"),
    "mail": ("alerts by mail", "urgent matters reach people away from the desk", "/admin/catalogue, kind settings; then /alerts"),
    "backup": ("a backup of the last two days", "nothing else brings the verdicts back", "kiemtin db backup-daily FOLDER, by a timer"),
    "address": ("the names under which people open it", "any other name is refused", "KIEMTIN_ALLOWED_HOSTS and KIEMTIN_PROXY"),
    "clock": ("the clocks of this machine and the database", "times are evidence", "set both by NTP"),
}  # fmt: skip


@click.command()
@click.option("--json", "as_json", is_flag=True)
def setup(as_json: bool) -> None:
    """What the office must have before the desk can work, each with its state, why, and how it is done."""
    from db.core.connection import connect
    from db.ops import first_day

    settings, urls = ready()
    with connect(urls.app) as conn:
        found = first_day.steps(conn, settings)
    if as_json:
        click.echo(first_day.as_json(found))
        return
    for one in found:
        what, why, mend = WORDS[one.code]
        state = "done" if one.done else "TO DO" if one.needed else "open"
        click.echo(f"{state:5} {what}")
        if not one.done:
            told = [
                *one.settings,
                *(f"{name}: {value}" for name, value in one.values.items() if value is not None),
            ]
            click.echo(
                f"      why: {why}\n      how: {mend}" + (f"\n      now: {', '.join(told)}" if told else "")
            )
    left = sum(not one.done and one.needed for one in found)
    click.echo(f"{left} steps left" if left else "the office is set up")


COMMANDS: list[click.Command] = [setup]
