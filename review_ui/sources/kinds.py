"""What an address of a source can be, for the form that adds one; keys are the catalogue's."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

KINDS: dict[str, LazyString | str] = {
    "feeds": "RSS / Atom / JSON Feed",
    "sitemaps": "Sitemap",
    "sections": lazy_gettext("Trang chủ hoặc trang chuyên mục"),
    "searches": lazy_gettext("Tìm kiếm (Google News, Bing News, GDELT)"),
}
