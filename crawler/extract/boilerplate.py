"""Which paragraphs of a container are the article's: away with captions, related links, bylines and source lines at the
end, share and licence lines, comments. The rules look at words, look and place, never at one paper's names.
"""

import re
from collections.abc import Collection, Sequence

from crawler.extract.text_blocks import Block

ENOUGH = 250  # letters of a text that is surely more than a caption or a menu

_RELATED_LINE = re.compile(
    r"^(?:>+|»|\*?\s*(?:xem thêm|đọc thêm|đọc ngay|đọc tiếp|xem tiếp|tin liên quan|bài liên quan|các tin khác|tin khác|tin cùng chuyên mục|cùng chuyên mục|"
    r"có thể bạn quan tâm|có thể bạn chưa biết|mời (?:quý )?(?:độc giả|bạn đọc|quý vị)[^.]{0,40}(?:xem|đọc|theo dõi)|mời xem|bài đọc nhiều|tin mới|tin nổi bật|gợi ý|"
    r"related(?: articles| news| posts| stories)?|read more|read also|see also|also read|more on this|recommended|lire aussi|à lire aussi|相关阅读|相关新闻|延伸阅读)\s*(?::|$|»|>))",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"^(?:chia sẻ(?: (?:bài viết|facebook|zalo|twitter|lên|qua|ngay)\b.*)?|chia sẻ\s*:.*|bình luận(?:\s*\(?\d*\)?)?|ý kiến(?: (?:bạn đọc|của bạn))?\s*(?:\(\d+\))?|"
    r"gửi bình luận.*|quảng cáo.{0,40}|advertisement.{0,20}|in bài(?: viết)?|in trang|gửi (?:email|bài).{0,20}|lưu bài.{0,20}|sao chép liên kết|copy link|"
    r"[*(]{0,2}\s*(?:kính )?mời (?:quý |các )?(?:vị )?(?:độc giả|bạn đọc|khán giả|khán thính giả|thính giả|quý vị|bạn)\b.{0,60}\b(?:theo dõi|đón xem|xem|đọc|nghe|tải|truy cập|đăng ký|tham gia)\b.{0,100}|"
    r"theo dõi .{0,60}(?:google|facebook|zalo|youtube|tiktok|telegram).{0,40}|(?:từ khóa|từ khoá|tags?|chủ đề|keywords?)\s*:.*|lượt (?:xem|truy cập|đọc)\s*:?.{0,20}|"
    r"đánh giá.{0,30}|trở lại|về đầu trang|trang chủ|đăng nhập.{0,40}|loading\.*|đang tải.{0,20}|nghe đọc bài|nghe bài viết.{0,20}|"
    r"cỡ chữ.{0,20}|a\s?[+-]|facebook|twitter|zalo|email|print|share(?: this.{0,30})?|like|follow us.{0,30}|subscribe.{0,40}|sign up.{0,60}|0|"
    r"\d{1,4} (?:bình luận|lượt xem|comments?|likes?|views?|shares?)|thích\s*\d*|báo xấu|trả lời|trang (?:trước|sau)\s*[»›>]*|[«‹<]*\s*trang trước|\d{1,2}(?:\s+\d{1,2}){0,9}|trang sau.{0,4})$",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"giấy phép (?:số|hoạt động|xuất bản|thiết lập|báo|thử|mở)|số giấy phép|\bGP-(?:BTTTT|BVHTT|TTĐT|CBC)|cơ quan chủ quản|^tổng biên tập\s*:|^phó tổng biên tập|"
    r"^tòa soạn\s*:|^toà soạn\s*:|^trụ sở\s*:|^hotline\s*:|^đường dây nóng|ISSN\s*:?\s*\d{4}|bản quyền (?:thuộc|©)|^©|^copyright|all rights reserved|"
    r"ghi rõ nguồn|không được sao chép|chịu trách nhiệm (?:chính|nội dung|xuất bản)|^liên hệ quảng cáo|^điện thoại\s*:|^fax\s*:",
    re.IGNORECASE,
)
# Of every phrase above one word: looked for first, at a tenth of the pattern's cost.
_LICENCE_WORDS = (
    "giấy phép", "gp-", "chủ quản", "biên tập", "soạn", "trụ sở", "hotline", "đường dây nóng", "issn", "bản quyền", "©", "copyright",
    "all rights", "ghi rõ nguồn", "sao chép", "chịu trách nhiệm", "liên hệ", "điện thoại", "fax",
)  # fmt: skip
_CREDIT = re.compile(
    r"^\(?(?:(?:bài|tin|nội dung|thực hiện|ghi chép)(?:,| và| -|\s+&)\s*(?:ảnh|clip|video|đồ họa)(?:\s*:.{0,60})?|(?:ảnh|hình|photo|photos|video|clip|đồ họa|infographic|đồ hoạ|image|nguồn ảnh|ảnh minh họa|ảnh minh hoạ|"
    r"hình minh họa|ảnh tư liệu|ảnh chụp màn hình)\s*(?:minh họa|tư liệu)?\s*[:：].{0,60}|(?:ảnh|hình) minh h[ọo]a\.?|(?:ảnh|hình|photo)\s+(?:cắt từ|chụp|do)\s.{0,60})\)?\.?$",
    re.IGNORECASE,
)
_CAPTION_END = re.compile(
    r"[.!?…)”\"]\s*\(?(?:ảnh|hình|photo|nguồn|đồ họa|clip)\s*(?:minh họa|tư liệu)?\s*[:：]?\s*[^.!?]{1,60}\)?\.?$|(?:ảnh|photo)\s*:\s*[^.!?:]{1,50}$",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    r"^[(\[【]?\s*(?:theo|nguồn(?: tin| bài)?|dẫn theo|source|sources|via|trích|tổng hợp(?: từ)?|lược dịch|biên dịch|dịch|tác giả|author|by|bởi|người viết|biên tập|thực hiện|phóng viên|pv|bài|tin|来源|责任编辑|作者|编辑)\s*[:：\-–]?\s+?\S.{0,70}[)\]]?\.?$"
    r"|^[(\[【（]?\s*(?:nguồn|theo|source|tác giả|来源|责任编辑|作者|编辑|责编|记者)\s*[:：].{0,80}$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…:;][”\"’')\]]*$")
