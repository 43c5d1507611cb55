"""Exact exchanges as WARC 1.1 records: response and request as on the wire, certificates, and the story of it as metadata.

What is changed is said: cookies and credentials are taken out of the header blocks, interim (1xx) answers are left out.
"""

from __future__ import annotations

import io
import json
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawler.http.response import Exchange
from crawler.http.warc_record import WarcRecord, sha256_digest, warc_record, warcinfo

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
        out.write(warcinfo(software, at=datetime.now(UTC), **{"http-headers": "as on the wire"}).packed)

    def exchange(self, made: Exchange) -> Written:
        """Answer, request and, over TLS, the certificates; in this order, tied by WARC-Concurrent-To."""
        assert made.wire is not None
        head, body = split(made.wire.received)
        head, removed = without_secrets(head)
        offset = self._out.tell()
        fields: dict[str, str] = {
            "WARC-Payload-Digest": sha256_digest(body),
            **({"WARC-IP-Address": made.address} if made.address else {}),
            **({"WARC-Truncated": "disconnect"} if made.is_cut else {}),
            **({"WARC-Cipher-Suite": made.wire.tls.split()[-1]} if made.wire.tls else {}),
        }
        response = self._write(
            warc_record(
                "response",
                "application/http; msgtype=response",
                head + body,
                at=made.at,
                url=made.url,
                fields=fields,
            )
        )
        beside = {"WARC-Concurrent-To": response.record_id}
        request = {"WARC-Payload-Digest": sha256_digest(b""), **beside}
        self._write(
            warc_record(
                "request",
                "application/http; msgtype=request",
                made.wire.sent,
                at=made.at,
                url=made.url,
                fields=request,
            )
        )
        if made.wire.chain:
            self._metadata(
                made.url, pem(made.wire.chain), "application/x-pem-file", at=made.at, fields=beside
            )
        return Written(offset=offset, record_id=response.record_id, removed=removed)

    def story(self, url: str, record: Mapping[str, Any], *, at: datetime) -> None:
        """The record of the whole capture, as the file's last word."""
        self._metadata(url, canonical(record), "application/json", at=at, fields={})

    def _metadata(
        self, url: str, block: bytes, content_type: str, *, at: datetime, fields: dict[str, str]
    ) -> None:
        fields = {"WARC-Payload-Digest": sha256_digest(block), **fields}
        self._write(warc_record("metadata", content_type, block, at=at, url=url, fields=fields))

    def _write(self, record: WarcRecord) -> WarcRecord:
        self._out.write(record.packed)
        return record
