"""One item's kept bytes as a WACZ 1.1.1 file, packed by hand, and the reader that checks such a file.

Formats: WACZ 1.1.1 and CDXJ 0.1.0 (specs.webrecorder.net), signature as wacz-auth 0.1.0, anonymous.
Newer WACZ versions are refused by the validator in use (py-wacz 0.6), so 1.1.1 is written.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from review_ui.evidence import keys, surt

VERSION = "1.1.1"
ARCHIVES, INDEX, INDEX_MAP, PAGES = (
    "archive/",
    "indexes/index.cdx.gz",
    "indexes/index.idx",
    "pages/pages.jsonl",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczPage:
    """A page to open in a viewer: its address and when it was received (UTC)."""

    url: str
    at: datetime
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record of an archive: where it lies, what it is of, the SHA-256 of its payload as received."""

    file: str  # name of the WARC it lies in
    kind: str
    url: str
    at: str
    status: str
    mime: str
    offset: int
    length: int
    payload_sha256: str
    digest_holds: bool  # the digest stated in the record, where one is, is that of the payload


def pack(
    archives: Mapping[str, bytes],
    *,
    pages: list[WaczPage],
    extras: Mapping[str, bytes],
    title: str,
    created: datetime,
    software: str,
    key: keys.SigningKey,
) -> bytes:
    """A WACZ of ``archives`` (WARC files by name, kept byte for byte), ``pages`` and ``extras``.

    ``extras`` are files of ours by name, stored as ``evidence/NAME``; names carry an ending, because validators
    overlook files without one.
    """
    cdx = _index([record for name, content in archives.items() for record in records(name, content)])
    compressed = gzip.compress(cdx.encode(), mtime=0)
    files = {
        **{ARCHIVES + name: content for name, content in archives.items()},
        INDEX: compressed,
        INDEX_MAP: _index_map(cdx, compressed).encode(),
        PAGES: _pages(pages).encode(),
    }
    for name, content in extras.items():
        assert "." in name, f"{name} needs an ending"
        assert "/" not in name, name
        files[f"evidence/{name}"] = content
    package = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": title,
        "created": _moment(created),
        "software": software,
        "mainPageUrl": pages[0].url if pages else "",
        "mainPageDate": _moment(pages[0].at) if pages else _moment(created),
        "resources": [
            {
                "name": path.rsplit("/", 1)[-1].lower(),
                "path": path,
                "hash": _sha256(content),
                "bytes": len(content),
            }
            for path, content in files.items()
        ],
    }
    manifest = _json(package)
    digest = _sha256(manifest)
    signed = {
        "hash": digest,
        "created": _moment(created),
        "software": software,
        "signature": base64.b64encode(key.sign_raw(digest.encode())).decode(),
        "publicKey": key.public_base64,
    }
    files["datapackage.json"] = manifest
    files["datapackage-digest.json"] = _json(
        {"path": "datapackage.json", "hash": digest, "signedData": signed}
    )
    out = io.BytesIO()
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_STORED
    ) as file:  # WARC and index must lie uncompressed in the ZIP
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, date_time=created.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content)
    return out.getvalue()


def records(name: str, archive: bytes) -> list[Record]:
    """The records of the WARC called ``name`` in order; raises ValueError for bytes that are no WARC."""
    found = []
    iterator = ArchiveIterator(io.BytesIO(archive), no_record_parse=False, ensure_http_headers=False)
    try:
        for record in iterator:
            headers = record.rec_headers
            payload = (
                record.raw_stream.read()
                if record.http_headers is not None or record.rec_type != "warcinfo"
                else b""
            )
            iterator.read_to_end(record)
            found.append(
                Record(
                    file=name,
                    kind=record.rec_type,
                    url=headers.get_header("WARC-Target-URI") or "",
                    at=headers.get_header("WARC-Date") or "",
                    status=record.http_headers.get_statuscode() if record.http_headers else "",
                    mime=_mime(record),
                    offset=iterator.get_record_offset(),
                    length=iterator.get_record_length(),
                    payload_sha256=hashlib.sha256(payload).hexdigest(),
                    digest_holds=_digest_holds(headers.get_header("WARC-Payload-Digest"), payload),
                )
            )
    except Exception as why:
        raise ValueError(f"the archive cannot be read as WARC: {why}") from why
    return found


def _digest_holds(stated: str | None, payload: bytes) -> bool:
    """WARC writers state sha1 or sha256, in base32 or hexadecimal; one of the spellings must fit."""
    if not stated:
        return True
    name, _, value = stated.partition(":")
    name = name.lower().replace("-", "")
    if name not in ("sha1", "sha256"):
        return True
    digest = hashlib.new(name, payload, usedforsecurity=False).digest()
    return value.lower() == digest.hex() or value.upper().rstrip("=") == base64.b32encode(
        digest
    ).decode().rstrip("=")


