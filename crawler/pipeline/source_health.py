"""Source health: failing, silent beyond its own rhythm, volume off its own baseline; one sentence each for staff."""

from __future__ import annotations

from datetime import UTC, datetime

from db.catalogue import rows
from db.core.connection import Connection
from db.core.time import HANOI
from db.press import source_health
from db.press.source_health import HealthSigns
from db.press.sources import PolledSource

LEAST_GAP_HOURS = 24.0  # a paper of many articles an hour is not silent over night
UNKNOWN_GAP_HOURS = 14 * 24.0  # silence that counts where no rhythm is known yet
WEEKS_NEEDED = 4
DEVIATIONS = 2.0
REFUSALS_NEEDED = 3  # article pages that were all refused before the source counts as failing


def judge(signs: HealthSigns, *, now: datetime, factor: float, private: bool = False) -> tuple[str, str, str]:
    """State, Vietnamese sentence, English sentence."""
    if not signs.polled:
        return "unprobed", "Chưa hỏi nguồn này lần nào.", "This source has not been polled yet."
    if signs.failing and signs.failing >= signs.lists:
        last_vi = (
            f"lần cuối đọc được: {_day(signs.last_ok_at)}" if signs.last_ok_at else "chưa lần nào đọc được"
        )
        last_en = f"last read: {_day(signs.last_ok_at)}" if signs.last_ok_at else "never read so far"
        return (
            "failing",
            f"Không đọc được nguồn ({reason_vi(signs.kind, signs.why)}), {signs.failures} lần liên tiếp; {last_vi}.",
            f"The source cannot be read ({signs.why or 'unknown'}), {signs.failures} times in a row; {last_en}.",
        )
    if signs.refused >= REFUSALS_NEEDED and not signs.whole:
        return (
            "failing",
            f"Đọc được danh sách nhưng không đọc được trang bài nào ({reason_vi(signs.refused_kind, None)}); chỉ giữ lời giới thiệu.",
            f"Its lists can be read, but none of its article pages ({reason_en(signs.refused_kind)}); only the lists' own words are kept.",
        )
    newest = signs.last_published_at
    usual = max(LEAST_GAP_HOURS, (signs.gap_hours or 0) * factor) if signs.gap_hours else UNKNOWN_GAP_HOURS
    if newest is None and signs.empty:
        return "empty", "Danh sách hợp lệ nhưng trống.", "The list is valid and empty."
    if newest is None or (now - newest).total_seconds() / 3600 > usual:
        since_vi = f"bài mới nhất: {_day(newest)}" if newest else "chưa có bài nào trong 10 tuần"
        since_en = f"newest article: {_day(newest)}" if newest else "no article within ten weeks"
        return (
            "silent",
            f"Nguồn trả lời bình thường nhưng im lặng lâu hơn nhịp của chính nó ({since_vi}).",
            f"The source answers but is silent for longer than its own rhythm ({since_en}).",
        )
    if signs.weeks_known >= WEEKS_NEEDED and signs.weeks_mean and signs.weeks_deviation is not None:
        off = signs.this_week - signs.weeks_mean
        if abs(off) > max(DEVIATIONS * signs.weeks_deviation, 3.0):
            return (
                "volume",
                f"Tuần này {signs.this_week} bài, thường ngày {signs.weeks_mean:.0f} bài mỗi tuần.",
                f"{signs.this_week} articles this week, usually {signs.weeks_mean:.0f} a week.",
            )
    if signs.failing:
        return (
            "ok",
            f"Đọc được, nhưng {signs.failing} trên {signs.lists} địa chỉ có lỗi ({reason_vi(signs.kind, signs.why)}).",
            f"Readable, but {signs.failing} of {signs.lists} addresses are in trouble ({signs.why}).",
        )
    if signs.empty:
        return (
            "ok",
            f"Đọc được; {signs.empty} danh sách hợp lệ nhưng trống.",
            f"Readable; {signs.empty} of its lists are valid and empty.",
        )
    return "ok", f"Bình thường; bài mới nhất: {_day(newest)}.", f"Well; newest article: {_day(newest)}."


def reason_vi(kind: str | None, why: str | None) -> str:
    """A reason in Vietnamese by its code; the English words where there is no code for it."""
    words = {
        "refused": "máy chủ không trả lời",
        "name": "không tìm thấy tên miền",
        "timeout": "máy chủ trả lời quá chậm",
        "cut": "câu trả lời bị cắt giữa chừng",
        "broken": "kết nối bị đứt",
        "robots": "không đọc được robots.txt hoặc bị robots.txt từ chối",
        "asked": "máy chủ yêu cầu tạm ngừng",
        "gate": "địa chỉ không được phép hỏi",
        "loop": "chuyển hướng vòng tròn",
        "not_a_feed": "địa chỉ RSS trả về trang thường",
        "too_large": "quá lớn",
        "elsewhere": "chuyển hướng ra ngoài nguồn",
        "certificate": "chứng thư số của máy chủ không hợp lệ",
        "challenge": "trang chỉ hiện bước kiểm tra chống truy cập tự động",
        "teaser": "báo chỉ cho người trả phí đọc toàn bài",
    }
    if kind in words:
        return words[kind]
    if kind and kind.startswith("http_"):
        return f"máy chủ trả lời {kind[5:]}"
    return why or "không rõ"


def reason_en(kind: str | None) -> str:
    """Why article pages are refused, in English."""
    words = {
        "challenge": "a check against automatic access stands before them",
        "teaser": "only those who pay may read them",
        "certificate": "the server's certificate is not valid",
    }
    if kind and kind.startswith("http_"):
        return f"the server answers {kind[5:]}"
    return words.get(kind or "", "unknown")


def compute(conn: Connection, source: PolledSource) -> str:
    """Judges a source and remembers it; returns the state."""
    signs = source_health.signs(conn, source.id)
    state, sentence, english = judge(
        signs, now=datetime.now(UTC), factor=rows.number(conn, "poll.silent_factor")
    )
    source_health.keep(
        conn,
        source.id,
        state=state,
        sentence=sentence,
        sentence_en=english,
        last_article_at=signs.last_article_at,
    )
    return state


def _day(at: datetime | None) -> str:

    return at.astimezone(HANOI).strftime("%d/%m/%Y %H:%M") if at else "—"
