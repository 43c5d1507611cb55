"""Time zones: as texts state them, and the one to assume for a source that states none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.core.time import HANOI
from db.press.urls import host_of

FARTHEST = 14  # hours from Greenwich

# abbreviations with one meaning in the press: hours from Greenwich
_ABBREVIATIONS: Mapping[str, float] = {
    "gmt": 0, "utc": 0, "ut": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2,
    "eest": 3, "msk": 3, "ist": 5.5, "pkt": 5, "npt": 5.75, "mmt": 6.5, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "hkt": 8,
    "sgt": 8, "myt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
# abbreviations and words that stand for a place's clock, summer time included
_PLACES: Mapping[str, str] = {
    "et": "America/New_York", "eastern time": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
    "pt": "America/Los_Angeles", "pacific time": "America/Los_Angeles",
    "giờ việt nam": "Asia/Ho_Chi_Minh", "giờ hà nội": "Asia/Ho_Chi_Minh", "giờ vn": "Asia/Ho_Chi_Minh", "hanoi time": "Asia/Ho_Chi_Minh",
    "vietnam time": "Asia/Ho_Chi_Minh", "viet nam time": "Asia/Ho_Chi_Minh", "heure de hanoï": "Asia/Ho_Chi_Minh", "河内时间": "Asia/Ho_Chi_Minh",
    "giờ bắc kinh": "Asia/Shanghai", "beijing time": "Asia/Shanghai", "北京时间": "Asia/Shanghai", "北京時間": "Asia/Shanghai",
    "giờ bangkok": "Asia/Bangkok", "bangkok time": "Asia/Bangkok", "giờ tokyo": "Asia/Tokyo", "日本時間": "Asia/Tokyo", "japan time": "Asia/Tokyo",
    "tokyo time": "Asia/Tokyo", "giờ seoul": "Asia/Seoul", "seoul time": "Asia/Seoul", "한국시간": "Asia/Seoul", "한국 시간": "Asia/Seoul",
    "giờ paris": "Europe/Paris", "heure de paris": "Europe/Paris", "paris time": "Europe/Paris", "giờ london": "Europe/London",
    "london time": "Europe/London", "singapore time": "Asia/Singapore", "hong kong time": "Asia/Hong_Kong", "台北時間": "Asia/Taipei",
}  # fmt: skip
_CHINA = timezone(timedelta(hours=8))
_SIGNED = re.compile(r"(?:gmt|utc)?([+\-])(\d{1,2}):?(\d{2})?(?::\d{2})?")
# A stated zone, in a lower-case text: an offset (signed close to its digits, so that a dash before a date is none), an
# abbreviation, or a place's clock in words.
PATTERN = (
    r"(?:(?:gmt|utc)\s?[+\-]\s?\d{1,2}(?::?\d{2})?(?::\d{2})?|[+\-](?:\d{2}:?\d{2}(?::\d{2})?|\d{2}|\d)(?![\d/.\-])"
    r"|(?:"
    + "|".join(map(re.escape, sorted(_PLACES, key=len, reverse=True)))
    + "|cst|"
    + "|".join(map(re.escape, sorted(_ABBREVIATIONS, key=len, reverse=True)))
    + r")(?![^\W\d_]|[+\-]\d))"
)

# The zone of a country's press by its domain; countries of several zones are left out.
_COUNTRIES: Mapping[str, str] = {
    "vn": "Asia/Ho_Chi_Minh", "la": "Asia/Vientiane", "th": "Asia/Bangkok", "kh": "Asia/Phnom_Penh", "mm": "Asia/Yangon",
    "cn": "Asia/Shanghai", "hk": "Asia/Hong_Kong", "tw": "Asia/Taipei", "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "sg": "Asia/Singapore",
    "my": "Asia/Kuala_Lumpur", "ph": "Asia/Manila", "in": "Asia/Kolkata", "fr": "Europe/Paris", "de": "Europe/Berlin", "uk": "Europe/London",
    "it": "Europe/Rome", "es": "Europe/Madrid", "ch": "Europe/Zurich", "at": "Europe/Vienna", "be": "Europe/Brussels", "nl": "Europe/Amsterdam",
    "pl": "Europe/Warsaw", "cz": "Europe/Prague", "se": "Europe/Stockholm", "no": "Europe/Oslo", "fi": "Europe/Helsinki", "dk": "Europe/Copenhagen",
    "nz": "Pacific/Auckland",
}  # fmt: skip
# The zone that the press of a language means where nothing else tells (chosen 2026-11).
_LANGUAGES: Mapping[str, str] = {
    "vi": "Asia/Ho_Chi_Minh", "zh": "Asia/Shanghai", "th": "Asia/Bangkok", "lo": "Asia/Vientiane", "km": "Asia/Phnom_Penh",
    "ja": "Asia/Tokyo", "ko": "Asia/Seoul", "de": "Europe/Berlin",
}  # fmt: skip


def stated(text: str | None, *, assumed: tzinfo = HANOI) -> tzinfo | None:
    """The zone that a text such as ``+07:00``, ``GMT+7``, ``JST``, ``giờ Bắc Kinh`` states; None for nonsense.

    ``assumed``: the zone of the source, which decides whether CST is China's or America's.
    """
    if not text:
        return None
    low = " ".join(text.replace("\u2212", "-").lower().split())
    flat = low.replace(" ", "")
    if signed := _SIGNED.fullmatch(flat):
        hours, minutes = int(signed[2]), int(signed[3] or 0)
        if hours > FARTHEST or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(-offset if signed[1] == "-" else offset)
    if low in _PLACES:
        return ZoneInfo(_PLACES[low])
    if flat == "cst":
        return (
            _CHINA
            if assumed.utcoffset(None) == timedelta(hours=8) or _eastern(assumed)
            else timezone(timedelta(hours=-6))
        )
    return timezone(timedelta(hours=_ABBREVIATIONS[flat])) if flat in _ABBREVIATIONS else None


def _eastern(zone: tzinfo) -> bool:
    return isinstance(zone, ZoneInfo) and zone.key.startswith("Asia/")


def named(name: str) -> tzinfo | None:
    """The zone of an IANA name (``Asia/Ho_Chi_Minh``) or an offset (``+07:00``); None if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return stated(name)


@lru_cache(4096)
def assumed_for(url: str, language: str | None = None) -> tzinfo:
    """The zone to assume for a page or feed whose source states none: by country domain, by language, else Hanoi's."""
    host = host_of(url)
    country = _COUNTRIES.get(host.rsplit(".", 1)[-1]) if "." in host else None
    name = country or _LANGUAGES.get((language or "").split("-")[0].split("_")[0].lower())
    return ZoneInfo(name) if name else HANOI


def of_source(language: str, *, scope: str, home: str, own: str | None = None) -> tzinfo:
    """The zone of a source: ``own`` from the catalogue, else Hanoi's for a domestic one whatever its language, else that
    of its country or language, else UTC."""
    if own and (zone := named(own)) is not None:
        return zone
    if scope == "domestic":
        return HANOI
    host = host_of(home)
    name = _COUNTRIES.get(host.rsplit(".", 1)[-1]) or _LANGUAGES.get(language.split("-")[0])
    return ZoneInfo(name) if name else UTC