def _mime(record: Any) -> str:
    kind = record.http_headers.get_header("Content-Type") if record.http_headers else None
    return str(kind or "unk").split(";")[0].strip() or "unk"


def _index(found: list[Record]) -> str:
    lines = []
    for record in found:
        if record.kind not in ("response", "revisit", "resource") or not record.url:
            continue
        stamp = "".join(c for c in record.at if c.isdigit())[:14]
        fields = {
            "url": record.url,
            "mime": record.mime,
            "status": record.status or "200",
            "digest": f"sha-256:{record.payload_sha256}",
            "length": str(record.length),
            "offset": str(record.offset),
            "filename": record.file,
        }
        lines.append(f"{surt.key(record.url)} {stamp} {json.dumps(fields, ensure_ascii=False)}\n")
    return "".join(sorted(lines))


def _entries(cdx: str) -> list[str]:
    """What an index says of each record, without the key it is sorted by: packs of earlier releases spelled that otherwise."""
    return sorted(line.partition(" ")[2] for line in cdx.splitlines())


def _index_map(cdx: str, compressed: bytes) -> str:
    head = json.dumps({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"})
    first = cdx.split("\n", 1)[0]
    key = " ".join(first.split(" ", 2)[:2])
    place = json.dumps(
        {"offset": 0, "length": len(compressed), "digest": _sha256(compressed), "filename": "index.cdx.gz"}
    )
    return f"!meta 0 {head}\n{key} {place}\n" if cdx else f"!meta 0 {head}\n"


def _pages(pages: list[WaczPage]) -> str:
    lines = [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"})]
    for n, page in enumerate(pages, 1):
        lines.append(
            json.dumps(
                {"id": f"p{n}", "url": page.url, "ts": _moment(page.at), "title": page.title},
                ensure_ascii=False,
            )
        )
    return "\n".join(lines) + "\n"


def archives(content: bytes) -> dict[str, bytes]:
    """The WARC files in a WACZ by name; none for bytes that are no WACZ."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return {
                name.removeprefix(ARCHIVES): file.read(name)
                for name in file.namelist()
                if name.startswith(ARCHIVES)
            }
    except (zipfile.BadZipFile, OSError, EOFError):
        return {}


def faults(content: bytes, *, public_pem: bytes) -> list[str]:
    """Everything that is wrong with a WACZ of ours, first things first; empty when nothing is.

    Looks where public validators do not: unlisted files of any name, pages without a record, index lines that point
    beside a record, payloads that do not have the digest stated, the signature and whose it is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            names = [entry.filename for entry in file.infolist()]
            if len(set(names)) != len(names):
                return ["a name stands twice in it"]
            files = {name: file.read(name) for name in names}
        package = json.loads(files["datapackage.json"])
        digest = json.loads(files["datapackage-digest.json"])
        listed = {entry["path"]: entry for entry in package["resources"]}
        signed = digest["signedData"]
        signature = base64.b64decode(signed["signature"], validate=True)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        RuntimeError,
        EOFError,
        OSError,
    ) as why:
        return [f"it cannot be read ({type(why).__name__}: {why})"]
    found = [
        f"{name} is not listed in it"
        for name in files
        if name not in listed and not name.startswith("datapackage")
    ]
    found += [f"{path} is missing" for path in listed if path not in files]
    found += [
        f"{path} was changed"
        for path, entry in listed.items()
        if path in files and _sha256(files[path]) != entry.get("hash")
    ]
    if _sha256(files["datapackage.json"]) != digest.get("hash") or signed.get("hash") != digest.get("hash"):
        found.append("datapackage.json was changed")
    if not keys.holds_raw(public_pem, signature, str(signed.get("hash")).encode()):
        found.append("the signature does not hold")
    if not found:
        found += _content_faults(files)
    return found


def _content_faults(files: Mapping[str, bytes]) -> list[str]:
    try:
        kept = [
            record
            for path, content in files.items()
            if path.startswith(ARCHIVES)
            for record in records(path.removeprefix(ARCHIVES), content)
        ]
        cdx = gzip.decompress(files[INDEX]).decode()
        pages = [json.loads(line) for line in files[PAGES].decode().splitlines()[1:]]
    except (KeyError, ValueError, OSError) as why:
        return [f"its archive cannot be read ({why})"]
    found = []
    for record in kept:
        if not record.digest_holds:
            found.append(f"the payload of {record.url} does not have the digest stated in its record")
    if _entries(cdx) != _entries(_index(kept)):
        found.append("its index does not fit its archive")
    urls = {record.url for record in kept if record.kind in ("response", "resource", "revisit")}
    found += [f"page {page.get('url')} has no record" for page in pages if page.get("url") not in urls]
    return found


def _sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