_INITIALS = re.compile(
    r"^(?:PV|CTV|BBT|BTV|TTXVN|Nhóm (?:PV|phóng viên).{0,20}|[A-ZĐ]{1,3}(?:\.[A-ZĐ]{1,3}){1,3}\.?|[A-ZĐ]\.\s?[A-ZĐ][\w]{0,10})$"
)
# A heading after which no article text follows.
_CLOSING = re.compile(
    r"^(?:(?:gửi |viết |các )?(?:bình luận|ý kiến)(?: (?:của bạn|bạn đọc|độc giả|của bạn đọc))?|bạn đọc (?:bình luận|phản hồi)|phản hồi|thảo luận|comments?|leave a (?:reply|comment)|"
    r"(?:các )?tin (?:liên quan|khác|cùng chuyên mục|cùng mục|mới hơn|cũ hơn|bài khác|mới nhất|nổi bật|đọc nhiều)|(?:các )?bài (?:liên quan|viết liên quan|khác|cùng chuyên mục|viết khác|viết cùng chuyên mục)|"
    r"cùng chuyên mục|đọc nhiều(?: nhất)?|xem nhiều(?: nhất)?|có thể bạn quan tâm|related (?:articles|news|posts|stories)|more on this story|you may also like|评论|相关新闻|相关阅读|热门评论)\s*(?:\(?\d*\)?)\s*[:.…]?$",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(
    r"^(?:(?:thứ|chủ)\s\w{2,4},?\s*)?\(?\s*(?:(?:ngày|cập nhật|đăng|xuất bản|lúc|tải|published|posted|updated)\s*:?\s*){0,3}\d{1,2}[/\-.:h]\d{1,2}(?:[/\-.]\d{2,4})?[\d\s/:,\-|()–apmAPMGTgmt+.hngàylúc]{0,40}$",
    re.IGNORECASE,
)

_CLOCK_AND_DAY = re.compile(
    r"\d{1,2}[:h]\d{2}\D{1,12}\d{1,2}[/\-.]\d{1,2}[/\-.]\d{4}|\d{1,2}[/\-.]\d{1,2}[/\-.]\d{4}\D{1,12}\d{1,2}[:h]\d{2}"
)


def clean(
    blocks: Sequence[Block], *, title: str, authors: Collection[str], captions: list[str]
) -> list[Block]:
    """The article's own paragraphs; captions are moved into ``captions``."""
    kept: list[Block] = []
    flat_title = _flat(title)
    blocks = _before_closing(blocks)
    inserted = _inserted(blocks)
    for block in blocks:
        if block.order in inserted:
            continue
        text = block.text
        size = len(text)
        if block.link_share > 0.7 and (size < 220 or block.inside_list):
            continue
        if is_furniture(text):
            continue
        if (
            block.pictured
            and size <= 320
            and (block.all_italic or block.aligned == "center" or size < 160 or _CAPTION_END.search(text))
        ):
            captions.append(text)
            continue
        if size <= 400 and (
            _CREDIT.match(text)
            or (
                (block.all_italic or block.aligned == "center" or (block.after_picture and size <= 260))
                and _CAPTION_END.search(text)
            )
        ):
            captions.append(text)
            continue
        if flat_title and size <= len(title) + 30 and _flat(text) == flat_title:
            continue
        kept.append(block)
    kept = _without_repeats(kept)
    while kept and _is_leading(kept[0].text, authors) and len(kept) > 1:
        kept.pop(0)
    names = {_flat(a) for a in authors if a}
    while kept and _is_trailing(kept[-1], names, last_of=len(kept)):
        kept.pop()
    return _without_heading_of_lists(kept)


def closes(text: str) -> bool:
    """Whether a line is a heading that opens comments or other articles."""
    return len(text) < 60 and _CLOSING.match(text) is not None


def _before_closing(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks before a heading that opens comments or other articles, if what follows is the smaller part."""
    for n, block in enumerate(blocks):
        if n and closes(block.text):
            before = sum(len(b.text) for b in blocks[:n] if b.link_share < 0.4)
            after = sum(len(b.text) for b in blocks[n:] if b.link_share < 0.4)
            if block.text.lower().startswith(("bình luận", "ý kiến", "comment", "gửi ", "viết ", "评论")):
                if before >= ENOUGH:
                    return blocks[:n]
                continue
            box = block.element.getparent() if block.element is not None else None
            alone = box is not None and not any(
                box in b.element.iterancestors() for b in blocks[n + 1 :] if b.link_share < 0.4
            )
            if before >= ENOUGH and after < 0.5 * before and not (alone and after):
                return blocks[:n]
    return blocks


def _inserted(blocks: Sequence[Block]) -> set[int]:
    """Orders of blocks in boxes that advertise another article inside the text: a linked headline with its summary."""
    out: set[int] = set()
    total = sum(len(b.text) for b in blocks if b.link_share < 0.4)
    for n, block in enumerate(blocks):
        if block.element is None or block.link_share <= 0.7 or len(block.text) < 20:
            continue
        box = block.element
        while box is not None and box.tag not in (
            "div",
            "section",
            "aside",
            "blockquote",
            "table",
            "article",
            "ul",
        ):
            box = box.getparent()
        if box is None:
            continue
        held: list[Block] = []
        for _ in range(4):  # the largest small box around the headline
            if box is None or box.tag in ("body", "main"):
                break
            inside = [
                o
                for o in blocks[max(0, n - 4) : n + 12]
                if o.element is box or box in o.element.iterancestors()
            ]
            own = sum(len(o.text) for o in inside if o.link_share < 0.4)
            if own > min(450, 0.25 * total) or len(inside) >= 0.6 * len(blocks):
                break
            held, box = inside, box.getparent()
        out |= {o.order for o in held}
    return out


def _without_repeats(blocks: list[Block]) -> list[Block]:
    """Without paragraphs that stand twice (a second layout for phones) and lines that stand three times (captions)."""
    counts: dict[str, int] = {}
    for block in blocks:
        counts[block.text] = counts.get(block.text, 0) + 1
    if all(n == 1 for n in counts.values()):
        return blocks
    twice = [t for t, n in counts.items() if n > 1 and len(t) >= 60]
    layouts = len(twice) >= 3 or sum(map(len, twice)) > 0.35 * sum(map(len, counts))
    seen: set[str] = set()
    out = []
    for block in blocks:
        often, size = counts[block.text], len(block.text)
        if often >= 3 and size < 120 or layouts and block.text in seen and size >= 60:
            continue
        seen.add(block.text)
        out.append(block)
    return out


def clean_lines(lines: Sequence[str], *, title: str, authors: Collection[str]) -> list[str]:
    """The same rules for text without looks (feeds, trafilatura)."""
    made = [Block(text=t, element=None, order=n) for n, t in enumerate(lines) if t]
    return [b.text for b in clean(made, title=title, authors=authors, captions=[])]


def is_furniture(text: str) -> bool:
    size = len(text)
    if size <= 160 and (_FURNITURE.match(text) or _RELATED_LINE.match(text)):
        return True
    if size > 400:
        return False
    low = text.lower()
    if not any(word in low for word in _LICENCE_WORDS):
        return False  # nearly all paragraphs: the pattern is never tried on them
    found = len(_LICENCE.findall(text))
    return found >= (1 if size <= 200 else 2)


def _is_leading(text: str, authors: Collection[str]) -> bool:
    if len(text) > 90:
        return False
    if _CLOCK_AND_DAY.search(text) and len(text) < 70 and not _SENTENCE.search(text):
        return True
    return (
        bool(_DATE_LINE.match(text))
        or _flat(text) in {_flat(a) for a in authors if a}
        or (len(text) < 40 and bool(_INITIALS.match(text)))
    )


def _is_trailing(block: Block, names: Collection[str], *, last_of: int) -> bool:
    """Whether a last paragraph is a byline, a source line or furniture rather than text."""
    text = block.text
    size = len(text)
    if last_of <= 1 or size > 130:
        return False
    flat = _flat(text)
    if flat in names or (
        size <= 60 and any(n and len(n) > 3 and n in flat for n in names) and not _SENTENCE.search(text)
    ):
        return True
    if _SOURCE_LINE.match(text) or _INITIALS.match(text) or _CREDIT.match(text) or _DATE_LINE.match(text):
        return True
    words = text.split()
    if size <= 60 and len(words) <= 8 and not _SENTENCE.search(text):
        if block.aligned == "right" or block.all_bold or block.all_italic:
            return True
        return (
            2 <= len(words) <= 5
            and all(w[:1].isupper() for w in words)
            and not any(c.isdigit() for c in text)
        )
    return size <= 60 and block.aligned == "right"


def _without_heading_of_lists(blocks: list[Block]) -> list[Block]:
    """Without a heading that has lost what stood under it (``Tin liên quan`` before removed links)."""
    while (
        blocks
        and blocks[-1].element is not None
        and blocks[-1].element.tag in ("h2", "h3", "h4", "h5", "h6")
        and len(blocks) > 1
    ):
        blocks.pop()
    return blocks


def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
