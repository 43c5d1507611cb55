"""Links of a page: which look like articles on a list, and which lead to further parts of the same article."""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.extract import json_ld
from crawler.extract.class_names import noise_of
from crawler.text import plain_text
from db.press import urls

MOST_LINKS = 600  # of one list page
_NOT_ARTICLE = re.compile(
    r"/(?:tag|tags|chu-de|topic|tu-khoa|search|tim-kiem|login|dang-nhap|dang-ky|register|rss|feed|lien-he|contact|about|gioi-thieu|quang-cao|toa-soan|privacy|terms|"
    r"author|tac-gia|user|account|page|wp-admin|wp-login|cdn-cgi|print|amp|video-list|thu-vien)(?:/|\.|$)|\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|rar|mp[34]|css|js|xml|rss)$",
    re.IGNORECASE,
)
_SECTION_PATH = re.compile(
    r"^/(?:chuyen-muc|category|danh-muc|section|channel|muc|topics?|chu-de|tag)s?/[^/]+/?$", re.IGNORECASE
)
_NEXT_WORDS = re.compile(
    r"^(?:trang sau|trang tiếp(?: theo)?|tiếp(?: theo)?|xem trang tiếp|sau|next(?: page)?|下一页|page suivante|suivant)\s*[»›>→]*$|^[»›>→]{1,2}$",
    re.IGNORECASE,
)
# Links whose whole address holds a mark, and all that are not whole. Asked of libxml2: a page has hundreds of others.
_WITH_MARK: Any = etree.XPath(
    "//a[@href][not(starts-with(@href, '/') or starts-with(@href, 'http')) or contains(@href, $mark)]"
)
_PART_TAIL = re.compile(
    r"^(?P<stem>.+?)(?:[-_/](?:p|page|trang)?[-_/]?(?P<n>[2-9]|[1-9]\d))?(?P<end>(?:\.\w{2,5})?/?)$",
    re.IGNORECASE,
)


def looks_like_article(url: str) -> float:
    """How much an address looks like one article's, 0..1: a number of four digits and more, a long slug, a known ending."""
    parts = urlsplit(url)
    path = parts.path
    if urls.is_front_page(url) or _NOT_ARTICLE.search(path) or _SECTION_PATH.match(path):
        return 0.0
    last = [p for p in path.split("/") if p][-1:] or [""]
    score = 0.0
    numbers = [n for n in re.findall(r"\d+", path) if len(n) >= 4 and not re.fullmatch(r"(?:19|20)\d\d", n)]
    queries = parse_qsl(parts.query)
    if numbers:
        score += 0.45
    if any(
        v.isdigit() and (len(v) >= 2 or "id" in k.lower())
        for k, v in queries
        if not re.match(r"(?:trang|page|p)$", k, re.IGNORECASE)
    ):
        score += 0.55
    words = [w for w in re.split(r"[-_\s]|%20", re.sub(r"\.\w{2,5}$", "", last[0])) if w]
    if len(words) >= 5:
        score += 0.45
    elif len(words) >= 3:
        score += 0.2
    if re.search(
        r"\.(?:html?|htm|shtml|aspx|chn|vnp|epi|tpo|ldo|antd|vov|vgp|ngo|jsp|php)$", path, re.IGNORECASE
    ):
        score += 0.2
    if re.search(r"/(?:19|20)\d\d/\d{1,2}/", path):
        score += 0.25
    return min(score, 1.0)


