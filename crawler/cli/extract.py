"""kiemtin extract and kiemtin feed: files in, JSON out; no database, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

import click

LARGEST_FILE = 200 * 2**20  # bytes; feeds and sitemaps may be large, pages are cut earlier by their reader
ONE_PROCESS = 40  # pages up to which starting more processes costs more than it saves


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--url", help="The address the page came from: for relative links and the canonical address.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    help='A list, one {"path", "url", "zone"?} a line; one JSON line out for each.',
)
@click.option(
    "--zone", help="The source's own time zone, for dates that name none: Asia/Ho_Chi_Minh, +07:00."
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes for --batch (default: one a processor).")
def extract(
    file: Path | None, url: str | None, batch: Path | None, jobs: int | None, zone: str | None
) -> None:
    """HTML -> one article as JSON."""
    from db.core.errors import Invalid

    if (file is None) == (batch is None):
        raise click.UsageError("Give either FILE with --url URL, or --batch LIST.jsonl.")
    _zone(zone)
    if file is not None:
        if not url:
            raise click.UsageError("--url is missing: the address the page came from.")
        record, note = extracted(file, url, zone=zone)
        if note:
            click.echo(f"note: {note}", err=True)
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    assert batch is not None
    try:
        lines = batch.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise Invalid("batch", f"{batch} cannot be read: {_why(error)}.") from error
    except UnicodeDecodeError as error:
        raise Invalid("batch", f"{batch} is no UTF-8 text.") from error
    tasks = [(n, line, str(batch.parent), zone) for n, line in enumerate(lines, 1) if line.strip()]
    for answer in _answers(tasks, jobs):
        click.echo(answer)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", default="", help="The address the feed came from: for relative links.")
def feed(file: Path, url: str) -> None:
    """Feed or news sitemap -> entries, JSON Lines."""
    from datetime import UTC, datetime

    from crawler.feeds import syndication
    from db.core.errors import Invalid

    found = syndication.read(_bytes(file), url=url or "http://localhost/", now=datetime.now(UTC))
    if found.kind in ("unknown", "html"):
        hint = (
            f" It is a page; feeds named there: {', '.join(a.url for a in found.alternates)}."
            if found.alternates
            else ""
        )
        if "unpacks to too much" in found.notes:
            hint = " It unpacks to more than the limit."
        raise Invalid("file", f"{file} is no feed and no sitemap.{hint}")
    for entry in found.entries:
        click.echo(
            json.dumps(
                {
                    "url": entry.url or None, "guid": entry.guid, "title": entry.title, "summary": entry.summary, "content": entry.content,
                    "published_at": entry.published_at.isoformat() if entry.published_at else None, "published_raw": entry.published_raw,
                    "published_assumed": entry.published_assumed, "authors": list(entry.authors), "language": entry.language or found.language,
                    "key": entry.key,
                },
                ensure_ascii=False,
            )
        )  # fmt: skip
    for part in found.sitemaps:
        click.echo(
            json.dumps(
                {
                    "sitemap": part.url,
                    "modified_at": part.modified_at.isoformat() if part.modified_at else None,
                }
            )
        )
    if found.notes:
        click.echo(f"note: {found.kind}: {', '.join(found.notes)}", err=True)


# a tag that pages are made of; the zero bytes that UTF-16 puts beside each letter are taken out first
TAG = re.compile(
    rb"<(!doctype|html|head|body|title|meta|div|p|a|article|section|main|span|h[1-6]|br|table|td|ul|script)[\s/>]",
    re.I,
)


def extracted(
    path: Path, url: str, *, content_type: str | None = None, zone: str | None = None
) -> tuple[dict[str, Any], str | None]:
    """The extract record of a file, and a note when the page is no article. Raises Invalid for no HTML, or for a ``zone``
    that there is none of."""
    from datetime import UTC, datetime

    from crawler.extract import article
    from db.core.errors import Invalid

    headers = {"content-type": content_type} if content_type else {}
    raw = _bytes(path)
    page = article.read(raw, url=url, headers=headers, now=datetime.now(UTC), zone=_zone(zone))
    if page.kind is article.PageKind.NOT_HTML or not TAG.search(raw.replace(b"\0", b"")):
        raise Invalid("file", f"{path} is no HTML page.")
    return (
        page.as_extract(),
        None if page.kind is article.PageKind.ARTICLE else f"{path}: {page.kind}: {page.reason}",
    )


def _answers(tasks: list[tuple[int, str, str, str | None]], jobs: int | None) -> Iterator[str]:
    """One JSON line for each task, in order."""
    import os

    workers = min(jobs or os.cpu_count() or 1, max(1, len(tasks) // ONE_PROCESS))
    if workers == 1:
        yield from map(_answer, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_answer, tasks, chunksize=16)


def _answer(task: tuple[int, str, str, str | None]) -> str:
    """The JSON line for one line of the list: the record, or {"path", "error"}. Paths are as seen from where the
    command runs, or else from the list's own folder."""
    from db.core.errors import KiemtinError

    number, line, folder, zone = task
    path: str | None = None
    try:
        item = json.loads(line)
        path = item["path"]
        url = item["url"]
        if not isinstance(path, str) or not isinstance(url, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        error = f'Line {number} of the list is no {{"path", "url"}} object.'
        return json.dumps(
            {"path": path if isinstance(path, str) else None, "error": error}, ensure_ascii=False
        )
    place = Path(path)
    if not place.is_absolute() and not place.exists() and (Path(folder) / place).exists():
        place = Path(folder) / place
    kind, own = item.get("content_type"), item.get("zone", zone)
    if own is not None and not isinstance(own, str):
        error = f"Line {number} of the list: its zone is no text; a zone is Asia/Ho_Chi_Minh or +07:00."
        return json.dumps({"path": path, "error": error}, ensure_ascii=False)
    try:
        record, _ = extracted(place, url, content_type=kind if isinstance(kind, str) else None, zone=own)
    except KiemtinError as error:
        return json.dumps({"path": path, "error": str(error)}, ensure_ascii=False)
    return json.dumps(record, ensure_ascii=False)


def _zone(name: str | None) -> tzinfo | None:
    from crawler.text import zones
    from db.core.errors import Invalid

    zone = zones.named(name) if name else None
    if name and zone is None:
        raise Invalid("zone", f"There is no time zone {name!r}; write Asia/Ho_Chi_Minh or +07:00.")
    return zone


def _bytes(path: Path) -> bytes:
    from db.core.errors import Invalid

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid("file", f"{path} is larger than {LARGEST_FILE // 2**20} MB.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Invalid("file", f"{path} cannot be read: {_why(error)}.") from error


def _why(error: Exception) -> str:
    text = getattr(error, "strerror", None) or "it is no path"
    return str(text)[:1].lower() + str(text)[1:]


COMMANDS: list[click.Command] = [extract, feed]
