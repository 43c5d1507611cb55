"""Makes a pack: collects, writes, signs, asks for a time stamp, keeps and logs. A pack is never replaced."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.core import audit, durable_files
from db.core.connection import Connection
from db.core.errors import NotFound, TryLater
from db.desk import evidence_packs, stamp_requests
from db.press import captures
from review_ui.digests.render import pdf, word
from review_ui.evidence import anonymise, keys, stamps, summary, wacz
from review_ui.evidence.anonymise import by_initials
from review_ui.evidence.collect import collect
from review_ui.evidence.material import Material, PackItem, statement
from review_ui.evidence.record import as_json, capture_record
from review_ui.evidence.verify import (
    AUTHORITY,
    CUSTODY,
    FORMAT,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    SUMS,
    TOKEN,
    sums,
)

GUIDE_NAME, WORD_NAME, PDF_NAME = "00-HUONG-DAN-KIEM-TRA.txt", "01-bao-cao.docx", "01-bao-cao.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorities:
    """Time-stamp authorities in the order they are asked, and the certificates that check their answers (PEM)."""

    urls: tuple[str, ...] = ()
    certificates: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A pack that was made: its row, its bytes, and what a person should know of it."""

    id: int
    number: int
    content: bytes
    sha256: str
    stamp: str
    missing: list[str]


def export(
    conn: Connection, *, case_id: int, home: Path, operator: str, operator_role: str, authorities: Authorities
) -> Made:
    """A new pack of the case: written, signed, kept under home/evidence, entered and logged.

    Raises NotFound for an unknown case. Without an authority's answer the pack says so and the stamp is queued.
    """
    if not evidence_packs.begin(conn, case_id):
        raise NotFound(f"there is no case {case_id}")
    # logged before it is read: the pack's own custody shows that it was made
    audit.note(conn, actor=operator, role=operator_role, action="evidence.export", subject=f"case:{case_id}")
    material = by_initials(
        collect(conn, case_id=case_id, home=home, operator=operator, operator_role=operator_role)
    )
    key = keys.current(home)
    content, stamp, signature = build(material, key=key, authorities=authorities)
    digest = hashlib.sha256(content).hexdigest()
    keep(home, content, digest)
    missing = [f"{item.evidence}: {sentence}" for item in material.items for sentence in item.missing]
    made = evidence_packs.enter(
        conn,
        case_id=case_id,
        number=material.number,
        sha256=digest,
        size=len(content),
        items=len(material.items),
        missing=len(missing),
        fingerprint=key.fingerprint,
        audit_head=material.custody.head,
        made_by=operator,
    )
    if stamp is None:
        stamp_requests.ask(conn, subject=f"pack:{made}", data=signature)
    for item in material.items:
        captures.hold(conn, item.article_id)
    said = (
        "time-stamped"
        if stamp is not None
        else "no time stamp yet: queued"
        if authorities.urls
        else "no time-stamp authority is configured"
    )
    return Made(id=made, number=material.number, content=content, sha256=digest, stamp=said, missing=missing)


def build(
    material: Material, *, key: keys.SigningKey, authorities: Authorities
) -> tuple[bytes, bytes | None, bytes]:
    """The bytes of the pack, the time-stamp token in it (or None), and the signature that a later token would stamp."""
    files: dict[str, bytes] = {}
    items = []
    for item in material.items:
        files |= _item_files(material, item, key)
        items.append({"id": item.evidence, "url": item.url, "title": item.title, "missing": item.missing})
    for upload in material.uploads:
        # by hash and with a harmless ending: nobody opens what a stranger sent by a double click
        files[f"tep-nhan/{upload.sha256}.bin"] = upload.content
    files[CUSTODY] = _custody(material)
    files[PUBLIC_KEY] = key.public_pem
    if authorities.certificates:
        files[AUTHORITY] = authorities.certificates
    report = summary.document(
        material, {path: summary.sha256(content) for path, content in files.items()}, key.fingerprint
    )
    files[WORD_NAME], files[PDF_NAME] = word.write(report), pdf.write(report)
    # the guide and the manifest say whether there is a token, which stamps them: so the authority is tried first
    probe = _stamp(b"kiemtin", authorities)
    files[GUIDE_NAME] = summary.guide(
        material, fingerprint=key.fingerprint, stamped=probe is not None
    ).encode()
    files[MANIFEST] = _manifest(material, files, items, stamped=probe is not None)
    files[SUMS] = sums(files)
    files[SIGNATURE] = key.sign(files[SUMS])
    token = _stamp(files[SIGNATURE], authorities) if probe is not None else None
    if probe is not None and token is None:
        # the authority went away between two questions: say the truth instead
        del files[SUMS], files[SIGNATURE], files[MANIFEST]
        files[GUIDE_NAME] = summary.guide(material, fingerprint=key.fingerprint, stamped=False).encode()
        files[MANIFEST] = _manifest(material, files, items, stamped=False)
        files[SUMS] = sums(files)
        files[SIGNATURE] = key.sign(files[SUMS])
    if token is not None:
        files[TOKEN] = token
    return _zip(files, material), token, files[SIGNATURE]


