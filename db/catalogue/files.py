"""A catalogue as a folder: sources.toml and one CSV for each other kind; reading refuses, naming file and row."""

import csv
import io
import json
import tomllib
import unicodedata
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

from db.catalogue import cells
from db.catalogue.kinds import ENTRY_KINDS, Catalogue, Kind, over
from db.catalogue.sources import Source
from db.core.errors import Invalid, NotFound

SHIPPED = Path(__file__).resolve().parent.parent / "catalogues"


def names() -> tuple[str, ...]:
    """The catalogues that come with the product; those without a catalogue.toml only stand beneath others."""
    return tuple(sorted(folder.parent.name for folder in SHIPPED.glob("*/catalogue.toml")))


@cache  # part of the program, read once
def shipped(name: str) -> Catalogue:
    """The catalogue of that name with what stands beneath it, or NotFound."""
    folder = SHIPPED / name
    if name not in names():
        raise NotFound(
            f"no catalogue is called {name!r}; KIEMTIN_PROVINCE may be one of: {', '.join(names())}"
        )
    head = tomllib.loads((folder / "catalogue.toml").read_text(encoding="utf-8"))
    whole = Catalogue()
    for lower in head.get("beneath", []):
        whole = over(whole, load(SHIPPED / lower))
    return over(whole, load(folder))


def load(folder: Path) -> Catalogue:
    """The catalogue in a folder, as far as it holds the files; Invalid names file, row, column and the mend."""
    if not folder.is_dir():
        raise Invalid("folder", f"{folder} is not a folder; give the folder that holds sources.toml")
    known = {"sources.toml", *(kind.file for kind in ENTRY_KINDS)}
    if not any((folder / file).is_file() for file in known):
        raise Invalid(
            "folder", f"{folder} holds no catalogue file; expected one of {', '.join(sorted(known))}"
        )
    taken: dict[str, Any] = {kind.attribute: _read_csv(folder / kind.file, kind) for kind in ENTRY_KINDS}
    return Catalogue(sources=read_sources(folder / "sources.toml"), **taken)


def read_sources(path: Path) -> tuple[Source, ...]:
    """The ``[[source]]`` tables of a file; none when the file does not exist."""
    if not path.is_file():
        return ()
    try:
        data = tomllib.loads(_text(path))
    except RecursionError:
        raise Invalid(path.name, f"{path.name}: is nested too deeply; write flat [[source]] tables") from None
    except tomllib.TOMLDecodeError as error:
        raise Invalid(path.name, f"{path.name}: not valid TOML: {error}") from None
    tables = data.get("source", [])
    if not isinstance(tables, list) or set(data) - {"source"}:
        raise Invalid(
            path.name, f"{path.name}: holds something else than [[source]] tables; write each as [[source]]"
        )
    return tuple(_source(path.name, number, table) for number, table in enumerate(tables, 1))


def _source(file: str, number: int, table: Any) -> Source:
    where = f"{file}, source {number}"
    if not isinstance(table, dict):
        raise Invalid(file, f"{where}: is not a table; write [[source]] and its keys beneath")
    if isinstance(table.get("name"), str):
        where += f" ({table['name']})"
    wanted = cells.columns(Source)
    for key, value in table.items():
        if key not in wanted:
            raise Invalid(key, f"{where}, {key}: is not a key of a source; known are {', '.join(wanted)}")
        is_list = key in ("hosts", "feeds", "sitemaps", "sections", "searches", "groups")
        if is_list and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise Invalid(key, f'{where}, {key}: must be a list of texts, such as ["https://example.vn/rss"]')
    for key in ("name", "home", "hosts"):
        if not table.get(key):
            raise Invalid(key, f"{where}, {key}: is missing; every source needs name, home and hosts")
    try:
        source = cells.from_json(Source, {"title": table["name"], **_nfc(table)})
    except Invalid as error:
        raise Invalid(
            error.field, f"{where}, {error.field}: {error}", code=error.code, values=error.values
        ) from None
    assert isinstance(source, Source)
    return source


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_nfc(item) for item in value]
    return {key: _nfc(item) for key, item in value.items()} if isinstance(value, dict) else value


def _text(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid(path.name, f"{path.name}: is not UTF-8; save it as UTF-8") from None


def _read_csv(path: Path, kind: Kind) -> tuple[Any, ...]:
    if not path.is_file():
        return ()
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    wanted = cells.columns(kind.record)
    must = {field.name for field in fields(kind.record) if field.default is MISSING}
    records: list[Any] = []
    seen: dict[Any, int] = {}
    try:
        head = next(reader, [])
        for column in head:
            if column not in wanted:
                raise Invalid(
                    column, f"{path.name}, row 1: unknown column {column!r}; known are {', '.join(wanted)}"
                )
        if must - set(head):
            raise Invalid(path.name, f"{path.name}, row 1: column {min(must - set(head))} is missing; add it")
        for number, row in enumerate(reader, 2):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(head):
                message = f"has {len(row)} cells where the head has {len(head)}; mend commas and quotes"
                raise Invalid(path.name, f"{path.name}, row {number}: {message}")
            try:
                record = cells.from_cells(kind.record, dict(zip(head, row, strict=True)))
            except Invalid as error:
                raise Invalid(
                    error.field,
                    f"{path.name}, row {number}, column {error.field}: {error}",
                    code=error.code,
                    values=error.values,
                ) from None
            identity = kind.identity(record)
            if identity in seen:
                message = f"{identity[0]!r} stands in row {seen[identity]} too; remove one or give another valid_from"
                raise Invalid(kind.key[0], f"{path.name}, row {number}: {message}")
            seen[identity] = number
            records.append(record)
    except csv.Error as error:
        raise Invalid(path.name, f"{path.name}, row {reader.line_num}: not valid CSV: {error}") from None
    return tuple(records)


def write(folder: Path, catalogue: Catalogue) -> None:
    """Writes each kind that has rows to its file; ``load`` of the folder gives the same catalogue back."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.toml").write_text(sources_text(catalogue.sources), encoding="utf-8")
    for kind in ENTRY_KINDS:
        if not getattr(catalogue, kind.attribute) and not (folder / kind.file).exists():
            continue
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(cells.columns(kind.record))
        for record in getattr(catalogue, kind.attribute):
            writer.writerow([cells.to_cell(getattr(record, column)) for column in cells.columns(kind.record)])
        (folder / kind.file).write_text(out.getvalue(), encoding="utf-8")


def sources_text(sources: tuple[Source, ...]) -> str:
    """Sources as the TOML text that ``read_sources`` reads."""
    lines = ["# Sources of kiemtin; the keys are explained in docs/catalogue.md.", ""]
    for source in sources:
        lines.append("[[source]]")
        for key, value in cells.to_json(source).items():
            lines.append(f"{key} = {_toml(value)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    """Texts, numbers and lists of texts as TOML: JSON's spelling of them is TOML's too, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
