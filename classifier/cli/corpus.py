"""The command of the corpus that weights are learned from."""

from __future__ import annotations

import json

import click


@click.group()
def corpus() -> None:
    """The labelled corpus of our own: is it fit to learn from?"""


@corpus.command("check")
@click.option("--json", "as_json", is_flag=True, help="the figures as JSON")
def check(as_json: bool) -> None:
    """Near-duplicates, balance of the labels, what style alone gives away, agreement of two labellers."""
    from classifier.learning import corpus_check

    report = corpus_check.check()
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        if isinstance(value, dict) and all(isinstance(row, dict) for row in value.values()):
            click.echo(f"{name}:")
            for key, row in value.items():
                click.echo(f"  {key:10} {_row(row)}")
        else:
            click.echo(f"{name}: {_row(value) if isinstance(value, dict) else value}")


def _row(row: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:g}" for name, value in row.items())


COMMANDS: list[click.Command] = [corpus]
