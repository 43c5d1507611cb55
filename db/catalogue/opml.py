"""Sources as OPML 2.0, for feed readers and for lists that come from them. Pure."""

import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

from lxml import etree

from db.catalogue.sources import Source
from db.core.errors import Invalid

LARGEST = 5_000_000  # characters; a list of ten thousand feeds is about 2 MB (chosen 2026-11-21)


def write(sources: tuple[Source, ...]) -> str:
    """An OPML document: one folder for each scope, one outline for each feed; sources without feeds are left out."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "kiemtin"
    body = ET.SubElement(root, "body")
    for scope in ("domestic", "foreign"):
        chosen = [source for source in sources if source.scope == scope and source.feeds]
        if not chosen:
            continue
        folder = ET.SubElement(body, "outline", text=scope, title=scope)
        for source in chosen:
            for feed in source.feeds:
                ET.SubElement(
                    folder,
                    "outline",
                    type="rss",
                    text=_letters(source.title),
                    title=_letters(source.title),
                    xmlUrl=feed,
                    htmlUrl=source.home,
                    language=source.language,
                    category=",".join(source.groups),
                )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _letters(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def read(text: str | bytes) -> tuple[Source, ...]:
    """The sources of an OPML document, feeds of one home taken together, to be probed before they are polled.

    Names are made from the host. Raises Invalid when it is no OPML or holds no feed.
    """
    if len(text) > LARGEST:
        raise Invalid("opml", "the OPML file is larger than 5 MB; split it", code="opml.large")
    raw = text.encode("utf-8") if isinstance(text, str) else text
    # no entities, no network: a list from outside must not make the server read or grow anything
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as why:
        raise Invalid(
            "opml",
            f"the file is not well-formed XML (line {why.lineno}); export it again as OPML",
            code="opml.xml",
            values={"line": why.lineno},
        ) from None
    if root.tag != "opml":
        raise Invalid(
            "opml", f"the file is <{root.tag}>, not <opml>; export it again as OPML", code="opml.root"
        )
    found: dict[str, Source] = {}
    for outline in root.iter("outline"):
        feed = (outline.get("xmlUrl") or "").strip()
        if not feed:
            continue
        home = (outline.get("htmlUrl") or "").strip()
        host = _host(feed)
        if host is None:
            raise Invalid(
                "opml",
                f"line {outline.sourceline}: {feed!r} is not a web address; mend or remove it",
                code="opml.address",
                values={"line": outline.sourceline, "value": repr(feed)},
            )
        home_host = _host(home)
        if home_host is None:
            home, home_host = f"{urlsplit(feed).scheme}://{host}/", host
        name = home_host.removeprefix("www.")
        known = found.get(name)
        feeds = (*(known.feeds if known else ()), feed)
        hosts = (*(known.hosts if known else ()), home_host, host)
        scope = _folder(outline)
        found[name] = Source(
            name=name,
            title=known.title
            if known
            else (outline.get("title") or outline.get("text") or name).strip() or name,
            home=known.home if known else home,
            hosts=tuple(dict.fromkeys(hosts)),
            feeds=tuple(dict.fromkeys(feeds)),
            language=(outline.get("language") or "vi").strip()[:2].lower() or "vi",
            scope="foreign" if scope == "foreign" else "domestic",
            status="to_probe",
        )
    if not found:
        raise Invalid(
            "opml",
            "the OPML file names no feed (xmlUrl); export the list with its feeds",
            code="opml.no_feed",
        )
    return tuple(found.values())


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def _folder(outline: etree._Element) -> str | None:
    parent = outline.getparent()
    return parent.get("text") if parent is not None else None
