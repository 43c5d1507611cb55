"""kiemtin sources try, left, enable-working, add: from an address to a source that is read."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from crawler.cli.database import database
from db.core.connection import Connection
from db.core.errors import Invalid
from db.core.settings import Settings
from db.press.source_probes import TrialRound
from db.press.sources import PolledSource


@click.command("try")
@click.argument("given", metavar="[URL]", required=False)
@click.option("--all", "scope", flag_value="all", help="every source")
@click.option("--untried", "scope", flag_value="untried", help="the sources that wait for their first trial")
@click.option("--failed", "scope", flag_value="failed", help="the sources whose last trial failed")
@click.option("--group", help="the sources of this group")
@click.option("--no-enable", is_flag=True, help="with many: do not enable the shipped sources that work")
@click.option("--json", "as_json", is_flag=True)
def try_(given: str | None, scope: str | None, group: str | None, no_enable: bool, as_json: bool) -> None:
    """Polls URL (or a stored source by number or name) once, stores no article, says what would be taken and why not.

    A shipped source that waits for its trial is enabled when it works. With --all, --untried, --failed or --group many
    are tried, tens at once, each host at its own pace; results are kept. Stopped in the middle, the same command goes on.
    """
    if sum((given is not None, scope is not None, group is not None)) != 1:
        raise click.UsageError("give URL, or one of --all, --untried, --failed, --group")
    if given is None:
        _try_many(f"group:{group}" if group else str(scope), enables=not no_enable, as_json=as_json)
        return
    from crawler.pipeline import probe_source

    with database(fresh=True) as (conn, settings):
        result = _try_one(conn, settings, given)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        for line in probe_source.lines(result):
            click.echo(line)
    if not result["works"]:
        sys.exit(1)


def _try_one(conn: Connection, settings: Settings, given: str) -> dict[str, Any]:
    from crawler.pipeline import add_source, context, probe_source, trial_rounds
    from crawler.pipeline.context import CrawlContext
    from db.press import source_probes, sources, urls

    if "://" in given:
        url = add_source.public_url(given)
        source = sources.of_host(conn, urls.host_of(url)) or add_source.unlisted_source(url)
        lists = [("feed", url)]
    else:
        source, lists = sources.named(conn, given), []

    async def work(ctx: CrawlContext) -> dict[str, Any]:
        if lists:
            return await probe_source.trial(ctx, source, lists)
        return await trial_rounds.try_source(ctx, source)

    result = context.run_once(conn, settings, work)
    result["enabled"] = False
    if source.id and not lists:
        result["enabled"] = trial_rounds.settle(conn, source, result, enables=True)
        source_probes.record(
            conn, source.id, ok=bool(result["works"]), code=str(result["code"]), result=result
        )
    return result


def _try_many(scope: str, *, enables: bool, as_json: bool) -> None:
    from crawler.pipeline import context
    from crawler.pipeline.context import CrawlContext
    from crawler.pipeline.trial_rounds import TrialRunner
    from db.press import source_probes

    with database(fresh=True) as (conn, settings):
        trial_round = source_probes.begin_round(conn, scope=scope, user_id=None, enables=enables)
        progress = _Progress(trial_round, quiet=as_json)

        async def work(ctx: CrawlContext) -> None:
            runner = TrialRunner(ctx, on_done=progress.tell)
            try:
                await runner.work_off(trial_round.id)
            finally:
                await runner.stop()

        context.run_once(conn, settings, work)
        trials = source_probes.of_round(conn, trial_round.id)
    outcomes = Counter(t.code or "untried" for t in trials)
    enabled = sum(bool((t.result or {}).get("enabled")) for t in trials)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "round": trial_round.id, "trials": len(trials), "works": sum(bool(t.ok) for t in trials),
                    "enabled": enabled, "outcomes": dict(outcomes.most_common()),
                    "sources": [{"name": t.name, "code": t.code, "before": t.code_before} for t in trials],
                },
                ensure_ascii=False,
            )
        )  # fmt: skip
        return
    works = sum(bool(t.ok) for t in trials)
    click.echo(
        f"{len(trials)} sources tried: {works} work ({enabled} enabled now), {len(trials) - works} do not"
    )
    from db.press.trial_advice import advice

    for code, count in outcomes.most_common():
        if code != "works":
            click.echo(f"  {count:4} {advice(code).why_en}")
    if works < len(trials):
        click.echo("what is left and what to do about each: kiemtin sources left [--out FILE.csv]")


class _Progress:
    """Tells each trial as it is done: how many of how many, what came of it."""

    def __init__(self, trial_round: TrialRound, *, quiet: bool) -> None:
        self._all, self._done = trial_round.trials, trial_round.trials - trial_round.open
        self._quiet = quiet
        if self._done and not quiet:
            click.echo(
                f"going on with the round of {trial_round.asked_at:%Y-%m-%d %H:%M}: {self._done} of {self._all} are done"
            )

    def tell(self, source: PolledSource, result: dict[str, Any]) -> None:
        """One trial is done."""
        from db.press.trial_advice import advice

        self._done += 1
        if self._quiet:
            return
        entries = max((row["entries"] for row in result["lists"]), default=0)
        said = f"{entries} entries" if result["works"] else advice(result["code"]).why_en
        if result["code"] == "old":
            said = advice("old").why_en
        learned = f"; found {', '.join(result['learned'])}" if result.get("learned") else ""
        enabled = ", enabled" if result.get("enabled") else ""
        mark = "+" if result["works"] else "-"
        click.echo(f"[{self._done:3}/{self._all}] {mark} {source.name}: {said}{learned}{enabled}")


@click.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="a CSV file instead of the screen"
)
@click.option("--json", "as_json", is_flag=True)
def left(out: Path | None, as_json: bool) -> None:
    """Sources that are not read, most important first: why, and what to do about each."""
    from db.press import source_probes, trial_list

    with database() as (conn, _):
        rows = trial_list.table(source_probes.left_over(conn), language="en")
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif out is not None:
        try:
            out.write_text("﻿" + _csv(rows), encoding="utf-8", newline="")
        except OSError as exc:
            raise Invalid("out", f"{out} cannot be written ({exc.strerror}); choose another file") from exc
        click.echo(f"{len(rows)} sources in {out}")
    else:
        for row in rows:
            click.echo(f"{row['name']:24} {row['why']}: {row['do']}")
        click.echo(f"{len(rows)} sources are left")


def _csv(rows: list[dict[str, str]]) -> str:
    from db.press import trial_list

    text = io.StringIO()
    writer = csv.DictWriter(text, trial_list.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@click.command("enable-working")
def enable_working() -> None:
    """Enables every source that waits or is paused and whose last trial went well."""
    from db.core.connection import act_as
    from db.press import source_probes

    with database() as (conn, _), conn.transaction():
        act_as(conn, "command-line")
        names = source_probes.enable_working(conn)
    click.echo(f"{len(names)} enabled" + (f": {', '.join(names)}" if names else ""))


@click.command()
@click.argument("url")
@click.option("--name", help="short name; by default the host")
@click.option("--title", help="the outlet's name as readers know it")
@click.option("--language", default="vi", show_default=True)
@click.option("--scope", type=click.Choice(["domestic", "foreign"]), default="domestic", show_default=True)
@click.option("--yes", is_flag=True, help="do not ask (the default where nobody sits at a terminal)")
def add(url: str, name: str | None, title: str | None, language: str, scope: str, yes: bool) -> None:
    """Adds the source at URL: its home page, an article, a feed, a sitemap or a section; the rest is found.

    Shows what would be polled and the newest items as they would be stored, and asks once.
    """
    from crawler.pipeline import add_source, context

    public = add_source.public_url(url)
    with database(fresh=True) as (conn, settings):
        add_source.refuse_known(conn, public)
        made = add_source.unlisted_source(public, name=name, title=title, language=language, scope=scope)
        proposal = context.run_once(conn, settings, lambda ctx: add_source.propose(ctx, public, made))
        for line in add_source.lines(proposal):
            click.echo(line)
        if (
            not yes
            and sys.stdin.isatty()
            and not click.confirm("add it?", default=bool(proposal.result["works"]))
        ):
            click.echo("nothing was added")
            return
        kept = add_source.enter(conn, proposal, actor="command-line")
        click.echo(f"source {kept.id} {kept.name} added; it is polled from now on")


@click.command()
@click.argument("given", metavar="ID")
@click.argument("url")
def move(given: str, url: str) -> None:
    """The outlet ID (number or name) lives at URL now: its archive goes along, old addresses stay its own."""
    from db.catalogue import moves
    from db.press import sources

    with database() as (conn, _), conn.transaction():
        source = sources.named(conn, given)
        moves.move(conn, source, url, actor="command-line")
    click.echo(f"source {source.id} {source.name} lives at {url} now; its articles are looked at there")


@click.command()
@click.argument("given", metavar="ID")
@click.argument("into", metavar="INTO")
def merge(given: str, into: str) -> None:
    """The outlet ID has become part of INTO (numbers or names): it is polled no more, its archive goes along."""
    from db.catalogue import moves
    from db.press import sources

    with database() as (conn, _), conn.transaction():
        source, other = sources.named(conn, given), sources.named(conn, into)
        moves.merge(conn, source, other, actor="command-line")
    click.echo(
        f"source {source.id} {source.name} is part of {other.name} now; its articles are looked at there"
    )


COMMANDS: list[click.Command] = [add, try_, left, enable_working, move, merge]
