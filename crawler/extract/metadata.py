"""What a page says of itself to machines: JSON-LD, meta elements, microdata, links in the head.

Reads only; which of several statements to believe is decided in `crawler.extract.article`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.text import plain_text

_ARTICLE_TYPES = {
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
    "backgroundnewsarticle", "askpublicnewsarticle", "reviewnewsarticle", "liveblogposting", "report", "techarticle",
    "scholarlyarticle", "socialmediaposting", "advertisercontentarticle", "satiricalarticle", "videoobject", "photograph",
}  # fmt: skip
_ELSEWHERE = {
    "itemlistelement",
    "haspart",
    "ispartof",
    "mentions",
    "citation",
    "isbasedon",
    "relatedlink",
    "comment",
    "blogpost",
}
_LONGEST_JSON = 2_000_000  # code points of one script that are read
_DEEPEST = 40


@dataclass(slots=True)
class PageStatements:
    """Statements of a page about itself, each list in order of appearance: (kind of evidence, raw text)."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    leads: list[tuple[str, str]] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)
    modified: list[tuple[str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    site_names: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    canonicals: list[str] = field(default_factory=list)
    body: str = ""
    is_article: bool = False
    og_type: str = ""
    free: bool | None = None
    amp: str = ""
    mobile: str = ""
    next_links: list[str] = field(default_factory=list)
    feeds: list[tuple[str, str]] = field(default_factory=list)
    refresh: str = ""
    document_title: str = ""

    @property
    def says_article(self) -> bool:
        """Whether the page calls itself an article."""
        return self.is_article or self.og_type == "article"


_META_TITLES = {
    "og:title",
    "twitter:title",
    "title",
    "dc.title",
    "dcterms.title",
    "headline",
    "sailthru.title",
    "parsely-title",
}
_META_LEADS = {
    "og:description": "og",
    "description": "meta",
    "twitter:description": "meta",
    "dc.description": "meta",
    "sapo": "og",
}
_META_PUBLISHED = {
    "article:published_time", "og:published_time", "pubdate", "publishdate", "publish-date", "publish_date", "published_time",
    "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dcterms.issued", "dc.date.created", "datepublished",
    "article_date_original", "article.published", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "its_publication",
    "og:article:published_time", "article:published", "published_at", "publication_date", "citation_publication_date", "publishtime",
    "bt:pubdate", "date_published", "originalpublicationdate", "rnews:datepublished", "article:create_time", "created_time", "pubtime", "apub:time",
}  # fmt: skip
_META_MODIFIED = {
    "article:modified_time", "og:updated_time", "last-modified", "lastmod", "datemodified", "dcterms.modified", "article.updated",
    "article:modified", "modified_time", "updated_time", "dc.date.modified", "revision_date", "update_time",
}  # fmt: skip
_META_AUTHORS = {
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "parsely-author",
    "byl",
    "dable:author",
    "creator",
}
_META_SITES = {
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
    "copyright-holder",
}
_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}


def read(tree: Any) -> PageStatements:
    """All statements in an lxml HTML tree."""
    said = PageStatements()
    _links_and_meta(tree, said)
    for node in _nodes(tree):
        _json_ld(node, said)
    _microdata(tree, said)
    for node in tree.iter("time"):
        if value := (node.get("datetime") or "").strip():
            said.published.append(("time", value))
    root_language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    if root_language:
        said.languages.insert(0, root_language)
    title = tree.find(".//head/title")
    if title is None:
        title = tree.find(".//title")
    if title is not None:
        said.document_title = plain_text.line(plain_text.unescaped(title.text_content())[:2000])
    return said


def _links_and_meta(tree: Any, said: PageStatements) -> None:
    for node in tree.iter("meta"):
        value = node.get("content")
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        equivalent = (node.get("http-equiv") or "").lower()
        if equivalent == "refresh":
            said.refresh = said.refresh or (value or "")
        elif equivalent == "content-language" and value:
            said.languages.append(value)
        if not value or not name or not value.strip():
            continue
        value = value.strip()
        if name in _META_TITLES:
            said.titles.append(("og" if name.startswith("og:") else "meta", value))
        elif name in _META_LEADS:
            said.leads.append((_META_LEADS[name], value))
        elif name in _META_PUBLISHED:
            said.published.append(("meta", value))
        elif name in _META_MODIFIED:
            said.modified.append(("meta", value))
        elif name in _META_AUTHORS and not value.startswith(("http://", "https://")):
            said.authors.append(("meta", value))
        elif name in _META_SITES:
            said.site_names.append(value)
        elif name in ("og:locale", "inlanguage", "dc.language", "language"):
            said.languages.append(value)
        elif name == "og:url":
            said.canonicals.append(value)
        elif name == "og:type":
            said.og_type = value.lower()
        elif name == "isaccessibleforfree":
            said.free = value.lower() not in ("false", "no", "0")
    for node in tree.iter("link"):
        rel, href = (node.get("rel") or "").lower().split(), (node.get("href") or "").strip()
        if not href:
            continue
        if "canonical" in rel:
            said.canonicals.insert(0, href)
        elif "amphtml" in rel:
            said.amp = said.amp or href
        elif "next" in rel:
            said.next_links.append(href)
        elif "alternate" in rel:
            if (node.get("type") or "").lower().split(";")[0].strip() in _FEED_TYPES:
                said.feeds.append((href, node.get("title") or ""))
            elif "handheld" in (node.get("media") or "") or "max-width" in (node.get("media") or ""):
                said.mobile = said.mobile or href


# ── JSON-LD ─────────────────────────────────────────────────────────────────────────────────────────


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield from _walk(_parsed(script.text[:_LONGEST_JSON]), 0)


def _parsed(text: str) -> list[Any]:
    """The values of a JSON-LD script, also where comments, CDATA marks, trailing commas or a second object spoil it."""
    text = (
        re.sub(
            r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$",
            "",
            text,
        )
        .strip()
        .rstrip(";")
    )
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
    # Broken beyond repair (an unescaped quote, a cut end): single fields are still worth having.
    found = {
        key: m[1]
        for key in ("headline", "datePublished", "dateModified", "description")
        if (m := re.search(rf'"{key}"\s{{0,5}}:\s{{0,5}}"((?:[^"\\]|\\.){{1,3000}})"', text))
    }
    if not found or not re.search(
        r'"@type"\s{0,5}:\s{0,5}\[?\s{0,5}"[A-Za-z]{0,20}(?:Article|BlogPosting)"', text
    ):
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
            if isinstance(part, dict | list) and str(key).lower() not in _ELSEWHERE:
                yield from _walk(part, depth + 1)


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    found = kinds if isinstance(kinds, list) else [kinds]
    return {str(k).rsplit("/", 1)[-1].lower() for k in found if isinstance(k, str)}


def _json_ld(node: dict[str, Any], said: PageStatements) -> None:
    kinds = _types(node)
    if kinds & _ARTICLE_TYPES:
        article = not kinds <= {"videoobject", "photograph"}
        evidence = "json-ld" if article else "json-ld-other"
        said.is_article = said.is_article or article
        for key, into in (("headline", said.titles), ("description", said.leads), ("datePublished", said.published),
                          ("dateModified", said.modified)):  # fmt: skip
            if text := _string(node.get(key)):
                into.append((evidence, text))
        if not article:
            return
        if not node.get("headline") and (name := _string(node.get("name"))):
            said.titles.append(("json-ld", name))
        if not node.get("datePublished") and (made := _string(node.get("dateCreated"))):
            said.published.append(("json-ld", made))
        if (text := _string(node.get("articleBody"))) and len(text) > len(said.body):
            said.body = text
        for name in _names(node.get("author") or node.get("creator")):
            said.authors.append(("json-ld", name))
        for name in _names(node.get("publisher")):
            said.site_names.append(name)
        if language := _string(node.get("inLanguage")):
            said.languages.append(language)
        if node.get("isAccessibleForFree") is not None:
            said.free = (
                str(node["isAccessibleForFree"]).lower() not in ("false", "no", "0")
                and said.free is not False
            )
        page = node.get("mainEntityOfPage")
        link = page.get("@id") if isinstance(page, dict) else page
        if isinstance(link, str) and link.startswith(("http", "/")):
            said.canonicals.append(link)
    elif kinds & {"webpage", "newsmediaorganization", "website"}:
        if text := _string(node.get("datePublished")):
            said.published.append(("json-ld-other", text))
        if text := _string(node.get("dateModified")):
            said.modified.append(("json-ld-other", text))
        if "website" in kinds and (name := _string(node.get("name"))):
            said.site_names.append(name)


def _string(value: object) -> str:
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str)), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return plain_text.unescaped(value).strip() if isinstance(value, str) else ""


def _names(value: object) -> list[str]:
    if isinstance(value, list):
        return [n for v in value[:20] for n in _names(v)]
    name = _string(value)
    return [name] if name and not name.startswith(("http://", "https://")) else []


# ── microdata ───────────────────────────────────────────────────────────────────────────────────────


def _microdata(tree: Any, said: PageStatements) -> None:
    for node in tree.xpath("//*[@itemprop]"):
        names = (node.get("itemprop") or "").lower().split()
        if node.tag == "meta" and not node.get("content"):
            continue
        for name in names:
            if name in ("datepublished", "datecreated", "datemodified"):
                value = (
                    node.get("content")
                    or node.get("datetime")
                    or node.get("title")
                    or node.text_content()[:200]
                )
                (said.modified if name == "datemodified" else said.published).append(("micro", value.strip()))
            elif name == "headline":
                said.titles.append(("micro", node.get("content") or node.text_content()[:1000]))
            elif name == "author" and node.tag != "meta":
                said.authors.append(("micro", node.get("content") or node.text_content()[:200]))
            elif name == "articlebody":
                said.is_article = True
