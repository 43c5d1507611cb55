"""The fictional press at a moment: where it is found, what its catalogue says, what each address answers."""

import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.demo import lists, pages, stories
from crawler.demo.lists import LISTS, DemoEntry
from crawler.demo.outlets import OUTLETS, Outlet
from db.catalogue import Catalogue, Source, files
from db.core.errors import Invalid, Unavailable

STATE_FILE = "demo-newsroom.json"
PACE = 0.2  # seconds between request starts that the demo's catalogue asks for: loopback, and a first crawl is watched
FEED_LENGTH = 60  # entries in a feed: all an outlet has


@dataclass(frozen=True, slots=True, kw_only=True)
class PressState:
    """Where the press is found and when it opened; one port for all hosts, or one host and a port for each."""

    port: int
    opened_at: datetime
    one_host: bool = False  # a system that knows only 127.0.0.1 (macOS): ports count up instead of hosts

    def address(self, outlet: Outlet) -> tuple[str, int]:
        """Host and port of an outlet."""
        if self.one_host:
            return "127.0.0.1", self.port + outlet.number
        return f"127.0.2.{outlet.number}", self.port

    def root(self, outlet: Outlet) -> str:
        """Scheme, host and port of an outlet, without a slash at the end."""
        host, port = self.address(outlet)
        return f"http://{host}:{port}"


def state(home: Path, *, port: int = 0) -> PressState:
    """The kept state under ``home``, or a new one with a free port (or the ``port`` asked for).

    Raises Unavailable when no port can be had and Invalid when the kept file is broken.
    """
    path = home / STATE_FILE
    if path.is_file():
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            known = PressState(
                port=int(kept["port"]),
                opened_at=datetime.fromisoformat(kept["opened_at"]),
                one_host=bool(kept["one_host"]),
            )
        except (ValueError, KeyError, TypeError):
            raise Invalid("home", f"{path} cannot be read; remove it and start again") from None
        if port in (0, known.port):
            return known
    one_host = not _can_listen("127.0.2.1", 0)
    found = PressState(port=port or free_port(one_host), opened_at=datetime.now(UTC), one_host=one_host)
    home.mkdir(parents=True, exist_ok=True)
    text = {"port": found.port, "opened_at": found.opened_at.isoformat(), "one_host": one_host}
    path.write_text(json.dumps(text), encoding="utf-8")
    return found


def _can_listen(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(one_host: bool) -> int:
    """A port that is free at every address (or, on one host, with the ports that follow); Unavailable if none."""
    for port in range(8801, 9801, 20):
        if one_host:
            free = all(_can_listen("127.0.0.1", port + outlet.number) for outlet in OUTLETS)
        else:
            free = all(_can_listen(f"127.0.2.{outlet.number}", port) for outlet in OUTLETS)
        if free:
            return port
    raise Unavailable("no free port between 8801 and 9800 for the fictional newsroom; name one with --port")


def sources(where: PressState) -> tuple[Source, ...]:
    """The outlets as the catalogue names them: enabled, with their loopback hosts."""
    found = []
    for outlet in OUTLETS:
        host, port = where.address(outlet)
        root = where.root(outlet)
        found.append(
            Source(
                name=outlet.name,
                title=f"{outlet.title} (hư cấu)",
                home=f"{root}/",
                hosts=(host,),
                feeds=tuple(
                    root + LISTS[kind] for kind in outlet.listings if kind not in ("news_sitemap", "section")
                ),
                sitemaps=tuple(root + LISTS[kind] for kind in outlet.listings if kind == "news_sitemap"),
                sections=tuple(root + LISTS[kind] for kind in outlet.listings if kind == "section"),
                language=outlet.language,
                scope=outlet.scope,
                delay=PACE,
                port=port,
                tier=outlet.tier,
                locality=outlet.locality,
                owner="Báo hư cấu",
                groups=("demo",),
                status="enabled",
                note="Báo hư cấu – dữ liệu trình diễn.",
            )
        )
    return tuple(found)


def write_catalogue(target: Path, where: PressState) -> None:
    """The outlets as a catalogue folder, or as the one file when ``target`` ends in .toml."""
    if target.suffix == ".toml":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files.sources_text(sources(where)), encoding="utf-8")
    else:
        files.write(target, Catalogue(sources=sources(where)))


def entries(outlet: Outlet, where: PressState, now: datetime) -> list[DemoEntry]:
    """What an outlet shows at ``now``, newest first, each article as it stands then."""
    shown = []
    for article in stories.articles():
        if article.outlet != outlet.name or not article.is_out(opened_at=where.opened_at, now=now):
            continue
        if article.is_gone(opened_at=where.opened_at, now=now):
            continue
        current, changed_at = article.at(opened_at=where.opened_at, now=now)
        url = where.root(outlet) + lists.path_of(outlet, article)
        published_at = article.published_at(where.opened_at)
        shown.append(DemoEntry(article=current, url=url, published_at=published_at, changed_at=changed_at))
    return sorted(shown, key=lambda entry: entry.published_at, reverse=True)


def answer(outlet: Outlet, where: PressState, target: str, now: datetime) -> tuple[int, str, str]:
    """Status, content type and body for a request target. Pure."""
    root = where.root(outlet)
    path = urlsplit(target).path
    shown = entries(outlet, where, now)
    if path == "/robots.txt":
        return 200, "text/plain", lists.robots(outlet, root)
    for kind in outlet.listings:
        if path != LISTS[kind] or kind == "section":
            continue
        if kind == "atom":
            return 200, "application/atom+xml", lists.atom(outlet, root, shown[:FEED_LENGTH])
        if kind == "news_sitemap":
            return 200, "application/xml", lists.news_sitemap(outlet, shown)
        return 200, "application/rss+xml", lists.feed(outlet, root, shown[:FEED_LENGTH], kind)
    if path == "/":
        return 200, "text/html", pages.front(outlet, root, shown)
    for entry in shown:
        if entry.url == root + target:
            others = [other for other in shown if other is not entry]
            return 200, "text/html", pages.article(outlet, root, entry, others)
    section = path.strip("/")
    if section in lists.SECTIONS:
        chosen = [entry for entry in shown if entry.article.section == section]
        return 200, "text/html", pages.front(outlet, root, chosen, section=section)
    for article in stories.articles():
        if article.outlet == outlet.name and lists.path_of(outlet, article) == target:
            gone = article.is_gone(opened_at=where.opened_at, now=now)
            return article.gone_as if gone else 404, "text/html", pages.missing(outlet, root)
    return 404, "text/html", pages.missing(outlet, root)
