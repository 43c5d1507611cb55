"""What stands in the bar at the top. A room of screens adds its line here; what one may not open is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the bar: where it leads, its word, and which blueprints count as "here"."""

    endpoint: str
    word: LazyString
    here: tuple[str, ...]


ENTRIES = (
    Entry("overview.index", _("Tổng quan"), ("overview",)),
    Entry(
        "queue.index",
        _("Hàng đợi"),
        ("queue", "events", "articles", "cases", "hands", "claim_work", "second"),
    ),
    Entry("claims.index", _("Nhận định"), ("claims",)),
    Entry("reports.index", _("Tin báo"), ("reports",)),
    Entry("search.index", _("Tìm kiếm"), ("search",)),
    Entry("digests.index", _("Điểm báo"), ("digests", "campaigns", "exports")),
    Entry("alerts.index", _("Cảnh báo"), ("alerts",)),
    Entry("sources.index", _("Nguồn tin"), ("sources", "source")),
    Entry("models.index", _("Mô hình"), ("models",)),
    Entry("admin.index", _("Quản trị"), ("admin",)),
    Entry("help.index", _("Trợ giúp"), ("help",)),
)
