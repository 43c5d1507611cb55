"""Metadata of a page: meta elements, links in the head, microdata; JSON-LD stands in `json_ld`.

Reads only; which of several statements to believe is decided where they are used.
"""

from collections.abc import Callable
from typing import Any

from crawler.extract import json_ld
from crawler.extract.page_statements import PageStatements
from crawler.text import plain_text
from crawler.text.person_names import is_role_alone as names_a_writer

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
_META_WEAK = {
    "date",
    "dc.date",
    "dcterms.date",
    "created_time",
}  # some systems write the day of rendering there
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


_META_LANGUAGES = {"og:locale", "inlanguage", "dc.language", "language"}


def read(tree: Any) -> PageStatements:
    """All statements in an lxml HTML tree."""
    page = PageStatements()
    for node in tree.iter("meta"):
        _meta(node, page)
    for node in tree.iter("link"):
        _link(node, page)
    json_ld.read(tree, page)
    _microdata(tree, page)
    root_language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    if root_language:
        page.languages.insert(0, root_language)
    title = tree.find(".//head/title")
    if title is None:
        title = tree.find(".//title")
    if title is not None:
        page.document_title = plain_text.line(plain_text.unescaped(title.text_content())[:2000])
    return page


# ── meta elements: which names fill which field ─────────────────────────────────────────────────────


def _meta(node: Any, page: PageStatements) -> None:
    value = (node.get("content") or "").strip()
    name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
    equivalent = (node.get("http-equiv") or "").lower()
    if equivalent == "refresh":
        page.refresh = page.refresh or (node.get("content") or "")
    elif equivalent == "content-language" and node.get("content"):
        page.languages.append(node.get("content"))
    if value and name.startswith("twitter:label") and names_a_writer(value):
        page.author_labels.add(name.removeprefix("twitter:label"))
    if value and (fill := _FIELDS.get(name)):
        fill(page, name, value)


def _title(page: PageStatements, name: str, value: str) -> None:
    page.titles.append(("og" if name.startswith("og:") else "meta", value))


def _lead(page: PageStatements, name: str, value: str) -> None:
    page.leads.append((_META_LEADS[name], value))


def _published(page: PageStatements, name: str, value: str) -> None:
    page.published.append(("meta-weak" if name in _META_WEAK else "meta", value))


def _modified(page: PageStatements, name: str, value: str) -> None:
    page.modified.append(("meta", value))


def _author(page: PageStatements, name: str, value: str) -> None:
    if not value.startswith(("http://", "https://")):
        page.authors.append(("meta", value))


def _labelled(page: PageStatements, name: str, value: str) -> None:
    """``twitter:data1`` is what ``twitter:label1`` says that it is."""
    if name.removeprefix("twitter:data") in page.author_labels:
        page.authors.append(("meta", value))


def _site(page: PageStatements, name: str, value: str) -> None:
    page.site_names.append(value)


def _language(page: PageStatements, name: str, value: str) -> None:
    page.languages.append(value)


def _own_address(page: PageStatements, name: str, value: str) -> None:
    page.canonicals.append(value)


def _type(page: PageStatements, name: str, value: str) -> None:
    page.og_type = value.lower()


def _free(page: PageStatements, name: str, value: str) -> None:
    page.free = value.lower() not in ("false", "no", "0")


_FIELDS: dict[str, Callable[[PageStatements, str, str], None]] = {
    **dict.fromkeys(_META_SITES, _site),
    **dict.fromkeys(_META_AUTHORS, _author),
    **dict.fromkeys(_META_MODIFIED, _modified),
    **dict.fromkeys(_META_PUBLISHED, _published),
    **dict.fromkeys(_META_LEADS, _lead),
    **dict.fromkeys(_META_TITLES, _title),
    **dict.fromkeys(_META_LANGUAGES, _language),
    **dict.fromkeys(("twitter:data1", "twitter:data2"), _labelled),
    "og:url": _own_address,
    "og:type": _type,
    "isaccessibleforfree": _free,
}


def _link(node: Any, page: PageStatements) -> None:
    rel, href = (node.get("rel") or "").lower().split(), (node.get("href") or "").strip()
    if not href:
        return
    if "canonical" in rel:
        page.canonicals.insert(0, href)
    elif "amphtml" in rel:
        page.amp = page.amp or href
    elif "next" in rel:
        page.next_links.append(href)
    elif "alternate" in rel:
        media = node.get("media") or ""
        if (node.get("type") or "").lower().split(";")[0].strip() in _FEED_TYPES:
            page.feeds.append((href, node.get("title") or ""))
        elif "handheld" in media or "max-width" in media:
            page.mobile = page.mobile or href


# ── microdata ───────────────────────────────────────────────────────────────────────────────────────


def _microdata(tree: Any, page: PageStatements) -> None:
    for node in tree.xpath("//*[@itemprop]"):
        names = (node.get("itemprop") or "").lower().split()
        if node.tag == "meta" and not node.get("content") or _of_others(node):
            continue
        for name in names:
            if name in ("datepublished", "datecreated", "datemodified"):
                value = (
                    node.get("content")
                    or node.get("datetime")
                    or node.get("title")
                    or node.text_content()[:200]
                )
                (page.modified if name == "datemodified" else page.published).append(("micro", value.strip()))
            elif name == "headline":
                page.titles.append(("micro", node.get("content") or plain_text.of_element(node)[:1000]))
            elif name == "author" and node.tag != "meta":
                page.authors.append(("micro", node.get("content") or plain_text.of_element(node)[:200]))
            elif name == "articlebody":
                page.is_article = True


def _of_others(node: Any) -> bool:
    """Whether the item that a property belongs to is a comment or an entry of a list."""
    for item in node.iterancestors():
        if item.get("itemscope") is not None:
            return (item.get("itemtype") or "").rsplit("/", 1)[-1].lower() in _OTHER_ITEMS
    return False


_OTHER_ITEMS = {
    "comment",
    "usercomments",
    "listitem",
    "itemlist",
    "review",
    "rating",
    "aggregaterating",
    "imageobject",
}
