"""Captures: what was received goes to WARC 1.1 files before anyone reads it, one file per day and process.

The payload is exact as received, still compressed; transfer coding is undone, as the protocol's other end must,
and cookies are left out of the recorded headers.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from crawler.http.product import product
from crawler.http.response import Exchange, HttpResponse
from crawler.http.warc_record import WarcRecord, warc_record, warcinfo
from db.core.connection import Connection
from db.core.durable_files import PRIVATE_FILE, make_folder, sync
from db.core.errors import NotFound, Unavailable
from db.press import captures
from db.press.warc import entity, records

_LEFT_OUT = {
    "set-cookie",
    "set-cookie2",
    "cookie",
    "authorization",
    "proxy-authorization",
    "transfer-encoding",
    "connection",
    "content-length",  # written anew: of the payload as it is kept
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """What a capture holds, read back: status line, headers and the payload as received."""

    url: str
    at: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcLocation:
    """Where an answer was written (file below the folder, offset in it), and the SHA-256 of its payload."""

    file: str
    offset: int
    payload_sha256: str


class WarcWriter:
    """Writes captures below ``folder``/captures/YYYY/MM; a process writes its own files only, from any of its threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: IO[bytes] | None = None
        self._name = ""
        self._day = ""
        self._unsynced = False
        self._mark = f"{socket.gethostname().split('.')[0][:20]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
        self._alone = threading.Lock()

    def save(
        self, conn: Connection, answer: HttpResponse, *, kind: str, article_id: int | None = None
    ) -> int:
        """Keeps the last answer of a chain, bytes and row; its number. Raises what `write` raises."""
        location = self.write(answer)
        self.sync()
        return self.enter(conn, location, answer, kind=kind, article_id=article_id)

    def write(self, answer: HttpResponse) -> WarcLocation:
        """Keeps the bytes of the last answer of a chain; ``sync`` is called before its row is committed.

        Raises Unavailable when the disk refuses: then nothing is stored that could not be proved.
        """
        digest = hashlib.sha256(answer.last.payload).hexdigest()
        packed = _response(answer.last, digest).packed
        with self._alone:
            file = self._open(answer.last.at)
            try:
                offset = file.tell()
                file.write(packed)
                file.flush()
                self._unsynced = True
            except OSError as exc:
                raise Unavailable(f"captures cannot be written to {self.folder} ({exc.strerror})") from exc
            return WarcLocation(file=self._name, offset=offset, payload_sha256=digest)

    def sync(self) -> None:
        """Waits until everything written is on disk: a row must not outlive its bytes in a power cut. Raises Unavailable."""
        with self._alone:
            if self._file is None or not self._unsynced:
                return
            try:
                os.fsync(self._file.fileno())
            except OSError as exc:
                raise Unavailable(f"captures cannot be written to {self.folder} ({exc.strerror})") from exc
            self._unsynced = False

    def enter(
        self,
        conn: Connection,
        location: WarcLocation,
        answer: HttpResponse,
        *,
        kind: str,
        article_id: int | None = None,
    ) -> int:
        """Enters an answer whose bytes are kept at ``location``; its number."""
        packed = answer.body is not answer.last.payload
        return captures.add(
            conn, at=answer.last.at, url=answer.url, final_url=answer.final_url, status=answer.status,
            payload_sha256=location.payload_sha256,
            decoded_sha256=hashlib.sha256(answer.body).hexdigest() if packed else location.payload_sha256,
            size=len(answer.last.payload), warc_file=location.file, warc_offset=location.offset, article_id=article_id,
            kind=kind,
        )  # fmt: skip

    def close(self) -> None:
        """Closes the file of the day."""
        with self._alone:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            if self._unsynced:
                os.fsync(self._file.fileno())
                self._unsynced = False
            self._file.close()
            self._file = None

    def _open(self, at: datetime) -> IO[bytes]:
        day = at.astimezone(UTC).strftime("%Y%m%d")
        if self._file is not None and day == self._day:
            return self._file
        self._close()
        self._day = day
        self._name = f"{day[:4]}/{day[4:6]}/kiemtin-{day}-{self._mark}.warc.gz"
        path = self.folder / self._name
        try:
            make_folder(path.parent)
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE), "ab")
            self._file.write(warcinfo(product(), at=at, isPartOf="crawl").packed)
            self._file.flush()
            sync(path.parent)
        except OSError as exc:
            raise Unavailable(f"captures cannot be written to {path} ({exc.strerror})") from exc
        return self._file


def read(folder: Path, warc_file: str, offset: int) -> StoredResponse:
    """The capture at that place; raises NotFound with one sentence when the file is missing or damaged."""
    path = folder / warc_file
    try:
        with path.open("rb") as file:
            file.seek(offset)
            record = next(records(file))
            payload = entity(record)
            return StoredResponse(
                url=record.rec_headers.get_header("WARC-Target-URI"),
                at=record.rec_headers.get_header("WARC-Date"),
                status=int(record.http_headers.get_statuscode()),
                headers=tuple(record.http_headers.headers),
                payload=payload,
            )
    except FileNotFoundError as exc:
        raise NotFound(f"the capture file {path} is missing") from exc
    except (OSError, StopIteration, ValueError, AttributeError) as exc:
        raise NotFound(f"the capture at {offset} of {path} is damaged") from exc


# ── records ─────────────────────────────────────────────────────────────────────────────────────────────


def _response(exchange: Exchange, payload_sha256: str) -> WarcRecord:
    """The record of an answer, its header block in the bytes that came, without what `_LEFT_OUT` names."""
    lines = [f"{exchange.protocol} {exchange.status} {_phrase(exchange.status)}"]
    lines += [f"{k}: {v}" for k, v in exchange.headers if k.lower() not in _LEFT_OUT]
    lines.append(f"Content-Length: {len(exchange.payload)}")
    block = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + exchange.payload
    fields = {}
    if exchange.address:
        fields["WARC-IP-Address"] = exchange.address
    if exchange.payload:
        fields["WARC-Payload-Digest"] = f"sha256:{payload_sha256}"
    return warc_record(
        "response",
        "application/http; msgtype=response",
        block,
        at=exchange.at,
        url=exchange.url,
        fields=fields,
    )


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
