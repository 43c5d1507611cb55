"""An exact capture read back as a browser would be answered: address -> answer, redirects followed to their end. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from crawler.http import content_encoding
from db.press.warc import damage_named, entity, records

MOST_HOPS = 10
LARGEST = 30 * 2**20  # bytes of one answer unpacked
# what speaks of the wire, or would make the browser ask somebody
_DROPPED = {
    "content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "link", "refresh", "alt-svc",
    "report-to", "nel", "strict-transport-security", "location",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an address answered: body unpacked, headers as far as they say how to show it."""

    status: int
    headers: dict[str, str]
    body: bytes
    location: str | None


class KeptPages:
    """The answers of one WARC file by address; the last one counts where an address was asked twice."""

    def __init__(self, path: Path) -> None:
        self._answers = dict(_answers(path))

    def get(self, url: str) -> Answered | None:
        """The answer at the end of the redirects that start at ``url``; None when any step was not captured."""
        url = urldefrag(url)[0]
        for _ in range(MOST_HOPS):
            found = self._answers.get(url)
            if found is None or found.location is None:
                return found
            url = urldefrag(urljoin(url, found.location))[0]
        return None


def _answers(path: Path) -> Iterator[tuple[str, Answered]]:
    with path.open("rb") as file, damage_named():
        for record in records(file):
            if record.rec_type != "response":
                continue
            said = record.http_headers
            codings = [ctx for ctx in (said.get_header("Content-Encoding") or "").split(",") if ctx.strip()]
            try:
                body = content_encoding.unpack(entity(record), codings, limit=LARGEST)
            except (content_encoding.UnpackedTooLarge, content_encoding.Broken):
                continue  # as if it had not been captured: the record of the rendering lists it
            status = int(said.get_statuscode())
            yield (
                record.rec_headers.get_header("WARC-Target-URI"),
                Answered(
                    status=status,
                    headers={k: v for k, v in said.headers if k.lower() not in _DROPPED},
                    body=body,
                    location=said.get_header("Location") if 300 <= status < 400 else None,
                ),
            )
