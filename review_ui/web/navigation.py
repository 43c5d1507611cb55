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


ENTRIES = (
    MenuEntry("overview.index", _("Tổng quan"), ("overview",)),
    MenuEntry(
        "queue.index",
        _("Hàng đợi"),
        ("queue", "events", "articles", "cases", "assignment", "claim_evidence", "claim_from_text", "second"),
    ),
    MenuEntry("claims.index", _("Nhận định"), ("claims",)),
    MenuEntry("reports.index", _("Tin báo"), ("reports",)),
    MenuEntry("search.index", _("Tìm kiếm"), ("search",)),
    MenuEntry("digests.index", _("Điểm báo"), ("digests", "campaigns", "exports")),
    MenuEntry("alerts.index", _("Cảnh báo"), ("alerts",)),
    MenuEntry("sources.index", _("Nguồn tin"), ("sources", "source")),
    MenuEntry("models.index", _("Mô hình"), ("models",)),
    MenuEntry("admin.index", _("Quản trị"), ("admin",)),
    MenuEntry("help.index", _("Trợ giúp"), ("help",)),
)
