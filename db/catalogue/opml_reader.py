"""OPML as other programs write it: every outline that can be taken, and for each other one the line and why not. Pure.

Read as a row of tags, not as XML: bare ampersands, undeclared prefixes, missing quotes, text before the declaration and a
cut end cost at most their own outline. Nothing is fetched and no entity of the document is expanded.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from db.catalogue.sources import Source, faults
from db.core.errors import Invalid

LARGEST = 5_000_000  # characters; a list of ten thousand feeds is about 2 MB (chosen 2026-11-21)
LONGEST_TITLE = 200
DEEPEST = 200  # folders in folders whose names are kept

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(
    r"<\s{0,5}(/?)\s{0,5}(?:[A-Za-z][\w.-]{0,30}:)?(outline|opml|body|head)(?=[\s/>\"'])", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.:-]{0,60})\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_ADDRESS = re.compile(r"xmlurl\s{0,20}=\s{0,20}[\"'“”]?\s{0,20}([^\s\"'<>“”]{4,2000})", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\u200e\u200f\u2060]")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]{1,20}):(?!\d{1,5}(?:/|$))", re.IGNORECASE)
_HOST_FIRST = re.compile(r"^[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:[/?]|$)")
_LANGUAGE = re.compile(r"^[a-z]{2}(?=$|[-_])")


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """An outline that was not taken: its line in the file, counted from one, why, and the address."""

    line: int
    why: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class OpmlList:
    """What an OPML file gives: sources to be tried, feeds of one home together, and what was refused."""

    sources: tuple[Source, ...]
    refused: tuple[RefusedLine, ...]
    lines: tuple[tuple[str, int], ...] = ()  # (address of a feed taken, its line)

    def lines_of(self, source: Source) -> list[int]:
        """The lines that name the feeds of a source."""
        return [line for feed, line in self.lines if feed in source.feeds]


@dataclass(frozen=True, slots=True)
class _Outline:
    line: int
    values: dict[str, str]
    folders: tuple[str, ...]


def read_list(raw: str | bytes, *, allow_private_hosts: bool = False) -> OpmlList:
    """Every source that can be taken from an OPML file, with the status ``to_probe``; names are made from the hosts.

    Raises Invalid only where the file as a whole is no OPML or too large.
    """
    if len(raw) > LARGEST:
        raise Invalid("opml", "the OPML file is larger than 5 MB; split it", code="opml.large")
    text = _decoded(raw) if isinstance(raw, bytes) else raw
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), text)
    _refuse_other_files(text)
    found: dict[str, Source] = {}
    lines: dict[str, int] = {}
    refused: list[RefusedLine] = []
    for outline in _outlines(text):
        given = outline.values.get("xmlurl", "").strip()
        if not given:
            if outline.values.get("type", "").lower() in ("rss", "atom"):
                refused.append(
                    RefusedLine(outline.line, "the outline names no feed (xmlUrl); add its address")
                )
            continue
        feed, why = _web_address(given)
        key = feed.rstrip("/").casefold()
        if not why and key in lines:
            why = f"{feed} stands on line {lines[key]} already"
        one = None if why else _source(outline, feed)
        if one is not None and (wrong := faults([one], allow_private_hosts=allow_private_hosts)):
            why = wrong[0].message
        if one is None or why:
            refused.append(RefusedLine(outline.line, why, given[:200]))
            continue
        lines[key] = outline.line
        found[one.name] = _together(found[one.name], one) if one.name in found else one
    taken = tuple((feed, lines[feed.rstrip("/").casefold()]) for one in found.values() for feed in one.feeds)
    return OpmlList(tuple(found.values()), tuple(refused), taken)


def _refuse_other_files(text: str) -> None:
    if _TAG.search(text) is not None and re.search(
        r"<\s*(?:[\w.-]+:)?(?:opml|outline)\b", text, re.IGNORECASE
    ):
        return
    root = re.search(r"<\s*([A-Za-z][\w.:-]{0,40})", text)
    if root is None:
        raise Invalid(
            "opml", "the file is not well-formed XML (line 1); export it again as OPML", code="opml.xml", values={"line": 1}
        )  # fmt: skip
    raise Invalid("opml", f"the file is <{root[1]}>, not <opml>; export it again as OPML", code="opml.root")


def _decoded(raw: bytes) -> str:
    """The text of a file by its mark, its declaration, UTF-8, else Windows-1252."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    if b"\0" in raw[:200]:
        return raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", "replace")
    declared = _DECLARED.search(raw[:400])
    for name in (declared[1].decode("ascii") if declared else "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


def _outlines(text: str) -> Iterator[_Outline]:
    """The outlines in order, each with its line and the names of the folders around it."""
    tags = list(_TAG.finditer(text))
    folders: list[str] = []
    line, counted = 1, 0
    for n, tag in enumerate(tags):
        line += text.count("\n", counted, tag.start())
        counted = tag.start()
        if tag[2].lower() != "outline":
            continue
        if tag[1]:
            if folders:
                folders.pop()
            continue
        inside = text[tag.end() : tags[n + 1].start() if n + 1 < len(tags) else len(text)]
        values = _values(inside)
        yield _Outline(line, values, tuple(folders[-3:]))
        if not _closed(inside) and len(folders) < DEEPEST and "xmlurl" not in values:
            folders.append(values.get("text") or values.get("title") or "")
        elif not _closed(inside) and len(folders) < DEEPEST:
            folders.append(folders[-1] if folders else "")


def _values(inside: str) -> dict[str, str]:
    """Attributes by lower-case name, entities resolved; an address is looked for by itself where quotes are missing."""
    end = inside.find("<")
    inside = inside if end < 0 else inside[:end]
    values: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(inside[:20_000]):
        name = found[1].rsplit(":", 1)[-1].lower()
        value = next((g for g in found.groups()[1:] if g is not None), "")
        values.setdefault(name, " ".join(html.unescape(value).split()))
    if "://" not in values.get("xmlurl", "") and (address := _ADDRESS.search(inside)):
        values["xmlurl"] = html.unescape(address[1])
    return values


def _closed(inside: str) -> bool:
    """Whether an outline closes itself (``/>``)."""
    end = inside.rfind(">")
    return end > 0 and inside[:end].rstrip().endswith("/")


def _web_address(given: str) -> tuple[str, str]:
    """The address that a reader's way of writing stands for ("feed://…", "www.…"), and why it is none."""
    address = given.replace("\\", "/") if given.lower().startswith(("http:\\", "https:\\")) else given
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() in ("feed", "rss", "itpc", "pcast", "webcal"):
        rest = address[scheme.end() :]
        address = rest if re.match(r"https?:", rest, re.IGNORECASE) else "https://" + rest.lstrip("/")
    elif address.startswith("//"):
        address = "https:" + address
    elif not scheme and _HOST_FIRST.match(address):
        address = "https://" + address
    try:
        parts = urlsplit(address)
        named = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        named = False
    if not named or any(c.isspace() for c in address):
        return given, f"{given[:200]!r} is not a web address; mend or remove it"
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return given, f"{given[:200]!r} is not a web address; mend or remove it"
    port = f":{parts.port}" if parts.port is not None else ""
    if "@" in parts.netloc:
        return given, "the address holds a user name or password; remove it"
    host = f"[{host}]" if ":" in host else host
    return parts._replace(scheme=parts.scheme.lower(), netloc=host + port, fragment="").geturl(), ""


def _source(outline: _Outline, feed: str) -> Source:
    values = outline.values
    host = urlsplit(feed).hostname or ""
    home, why = _web_address(values.get("htmlurl", ""))
    home_host = (urlsplit(home).hostname or "") if not why else ""
    if not home_host:
        home, home_host = f"{urlsplit(feed).scheme}://{urlsplit(feed).netloc}/", host
    name = home_host.removeprefix("www.")[:80]
    title = values.get("title") or values.get("text") or name
    language = _LANGUAGE.match(values.get("language", "").strip().lower())
    foreign = any(f.strip().lower() == "foreign" for f in outline.folders)
    return Source(
        name=name,
        title=title[:LONGEST_TITLE].strip() or name,
        home=home,
        hosts=tuple(dict.fromkeys((home_host, host))),
        feeds=(feed,),
        language=language[0] if language else "vi",
        scope="foreign" if foreign else "domestic",
        status="to_probe",
    )


def _together(known: Source, one: Source) -> Source:
    """A source with the feed of a further outline of the same home."""
    return replace(
        known,
        hosts=tuple(dict.fromkeys((*known.hosts, *one.hosts))),
        feeds=tuple(dict.fromkeys((*known.feeds, *one.feeds))),
    )
