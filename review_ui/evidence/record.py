"""capture.json: what was asked, received, hashed and done, capture by capture. What is not known is null, never guessed.

The fields follow the Berkeley Protocol's minimum and the model of harvard-lil/scoop; docs/evidence.md lists them.
"""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from review_ui.evidence.material import Material, PackItem, PackRecord
from review_ui.privacy.initials import initialled

NOTHING_DONE = "the bytes received are unchanged; for van-ban.txt they were decoded and the article's text extracted by the reader named"
SPELT_ANEW = "headers of the answer are spelt and ordered anew by the crawl's downloader, transfer coding is undone, cookies are left out"


def capture_record(material: Material, item: PackItem) -> dict[str, Any]:
    """Everything known of one item and its captures."""
    return {
        "schema": "kiemtin capture 2",
        "case": str(material.case_id),
        "evidence": item.evidence,
        "article": item.article_id,
        "outlet": item.outlet,
        "url": item.url,
        "canonical_url": item.canonical_url,
        "state": item.state,
        "gone_how": item.gone_how,
        "published_at": item.published_at,
        "captures": [_capture(kept) for kept in item.captures],
        "texts": [
            {"number": v.number, "seen_at": v.seen_at, "title": initialled(v.title), "text_sha256": v.text_sha256, "reader": v.reader}
            for v in item.versions
        ],
        "missing": item.missing,
        "notes": item.notes,
        "cookies": "never sent, never stored",
        "pack_made_at": material.made_at,
        "pack_made_by": {"name": material.operator, "role": material.operator_role},
        "software": material.software,
        "audit_head": material.custody.head,
    }  # fmt: skip


def _capture(kept: PackRecord) -> dict[str, Any]:
    capture, exact = kept.capture, kept.exact
    told: dict[str, Any] = exact.record if exact else {}
    page: dict[str, Any] = next((one for one in told.get("exchanges", []) if one["part"] == "page"), {})
    wire = _on_the_wire(kept)
    return {
        "id": capture.id,
        "kind": capture.kind,
        "requested_url": capture.url,
        "final_url": capture.final_url,
        "redirects": [
            {key: one[key] for key in ("url", "status", "server_address", "started_at")}
            for one in told.get("exchanges", [])
            if one["part"] == "redirect"
        ],
        "started_at": page.get("started_at") or capture.at,
        "ended_at": page.get("ended_at"),
        "clock": told.get("clock"),
        "status": capture.status,
        **wire,
        "tls": page.get("tls"),
        "collector_address": None,
        "headers_reserialised": exact is None,
        "sha256": {
            "payload_as_received": capture.payload_sha256,
            "payload_decoded": capture.decoded_sha256,
            "warc": hashlib.sha256(kept.warc).hexdigest(),
            "screenshot": kept.rendering.screenshot_sha256 if kept.rendering and kept.screenshot else None,
            "pdf": kept.rendering.pdf_sha256 if kept.rendering and kept.pdf else None,
        },
        "payload_bytes": capture.bytes,
        "warc": f"{kept.name}.warc.gz" if exact else "data.warc.gz",
        "resources": [one for one in told.get("exchanges", []) if one["part"] == "resource"],
        "completeness": told.get("completeness"),
        "robots": told.get("robots") or "asked for only after robots.txt of its host allowed it",
        "view": _view(kept),
        "operator": {"name": "crawler", "id": None, "role": None},
        "asked": told.get("asked"),
        "tools": told.get("software"),
        "settings_sha256": told.get("settings_sha256"),
        "audit": {"sequence": exact.audit_id, "hash": exact.audit_hash} if exact else None,
        "timestamps": [f"{kept.name}.txt.tsr"] if kept.token else [],
        "transformations": [NOTHING_DONE, *told.get("transformations", [SPELT_ANEW])],
    }


def _on_the_wire(kept: PackRecord) -> dict[str, Any]:
    """Address, headers and record of the page's own answer, read from its WARC records."""
    found: dict[str, Any] = dict.fromkeys(
        ("server_address", "server_date", "record_id", "request_headers", "response_headers")
    )
    for record in ArchiveIterator(io.BytesIO(kept.warc)):
        if record.rec_headers.get_header("WARC-Target-URI") != kept.capture.final_url:
            continue
        if record.rec_type == "response" and found["record_id"] is None:
            found |= {
                "server_address": record.rec_headers.get_header("WARC-IP-Address"),
                "server_date": record.http_headers.get_header("Date"),
                "record_id": record.rec_headers.get_header("WARC-Record-ID"),
                "response_headers": [list(pair) for pair in record.http_headers.headers],
            }
        elif record.rec_type == "request" and found["request_headers"] is None:
            found["request_headers"] = [list(pair) for pair in record.http_headers.headers]
    return found


def _view(kept: PackRecord) -> dict[str, Any] | None:
    """How the screenshot and the PDF were made, or why there are none."""
    tried = kept.rendering
    if tried is None:
        return None
    return {"made_at": tried.made_at, "browser": tried.browser, "why_none": tried.why, **tried.record}


def as_json(value: object) -> bytes:
    """JSON that hashes the same everywhere: UTF-8, NFC, sorted keys."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    return unicodedata.normalize("NFC", text).encode()


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