def _stamp(data: bytes, authorities: Authorities) -> bytes | None:
    for url in authorities.urls:
        try:
            return stamps.ask(data, url)
        except TryLater:
            continue
    return None


def _item_files(material: Material, item: PackItem, key: keys.SigningKey) -> dict[str, bytes]:
    text = item.versions[-1] if item.versions else None
    words = (f"{text.title}\n\n{text.body}\n" if text else "").encode()
    files = {"van-ban.txt": words}
    pictured = [kept for kept in item.captures if kept.screenshot and kept.pdf]
    for n, kept in enumerate(pictured, 1):
        ending = "" if n == 1 else f"-{n}"
        files[f"anh-chup{ending}.png"], files[f"trang{ending}.pdf"] = kept.screenshot or b"", kept.pdf or b""
    for kept in item.captures:
        if kept.token and kept.exact:
            files[f"{kept.name}.txt"], files[f"{kept.name}.txt.tsr"] = statement(kept.exact), kept.token
    record = capture_record(material, item)
    if item.captures:
        packed = wacz.pack(
            _archives(item),
            pages=_pages(item),
            extras={"van-ban.txt": words, "capture-records.json": as_json(record)},
            title=item.title,
            created=material.made_at,
            software=material.software,
            key=key,
        )
        files["trang.wacz"] = packed
        record["wacz_sha256"] = hashlib.sha256(packed).hexdigest()
    files["capture.json"] = as_json(record)
    return {f"{item.evidence}/{name}": content for name, content in files.items()}


def _archives(item: PackItem) -> dict[str, bytes]:
    """An exact capture keeps its own file, byte for byte; what the crawl kept is cut from the day's files and joined."""
    crawled = b"".join(kept.warc for kept in item.captures if kept.exact is None)
    exact = {f"{kept.name}.warc.gz": kept.warc for kept in item.captures if kept.exact}
    return {**({"data.warc.gz": crawled} if crawled else {}), **exact}


def _pages(item: PackItem) -> list[wacz.WaczPage]:
    """The pages a viewer offers, the newest first shown, each moment once."""
    found = [
        wacz.WaczPage(url=kept.capture.final_url, at=kept.capture.at, title=item.title)
        for kept in item.captures
        if kept.capture.status == 200
    ]
    return found[-1:] + found[:-1]


def _custody(material: Material) -> bytes:
    book = material.custody
    rows = [anonymise.row(row) for row in book.rows]
    return as_json(
        {
            "case": str(material.case_id),
            "count": len(book.rows),
            "before": book.before,
            "links": book.links,
            "head": book.head,
            "rows": rows,
            "shortened": sum("shortened" in row for row in rows),
        }
    )


def _manifest(
    material: Material, files: dict[str, bytes], items: list[dict[str, Any]], *, stamped: bool
) -> bytes:
    return as_json(
        {
            "format": FORMAT,
            "case": str(material.case_id),
            "number": material.number,
            "title": material.title,
            "made_at": material.made_at,
            "made_by": {"name": material.operator, "role": material.operator_role},
            "software": material.software,
            "stamp": "in the pack" if stamped else "none",
            "items": items,
            "verdicts": [
                {
                    "claim": claim.body,
                    "code": claim.code,
                    "label": claim.label,
                    "text_sha256": claim.text_sha256,
                }
                for claim in material.claims
            ],
            "files": [
                {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for path, content in sorted(files.items())
            ],
        }
    )


def _zip(files: dict[str, bytes], material: Material) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, date_time=material.made_at.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            entry.compress_type = (
                zipfile.ZIP_STORED
                if path.endswith((".wacz", ".png", ".docx", ".pdf"))
                else zipfile.ZIP_DEFLATED
            )
            file.writestr(entry, content)
    return out.getvalue()


def keep(home: Path, content: bytes, digest: str) -> Path:
    """Keeps a pack under its hash, read-only; the same bytes twice are one file."""
    path = home / "evidence" / "packs" / digest[:2] / f"{digest}.zip"
    if not path.exists():
        durable_files.write(path, content)
    return path


def kept(conn: Connection, *, home: Path, case_id: int, number: int) -> bytes:
    """The bytes of a pack made earlier; raises NotFound when there is none or its file is gone or damaged."""
    digest = evidence_packs.sha256_of(conn, case_id=case_id, number=number)
    if digest is None:
        raise NotFound(f"case {case_id} has no pack {number}")
    path = home / "evidence" / "packs" / digest[:2] / f"{digest}.zip"
    if not path.exists() or hashlib.sha256(content := path.read_bytes()).hexdigest() != digest:
        raise NotFound(f"the file of pack {number} is missing or damaged on disk; restore it from a backup")
    return content
