"""Article pages: bytes and headers to a Page, and a Page with its feed entry to what is stored.

Pure: no network, no clock (``now`` is given). The parts live beside it: `charset` (bytes to text), `metadata`
(what the page says of itself), `content` (title, lead, authors and running text), `page_type` (article or not),
`link_lists` (links of lists and further parts).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

from crawler.extract import content, link_lists, metadata, page_type, text_blocks
from crawler.extract.page_statements import PageStatements
from crawler.extract.publication_date import article_moment
from crawler.feeds.entry import Alternate, FeedEntry
from crawler.text import charset, plain_text, xml_cleanup, zones
from crawler.text.date_conventions import UNKNOWN, DateConventions
from crawler.text.markup_bounds import bounded
from db.core.language import from_tag, of_text
from db.press import urls

LARGEST = 12 * 2**20  # bytes; real pages were seen up to 1.9 MB, beyond this nothing is an article
ORDINARY_LENGTH, ORDINARY_TAGS = 3_000_000, 40_000  # up to these trafilatura is asked for a second opinion


class PageKind(StrEnum):
    """What an answer is. Only ``article`` may be stored as one."""

    ARTICLE = "article"
    CHALLENGE = "challenge"
    SOFT_404 = "soft_404"
    TEASER = "teaser"
    FRONT_PAGE = "front_page"
    SECTION = "section"
    NO_ARTICLE = "no_article"
    NOT_HTML = "not_html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLink:
    """A link on a list that looks like an article: address, the words it stands under, the text beside it."""

    url: str
    title: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedPage:
    """What one page says.

    The first block are the fields of ``kiemtin extract``. ``text`` holds the whole article, lead included,
    paragraphs parted by newlines; ``published_from`` is ``json-ld | meta | feed | url | text`` or None together
    with ``published_at``; times keep their stated offset. ``reason`` says in one sentence why ``kind`` was
    chosen. ``links`` may be empty for an article. ``next_links``: further parts of the same article (or list); ``part`` which part this one is.
    """

    url: str
    canonical_url: str
    title: str
    lead: str
    text: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_from: str | None = None
    modified_at: datetime | None = None
    language: str | None = None
    site_name: str | None = None

    kind: PageKind = PageKind.ARTICLE
    reason: str = ""
    partial: bool = False
    published_raw: str | None = None
    published_assumed: bool = False
    published_day_only: bool = False
    published_exchanged: datetime | None = None
    stated_canonical: str | None = None
    amp_url: str | None = None
    mobile_url: str | None = None
    part: int = 1
    next_links: tuple[str, ...] = ()
    feeds: tuple[Alternate, ...] = ()
    links: tuple[ListLink, ...] = ()
    captions: tuple[str, ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = ()

    def as_extract(self) -> dict[str, Any]:
        """The record that ``kiemtin extract`` prints, ready for JSON."""
        return {
            "url": self.url,
            "canonical_url": self.canonical_url,
            "title": self.title,
            "lead": self.lead,
            "text": self.text,
            "authors": list(self.authors),
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "published_from": self.published_from,
            "modified_at": self.modified_at.isoformat() if self.modified_at else None,
            "language": self.language,
            "site_name": self.site_name,
        }


def read(
    raw: bytes,
    *,
    url: str,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    hosts: Collection[str] = (),
    zone: tzinfo | None = None,
    conventions: DateConventions = UNKNOWN,
) -> ExtractedPage:
    """The page in ``raw``. Never raises for what the bytes are.

    ``url``: the address that answered (after redirects). ``headers``: of the answer, any case. ``status``:
    404 and 410 are never an article. ``now``: aware,
    bounds believable dates. ``hosts``: the hosts of the source, for canonical addresses. ``zone``: the
    source's own, for dates that name none; without it the country's or language's is assumed. ``conventions``: how the
    source writes dates, where that was learned.
    """
    own = urls.tidy(url) or url
    given_headers = {k.lower(): v for k, v in (headers or {}).items()}
    content_type = given_headers.get("content-type", "")
    decoded = charset.decode(raw[:LARGEST], charset=charset.charset_of(content_type))
    tree = _tree(decoded.text)
    if tree is None:
        return ExtractedPage(url=own, canonical_url=own, title="", lead="", text="", kind=PageKind.NOT_HTML,
                    reason="The answer is no HTML page.", encoding=decoded.encoding)  # fmt: skip
    ordinary = len(decoded.text) <= ORDINARY_LENGTH and decoded.text.count("<") <= ORDINARY_TAGS
    page = _read(
        tree, ordinary=ordinary, own=own, now=now, hosts=hosts, zone=zone, conventions=conventions, encoding=decoded.encoding
    )  # fmt: skip
    if status in (404, 410) and page.kind is PageKind.ARTICLE:
        return replace(
            page, kind=PageKind.SOFT_404, reason=f"The server answered {status}, whatever the page shows."
        )
    return page


def merge_feed_entry(
    page: ExtractedPage, entry: FeedEntry | None, *, language: str | None = None
) -> ExtractedPage:
    """The page with what its feed entry knows better: a missing title, lead or date; ``language`` is a hint.

    A date that the page states to machines or in words is believed before the feed's (feeds were seen to write
    local time and call it GMT); the feed's before one from the address; and the feed's time of day where the
    page names only the day.
    """
    if entry is None:
        return page
    changes: dict[str, Any] = {}
    if not page.title and entry.title:
        changes["title"] = entry.title
    weak = page.published_at is None or page.published_from == "url" or page.published_day_only
    if weak and entry.published_at is not None:
        same_day = (
            page.published_at is None
            or abs((entry.published_at - page.published_at).total_seconds()) < 36 * 3600
        )
        if same_day or page.published_from == "url":
            changes |= {
                "published_at": entry.published_at,
                "published_from": "feed",
                "published_raw": entry.published_raw,
                "published_assumed": entry.published_assumed,
                "published_day_only": False,
            }
    if not page.authors and entry.authors:
        changes["authors"] = entry.authors
    if page.language is None:
        changes["language"] = entry.language or language
    return replace(page, **changes) if changes else page


def from_entry(
    entry: FeedEntry, *, url: str | None = None, reason: str = "", language: str | None = None
) -> ExtractedPage:
    """A partial Page from the feed's own words, for an article whose page cannot be had."""
    address = url or entry.url
    body = entry.content or entry.summary
    lead = entry.summary if entry.summary and entry.summary in body else ""
    return ExtractedPage(
        url=address,
        canonical_url=urls.tidy(address) or address,
        title=entry.title,
        lead=lead or entry.summary,
        text=body,
        authors=entry.authors,
        published_at=entry.published_at,
        published_from="feed" if entry.published_at else None,
        published_raw=entry.published_raw,
        published_assumed=entry.published_assumed,
        language=entry.language or language or of_text(f"{entry.title} {body}"),
        kind=PageKind.ARTICLE,
        partial=True,
        reason=reason or "Only the feed's own text could be had.",
    )


