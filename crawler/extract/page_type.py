"""What a page is: an article, or one of the things that must never be stored as one, with the reason in words."""

import re
from dataclasses import dataclass

SHORT_NEWS = 80  # letters: the shortest text that counts as an article when the page says it is one
PLAIN_NEWS = 250  # letters needed when nothing but the text speaks for an article
TEASER = 1500  # letters: a paywall notice under a longer text does not make it a teaser

_CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|attention required|checking your browser|please wait|verifying|ddos-guard|access denied|security check|are you (?:a )?(?:human|robot)|"
    r"one moment|human verification|robot check|captcha|xác minh (?:bạn|bảo mật|truy cập|trình duyệt|người dùng|kết nối)|kiểm tra trình duyệt|vui lòng chờ|đang kiểm tra (?:trình duyệt|bảo mật|kết nối|truy cập)|đang (?:xác minh|kiểm tra)\W*$|bot verification|you have been blocked|sorry, you have been blocked)",
    re.IGNORECASE,
)
_CHALLENGE_TEXT = re.compile(
    r"checking your browser|enable javascript and cookies|please enable javascript|javascript is (?:required|disabled)|ddos protection by|verify (?:that )?you are (?:a )?human|"
    r"cf-browser-verification|challenge-platform|redirect to your requested content|complete the security check|unusual traffic|are you a robot|i'?m not a robot|"
    r"bật javascript|kích hoạt javascript|trình duyệt của bạn không hỗ trợ javascript|không phải (?:là )?(?:người máy|robot)|đang kiểm tra trình duyệt|xác minh bạn là (?:con )?người|"
    r"enable cookies|ray id|_incapsula_|sucuri|请稍候|请开启javascript|安全验证|人机验证",
    re.IGNORECASE,
)
_CHALLENGE_SCRIPT = re.compile(
    r"document\.cookie\s*=.{0,3000}?(?:location\.(?:reload|href|replace)|window\.location)|__cf_chl|cf_chl_opt|challenge-platform|_Incapsula_Resource|slowAES|toNumbers\(|ddos-guard|hcaptcha\.com/1/api|"
    r"grecaptcha\.execute|awsWafCookieDomain|px-captcha|geo\.captcha-delivery",
    re.IGNORECASE | re.DOTALL,
)
_GONE = re.compile(
    r"không tồn tại|không tìm thấy|không thể tìm thấy|không còn tồn tại|đã bị (?:xóa|xoá|gỡ|ẩn|khóa)|đã (?:được )?gỡ bỏ|bài viết (?:này )?(?:không còn|đã bị|chưa được xuất bản|đã hết hạn)|"
    r"đường dẫn (?:không|đã)|liên kết (?:không|đã)|trang (?:bạn|quý vị)[^.]{0,40}không|lỗi 404|error 404|404 (?:error|not found|-|–|\|)|^404\b|not found|page (?:can(?:not|'t) be found|does not exist|doesn'?t exist|no longer)|"
    r"no longer (?:available|exists)|has been (?:removed|deleted)|nothing (?:was )?found|page introuvable|n'existe (?:pas|plus)|页面不存在|找不到|已(?:被)?删除|页面未找到|内容不存在|无法找到",
    re.IGNORECASE,
)
_OF_A_PAGE = re.compile(
    r"\btrang\b|bài viết|nội dung|đường dẫn|liên kết|404|page|article|页|内容", re.IGNORECASE
)
_PAYWALL = re.compile(
    r"(?:đăng nhập|đăng ký|mua gói|nâng cấp|trả phí|đặt mua)[^.\n]{0,60}(?:để|và)\s*(?:đọc|xem|tiếp tục|mở khóa)|(?:bài viết|nội dung)[^.\n]{0,30}(?:dành (?:riêng )?cho|chỉ dành)[^.\n]{0,30}(?:thuê bao|hội viên|độc giả (?:trả phí|vip|đã)|thành viên|premium)|"
    r"subscribe (?:now )?to (?:continue|read|unlock)|sign in to (?:continue|read)|log in to (?:continue|read)|(?:article|content|story) is (?:for|reserved for|available to|exclusive to) (?:our )?(?:subscribers|members)|"
    r"already a (?:subscriber|member)\?|continue reading (?:with|by)|to read the full (?:article|story)|réservé aux abonnés|abonnez-vous pour|il vous reste .{0,20}à lire|登录后(?:阅读|查看)|订阅后|会員限定|続きをお読み",
    re.IGNORECASE,
)

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_ENDLESS = re.compile(r"[!-~]{300,}")
_SIGNS = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSigns:
    """What was seen on a page; see `judge`."""

    url_is_front: bool
    title: str
    headings: tuple[str, ...]
    text: str
    visible: str
    scripts: str
    says_article: bool
    dated: bool
    free: bool | None
    cards: int
    run: int
    links: int
    article_shape: float


