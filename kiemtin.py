"""The front door: the command line. It finds the rooms' commands and starts them; it does no work itself."""

from __future__ import annotations

import importlib
import os
import sys

import click

from db.errors import KiemtinError

# command -> the module that holds it; imported only when it is called, so that help is quick
COMMANDS = {
    "up": "kiemtin",
    "db": "db.commands",
    "audit": "db.commands",
    "doctor": "db.commands",
    "catalogue": "db.catalogue_commands",
    "sources": "crawler.commands",
    "crawl": "crawler.commands",
    "recheck": "crawler.commands",
    "articles": "crawler.commands",
    "extract": "crawler.reading_commands",
    "feed": "crawler.reading_commands",
    "judge": "classifier.commands",
    "train": "classifier.commands",
    "evaluate": "classifier.commands",
    "classify": "classifier.events_commands",
    "group": "classifier.events_commands",
    "match": "review_ui.claims.commands",
    "web": "review_ui.commands",
    "desk": "review_ui.commands",
    "users": "review_ui.commands",
    "digest": "review_ui.digests.commands",
    "evidence": "review_ui.evidence.commands",
}


class Door(click.Group):
    """Finds a command's module by its name, and turns named errors into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        return next(command for command in module.COMMANDS if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in COMMANDS])


SUMMARIES = {
    "up": "everything on one machine: database, workers, web",
    "db": "the database: url, migrate, check, backup, restore",
    "audit": "the audit chain: verify",
    "doctor": "what is installed, reachable, stale or misconfigured",
    "catalogue": "sources, places, agencies … as files: check, import, export",
    "sources": "list, add, try, pause and resume sources",
    "crawl": "crawl worker; --once polls every source and follows what it finds",
    "recheck": "revisit stored articles: new versions, removals",
    "articles": "export all articles",
    "extract": "HTML -> one article as JSON",
    "feed": "feed or news sitemap -> entries",
    "judge": "items -> judgements; stores nothing",
    "train": "train from the harvest and staff's decisions",
    "evaluate": "measure on a gold file",
    "classify": "classify worker; --once works off what is pending",
    "group": "items -> copies and events",
    "match": "the verified claims nearest to a text",
    "web": "the web application alone",
    "desk": "the review room's worker",
    "users": "accounts: add, list, disable, reset",
    "digest": "build a press digest",
    "evidence": "evidence packs: export, verify",
}


@click.command(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kiemtin")
def door() -> None:
    """kiemtin: press monitoring and misinformation triage for a province's communications office."""


def main() -> None:
    """Runs the command line: 0 on success, 1 on a named error (one line on stderr), 2 on wrong usage."""
    try:
        door.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as why:
        why.show()
        sys.exit(why.exit_code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except KiemtinError as why:
        click.echo(f"kiemtin: {why}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # the reader of our output left (| head): nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
