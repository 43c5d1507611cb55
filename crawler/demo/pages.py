"""Pages of the fictional outlets, in the manner of five newspaper systems. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape

from crawler.demo.lists import LISTS, SECTIONS, DemoEntry
from crawler.demo.outlets import FICTION, Outlet
from db.core.time import HANOI

READ_ON = {"vi": "Tin liên quan", "en": "Related", "zh": "相关新闻", "fr": "À lire aussi"}
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


def article(outlet: Outlet, root: str, entry: DemoEntry, others: Sequence[DemoEntry]) -> str:
    """One article page with menu, related links and the notice that it is fiction."""
    body = {
        "json_ld": _json_ld,
        "meta": _meta,
        "portal": _portal,
        "blog": _blog,
        "microdata": _microdata,
    }[outlet.style](outlet, entry)
    related = "".join(
        f'<li><a href="{escape(other.url)}">{escape(other.article.title)}</a></li>' for other in others[:4]
    )
    aside = f'<aside class="related"><h4>{READ_ON[outlet.language]}</h4><ul>{related}</ul></aside>'
    return _frame(outlet, root, entry.article.title, _head(outlet, entry), f"{body}{aside}")


def front(outlet: Outlet, root: str, entries: Sequence[DemoEntry], *, section: str | None = None) -> str:
    """The front page or a section page: a list of links with leads."""
    rows = "".join(
        f'<div class="item"><h3><a href="{escape(entry.url)}">{escape(entry.article.title)}</a></h3>'
        f"<p>{escape(entry.article.lead)}</p></div>"
        for entry in entries
    )
    title = SECTIONS.get(section, section) if section else outlet.title
    return _frame(outlet, root, title or outlet.title, "", f'<main class="list">{rows}</main>')


def missing(outlet: Outlet, root: str) -> str:
    """What stands at an address without an article."""
    text = {
        "vi": "Không tìm thấy trang.",
        "en": "Page not found.",
        "zh": "页面不存在。",
        "fr": "Page introuvable.",
    }
    return _frame(outlet, root, "404", "", f"<p>{text[outlet.language]}</p>")


def _frame(outlet: Outlet, root: str, title: str, head: str, body: str) -> str:
    wanted = (
        ("news", "travel")
        if outlet.language == "en"
        else ("yunnan", "shehui")
        if outlet.language == "zh"
        else (
            ("monde", "voyage")
            if outlet.language == "fr"
            else ("thoi-su", "xa-hoi", "kinh-te", "van-hoa", "phap-luat", "ban-doc")
        )
    )
    menu = "".join(f'<li><a href="/{name}/">{SECTIONS[name]}</a></li>' for name in wanted)
    feeds = "".join(
        f'<link rel="alternate" type="application/{"atom" if kind == "atom" else "rss"}+xml" href="{LISTS[kind]}">'
        for kind in outlet.listings
        if kind not in ("news_sitemap", "section")
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)} - {escape(outlet.title)}</title>'
        f"{feeds}{head}<style>body{{font-family:serif;max-width:46em;margin:0 auto;padding:0 1em}}"
        f"header{{border-bottom:3px solid {outlet.colour}}}.sapo{{font-weight:bold}}</style></head>\n"
        f'<body><header><a href="{root}/"><b>{escape(outlet.title)}</b></a><nav><ul>{menu}</ul></nav></header>\n{body}\n'
        f"<footer><p>{escape(outlet.title)} · {escape(FICTION[outlet.language])}</p>"
        f"<p>© {escape(outlet.title)}</p></footer></body></html>\n"
    )


def _head(outlet: Outlet, entry: DemoEntry) -> str:
    story = entry.article
    published = entry.published_at.astimezone(HANOI).isoformat()
    head = f'<link rel="canonical" href="{escape(entry.url)}"><meta name="description" content="{escape(story.lead)}">'
    if outlet.style == "portal":
        return f'<link rel="canonical" href="{escape(entry.url)}">'
    head += f'<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="{escape(outlet.title)}">'
    if outlet.style in ("meta", "blog"):
        head += f'<meta property="article:published_time" content="{published}">'
        if entry.changed_at:
            head += f'<meta property="article:modified_time" content="{entry.changed_at.astimezone(HANOI).isoformat()}">'
    if outlet.style == "json_ld":
        data: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "description": story.lead,
            "datePublished": published,
            "dateModified": (entry.changed_at or entry.published_at).astimezone(HANOI).isoformat(),
            "mainEntityOfPage": entry.url,
            "publisher": {"@type": "Organization", "name": outlet.title},
        }
        if story.author:
            data["author"] = {"@type": "Person", "name": story.author}
        head += f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
    return head


def _paragraphs(entry: DemoEntry) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in entry.article.paragraphs)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(HANOI)


def _json_ld(outlet: Outlet, entry: DemoEntry) -> str:
    when = _local(entry.published_at)
    author = (
        f'<p class="author"><strong>{escape(entry.article.author)}</strong></p>'
        if entry.article.author
        else ""
    )
    day = (
        f"{WEEKDAYS[when.weekday()]}, {when:%d/%m/%Y, %H:%M} (GMT+7)"
        if outlet.language == "vi"
        else f"{when:%d/%m/%Y %H:%M}"
    )
    return (
        f'<article class="detail"><span class="date">{day}</span><h1 class="title-detail">{escape(entry.article.title)}</h1>'
        f'<p class="description sapo">{escape(entry.article.lead)}</p><div class="fck_detail">{_paragraphs(entry)}{author}</div></article>'
    )


def _meta(outlet: Outlet, entry: DemoEntry) -> str:
    when = _local(entry.published_at)
    author = (
        f'<div class="article__author">{escape(entry.article.author)}</div>' if entry.article.author else ""
    )
    return (
        f'<main class="article"><h1 class="article__title">{escape(entry.article.title)}</h1>'
        f'<time class="time" datetime="{when.isoformat()}">{when:%d/%m/%Y %H:%M}</time>'
        f'<div class="article__sapo sapo">{escape(entry.article.lead)}</div>'
        f'<div class="article__body">{_paragraphs(entry)}</div>{author}</main>'
    )


def _portal(outlet: Outlet, entry: DemoEntry) -> str:
    when = _local(entry.published_at)
    author = (
        f'<p style="text-align:right"><b>{escape(entry.article.author)}</b></p>'
        if entry.article.author
        else ""
    )
    return (
        f'<div id="content"><h2 class="title">{escape(entry.article.title)}</h2>'
        f'<span class="ngay-dang">Ngày đăng: {when:%d/%m/%Y} - {when:%H:%M}</span>'
        f'<div class="noidung"><p><strong>{escape(entry.article.lead)}</strong></p>{_paragraphs(entry)}{author}</div></div>'
    )


def _blog(outlet: Outlet, entry: DemoEntry) -> str:
    when = _local(entry.published_at)
    author = escape(entry.article.author or outlet.title)
    return (
        f'<article class="post"><header class="entry-header"><h1 class="entry-title">{escape(entry.article.title)}</h1>'
        f'<span class="posted-on"><time class="entry-date published" datetime="{when.isoformat()}">{when:%d/%m/%Y}</time></span>'
        f' <span class="byline">{author}</span></header>'
        f'<div class="entry-content"><p class="sapo">{escape(entry.article.lead)}</p>{_paragraphs(entry)}</div></article>'
    )


def _microdata(outlet: Outlet, entry: DemoEntry) -> str:
    when = _local(entry.published_at)
    author = f'<p itemprop="author">{escape(entry.article.author)}</p>' if entry.article.author else ""
    return (
        f'<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{escape(entry.article.title)}</h1>'
        f'<meta itemprop="datePublished" content="{when.isoformat()}"><span class="meta">{when:%d/%m/%Y %H:%M}</span>'
        f'<h2 class="sapo" itemprop="description">{escape(entry.article.lead)}</h2>'
        f'<div itemprop="articleBody">{_paragraphs(entry)}</div>{author}</div>'
    )