def judge(signs: PageSigns) -> tuple[str, str]:
    """(kind, reason) of a page; the kinds are those of `crawler.extract.article.PageKind`.

    The first rule that speaks decides: what must never be stored is asked before what an article looks like.
    """
    length = meaning(signs.text)
    listing = _is_listing(signs)
    proven = (signs.says_article or signs.dated) and length >= SHORT_NEWS and not listing
    if challenge := _challenge(signs):
        return "challenge", challenge
    if (not proven or length < 400) and (said := _gone(signs, length=length, proven=proven)):
        return "soft_404", f"The page says that there is no such article: “{said[:120]}”."
    if not listing and (teaser := _teaser(signs, length)):
        return "teaser", teaser
    if listing and not proven:
        return _list(signs)
    if signs.url_is_front and not (signs.says_article and signs.dated):
        return "front_page", "The front page of the site, no article of its own."
    if article := _article(signs, length):
        return "article", article
    if signs.links >= 8 and length < PLAIN_NEWS and not signs.says_article:
        return "section", f"A list of {signs.links} links, no running text."
    if length < SHORT_NEWS:
        return "no_article", "No running text was found on the page."
    return (
        "no_article",
        f"Too little speaks for an article: {length} letters of text, no date, no article mark.",
    )


def meaning(text: str) -> int:
    """Length of a text in letters, a Chinese, Japanese or Korean sign counted as two and a half (it says about as
    much); 0 for what is mostly no letters at all. Endless words (encoded data) do not count."""
    text = _ENDLESS.sub("", text)
    if 2 * len(_PUNCTUATION.findall(text)) > len(text):
        return 0
    return len(text) + int(1.5 * len(_SIGNS.findall(text)))


def _challenge(signs: PageSigns) -> str:
    short = len(signs.visible) < 1800
    if not short or signs.says_article and len(signs.text) > 600:
        return ""
    head = next((h for h in _heads(signs) if h and _CHALLENGE_TITLE.search(h.strip())), "")
    said = _CHALLENGE_TEXT.search(signs.visible)
    script = _CHALLENGE_SCRIPT.search(signs.scripts)
    an_article = signs.says_article or signs.dated
    if head and (said or script or (len(signs.visible) < 600 and not an_article)):
        return f"A browser check instead of the article: “{head[:80]}”."
    if said and (script or len(signs.visible) < 700):
        return f"A browser check instead of the article: “{said[0][:80]}”."
    if script and len(signs.text) < 200 and len(signs.visible) < 400:
        return "A script that sets a cookie and reloads stands instead of the article."
    return ""


def _heads(signs: PageSigns) -> tuple[str, ...]:
    return (signs.title, *signs.headings)


def _gone(signs: PageSigns, *, length: int, proven: bool) -> str:
    """The words in which a page says that it is not there, or ""."""
    said = next((h for h in _heads(signs) if h and len(h) < 160 and _GONE.search(h)), "")
    if proven and not _OF_A_PAGE.search(said) and not _GONE.search(signs.text):
        said = ""  # a short piece about somebody not found is news; a page not found is called a page
    if said or length >= 400 or signs.says_article or len(signs.visible) >= 1500:
        return said
    found = _GONE.search(signs.visible)
    return signs.visible[max(0, found.start() - 30) : found.end() + 40].strip() if found else ""


def _teaser(signs: PageSigns, length: int) -> str:
    """Why a text is only the beginning of one for subscribers, or ""."""
    if length >= TEASER or signs.free is True or (length >= 900 and signs.free is None):
        return ""
    found = _PAYWALL.search(signs.text) or (_PAYWALL.search(signs.visible) if length < 900 else None)
    if found:
        return f"Only a teaser; the rest is for subscribers: “{found[0][:100]}”."
    if signs.free is False and length < 900:
        return "Only a teaser; the page marks the article as not free."
    return ""


def _list(signs: PageSigns) -> tuple[str, str]:
    entries = signs.cards or signs.links
    if signs.url_is_front:
        return "front_page", f"The front page: {entries} links to articles, no article of its own."
    return "section", f"A list of {entries} articles, no article of its own."


def _article(signs: PageSigns, length: int) -> str:
    """What speaks for an article, or ""; the shorter the text, the more must speak for it."""
    marked = signs.says_article or signs.dated
    if length >= PLAIN_NEWS and (marked or signs.article_shape >= 0.4 or length >= 600):
        return "An article: headline and running text."
    if length < SHORT_NEWS or not signs.title:
        return ""
    if marked:
        return "A short article: headline, text and what the page says of itself."
    if signs.article_shape >= 0.6 and signs.cards == 0:
        return "A short article: headline, text and an article's address."
    return ""


def _is_listing(signs: PageSigns) -> bool:
    """Whether the chosen container is a list: headlines of other articles, and nothing that runs on between them."""
    if not signs.cards or signs.run >= PLAIN_NEWS:
        return False
    return signs.cards >= 3 or not (signs.says_article or signs.dated)
