"""JSON-LD (schema.org) in a page: what its nodes state of the article, also where the script is spoilt.

Read leniently: comments, CDATA marks, trailing commas, a second object after the first; of a script that is broken beyond
repair single fields are taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.extract.page_statements import PageStatements
from crawler.text import plain_text

_ARTICLE_TYPES = {
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
    "backgroundnewsarticle", "askpublicnewsarticle", "reviewnewsarticle", "liveblogposting", "report", "techarticle",
    "scholarlyarticle", "socialmediaposting", "advertisercontentarticle", "satiricalarticle", "videoobject", "photograph",
}  # fmt: skip
_MEDIA_TYPES = {"videoobject", "photograph"}  # a page may show one beside its article
_SITE_TYPES = {"webpage", "newsmediaorganization", "website"}
_LIST_TYPES = {"itemlist", "collectionpage", "blog", "collection"}
_MOST_MEMBERS = 200  # of one list
_OF_OTHERS = {
    "itemlistelement", "haspart", "ispartof", "mentions", "citation", "isbasedon", "relatedlink", "comment", "blogpost",
}  # fmt: skip
_LONGEST_SCRIPT = 2_000_000  # code points of one script that are read
_DEEPEST = 40
_MARKS_AROUND = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)"
    r"|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_SINGLE_FIELDS = ("headline", "datePublished", "dateModified", "description")
_ARTICLE_MARK = re.compile(r'"@type"\s{0,5}:\s{0,5}\[?\s{0,5}"[A-Za-z]{0,20}(?:Article|BlogPosting)"')


def read(tree: Any, page: PageStatements) -> None:
    """Adds what the JSON-LD nodes of a tree state to ``page``."""
    for node in nodes(tree):
        types = types_of(node)
        if types & _ARTICLE_TYPES:
            _article(node, page, media=types <= _MEDIA_TYPES)
        elif types & _SITE_TYPES:
            _site(node, page, website="website" in types)


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """All objects of all JSON-LD scripts that speak of this page, outermost first."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield from _walk(parse(script.text[:_LONGEST_SCRIPT]), 0)


def listed(tree: Any) -> list[tuple[str, str]]:
    """(address, name) of what a page's ItemList, collection or blog names as its members, in order: a list that scripts draw
    has no other links."""
    found: list[tuple[str, str]] = []
    for node in nodes(tree):
        if not types_of(node) & _LIST_TYPES:
            continue
        for key in ("itemListElement", "hasPart", "blogPost"):
            members = node.get(key)
            for member in (members if isinstance(members, list) else [members])[:_MOST_MEMBERS]:
                if (one := _member(member)) is not None:
                    found.append(one)
    return found


def _member(member: object) -> tuple[str, str] | None:
    if isinstance(member, str):
        return (member, "") if member.startswith(("http://", "https://", "/")) else None
    if not isinstance(member, dict):
        return None
    item = member.get("item")
    parts = [p for p in (item if isinstance(item, dict) else {"@id": item}, member) if isinstance(p, dict)]
    links = (p.get(k) for p in parts for k in ("url", "@id"))
    link = next((x for x in links if isinstance(x, str) and x.startswith(("http://", "https://", "/"))), None)
    named = (string(p.get(k)) for p in parts for k in ("headline", "name"))
    return (link, next((n for n in named if n), "")) if link else None


def parse(text: str) -> list[Any]:
    """The values of a JSON-LD script; [] where nothing can be read."""
    text = _MARKS_AROUND.sub("", text).strip().rstrip(";")
    reader = json.JSONDecoder(strict=False)
    for attempt in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        values, at = [], 0
        try:
            while at < len(attempt):
                value, at = reader.raw_decode(attempt, at)
                values.append(value)
                at += len(attempt[at:]) - len(attempt[at:].lstrip(" \t\r\n,;"))
        except (ValueError, RecursionError):
            if values:
                return values
            continue
        return values
    return _single_fields(text)


