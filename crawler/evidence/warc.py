"""Exact exchanges as WARC 1.1 records: response and request as on the wire, certificates, and the story of it as metadata.

What is changed is said: cookies and credentials are taken out of the header blocks, interim (1xx) answers are left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from crawler.http.response import Exchange

SECRET = {
    b"set-cookie", b"set-cookie2", b"cookie", b"authorization", b"proxy-authorization", b"proxy-authenticate",
    b"authentication-info", b"www-authenticate",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a response lies in the file (bytes from its beginning), its record's name, and what was taken out of it."""

    offset: int
    record_id: str
    removed: tuple[str, ...]


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Header block (its empty line included) and body of an answer as received; interim answers are passed over."""
    while True:
        ends = [(at, mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0]
        if not ends:
            return raw, b""
        at, mark = min(ends)
        head, rest = raw[: at + len(mark)], raw[at + len(mark) :]
        status = head.split(b" ", 2)[1:2]
        if status and status[0].startswith(b"1") and rest:
            raw = rest
            continue
        return head, rest


def without_secrets(head: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A header block without cookies and credentials, folded lines included, and the names of what was taken out."""
    kept, removed, dropping = [], [], False
    for n, line in enumerate(head.splitlines(keepends=True)):
        if n and line[:1] in (b" ", b"\t"):
            if not dropping:
                kept.append(line)
            continue
        name = line.split(b":", 1)[0].strip().lower()
        dropping = bool(n) and name in SECRET
        if dropping:
            removed.append(name.decode("ascii"))
        else:
            kept.append(line)
    return b"".join(kept), tuple(removed)


def pem(chain: tuple[bytes, ...]) -> bytes:
    """Certificates (DER) as one PEM text, the server's own first."""
    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n"
        + b"\n".join(text[n : n + 64] for n in range(0, len(text), 64))
        + b"\n-----END CERTIFICATE-----\n"
        for text in (b64encode(der) for der in chain)
    )


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON that hashes the same everywhere: UTF-8, NFC, sorted keys."""
    return unicodedata.normalize(
        "NFC", json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    ).encode()


class ExactFile:
    """Writes one WARC file that holds one exact capture, gzip'd record by record."""

    def __init__(self, out: io.BufferedIOBase, *, software: str) -> None:
        self._out = out
        self._writer = WARCWriter(out, gzip=True, warc_version="1.1")
        self._writer.write_record(
            self._writer.create_warcinfo_record(
                "kiemtin",
                {"software": software, "format": "WARC File Format 1.1", "http-headers": "as on the wire"},
            )
        )

    def exchange(self, made: Exchange) -> Written:
        """Answer, request and, over TLS, the certificates; in this order, tied by WARC-Concurrent-To."""
        assert made.wire is not None
        head, body = split(made.wire.received)
        head, removed = without_secrets(head)
        offset = self._out.tell()
        about: dict[str, str] = {
            "WARC-Date": moment(made.at),
            "WARC-Payload-Digest": _digest(body),
            **({"WARC-IP-Address": made.address} if made.address else {}),
            **({"WARC-Truncated": "disconnect"} if made.cut else {}),
            **({"WARC-Cipher-Suite": made.wire.tls.split()[-1]} if made.wire.tls else {}),
        }
        record_id = self._record(
            "response", made.url, head + body, "application/http; msgtype=response", about
        )
        beside = {"WARC-Date": moment(made.at), "WARC-Concurrent-To": record_id}
        self._record("request", made.url, made.wire.sent, "application/http; msgtype=request", beside)
        if made.wire.chain:
            self._record("metadata", made.url, pem(made.wire.chain), "application/x-pem-file", beside)
        return Written(offset=offset, record_id=record_id, removed=removed)

    def story(self, url: str, record: Mapping[str, Any], *, at: datetime) -> None:
        """The record of the whole capture, as the file's last word."""
        self._record("metadata", url, canonical(record), "application/json", {"WARC-Date": moment(at)})

    def _record(self, kind: str, url: str, block: bytes, content: str, about: dict[str, str]) -> str:
        payload = b"" if kind == "request" else block
        about = {"WARC-Payload-Digest": _digest(payload), **about, "WARC-Block-Digest": _digest(block)}
        made: ArcWarcRecord = self._writer.create_warc_record(
            url, "metadata", payload=io.BytesIO(block), length=len(block), warc_content_type=content,
            warc_headers_dict=about,
        )  # fmt: skip
        # made as a plain record, so that the HTTP headers inside are not written anew; only then called what it is
        made.rec_headers.replace_header("WARC-Type", kind)
        made.rec_type = kind
        self._writer.write_record(made)
        return str(made.rec_headers.get_header("WARC-Record-ID"))


def moment(at: datetime) -> str:
    """A time as WARC 1.1 writes it: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
