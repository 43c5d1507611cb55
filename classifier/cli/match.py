"""`kiemtin match`: the verified claims that a text may tell again, from the database or from files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from classifier.claims.memory import ClaimMatch, ClaimMemory


@click.command()
@click.argument("text")
@click.option(
    "--claims",
    "claims_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TEXT names a JSON Lines file of items; the claims are in this one; no database is asked",
)
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--json", "as_json", is_flag=True)
def match(text: str, claims_file: Path | None, limit: int, as_json: bool) -> None:
    """The verified claims nearest to TEXT, best first, with why. A resemblance is no verdict.

    With --claims TEXT is a file of items {"id", "text", "lang"?} ("-" for standard input) and CLAIMS one of claims
    {"id", "claim", "truth", "label"}: a line for each item, in order; nothing is stored.
    """
    from db.core.errors import Invalid

    if claims_file is not None:
        _from_files(text, claims_file)
        return
    if not text.strip():
        raise Invalid("text", "the text is empty; give a sentence in quotation marks")
    memory, known = _stored()
    found = memory.match(text, limit=limit)
    if as_json:
        for one in found:
            claim = known[one.claim.key]
            click.echo(
                json.dumps(
                    {
                        "claim": claim.id, "body": claim.body, "verdict": claim.code, "label": claim.label,
                        "what_is_true": claim.what_is_true, "approved_at": claim.approved_at.isoformat(),
                        "score": one.score, "band": one.band, "shared": one.shared, "differs": _differs(one),
                    },
                    ensure_ascii=False,
                )
            )  # fmt: skip
        return
    if not found:
        click.echo(f"nothing alike among {len(memory)} verified claims")
    for one in found:
        claim = known[one.claim.key]
        click.echo(
            f"{one.score:.2f} {one.band:6} claim {claim.id} [{claim.label or claim.code}] {claim.body}"
        )
        click.echo(f"       why: {', '.join(one.shared) or 'meaning alone'}")
        for difference in one.differs:
            click.echo(
                f"       {difference.what} differs: {difference.here or '-'} here, {difference.there or '-'} there"
            )


def _stored() -> tuple[ClaimMemory, dict[int, Any]]:
    import db.core.settings
    import db.ops.embedded_postgres
    from classifier.claims import stored
    from classifier.learning.champion import catalogue_of
    from db.catalogue import files
    from db.core.connection import connect

    settings = db.core.settings.read()
    with connect(db.ops.embedded_postgres.urls(settings).app) as conn:
        kept = stored.StoredClaims(catalogue_of(conn, files.shipped(settings.province)))
        memory = kept.memory(conn)
        return memory, kept.known


def _from_files(items: str, claims_file: Path) -> None:
    import db.core.settings
    from classifier.claims.memory import MOST, ClaimMemory
    from classifier.facts.reader import FactReader
    from classifier.places.gazetteer import Gazetteer
    from db.catalogue import files

    with _lines(str(claims_file)) as lines:
        claims = list(_claims(lines))
    memory = ClaimMemory(
        FactReader(Gazetteer.from_catalogue(files.shipped(db.core.settings.read().province)))
    )
    memory.add(claims)
    with _lines(items) as lines:
        for key, said, lang in _items(lines):
            found = memory.match(said, limit=MOST, lang=lang)
            row = {
                "id": key,
                "matches": [
                    {"claim": one.claim.key, "score": one.score, "band": one.band, "differs": _differs(one)} for one in found
                ],
            }  # fmt: skip
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _differs(one: ClaimMatch) -> list[dict[str, str]]:
    return [{"what": each.what, "here": each.here, "there": each.there} for each in one.differs]


@contextmanager
def _lines(path: str) -> Iterator[TextIO]:
    from classifier.cli.judge import lines_of

    with lines_of(path) as lines:
        yield lines


def _claims(lines: Iterable[str]) -> Iterator[Any]:
    from classifier.claims.memory import KnownClaim
    from classifier.text.item import read_objects
    from db.core.errors import Invalid

    seen: set[str] = set()
    for number, row in read_objects(lines):
        key = _key(row, "claims", number)
        if key in seen:
            raise Invalid(
                "claims", f"line {number} of the claims: id {key!r} stands there twice; give each its own"
            )
        seen.add(str(key))
        yield KnownClaim(
            key=key,
            body=_word(row, "claim", "claims", number),
            truth=_word(row, "truth", "claims", number, needed=False),
        )


def _items(lines: Iterable[str]) -> Iterator[tuple[Any, str, str | None]]:
    from classifier.text.item import read_objects

    for number, row in read_objects(lines):
        lang = row.get("lang")
        said = _word(row, "text", "items", number)
        yield _key(row, "items", number), said, lang if isinstance(lang, str) and lang else None


def _key(row: dict[str, Any], file: str, number: int) -> Any:
    from db.core.errors import Invalid

    key = row.get("id")
    if isinstance(key, bool) or not isinstance(key, (str, int)) or key == "":
        raise Invalid("id", f"line {number} of the {file}: id is missing; give every line its own")
    return key


def _word(row: dict[str, Any], name: str, file: str, number: int, *, needed: bool = True) -> str:
    from db.core.errors import Invalid

    value = row.get(name, "")
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Invalid(
            name, f"line {number} of the {file}: {name} is missing or no text; write it in quotation marks"
        )
    return value.encode("utf-8", "replace").decode("utf-8")


COMMANDS: list[click.Command] = [match]
