"""Lists for export, read row by row through a cursor on the server, so that a long list needs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, LiteralString

from db.core.connection import Connection

# name -> (heads, query). Days bound what a list is about; `restricted`: rows of the narrower view may be read.
LISTS: dict[str, tuple[tuple[str, ...], LiteralString]] = {
    "articles": (
        (
            "ID", "Thời điểm đăng", "Cơ quan báo chí", "Phạm vi", "Ngôn ngữ", "Tiêu đề", "Địa chỉ", "Liên quan", "Cần kiểm chứng",
            "Thiên tai, tai nạn, vụ việc", "Phản ánh, phê bình", "Lĩnh vực", "Địa bàn", "Sự kiện", "Đăng lại của", "Trạng thái",
        ),
        """
        SELECT a.id, coalesce(a.published_at, a.first_seen_at), s.title, s.scope, a.language, a.title, a.url, j.relevance, j.check_band,
               j.harm_band, j.criticism_band, array_to_string(j.topics, '; '),
               (SELECT string_agg(DISTINCT m.place, '; ') FROM mentions m WHERE m.version_id = j.version_id), e.event_id, c.copy_of, a.state
          FROM articles a JOIN sources s ON s.id = a.source_id
          JOIN LATERAL (SELECT relevance, check_band, harm_band, criticism_band, topics, version_id FROM judgements
                         WHERE article_id = a.id ORDER BY id DESC LIMIT 1) j ON j.relevance <> 'none'
          LEFT JOIN event_members e ON e.article_id = a.id LEFT JOIN copies c ON c.article_id = a.id
          LEFT JOIN cases k ON k.event_id = e.event_id
         WHERE ((a.published_at >= %(begin)s AND a.published_at < %(end)s)
             OR (a.published_at IS NULL AND a.first_seen_at >= %(begin)s AND a.first_seen_at < %(end)s))
           AND (%(restricted)s OR NOT coalesce(k.restricted, false))
         ORDER BY coalesce(a.published_at, a.first_seen_at), a.id
        """,
    ),
    "cases": (
        ("ID", "Mở lúc", "Nội dung", "Trạng thái", "Lĩnh vực", "Cơ quan", "Hạn", "Phản ánh đúng", "Kết quả", "Sự kiện"),
        """
        SELECT id, opened_at, title, state, field, agency, due_at, critical, outcome, event_id FROM cases
         WHERE opened_at >= %(begin)s AND opened_at < %(end)s AND (%(restricted)s OR NOT restricted) ORDER BY id
        """,
    ),
    "claims": (
        ("ID", "Lập lúc", "Nhận định", "Lĩnh vực", "Kênh", "Kết luận", "Nội dung đúng", "Duyệt lúc", "Hồ sơ"),
        """
        SELECT c.id, c.created_at, c.body, c.field, c.channel, c.code, c.what_is_true, c.approved_at, c.case_id
          FROM claims_in_force c LEFT JOIN cases k ON k.id = c.case_id
         WHERE c.created_at >= %(begin)s AND c.created_at < %(end)s AND (%(restricted)s OR NOT coalesce(k.restricted, false))
         ORDER BY c.id
        """,
    ),
    "sources": (
        ("ID", "Tên", "Trang chủ", "Phạm vi", "Ngôn ngữ", "Trạng thái", "Tình trạng", "Diễn giải", "Bài mới nhất"),
        """
        SELECT s.id, s.title, s.home, s.scope, s.language, s.status, h.state, h.sentence, h.last_article_at
          FROM sources s LEFT JOIN source_health h ON h.source_id = s.id
         WHERE %(begin)s::timestamptz < %(end)s AND (%(restricted)s OR true) ORDER BY s.id
        """,
    ),
}  # fmt: skip
# columns that hold words of the press, of reporters or of staff: there private persons stand by initials
TEXTS: dict[str, frozenset[int]] = {
    "articles": frozenset({5}), "cases": frozenset({2}), "claims": frozenset({2, 6}), "sources": frozenset(),
}  # fmt: skip
PORTION = 500  # rows fetched at once


def rows(
    conn: Connection, name: str, *, begin: datetime, end: datetime, restricted: bool, most: int
) -> Iterator[tuple[Any, ...]]:
    """The rows of a list, at most ``most``; must be read inside one transaction."""
    _, query = LISTS[name]
    with conn.cursor(name=f"export_{name}") as cursor:
        cursor.itersize = PORTION
        cursor.execute(query, {"begin": begin, "end": end, "restricted": restricted})
        for n, row in enumerate(cursor):
            if n == most:
                return
            yield row


def note(
    conn: Connection, *, actor: str, role: str, name: str, form: str, rows: int, complete: bool, span: str
) -> None:
    """Who exported what, how many rows: into the audit."""
    conn.execute(
        "SELECT note_in_audit(%s, %s, 'export', %s, NULL, jsonb_build_object('form', %s::text, 'rows', %s::bigint, 'complete', %s::boolean, 'span', %s::text))",
        [actor, role, f"list:{name}", form, rows, complete, span],
    )