def article_links(tree: Any, *, url: str, hosts: Collection[str] = ()) -> list[tuple[str, str, str]]:
    """(address, title, summary) of the links that look like articles of this site, in page order, each once.

    A link in menu, footer or other furniture counts only when its own words are a headline; the words come from
    the longest of link text, ``title`` attribute and picture text.
    """
    own_host = urls.host_of(url)
    allowed = {h.lower() for h in hosts} | {own_host}
    found: dict[str, tuple[float, str, str, str]] = {}
    for node in tree.iter("a"):
        href = node.get("href")
        if len(found) >= 4 * MOST_LINKS:
            break
        if not href or href[0] == "#":
            continue
        target = urls.tidy(href, url)
        if target is None or not urls.belongs(target, allowed) or urls.identity(target) == urls.identity(url):
            continue
        shape = looks_like_article(target)
        if shape <= 0.0:
            continue
        words = plain_text.of_element(node)[:500]
        title = plain_text.line(node.get("title"))[:500]
        if len(title) > len(words) or len(words) > 300:
            words = title or words
        if not words:
            picture = node.find(".//img")
            words = plain_text.line(picture.get("alt"))[:500] if picture is not None else ""
        score = shape + (0.35 if len(words) >= 25 else 0.1 if len(words) >= 12 else 0.0)
        score += 0.25 if _in_heading(node) else 0.0
        if _in_furniture(node):
            score -= 0.35
        key = urls.identity(target)
        old = found.get(key)
        if old is None or (len(words) > len(old[2]) or score > old[0]):
            best = words if old is None or len(words) > len(old[2]) else old[2]
            found[key] = (max(score, old[0] if old else 0.0), old[1] if old else target, best, "")
    for href, name in json_ld.listed(tree):
        target = urls.tidy(href, url)
        if target is None or not urls.belongs(target, allowed) or looks_like_article(target) <= 0.0:
            continue
        if (key := urls.identity(target)) != urls.identity(url) and key not in found:
            found[key] = (1.0, target, plain_text.line(name)[:500], "")
    return [(target, words, summary) for score, target, words, summary in found.values() if score >= 0.55][
        :MOST_LINKS
    ]


def _in_heading(node: Any) -> bool:
    if any(isinstance(c.tag, str) and c.tag in ("h1", "h2", "h3", "h4") for c in node):
        return True
    parent = node.getparent()
    for _ in range(2):
        if parent is None:
            return False
        if parent.tag in ("h1", "h2", "h3", "h4", "h5"):
            return True
        parent = parent.getparent()
    return False


def _in_furniture(node: Any) -> bool:
    parent = node.getparent()
    for _ in range(8):
        if parent is None or parent.tag in ("body", "main"):
            return False
        if parent.tag in ("nav", "footer"):
            return True
        names = f"{parent.get('class') or ''} {parent.get('id') or ''}".strip()
        if (
            names
            and noise_of(names) in ("footer", "comment")
            or re.search(r"\b(?:main-?nav|menu|breadcrumb)\b", names, re.IGNORECASE)
        ):
            return True
        parent = parent.getparent()
    return False


def further_parts(tree: Any, *, url: str, declared: Collection[str]) -> list[str]:
    """Addresses of further parts of the same article or list, ascending: ``rel=next``, ``?trang=2``, ``-p2.html``.

    A ``rel=next`` that names another article (WordPress does that) is no part.
    """
    own = urls.tidy(url) or url
    mine = urls.page_number(own)
    out: dict[str, int] = {}
    for href in declared:
        _consider(href, own, mine, out)
    for node in _WITH_MARK(tree, mark=_mark(urlsplit(own).path)):
        href = node.get("href")
        if not href or href.startswith(("#", "javascript:")):
            continue
        rel = (node.get("rel") or "").lower().split()
        if "next" not in rel:
            words = node.text_content().strip()
            if len(words) > 24 or not (words.isdigit() or _NEXT_WORDS.match(words)):
                continue
        _consider(href, own, mine, out)
    return [u for u, _ in sorted(out.items(), key=lambda pair: pair[1])][:20]


def _mark(path: str) -> str:
    """The longest run of plain letters and digits that every further part of a page has in its path; "" if none is long
    enough to tell it from others."""
    found = _PART_TAIL.match(path)
    runs = re.findall(r"[A-Za-z0-9]{4,}", found["stem"].rstrip("/").rsplit("/", 1)[-1]) if found else []
    return max(runs, key=len, default="")


def _consider(href: str, own: str, mine: int, out: dict[str, int]) -> None:
    target = urls.tidy(href, own)
    if target is None or target in out or len(target) > 1000:
        return
    number = _part_of(target, own)
    if number is not None and number > mine:
        out[target] = number


def _part_of(target: str, own: str) -> int | None:
    """The part's number if ``target`` is a part of the page ``own``, else None."""
    one, two = urlsplit(target), urlsplit(own)
    if one.netloc != two.netloc:
        return None
    if one.path == two.path or one.path.rstrip("/") == two.path.rstrip("/"):
        same = urls.identity(urls.without_paging(target)) == urls.identity(urls.without_paging(own))
        number = urls.page_number(target)
        return number if same and number > 1 else None
    a, b = _PART_TAIL.match(one.path), _PART_TAIL.match(two.path)
    if a is None or b is None or a["n"] is None:
        return None
    own_stems = {re.sub(r"(?:\.\w{2,5})?/?$", "", two.path)}
    if b["n"] is not None:
        own_stems.add(b["stem"])
    return int(a["n"]) if a["stem"] in own_stems else None
