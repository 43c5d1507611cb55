"""Checks a pack against itself, over everything that public tools leave open, and names the first difference.

Nothing is unpacked to disk: whatever a hostile ZIP contains, nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.core.audit import Row, row_hash
from db.core.errors import Invalid
from review_ui.evidence import keys, stamps, wacz

FORMAT = 2  # 1: before exact captures; still read
SUMS, SIGNATURE, TOKEN, PUBLIC_KEY, AUTHORITY = (
    "SHA256SUMS",
    "SHA256SUMS.sig",
    "SHA256SUMS.sig.tsr",
    "khoa-cong-khai.pem",
    "tsa-ca.pem",
)
MANIFEST, CUSTODY = "manifest.json", "nhat-ky.json"
UNSUMMED = {SUMS, SIGNATURE, TOKEN}
MOST_FILES, MOST_BYTES, MOST_RATIO = 20_000, 4_000_000_000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCheck:
    """What a check found: faults (none: the pack is whole), what it is, and what it does not say."""

    faults: list[str]
    case: str
    files: int
    fingerprint: str
    stamp: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "ok": not self.faults, "faults": self.faults, "case": self.case, "files": self.files,
            "fingerprint": self.fingerprint, "stamp": self.stamp,
        }  # fmt: skip


def verify(path: Path, *, expected_fingerprint: str | None = None) -> PackCheck:
    """The report on the pack at ``path``.

    Raises Invalid for a file that is no pack, is dangerous to open, or was made by a newer version.
    """
    files = _read(path)
    for name in (SUMS, SIGNATURE, PUBLIC_KEY, MANIFEST, CUSTODY):
        if name not in files:
            return PackCheck(
                faults=[f"{name} is missing"], case="?", files=len(files), fingerprint="?", stamp="?"
            )
    try:
        manifest = json.loads(files[MANIFEST])
        case, made_format, entries = str(manifest["case"]), int(manifest["format"]), list(manifest["files"])
    except (ValueError, KeyError, TypeError):
        return PackCheck(
            faults=[f"{MANIFEST} cannot be read"], case="?", files=len(files), fingerprint="?", stamp="?"
        )
    if made_format > FORMAT:
        raise Invalid(
            "file",
            f"this pack was made by a newer kiemtin (format {made_format}, known {FORMAT}); check it with that version",
        )
    faults = [*_sum_faults(files)]
    try:
        shown = keys.fingerprint(files[PUBLIC_KEY])
    except Invalid as why:
        return PackCheck(faults=[*faults, str(why)], case=case, files=len(files), fingerprint="?", stamp="?")
    if (
        expected_fingerprint is not None
        and shown.replace(" ", "") != expected_fingerprint.replace(" ", "").upper()
    ):
        faults.append("the pack was signed with another key than the one expected")
    if not keys.holds(files[PUBLIC_KEY], files[SIGNATURE], files[SUMS]):
        faults.append(f"{SIGNATURE} does not hold: {SUMS} was changed, or signed by another key")
    if not faults:
        faults += _manifest_faults(files, entries)
        faults += _item_faults(files, manifest)
        faults += _custody_faults(files[CUSTODY], case)
        faults += _place_faults(files, manifest)
    stamp = _stamp(files, faults)
    return PackCheck(faults=faults, case=case, files=len(files), fingerprint=shown, stamp=stamp)


def _read(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as file:
            entries = file.infolist()
            _refuse_danger(path, entries)
            return {entry.filename: file.read(entry) for entry in entries if not entry.is_dir()}
    except FileNotFoundError as why:
        raise Invalid("file", f"{path} does not exist") from why
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as why:
        raise Invalid("file", f"{path} is no whole ZIP file ({why}); ask for another copy") from why
    except Exception as why:  # zlib.error has no public base: a damaged member is still the file's fault
        if type(why).__name__ == "error":
            raise Invalid("file", f"{path} is damaged: a file in it cannot be unpacked") from why
        raise


def _refuse_danger(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES:
        raise Invalid("file", f"{path} holds {len(names)} files; a pack holds at most {MOST_FILES}")
    if len(set(names)) != len(names):
        raise Invalid("file", f"{path} holds two files of one name: viewers would show different ones")
    for entry in entries:
        name = entry.filename
        if (
            name.startswith(("/", "\\"))
            or "\\" in name
            or ".." in name.split("/")
            or ":" in name
            or "\0" in name
        ):
            raise Invalid(
                "file", f"{path} holds a file with a path outside the pack ({name!r}); do not unpack it"
            )
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise Invalid("file", f"{path} holds a link ({name!r}); do not unpack it")
        if entry.file_size > 10_000_000 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Invalid("file", f"{path} is a ZIP bomb: {name!r} unpacks to {entry.file_size} bytes")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Invalid("file", f"{path} unpacks to over {MOST_BYTES // 1_000_000_000} GB; a pack does not")


def sums(files: Mapping[str, bytes]) -> bytes:
    """The text of SHA256SUMS as sha256sum writes it, sorted by name."""
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name not in UNSUMMED
    ]
    return "".join(lines).encode()


def _sum_faults(files: Mapping[str, bytes]) -> Iterator[str]:
    stated: dict[str, str] = {}
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if not name or name in stated:
            yield f"{SUMS} has a line that is none of ours: {line[:60]!r}"
            return
        stated[name] = digest
    for name in sorted(stated.keys() - files.keys()):
        yield f"{name} is missing"
    for name in sorted(files.keys() - stated.keys() - UNSUMMED):
        yield f"{name} was added"
    for name in sorted(stated.keys() & files.keys()):
        if hashlib.sha256(files[name]).hexdigest() != stated[name]:
            yield f"{name} was changed"


def _manifest_faults(files: Mapping[str, bytes], entries: list[dict[str, Any]]) -> Iterator[str]:
    listed = {entry.get("path"): entry for entry in entries}
    beside = UNSUMMED | {MANIFEST}
    for name in sorted(files.keys() - listed.keys() - beside):
        yield f"{name} is not in the manifest"
    for path, entry in listed.items():
        name = str(path)
        if name not in files:
            yield f"{name} stands in the manifest and is missing"
        elif entry.get("sha256") != hashlib.sha256(files[name]).hexdigest() or entry.get("size") != len(
            files[name]
        ):
            yield f"{name} is not the file that the manifest names"


def _item_faults(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    for item in manifest.get("items", []):
        name = item["id"]
        path = f"{name}/trang.wacz"
        if path in files:
            for fault in wacz.faults(files[path], public_pem=files[PUBLIC_KEY]):
                yield f"{path}: {fault}"
        elif not item.get("missing"):
            yield f"{path} is missing and the manifest does not say why"
        record = json.loads(files.get(f"{name}/capture.json", b"{}"))
        if record.get("case") != manifest["case"] or record.get("evidence") != name:
            yield f"{name}/capture.json speaks of another case or item"
        if path in files and record.get("wacz_sha256") != hashlib.sha256(files[path]).hexdigest():
            yield f"{name}/capture.json names another WACZ"


def _place_faults(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Each exact capture stands in the audit chain where its record says, with its hash; its time stamp is of it."""
    try:
        book = json.loads(files[CUSTODY])
        noted = {row["id"]: row for row in book["rows"]}
        links = dict(book["links"])
    except (ValueError, KeyError, TypeError):
        return  # named already
    for item in manifest.get("items", []):
        name = item["id"]
        record = json.loads(files.get(f"{name}/capture.json", b"{}"))
        archives = wacz.archives(files.get(f"{name}/trang.wacz", b""))
        for one in record.get("captures", []):
            place = one.get("audit")
            if place is None:
                continue
            said = one["sha256"]["warc"]
            row = noted.get(place["sequence"], {})
            if links.get(place["sequence"]) != place["hash"] or said not in (row.get("after") or ""):
                yield f"{name}/capture.json: capture {one['id']} does not stand in the audit chain as it says"
            if hashlib.sha256(archives.get(one["warc"], b"")).hexdigest() != said:
                yield f"{name}/trang.wacz: archive/{one['warc']} is not the capture that the record names"
            for token in one.get("timestamps", []):
                path = f"{name}/{token}"
                of = files.get(path.removesuffix(".tsr"), b"")
                if path not in files or not of.startswith(f"{said}  ".encode()):
                    yield f"{path} is missing, or stamps another capture"
                elif not (verdict := stamps.check(files[path], of, files.get(AUTHORITY))).holds:
                    yield f"{path}: {verdict.sentence}"


