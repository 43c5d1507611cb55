"""Sources as OPML 2.0, for feed readers and for lists that come from them. Pure."""

import xml.etree.ElementTree as ET

from db.catalogue.opml_reader import LARGEST, OpmlList, read_list
from db.catalogue.sources import Source
from db.core.errors import Invalid

__all__ = ["LARGEST", "read", "read_list", "some", "write"]


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


def read(text: str | bytes, *, allow_private_hosts: bool = True) -> tuple[Source, ...]:
    """The sources of an OPML document, feeds of one home taken together, to be probed before they are polled.

    Raises Invalid when it is no OPML or holds no feed that can be taken, with the first reason; see `read_list` for the rest.
    """
    return some(read_list(text, allow_private_hosts=allow_private_hosts))


def some(found: OpmlList) -> tuple[Source, ...]:
    """The sources of a list; raises Invalid where there are none."""
    if found.sources:
        return found.sources
    if found.refused:
        first = found.refused[0]
        raise Invalid(
            "opml",
            f"line {first.line}: {first.why}",
            code="opml.address",
            values={"line": first.line, "value": repr(first.value)},
        )
    raise Invalid(
        "opml", "the OPML file names no feed (xmlUrl); export the list with its feeds", code="opml.no_feed"
    )
