"""The lists an outlet offers: feeds, news sitemap, front and section pages, robots.txt. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from crawler.demo.outlets import FICTION, Listing, Outlet
from crawler.demo.stories import DemoArticle
from db.core.time import HANOI

SECTIONS = {
    "thoi-su": "Thời sự",
    "xa-hoi": "Xã hội",
    "kinh-te": "Kinh tế",
    "van-hoa": "Văn hóa",
    "du-lich": "Du lịch",
    "phap-luat": "Pháp luật",
    "ban-doc": "Bạn đọc",
    "giao-duc": "Giáo dục",
    "y-te": "Y tế",
    "the-thao": "Thể thao",
    "news": "News",
    "travel": "Travel",
    "yunnan": "边境",
    "shehui": "社会",
    "monde": "Monde",
    "voyage": "Voyage",
}

LISTS: dict[Listing, str] = {
    "rss": "/rss/home.rss",
    "rss_full": "/feed/",
    "rss_undated": "/rss.xml",
    "atom": "/atom.xml",
    "news_sitemap": "/news-sitemap.xml",
    "section": "/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEntry:
    """An article as it stands now, with its address and times."""

    article: DemoArticle
    url: str
    published_at: datetime
    changed_at: datetime | None


def path_of(outlet: Outlet, article: DemoArticle) -> str:
    """The address of an article, in the manner of its outlet's system; stable over edits."""
    match outlet.style:
        case "json_ld":
            return f"/{article.slug}-{article.number}.html"
        case "meta":
            return f"/{article.section}/{article.slug}-post{article.number}.html"
        case "portal":
            return f"/tin-tuc/chi-tiet.aspx?id={article.number}"
        case "blog":
            return f"/{article.section}/{article.slug}/"
        case "microdata":
            return f"/{article.section}/{article.number}-{article.slug}"


def feed(outlet: Outlet, root: str, entries: Sequence[DemoEntry], listing: Listing) -> str:
    """RSS 2.0, dated or not, with or without the full text."""
    items = []
    for entry in entries:
        article = entry.article
        parts = [
            f"<title>{escape(article.title)}</title>",
            f"<link>{escape(entry.url)}</link>",
            f'<guid isPermaLink="true">{escape(entry.url)}</guid>',
            f"<category>{escape(SECTIONS.get(article.section, article.section))}</category>",
            f"<description>{escape(f'<p>{escape(article.lead)}</p>')}</description>",
        ]
        if listing != "rss_undated":
            parts.append(f"<pubDate>{format_datetime(entry.published_at.astimezone(HANOI))}</pubDate>")
        if listing == "rss_full":
            body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in (article.lead, *article.paragraphs))
            parts.append(f"<content:encoded><![CDATA[{body}]]></content:encoded>")
        items.append(f"<item>{''.join(parts)}</item>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{root}/</link>"
        f"<description>{escape(FICTION[outlet.language])}</description><language>{outlet.language}</language>\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )


def atom(outlet: Outlet, root: str, entries: Sequence[DemoEntry]) -> str:
    """Atom 1.0; ``updated`` follows edits."""
    newest = max(
        (entry.changed_at or entry.published_at for entry in entries),
        default=datetime(2025, 1, 1, tzinfo=UTC),
    )
    items = [
        f'<entry><id>{escape(entry.url)}</id><title>{escape(entry.article.title)}</title><link href="{escape(entry.url)}"/>'
        f"<published>{entry.published_at.astimezone(HANOI).isoformat()}</published>"
        f"<updated>{(entry.changed_at or entry.published_at).astimezone(HANOI).isoformat()}</updated>"
        f"<author><name>{escape(entry.article.author or outlet.title)}</name></author>"
        f"<summary>{escape(entry.article.lead)}</summary></entry>"
        for entry in entries
    ]
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<id>{root}/</id><title>{escape(outlet.title)}</title><subtitle>{escape(FICTION[outlet.language])}</subtitle>"
        f'<updated>{newest.isoformat()}</updated><link href="{root}/"/><link rel="self" href="{root}{LISTS["atom"]}"/>\n'
        + "\n".join(items)
        + "\n</feed>\n"
    )


def news_sitemap(outlet: Outlet, entries: Sequence[DemoEntry]) -> str:
    """A news sitemap as search engines ask for it."""
    items = [
        f"<url><loc>{escape(entry.url)}</loc><lastmod>{(entry.changed_at or entry.published_at).isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(outlet.title)}</news:name>"
        f"<news:language>{outlet.language}</news:language></news:publication>"
        f"<news:publication_date>{entry.published_at.astimezone(HANOI).isoformat()}</news:publication_date>"
        f"<news:title>{escape(entry.article.title)}</news:title></news:news></url>"
        for entry in entries
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n' + "\n".join(items) + "\n</urlset>\n"
    )


def robots(outlet: Outlet, root: str) -> str:
    """robots.txt: two closed corners, and the sitemap where there is one."""
    lines = ["User-agent: *", "Disallow: /noi-bo/", "Disallow: /tim-kiem", "Allow: /"]
    if "news_sitemap" in outlet.listings:
        lines.append(f"Sitemap: {root}{LISTS['news_sitemap']}")
    return "\n".join(lines) + "\n"
