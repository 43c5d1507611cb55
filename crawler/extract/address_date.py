"""The date in an address: ``/2025/09/12/``, ``-20250912081512345.htm`` (minutes too)."""

import re
from datetime import datetime, tzinfo

from crawler.text import dates
from crawler.text.dates import Moment

_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)(?:[0-5]\d)?)?\d{0,12}(?!\d)"
)
_PARTS = re.compile(r"/((?:19|20)\d\d)[/\-](0?[1-9]|1[0-2])[/\-](0?[1-9]|[12]\d|3[01])(?=[/\-]|$)")


def from_address(url: str, *, now: datetime, zone: tzinfo) -> Moment | None:
    """The moment an address carries; None if none."""
    path = url.split("://", 1)[-1].split("?")[0]
    if found := _PARTS.search(path):
        year, month, day = map(int, found.groups())
        return _made((year, month, day), "", found[0], now=now, zone=zone)
    for found in _STAMP.finditer(path):
        clock = f" {found[4]}:{found[5]}" if found[4] and found[5] else ""
        moment = _made((int(found[1]), int(found[2]), int(found[3])), clock, found[0], now=now, zone=zone)
        if moment is not None:
            return moment
    return None


def _made(day: tuple[int, int, int], clock: str, raw: str, *, now: datetime, zone: tzinfo) -> Moment | None:
    moment = dates.parse("{:04d}-{:02d}-{:02d}".format(*day) + clock, now=now, zone=zone)
    return None if moment is None else Moment(at=moment.at, raw=raw, assumed=True, day_only=not clock)
