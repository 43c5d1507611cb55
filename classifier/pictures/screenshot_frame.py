"""What in a screenshot is the message, and what is the program around it: status bar, app bar, buttons, counters, times, names.

The message is what somebody claims; the frame holds names and numbers of private persons, which are not kept in any index.
Rules look at a line's place, its words and its neighbours; each names what it takes for frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from classifier.pictures.ocr import TextLine
from db.core.text import plain

_BUTTONS = (
    "thich|like|binh luan|comment|comments|chia se|share|shares|gui|send|tra loi|reply|phan hoi|theo doi|follow|following|dang theo doi|"
    "nhan tin|message|xem them|see more|xem ban dich|see translation|luot thich|da xem|seen|da gui|sent|delivered|da nhan|luu|save|"
    "quay lai|back|tim kiem|search|moi nhat|newest|phu hop nhat|most relevant|tat ca binh luan|tac gia|author|quan tri vien|admin|"
    "tham gia|join|moi|invite|thao luan|thong bao|trang chu|home|video|reels|nhom|ban be|danh ba|kham pha|nhat ky|ca nhan|tin nhan|aa|"
    "nhap tin nhan|nhap binh luan|viet binh luan|write a comment|binh luan cong khai|gui tin nhan|bay to cam xuc|dich|goi|thu hoi|ghim|"
    "赞|评论|转发|分享|收藏|回复|关注|已读|发送|返回|点赞|在看|写留言|微信|朋友圈|j'aime|commenter|partager|repondre|suivre|envoyer"
)
_BUTTON_LINE = re.compile(
    rf"^(?:(?:{_BUTTONS})|\d[\d.,]*\s?[km]?|[^\w\s]+)(?:\s+(?:(?:{_BUTTONS})|\d[\d.,]*\s?[km]?|[^\w\s]+))*$"
)
_COUNTER = re.compile(
    r"^(?:va )?\d[\d.,]*\s?(?:k|m|tr|n|w|万)?\s?(?:luot )?(?:thich|binh luan|chia se|nguoi|thanh vien|luot xem|views?|likes?|comments?|shares?|"
    r"members?|nguoi khac|others|次播放|评论|赞)\b.{0,40}$"
)
_TIME = re.compile(
    r"^(?:\d{1,2}[:h.]\d{2}(?:\s?[ap]m)?(?:\s?(?:hom nay|hom qua|today|yesterday))?|(?:hom qua|hom nay|yesterday|today|vua xong|just now|昨天|刚刚)"
    r"(?:\s(?:luc\s)?\d{1,2}[:h.]\d{2})?|\d{1,3}\s?(?:phut|gio|ngay|tuan|thang|nam|min|mins|h|hrs?|d|w|分钟前|小时前|天前)(?:\s?(?:truoc|ago))?|"
    r"(?:t[2-7]|cn|thu \w+)?\s?,?\s?\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?(?:\s?,?\s?\d{1,2}[:h]\d{2})?)(?:\s?[·•.]\s?.{0,12})?$"
)
_STATUS = re.compile(
    r"\b(?:[345]g|lte|wifi|viettel|vinaphone|mobifone|vnpt)\b|\b\d{1,3}\s?%|^\d{1,2}[:.]\d{2}\b"
)
_ONLINE = re.compile(
    r"^(?:dang hoat dong|hoat dong|active|online|truy cap|vua truy cap|last seen)\b.{0,40}$|^.{0,30}\b\d[\d.,]*k? (?:thanh vien|members)\b.{0,30}$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLine:
    """A line with its role: ``message``, or ``frame`` with the name of the rule that took it."""

    line: TextLine
    role: str
    rule: str | None


Rule = Callable[[Sequence[TextLine], int, str], bool]


def _status_bar(lines: Sequence[TextLine], index: int, words: str) -> bool:
    return lines[index].bottom < 0.05 and (bool(_STATUS.search(words)) or len(words) < 14)


def _app_bar(lines: Sequence[TextLine], index: int, words: str) -> bool:
    """A short line right below the status bar, away from what follows: the name of the chat or group."""
    line = lines[index]
    # the count of members or "active now" below the name belongs to the bar too
    following = min(
        (o.top for o in lines if o.top > line.bottom and not _presence(lines, 0, _plain(o.text))), default=1.0
    )
    return (
        line.bottom < 0.115
        and len(words) <= 40
        and (following - line.bottom > 0.6 * line.height or _is(words, _ONLINE))
    )


def _buttons(_lines: Sequence[TextLine], _index: int, words: str) -> bool:
    return _is(words, _BUTTON_LINE) or _is(words, _COUNTER)


def _time(_lines: Sequence[TextLine], _index: int, words: str) -> bool:
    return _is(words, _TIME)


def _presence(_lines: Sequence[TextLine], _index: int, words: str) -> bool:
    return _is(words, _ONLINE)


def _input_box(lines: Sequence[TextLine], index: int, words: str) -> bool:
    return lines[index].top > 0.93 and len(words) <= 40


def _sender(lines: Sequence[TextLine], index: int, words: str) -> bool:
    """One to five words, each capitalised, no sentence mark, with a time or a larger text right below: who wrote it."""
    line = lines[index]
    parts = line.text.split()
    if not 1 <= len(parts) <= 5 or re.search(r"[.!?:;,0-9]", line.text) or line.text.isupper():
        return False
    if not all(part[0].isupper() for part in parts if part[0].isalpha()):
        return False
    below = [other for other in lines if 0 <= other.top - line.bottom < 2.2 * line.height]
    return any(_is(_plain(other.text), _TIME) or len(other.text) > 1.4 * len(line.text) for other in below)


RULES: tuple[tuple[str, Rule], ...] = (
    ("status bar", _status_bar),
    ("app bar", _app_bar),
    ("buttons", _buttons),
    ("time", _time),
    ("presence", _presence),
    ("input box", _input_box),
    ("sender", _sender),
)


def parted(lines: Sequence[TextLine], *, screenshot: bool) -> list[ScreenLine]:
    """Each line with its role. In a picture that is no screenshot of a phone or program every line is message."""
    if not screenshot:
        return [ScreenLine(line=line, role="message", rule=None) for line in lines]
    found = []
    for index, line in enumerate(lines):
        words = _plain(line.text)
        rule = next((name for name, test in RULES if test(lines, index, words)), None)
        found.append(ScreenLine(line=line, role="frame" if rule else "message", rule=rule))
    if all(entry.role == "frame" for entry in found):  # rules that leave nothing were wrong
        return [ScreenLine(line=line, role="message", rule=None) for line in lines]
    return found


def is_screenshot(width: int, height: int, lines: Sequence[TextLine]) -> bool:
    """Whether a picture is of a phone's or program's screen: its shape, or words that only a program shows."""
    tall = height >= 1.6 * width
    program = sum(_is(_plain(line.text), _BUTTON_LINE) or _is(_plain(line.text), _TIME) or _is(_plain(line.text), _COUNTER)
                  for line in lines)  # fmt: skip
    status = any(line.bottom < 0.05 and _STATUS.search(_plain(line.text)) for line in lines)
    return program >= 2 or (tall and (status or program >= 1))


def _plain(text: str) -> str:
    return plain(text).strip(" \t·•|›<>←…-")


def _is(words: str, pattern: re.Pattern[str]) -> bool:
    return pattern.match(words) is not None
