"""One page reader over a folder of pages, in whatever environment runs this file: python readers.py NAME FOLDER.

Needs nothing of this project but, for the name ``kiemtin``, itself on the path. Reads ``*.html`` beside ``*.json`` (the
address stands there) and prints one JSON object: version, processor milliseconds a page (second pass, everything loaded)
and what was read of each page: title, body, published (ISO or null), authors.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Reading = dict[str, Any]


def kiemtin() -> Callable[[bytes, str, str], Reading]:
    from crawler.extract import article

    now = datetime.now(UTC)

    def read(raw: bytes, url: str, language: str) -> Reading:
        page = article.read(raw, url=url, now=now)
        return {
            "title": page.title,
            "body": page.text,
            "published": page.published_at,
            "authors": list(page.authors),
        }

    return read


def trafilatura() -> Callable[[bytes, str, str], Reading]:
    from trafilatura import bare_extraction

    def read(raw: bytes, url: str, language: str) -> Reading:
        found = bare_extraction(raw, url=url, with_metadata=True)
        if found is None:
            return {}
        said = found if isinstance(found, dict) else found.as_dict()
        return {
            "title": said.get("title"), "body": said.get("text"), "published": said.get("date"),
            "authors": (said.get("author") or "").split("; "),
        }  # fmt: skip

    return read


def newspaper4k() -> Callable[[bytes, str, str], Reading]:
    import newspaper

    def read(raw: bytes, url: str, language: str) -> Reading:
        page = newspaper.Article(url, language=language or "en", fetch_images=False)
        page.download(input_html=raw.decode("utf-8", "replace"))
        page.parse()
        return {
            "title": page.title,
            "body": page.text,
            "published": page.publish_date,
            "authors": page.authors,
        }

    return read


def newsplease() -> Callable[[bytes, str, str], Reading]:
    from newsplease import NewsPlease

    def read(raw: bytes, url: str, language: str) -> Reading:
        page = NewsPlease.from_html(raw.decode("utf-8", "replace"), url=url, fetch_images=False)
        return {
            "title": page.title, "body": page.maintext, "published": page.date_publish, "authors": page.authors,
        }  # fmt: skip

    return read


def readability() -> Callable[[bytes, str, str], Reading]:
    from lxml import html
    from readability import Document

    def read(raw: bytes, url: str, language: str) -> Reading:
        page = Document(raw.decode("utf-8", "replace"), url=url)
        body = html.fromstring(page.summary()).text_content()
        return {"title": page.short_title(), "body": body, "published": None, "authors": []}

    return read


# name -> (package whose version is told, maker of the reader)
READERS: dict[str, tuple[str, Callable[[], Callable[[bytes, str, str], Reading]]]] = {
    "kiemtin": ("kiemtin", kiemtin),
    "trafilatura": ("trafilatura", trafilatura),
    "newspaper4k": ("newspaper4k", newspaper4k),
    "news-please": ("news-please", newsplease),
    "readability-lxml": ("readability-lxml", readability),
}


def plain(value: Any) -> Any:
    """A reading's value as JSON holds it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def main() -> int:
    name, folder = sys.argv[1], Path(sys.argv[2])
    package, make = READERS[name]
    read = make()
    pages = []
    for file in sorted(folder.glob("*.html")):
        known = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        pages.append((file.stem, file.read_bytes(), known["url"], known.get("language") or ""))
    found: dict[str, Reading] = {}

    def all_pages() -> None:
        for stem, raw, url, language in pages:
            try:
                found[stem] = read(raw, url, language)
            except Exception as error:  # a reader that raises has read nothing: that is its result
                found[stem] = {"error": f"{type(error).__name__}: {error}"[:200]}

    all_pages()
    start = time.process_time()
    all_pages()
    spent = (time.process_time() - start) * 1000 / max(1, len(pages))
    answer = {"version": importlib.metadata.version(package), "ms": spent, "pages": found}
    json.dump(answer, sys.stdout, ensure_ascii=False, default=plain)
    return 0


if __name__ == "__main__":
    sys.exit(main())
