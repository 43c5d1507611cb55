"""Commands that judge, train and evaluate."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from classifier.judging.judge import Judge


@contextmanager
def lines_of(path: str) -> Iterator[TextIO]:
    """The lines of a file, of a .gz file, or of standard input for ``-``; Invalid when they cannot be had."""
    from db.core.errors import Invalid

    try:
        if path == "-":
            yield sys.stdin
        elif path.endswith(".gz"):
            with gzip.open(path, "rt", encoding="utf-8-sig") as packed:
                yield packed
        else:
            with open(path, encoding="utf-8-sig") as plain:
                yield plain
    except UnicodeDecodeError:
        raise Invalid("file", f"{path} is not UTF-8; save it as UTF-8") from None
    except (gzip.BadGzipFile, EOFError):
        raise Invalid(
            "file", f"{path} is no whole gzip file; pack it anew or give the file unpacked"
        ) from None
    except BrokenPipeError:
        raise
    except OSError as why:
        raise Invalid("file", f"{path} cannot be read ({why.strerror or why})") from None


SENT_BY_HAND = 1000  # items; a file this long is what a person asks about, not an archive


@lru_cache(maxsize=1)
def _shipped_judge(province: str) -> Judge:
    from classifier.judging.judge import Judge
    from db.catalogue import files

    return Judge(files.shipped(province))


def _judge() -> Judge:
    """The judge with the stored catalogue and champion; with the shipped catalogue and rules where no database is."""
    import db.core.settings

    settings = db.core.settings.read()
    if not settings.database_url and not (settings.home / "postgres").exists():
        return _shipped_judge(settings.province)
    import db.ops.embedded_postgres
    from classifier.judging.judge import Judge
    from classifier.learning.champion import catalogue_of, champion_of
    from db.catalogue import files
    from db.core.connection import connect
    from db.core.migrate import has_schema

    shipped = files.shipped(settings.province)
    with connect(db.ops.embedded_postgres.urls(settings).app) as conn:
        if not has_schema(conn):
            return Judge(shipped)
        return Judge(catalogue_of(conn, shipped), champion_of(conn))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
def judge(file: str) -> None:
    """Judge the items of a JSON Lines FILE ("-" for standard input); one judgement a line, in order; stores nothing.

    The meaning of each item of a file of up to 1,000 is read; of a longer one, like in the harvest, the meaning of what
    concerns the province.
    """
    from itertools import chain, islice

    from classifier.text.item import read_items

    with lines_of(file) as lines:
        made = _judge()
        items = read_items(lines)
        first = list(islice(items, SENT_BY_HAND + 1))
        whole = len(first) <= SENT_BY_HAND
        write = sys.stdout.write
        for item in chain(first, items):
            write(json.dumps(made.judge(item, embed_all=whole).as_json(), ensure_ascii=False) + "\n")


@click.command()
@click.option(
    "--harvest",
    type=click.Path(dir_okay=False),
    help="items (JSON Lines, .gz too) instead of the stored articles",
)
@click.option(
    "--corpus", "from_corpus", is_flag=True, help="make the shipped weights anew from the labelled corpus"
)
@click.option("--list", "shown", is_flag=True, help="list the models that are kept")
@click.option("--back-to", metavar="NAME", help="make an earlier model the champion again")
@click.option("--json", "as_json", is_flag=True, help="the outcome as JSON")
def train(harvest: str | None, from_corpus: bool, shown: bool, back_to: str | None, as_json: bool) -> None:
    """Train from the harvest and staff's decisions; the new model replaces the old one only if it ranks no worse."""
    import db.core.settings
    import db.judging.models
    from classifier.learning import nightly_training
    from classifier.learning.champion import catalogue_of
    from classifier.text.item import read_items
    from db.catalogue import files
    from db.ops.bootstrap import database

    if from_corpus:
        _train_from_corpus()
        return
    if shown or back_to:
        with database() as conn:
            if back_to:
                db.judging.models.promote(conn, name=back_to)
            kept = db.judging.models.listed(conn)
        _list(kept, as_json=as_json)
        return
    shipped = files.shipped(db.core.settings.read().province)
    terminal = sys.stderr.isatty()

    def progress(done: int) -> None:
        if terminal:
            click.echo(f"\r{done} items read", nl=False, err=True)

    with database() as conn:
        catalogue = catalogue_of(conn, shipped)
        if harvest is None:
            outcome = nightly_training.run(conn, catalogue, progress=progress)
        else:
            with lines_of(harvest) as lines:
                outcome = nightly_training.run(conn, catalogue, harvest=read_items(lines), progress=progress)
    if terminal:
        click.echo("\r", nl=False, err=True)
    if as_json:
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False))
        return
    state = "is the champion" if outcome.champion else "stays beside the champion"
    click.echo(
        f"{outcome.model} {state}: {outcome.why} ({outcome.items} items, {outcome.decisions} decisions)"
    )


def _train_from_corpus() -> None:
    from classifier.learning import corpus_training
    from classifier.meaning import heads

    terminal = sys.stderr.isatty()

    def progress(done: int) -> None:
        if terminal:
            click.echo(f"\r{done} texts read", nl=False, err=True)

    report = corpus_training.train(heads.FILE, progress=progress)
    click.echo(json.dumps(report, ensure_ascii=False))


def _list(kept: list[Any], *, as_json: bool) -> None:
    rows = [
        {"name": one.name, "state": one.state, "trained_at": one.trained_at.isoformat(), "card": one.card}
        for one in kept
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['state']:10} {row['trained_at'][:16]} {row['name']}")


@click.command()
@click.argument("gold", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="the figures as JSON")
def evaluate(gold: str, as_json: bool) -> None:
    """Measure the judge on a GOLD file (JSON Lines): figures by signal with 95 % intervals by story."""
    from classifier.learning import evaluation as measuring

    with lines_of(gold) as lines:
        items = measuring.read_gold(lines)
    report = measuring.evaluate(items, _judge())
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, block in report.items():
        if not isinstance(block, dict):
            click.echo(f"{name}: {block}")
            continue
        click.echo(f"\n{name}")
        for key, value in block.items():
            click.echo(f"  {key:22} {_shown(value)}")


def _shown(value: object) -> str:
    if isinstance(value, list):
        if value[0] is None:
            return "–"
        bounds = "" if value[1] is None else f"  [{value[1]:.3f}, {value[2]:.3f}]"
        return f"{value[0]:.3f}{bounds}"
    return str(value)


COMMANDS: list[click.Command] = [judge, train, evaluate]
