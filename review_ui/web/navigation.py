"""What stands in the bar at the top. A room of screens adds its line here; what one may not open is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the bar: where it leads, its word, and which blueprints count as "here"."""

    endpoint: str
    word: LazyString
    here: tuple[str, ...]
    aside: bool = False  # in the menu under the person's name: read now and then


ENTRIES = (
    MenuEntry("work.index", _("Việc của tôi"), ("work", "inbox", "signing")),
    MenuEntry("overview.index", _("Tổng quan"), ("overview",)),
    MenuEntry(
        "queue.index",
        _("Tin chờ xử lý"),
        ("queue", "events", "articles", "cases", "assignment", "claim_evidence", "claim_from_text", "second"),
    ),
    MenuEntry("claims.index", _("Kiểm chứng"), ("claims",)),
    MenuEntry("reports.index", _("Người dân gửi"), ("reports",)),
    MenuEntry("search.index", _("Tìm kiếm"), ("search",)),
    MenuEntry("digests.index", _("Điểm báo"), ("digests", "campaigns", "exports")),
    MenuEntry("alerts.index", _("Cảnh báo"), ("alerts",)),
    MenuEntry("sources.index", _("Nguồn tin"), ("sources", "source", "trials")),
    MenuEntry("models.index", _("Gợi ý của máy"), ("models",), aside=True),
    MenuEntry("admin.index", _("Quản trị"), ("admin", "first_day")),
    MenuEntry("help.index", _("Trợ giúp"), ("help",), aside=True),
)