def join(parts: Sequence[ExtractedPage]) -> ExtractedPage:
    """One article from its parts in order; the first part speaks for title, lead, dates and address."""
    first = parts[0]
    seen = set(first.text.split("\n"))
    lines = [first.text]
    for part in parts[1:]:
        for paragraph in part.text.split("\n"):
            if paragraph and paragraph not in seen:
                seen.add(paragraph)
                lines.append(paragraph)
    captions = tuple(dict.fromkeys(c for p in parts for c in p.captions))
    return replace(first, text="\n".join(line for line in lines if line), next_links=(), captions=captions)


def _tree(text: str) -> Any:
    """The lxml tree of an HTML text, or None if it is not HTML."""
    from lxml import etree, html

    start = text.lstrip()[:4000].lower()
    if "<" not in start or start.startswith(("{", "%pdf", "<?xml")) and "<html" not in start:
        return None
    clean = bounded(xml_cleanup.without_controls(text))
    try:
        tree = html.document_fromstring(
            clean.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree if tree.find(".//body") is not None or tree.tag == "body" else None


def _read(
    tree: Any, *, ordinary: bool, own: str, now: datetime, hosts: Collection[str], zone: tzinfo | None,
    conventions: DateConventions, encoding: str,
) -> ExtractedPage:  # fmt: skip
    _make_absolute(tree, own)
    statements = metadata.read(tree)
    blocks = text_blocks.walk(tree if tree.tag == "body" else tree.find(".//body"))
    extracted = content.read(tree, statements, blocks, url=own, ordinary=ordinary)
    found = article_moment(
        statements, tree if tree.tag == "body" else tree.find(".//body"), title=extracted.title, body=extracted.container,
        first_prose=extracted.first_prose, own=own, now=now, zone=zone or _assumed_zone(statements, own), conventions=conventions,
    )  # fmt: skip
    # The links of a plain article are of no use, and collecting them would take a quarter of the time.
    plainly = (
        statements.says_article and found.published and extracted.cards == 0 and len(extracted.text) >= 600
    )
    links = [] if plainly else link_lists.article_links(tree, url=own, hosts=hosts)
    kind, reason = page_type.judge(
        _signs(
            tree, statements, blocks, extracted, url=own, dated=found.published is not None, links=len(links)
        )
    )
    stated = next((c for c in (urls.tidy(c, own) for c in statements.canonicals) if c), None)
    hint = next((h for h in map(from_tag, statements.languages) if h), None)
    return ExtractedPage(
        url=own,
        canonical_url=urls.believe_canonical(own, stated, hosts=hosts, title=extracted.title),
        title=extracted.title,
        lead=extracted.lead,
        text=extracted.text,
        authors=extracted.authors,
        published_at=found.published.at if found.published else None,
        published_from=found.evidence,
        modified_at=found.modified,
        language=of_text(f"{extracted.title} {extracted.text}", hint=hint),
        site_name=next((n for n in map(plain_text.plain, statements.site_names) if n), None),
        kind=PageKind(kind),
        reason=reason,
        published_raw=found.published.raw if found.published else None,
        published_assumed=bool(found.published and found.published.assumed),
        published_day_only=bool(found.published and found.published.day_only),
        published_exchanged=found.published.exchanged if found.published else None,
        stated_canonical=stated,
        amp_url=urls.tidy(statements.amp, own) if statements.amp else None,
        mobile_url=urls.tidy(statements.mobile, own) if statements.mobile else None,
        part=urls.page_number(own),
        next_links=tuple(link_lists.further_parts(tree, url=own, declared=statements.next_links)),
        feeds=tuple(
            Alternate(url=u, title=plain_text.line(t))
            for href, t in statements.feeds
            if (u := urls.tidy(href, own))
        ),
        links=tuple(ListLink(url=u, title=t, summary=s) for u, t, s in links),
        captions=extracted.captions,
        encoding=encoding,
        notes=extracted.notes,
    )


def _make_absolute(tree: Any, own: str) -> None:
    """Resolves links by ``<base href>`` where a page has one, as browsers do."""
    base = tree.find(".//base[@href]")
    if base is None or not (href := (base.get("href") or "").strip()):
        return
    try:
        root = urljoin(own, href)
        for node in tree.iter("a", "link", "area"):
            if (target := node.get("href")) and not target.startswith(("#", "http:", "https:")):
                node.set("href", urljoin(root, target.strip()))
    except ValueError:
        return  # an address that cannot be read; the page's own stands for it


def _assumed_zone(statements: PageStatements, own: str) -> tzinfo:
    language = next((tag for t in statements.languages if (tag := from_tag(t))), None)
    return zones.assumed_for(own, language)


def _signs(
    tree: Any,
    statements: PageStatements,
    blocks: text_blocks.PageBlocks,
    extracted: content.ExtractedContent,
    *,
    url: str,
    dated: bool,
    links: int,
) -> page_type.PageSigns:
    """What `page_type.judge` looks at; scripts only where so little is to be read that one may stand for the page."""
    visible = plain_text.line(" ".join(b.text for b in blocks.blocks))
    scripts = [s.text[:5000] for s in list(tree.iter("script"))[:30] if s.text] if len(visible) < 1800 else []
    return page_type.PageSigns(
        url_is_front=urls.is_front_page(url),
        title=extracted.title or statements.document_title,
        headings=tuple(plain_text.of_element(h)[:300] for h in list(tree.iter("h1", "h2"))[:4]),
        text=extracted.text,
        visible=visible,
        scripts=" ".join(scripts)[:60_000],
        says_article=statements.says_article,
        dated=dated,
        free=statements.free,
        cards=extracted.cards,
        run=extracted.run,
        links=links,
        article_shape=link_lists.looks_like_article(url),
    )
