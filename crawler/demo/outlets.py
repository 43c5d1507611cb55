"""The fictional newspapers: names, languages, page styles and the lists they offer."""

from dataclasses import dataclass
from typing import Literal

Listing = Literal["rss", "rss_full", "rss_undated", "atom", "news_sitemap", "section"]
Style = Literal["json_ld", "meta", "portal", "blog", "microdata"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One invented newspaper; ``number`` gives its loopback address 127.0.2.<number>."""

    number: int
    name: str
    title: str
    language: str
    scope: Literal["domestic", "foreign"]
    listings: tuple[Listing, ...]
    style: Style
    tier: str
    locality: str | None = None
    colour: str = "#8b1a1a"


OUTLETS: tuple[Outlet, ...] = (
    Outlet(
        number=1, name="demo-hoang-lien", title="Báo Hoàng Liên", language="vi", scope="domestic",
        listings=("rss",), style="meta", tier="province", locality="Lào Cai", colour="#a61c1c",
    ),
    Outlet(
        number=2, name="demo-song-hong", title="Sông Hồng Online", language="vi", scope="domestic",
        listings=("rss", "news_sitemap"), style="json_ld", tier="central", colour="#9f224e",
    ),
    Outlet(
        number=3, name="demo-ttx-tay-bac", title="Thông tấn xã Tây Bắc", language="vi", scope="domestic",
        listings=("atom",), style="microdata", tier="central", colour="#0b4f8a",
    ),
    Outlet(
        number=4, name="demo-nhip-song-que", title="Nhịp Sống Quê", language="vi", scope="domestic",
        listings=("rss_full",), style="blog", tier="central", colour="#2c6e3f",
    ),
    Outlet(
        number=5, name="demo-phap-ly", title="Pháp Lý & Đời Thường", language="vi", scope="domestic",
        listings=("news_sitemap",), style="json_ld", tier="central", colour="#333366",
    ),
    Outlet(
        number=6, name="demo-thac-ba", title="Báo Thác Bà", language="vi", scope="domestic",
        listings=("section",), style="portal", tier="province", locality="Lào Cai", colour="#1c5fa6",
    ),
    Outlet(
        number=7, name="demo-pho-nui", title="Phố Núi 24h", language="vi", scope="domestic",
        listings=("rss_undated",), style="blog", tier="aggregator", colour="#d35400",
    ),
    Outlet(
        number=8, name="demo-kinh-te-vung-cao", title="Kinh Tế Vùng Cao", language="vi", scope="domestic",
        listings=("rss",), style="portal", tier="central", colour="#5c4a1f",
    ),
    Outlet(
        number=9, name="demo-duong-may", title="Tạp chí Đường Mây", language="vi", scope="domestic",
        listings=("atom",), style="blog", tier="central", colour="#3a7ca5",
    ),
    Outlet(
        number=10, name="demo-red-river-courier", title="The Red River Courier", language="en", scope="domestic",
        listings=("rss",), style="json_ld", tier="domestic-foreign-language", colour="#7a0019",
    ),
    Outlet(
        number=11, name="demo-honghe-bianxun", title="红水边讯", language="zh", scope="foreign",
        listings=("rss",), style="meta", tier="foreign", locality="CN", colour="#b71c1c",
    ),
    Outlet(
        number=12, name="demo-fil-des-hauteurs", title="Le Fil des hauteurs", language="fr", scope="foreign",
        listings=("atom",), style="microdata", tier="foreign", locality="FR", colour="#26418f",
    ),
)  # fmt: skip

BY_NAME = {outlet.name: outlet for outlet in OUTLETS}

# What stands at the foot of every page, in the outlet's language and in Vietnamese.
FICTION = {
    "vi": "Báo hư cấu – dữ liệu trình diễn",
    "en": "Fictional newspaper – demonstration data · Báo hư cấu – dữ liệu trình diễn",
    "zh": "虚构报纸——演示数据 · Báo hư cấu – dữ liệu trình diễn",
    "fr": "Journal fictif – données de démonstration · Báo hư cấu – dữ liệu trình diễn",
}