def _single_fields(text: str) -> list[Any]:
    """Of a script broken beyond repair (an unescaped quote, a cut end) the fields that are whole."""
    found = {
        key: m[1]
        for key in _SINGLE_FIELDS
        if (m := re.search(rf'"{key}"\s{{0,5}}:\s{{0,5}}"((?:[^"\\]|\\.){{1,3000}})"', text))
    }
    if not found or not _ARTICLE_MARK.search(text):
        return []
    return [{"@type": "NewsArticle", **{k: _unquoted(v) for k, v in found.items()}}]


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _walk(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for part in value[:200]:
            yield from _walk(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, part in value.items():
            if isinstance(part, dict | list) and str(key).lower() not in _OF_OTHERS:
                yield from _walk(part, depth + 1)


def types_of(node: dict[str, Any]) -> set[str]:
    """The schema.org types of a node, lower-case, without their address."""
    types = node.get("@type")
    found = types if isinstance(types, list) else [types]
    return {str(k).rsplit("/", 1)[-1].lower() for k in found if isinstance(k, str)}


def _article(node: dict[str, Any], page: PageStatements, *, media: bool) -> None:
    evidence = "json-ld-other" if media else "json-ld"
    page.is_article = page.is_article or not media
    for key, into in (
        ("headline", page.titles), ("description", page.leads), ("datePublished", page.published), ("dateModified", page.modified),
    ):  # fmt: skip
        if text := string(node.get(key)):
            into.append((evidence, text))
    if media:
        if text := string(node.get("uploadDate")):
            page.published.append(("json-ld-video", text))
        return
    if not node.get("headline") and (name := string(node.get("name"))):
        page.titles.append(("json-ld", name))
    if not node.get("datePublished") and (made := string(node.get("dateCreated"))):
        page.published.append(("json-ld", made))
    if (text := string(node.get("articleBody"))) and len(text) > len(page.body):
        page.body = text
    for name in names(node.get("author") or node.get("creator")):
        page.authors.append(("json-ld", name))
    page.bodies += bodies(node.get("author"))
    page.site_names += names(node.get("publisher"))
    if language := string(node.get("inLanguage")):
        page.languages.append(language)
    _free_to_read(node, page)
    _own_address(node, page)


def _free_to_read(node: dict[str, Any], page: PageStatements) -> None:
    if (free := node.get("isAccessibleForFree")) is not None:
        page.free = str(free).lower() not in ("false", "no", "0") and page.free is not False


def _own_address(node: dict[str, Any], page: PageStatements) -> None:
    entity = node.get("mainEntityOfPage")
    link = entity.get("@id") if isinstance(entity, dict) else entity
    if isinstance(link, str) and link.startswith(("http", "/")):
        page.canonicals.append(link)


def _site(node: dict[str, Any], page: PageStatements, *, website: bool) -> None:
    if text := string(node.get("datePublished")):
        page.published.append(("json-ld-other", text))
    if text := string(node.get("dateModified")):
        page.modified.append(("json-ld-other", text))
    if website and (name := string(node.get("name"))):
        page.site_names.append(name)


def string(value: object) -> str:
    """The text of a JSON-LD value: of a list its first text, of an object its ``@value`` or name; "" if none."""
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str)), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return plain_text.unescaped(value).strip() if isinstance(value, str) else ""


def bodies(value: object) -> list[str]:
    """The names among authors that are stated to be organisations."""
    found = value if isinstance(value, list) else [value]
    return [
        n
        for v in found[:20]
        if isinstance(v, dict) and any("organi" in t for t in types_of(v))
        for n in names(v)
    ]


def names(value: object) -> list[str]:
    """The names of persons or organisations, addresses left out."""
    if isinstance(value, list):
        return [n for v in value[:20] for n in names(v)]
    name = string(value)
    return [name] if name and not name.startswith(("http://", "https://")) else []
