"""Class names: what an element calls itself in class and id, boilerplate (comments, related links, advertisements), captions,
bylines, or the running text. English words and the unaccented Vietnamese ones that newspaper systems use.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

# Whole words of class and id (split at punctuation and camelCase).
_NOISE_WORDS = {
    "ad", "ads", "adv", "advert", "adsense", "banner", "sponsor", "sponsored", "promo", "promotion", "dfp", "gpt",
    "share", "sharing", "sharebar", "social", "socials", "sharedaddy", "addthis", "like", "likes", "follow", "zalo", "fb",
    "tag", "tags", "tagcloud", "keywords", "tukhoa", "breadcrumb", "breadcrumbs", "crumb", "crumbs",
    "sidebar", "widget", "widgets", "popup", "modal", "cookie", "cookies", "toolbar", "tooltip", "overlay", "offcanvas",
    "newsletter", "subscribe", "subscription", "signup", "login", "rating", "ratings", "vote", "votes", "poll", "print",
    "menu", "submenu", "nav", "navbar", "navigation", "pagination", "paging", "pager", "phantrang", "ticker", "marquee", "hotline",
    "copyright", "disclaimer", "weather", "tygia", "lichphatsong", "emoji", "reaction", "reactions", "tts", "audio", "player",
}  # fmt: skip
_COMMENT_WORDS = {
    "comment",
    "comments",
    "binhluan",
    "ykien",
    "disqus",
    "respond",
    "fbcomments",
    "commentlist",
    "phanhoi",
    "thaoluan",
    "feedback",
    "cmt",
    "cmts",
}
_RELATED_WORDS = {
    "related", "relate", "relates", "lienquan", "tinlienquan", "recommend", "recommended", "recommendation", "recommendations", "suggest",
    "suggestion", "readmore", "seealso", "yarpp", "crp", "outbrain", "taboola", "mgid", "dable", "popular", "trending", "mostread",
    "mostviewed", "xemnhieu", "docnhieu", "tinmoi", "tinkhac", "tincu", "docthem", "xemthem", "moinhat", "cungchuyenmuc", "listnews",
    "boxnews", "othernews", "newsother", "latest", "morenews", "topnews", "hotnews", "goiy", "quantam",
}  # fmt: skip
_FOOTER_WORDS = {"footer", "foot", "bottombar", "masthead", "toasoan"}
_NOISE_PARTS = re.compile(
    r"quang-?cao|chia-?se|binh-?luan|lien-?quan|tin-?(?:moi|khac|cu\b|cung|lien)|xem-?(?:them|nhieu)|doc-?(?:them|nhieu)|cung-?chuyen|"
    r"tu-?khoa|related|relate-?(?:news|post|article)|comment-?(?:box|list|form|area|section|wrap)|box-?comment|social-?(?:share|box|bar|link|icon|pin)|"
    r"share-?(?:box|bar|link|button|icon|wrap|tool)|news-?letter|bread-?crumb|side-?bar|ads?-?(?:zone|slot|box|unit|banner|wrap)|"
    r"list-news|most-?(?:read|view)|read-?(?:more|next|also)|recommend|you-?may|tag-?(?:box|list|wrap|cloud)|author-?(?:box|bio)|"
    r"post-?(?:nav|tags|share)|entry-?(?:footer|utility)|luot-?xem|view-?count|danh-?gia|lich-?su|quan-?tam|tin-?nong|tin-?hot|don-?doc|"
    r"sticky|preview-?mode-?related"
)
_RELATED_PARTS = re.compile(r"lien-?quan|related|relate")
_CAPTION_WORDS = {
    "caption",
    "captions",
    "chuthich",
    "figcaption",
    "picnote",
    "imgcaption",
    "photocaption",
    "photocms",
    "cap",
    "ghichuanh",
    "chuthichanh",
    "imagecaption",
    "credit",
}
_BYLINE_WORDS = {
    "author",
    "authors",
    "byline",
    "tacgia",
    "nguon",
    "nguontin",
    "source",
    "butdanh",
    "signature",
    "kyten",
    "authormail",
}
_BODY_HINT = re.compile(
    r"(?:^|[\s_\-])(?:article|detail|details|entry|post|story|news|main|page|text|content|cms|zce|singular|maincontent|the|bai|tin|blog)?[\s_\-]{0,2}"
    r"(?:(?:article|content|body|story)[\s_\-]{0,2}(?:body|content|text|detail|details|main|inner)|body[\s_\-]?(?:text|content)?|"
    r"content|noi-?dung(?:-?(?:tin|bai\w*|chi-?tiet))?|fck-?detail|rte\w*|ms-rtestate-field|chi-?tiet(?:-?(?:tin|bai))?|bai-?viet|knc-content|edittor|"
    r"journal-content-article|asset-content|cms-body|afcbc-body|articlebody|postbody|entry|prose|news-?detail|detail-?news|paragraphs?)"
    r"(?=$|[\s_\-])",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[^a-zA-Z]+|(?<=[a-z])(?=[A-Z])")


def words_of(element: Any) -> set[str]:
    """The lower-case words in class, id and role-like attributes of an element."""
    return {w.lower() for w in _SPLIT.split(names_of(element)) if w}


def names_of(element: Any) -> str:
    """Class, id and role-like attributes of an element as one text."""
    get = element.get
    return f"{get('class') or ''} {get('id') or ''} {get('data-role') or ''} {get('type') or ''} {get('itemprop') or ''}".strip()[
        :400
    ]


def hints_body(element: Any) -> float:
    """How much an element calls itself the running text: 2 for itemprop articleBody, 1 for telling names, else 0."""
    if "articlebody" in (element.get("itemprop") or "").lower():
        return 2.0
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-role') or ''}"[:400]
    return 1.0 if names.strip() and _BODY_HINT.search(names) else 0.0


@lru_cache(20_000)  # templates repeat their names
def noise_of(names: str) -> str:
    """What the words of class and id call an element: ``comment``, ``related``, ``footer``, ``noise``, ``caption``,
    ``byline`` or "" for nothing telling."""
    words = {w.lower() for w in _SPLIT.split(names) if w}
    low = names.lower()
    for kind, called in _KINDS:
        if called(words, low, names):
            return kind
    return ""


_KINDS: tuple[tuple[str, Callable[[set[str], str, str], bool]], ...] = (
    ("comment", lambda words, low, names: bool(words & _COMMENT_WORDS) or "comment" in low and not _BODY_HINT.search(names)),
    ("caption", lambda words, low, names: bool(words & _CAPTION_WORDS)),
    ("related", lambda words, low, names: bool(words & _RELATED_WORDS) or _RELATED_PARTS.search(low) is not None),
    ("footer", lambda words, low, names: bool(words & _FOOTER_WORDS)),
    ("noise", lambda words, low, names: bool(words & _NOISE_WORDS) or _NOISE_PARTS.search(low) is not None),
    ("byline", lambda words, low, names: bool(words & _BYLINE_WORDS)),
)  # fmt: skip
