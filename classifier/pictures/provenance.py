"""Marks of origin in a picture file: C2PA content credentials, IPTC digital source type, EXIF time, place and camera.

They are statements by whoever wrote the file: facts with limits, shown to staff, never a verdict and never published. A picture
without marks says nothing: messengers remove them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

# https://cv.iptc.org/newscodes/digitalsourcetype/ – the ending of the address is the code.
AI_SOURCES = {
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "compositeSynthetic",
}
_SOURCE_TYPE = re.compile(rb"digitalsourcetype/([A-Za-z]{4,60})")
_HEAD = 4 * 2**20  # bytes of a file in which its packet of metadata is looked for
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One statement of a file about itself. ``kind``: c2pa | iptc | exif; ``name`` a stable code; ``value`` as written,
    ``holds``: the check that the mark allows came out well (C2PA only: signature and content agree); None: nothing to check."""

    kind: str
    name: str
    value: str
    holds: bool | None = None


def marks(path: Path, media_type: str) -> list[Mark]:
    """All marks of a file, in a stable order; an unreadable or missing block is no mark."""
    return [*_c2pa(path, media_type), *_iptc(path), *_exif(path)]


def _c2pa(path: Path, media_type: str) -> list[Mark]:
    try:
        import c2pa
    except ImportError:  # no wheel for this machine: the other marks are still read
        return []
    # nothing is fetched: neither a manifest that lies elsewhere nor the state of a certificate
    offline = c2pa.Settings.from_dict(
        {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_timestamp_trust": False}}
    )
    try:
        with path.open("rb") as stream:
            reader = c2pa.Reader(media_type, stream, context=c2pa.Context(settings=offline))
            told = json.loads(reader.json())
    except (c2pa.C2paError, ValueError, OSError):
        return []
    manifest = told.get("manifests", {}).get(told.get("active_manifest", ""), {})
    faults = [str(row.get("code", "")) for row in told.get("validation_status", [])]
    # who signed is not on a list of ours: that is said by the name, not taken for a fault of the picture
    broken = [code for code in faults if not code.startswith("signingCredential.")]
    found = [
        Mark(kind="c2pa", name="made_with", value=_short(_generator(manifest)), holds=not broken),
        Mark(kind="c2pa", name="signed_by", value=_short(manifest.get("signature_info", {}).get("issuer") or ""),
             holds=not faults),
    ]  # fmt: skip
    for action in _actions(manifest):
        source = str(action.get("digitalSourceType", "")).rsplit("/", 1)[-1]
        if source:
            found.append(Mark(kind="c2pa", name="source_type", value=_short(source), holds=not broken))
    if broken:
        found.append(Mark(kind="c2pa", name="fault", value=_short(", ".join(broken)), holds=False))
    return [mark for mark in found if mark.value]


def _generator(manifest: dict[str, Any]) -> str:
    if manifest.get("claim_generator_info"):
        first = manifest["claim_generator_info"][0]
        return f"{first.get('name', '')} {first.get('version', '')}".strip()
    return str(manifest.get("claim_generator", ""))


def _actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        action
        for assertion in manifest.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]


def _iptc(path: Path) -> list[Mark]:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    start = head.find(b"<x:xmpmeta")
    packet = head[start : head.find(b"</x:xmpmeta>", start)] if start >= 0 else b""
    names = dict.fromkeys(match.decode("ascii") for match in _SOURCE_TYPE.findall(packet))
    return [Mark(kind="iptc", name="source_type", value=name) for name in names]


def _exif(path: Path) -> list[Mark]:
    try:
        with Image.open(path) as image:
            exif = image.getexif()
            detail = exif.get_ifd(ExifTags.IFD.Exif)
            place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    found = []
    when = _moment(detail.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime))
    if when:
        offset = str(detail.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
        found.append(
            Mark(kind="exif", name="taken_at", value=_short(f"{when:%Y-%m-%d %H:%M:%S} {offset}".strip()))
        )
    where = _position(place)
    if where:
        found.append(Mark(kind="exif", name="position", value=f"{where[0]:.5f}, {where[1]:.5f}"))
    for tag, name in ((ExifTags.Base.Model, "camera"), (ExifTags.Base.Software, "software")):
        value = _short(str(exif.get(tag) or "").strip("\0 "))
        if value:
            found.append(Mark(kind="exif", name=name, value=value))
    return found


def _moment(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _position(gps: dict[int, Any]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for a missing or impossible one (0, 0 is a camera without a fix)."""

    def degrees(parts: Any, half: Any, negative: str) -> float:
        hours, minutes, seconds = (float(part) for part in parts)
        return (hours + minutes / 60 + seconds / 3600) * (
            -1 if str(half).strip("\0 ").upper() == negative else 1
        )

    try:
        north = degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
        east = degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    possible = -90 <= north <= 90 and -180 <= east <= 180 and (abs(north) > 1e-6 or abs(east) > 1e-6)
    return (north, east) if possible else None


def _short(text: str) -> str:
    """Printable, on one line, not longer than a screen's row takes."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[
        :_LONGEST_TEXT
    ]