def _custody_faults(content: bytes, case: str) -> Iterator[str]:
    """The case's rows hash to what they state, and the links between them and the head are unbroken."""
    try:
        book = json.loads(content)
        links = [(int(number), str(digest)) for number, digest in book["links"]]
        shortened = {row["id"] for row in book["rows"] if row.pop("shortened", False)}
        rows = [Row(**row) for row in book["rows"]]
        before, head = str(book["before"]), str(book["head"])
    except (ValueError, KeyError, TypeError):
        yield f"{CUSTODY} cannot be read"
        return
    if str(book.get("case")) != case:
        yield f"{CUSTODY} belongs to another case"
    places = {number: place for place, (number, _) in enumerate(links)}
    for (one, _), (two, _) in zip(links, links[1:], strict=False):
        if two != one + 1:
            yield f"{CUSTODY}: audit row {one + 1} is missing or out of order"
            return
    if (links[-1][1] if links else before) != head:
        yield f"{CUSTODY}: the chain does not end at the head it states"
    last = 0
    for row in rows:
        if row.id <= last:
            yield f"{CUSTODY}: audit row {row.id} stands out of order"
        last = row.id
        place = places.get(row.id)
        if place is None:
            yield f"{CUSTODY}: audit row {row.id} is not in the chain"
            continue
        previous = links[place - 1][1] if place else before
        worded = row.id in shortened or row_hash(row) == row.hash
        if row.hash != links[place][1] or row.prev_hash != previous or not worded:
            yield f"{CUSTODY}: audit row {row.id} was changed"
    if book.get("shortened", 0) != len(shortened):
        yield f"{CUSTODY}: {book.get('shortened', 0)} shortened rows were stated, {len(shortened)} are there"
    if book.get("count") != len(rows):
        yield f"{CUSTODY}: {book.get('count')} rows were stated, {len(rows)} are there"


def _stamp(files: Mapping[str, bytes], faults: list[str]) -> str:
    if TOKEN not in files:
        stated = json.loads(files[MANIFEST]).get("stamp", "none")
        if stated == "in the pack":
            faults.append(f"{TOKEN} is missing: the manifest says there is one")
        return "no time stamp: the pack proves nothing about when it was made"
    verdict = stamps.check(files[TOKEN], files[SIGNATURE], files.get(AUTHORITY))
    if not verdict.holds:
        faults.append(f"{TOKEN}: {verdict.sentence}")
    return verdict.sentence
