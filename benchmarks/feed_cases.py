"""Read every feed case under a folder and count: which hold entries, which lose them, which raise.

    python benchmarks/feed_cases.py FOLDER [--all]

Made for the test cases of feedparser's own source distribution (``pip download --no-binary :all: --no-deps
feedparser``, unpacked; folder ``tests``). A case holds entries if ``<item`` or ``<entry`` stands in it or feedparser itself
finds some. Headers that a case names in its first comment (``Header: Content-type: ...``) are passed on.
Exit 1 if a case that holds entries yields none, or anything is raised.
"""

import argparse
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from crawler.feeds import syndication

_HEADER = re.compile(rb"Header:\s*Content-type:\s*([^\r\n]+)", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:[\w\-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)


def main() -> int:
    """Print one line for each case in trouble and the totals."""
    cli = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    cli.add_argument("folder", type=Path)
    cli.add_argument("--all", action="store_true", help="print every case")
    options = cli.parse_args()
    if not options.folder.is_dir():
        print(
            f"There is no folder {options.folder}; give the tests folder of feedparser's source distribution."
        )
        return 1
    import feedparser

    now = datetime.now(UTC)
    cases = holding = lost = raised = entries = theirs_total = 0
    for path in sorted(options.folder.rglob("*")):
        if path.suffix not in (".xml", ".rss", ".atom", ".z", ".gz", ".html", ".json") or not path.is_file():
            continue
        raw = path.read_bytes()
        found = _HEADER.search(raw[:2000])
        header = found[1].decode("ascii", "replace").strip() if found else None
        cases += 1
        try:
            feed = syndication.read(
                raw, url="http://127.0.0.1:8097/" + path.name, content_type=header, now=now
            )
        except Exception:
            raised += 1
            print(f"RAISED  {path}\n{traceback.format_exc()}")
            continue
        try:
            theirs = len(
                feedparser.parse(
                    str(path), response_headers={"content-type": header} if header else {}
                ).entries
            )
        except Exception:
            theirs = 0
        holds = theirs > 0 or bool(_ITEM.search(syndication.encodings.unpack(raw)))
        holding += holds
        entries += len(feed.entries)
        theirs_total += theirs
        if holds and (len(feed.entries) < theirs or not feed.entries):
            lost += 1
            print(
                f"LOST    {path.relative_to(options.folder)}: {len(feed.entries)} of {theirs} ({feed.kind}, {feed.encoding}, {feed.notes})"
            )
        elif options.all:
            print(f"ok      {path.relative_to(options.folder)}: {len(feed.entries)} of {theirs}")
    print(
        f"{cases} cases, {holding} hold entries, {lost} lose some, {raised} raise; {entries} entries, feedparser {theirs_total}"
    )
    return int(bool(lost or raised))


if __name__ == "__main__":
    sys.exit(main())
