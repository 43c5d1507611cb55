"""Adding a source by any of its addresses: home page, article, feed, sitemap or section; the trial finds the rest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.http import url_policy
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.probe_source import list_kind, trial
from db.catalogue import Catalogue, cells, rows
from db.catalogue.sources import Source as Entered
from db.catalogue.sources import kind_of_host
from db.core.connection import Connection
from db.core.errors import Invalid, KiemtinError, NotFound
from db.press import source_proposals, sources, urls
from db.press.source_proposals import AskedAddress
from db.press.sources import PolledSource

LONGEST = 300.0  # seconds for one address
SHOWN = 5  # newest items shown as they would be stored


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProposal:
    """A source as its address and trial describe it, and the trial's result with the newest items."""

    entered: Entered
    result: dict[str, Any]


def public_url(given: str) -> str:
    """The address tidied; Invalid when it is none or private."""
    url = urls.tidy(given if "://" in given else f"https://{given}")
    if url is None:
        raise Invalid("url", f"{given!r} is not a web address; write one that starts with https://")
    host = urls.host_of(url)
    if kind_of_host(host) != "public":
        raise Invalid(
            "url",
            f"{host} is a private, link-local or metadata address; private hosts enter only by 'kiemtin catalogue import'",
        )
    return url


def unlisted_source(
    url: str,
    *,
    name: str | None = None,
    title: str | None = None,
    language: str = "vi",
    scope: str = "domestic",
) -> PolledSource:
    """A source that is in no catalogue, with what its address says of it."""
    parts = urlsplit(url)
    host = urls.host_of(url)
    bare = host.removeprefix("www.")
    return PolledSource(
        id=0, name=name or bare, title=title or bare, home=f"{parts.scheme}://{parts.netloc}/", hosts=sorted({host, bare, f"www.{bare}"}),
        private_hosts=[], language=language, scope=scope, delay=5.0, port=parts.port, groups=[], status="enabled",
    )  # fmt: skip


def refuse_known(conn: Connection, url: str) -> None:
    """Raises Invalid when the host belongs to a source already, whatever its state."""
    host = urls.host_of(url)
    known = sources.with_host(conn, host)
    if known is not None:
        raise Invalid("url", f"{host} already belongs to source {known.id} {known.name} ({known.status})")


async def propose(ctx: CrawlContext, url: str, made: PolledSource) -> SourceProposal:
    """Tries ``url`` and what it leads to, and says what the source would be."""
    path = urlsplit(url).path.strip("/")
    given = [("feed", url)] if path or urlsplit(url).query else []
    result = await trial(ctx, made, given, samples=SHOWN)
    return describe(made, url, result)


def describe(made: PolledSource, url: str, result: dict[str, Any]) -> SourceProposal:
    """The source that a trial's result describes: each list as what it turned out to be."""
    lists: dict[str, list[str]] = {"feed": [], "sitemap": [], "section": []}
    allowed = url_policy.of_source(made)
    for row in result["lists"]:
        own = row["url"] == url
        kind = list_kind(row["kind"])
        page = kind == "section"
        # an article or the home page that was given is no list; a section with links is one
        is_list = row["entries"] and (not page or (urls.identity(row["url"]) != urls.identity(made.home)))
        if is_list and kind in lists and (not row["code"] or (own and page and row["entries"] >= 5)):
            lists[kind].append(row["url"])
    announced = [u for u in result["feeds_found"][:3] if url_policy.refusal(u, allowed) is None]
    lists["feed"] += [u for u in announced if u not in lists["feed"]]
    if lists["feed"] or lists["sitemap"]:
        lists["section"] = []
    entered = Entered(
        name=made.name, title=made.title, home=made.home, hosts=tuple(made.hosts), feeds=tuple(lists["feed"]),
        sitemaps=tuple(lists["sitemap"]), sections=tuple(lists["section"]), language=made.language,
        scope="foreign" if made.scope == "foreign" else "domestic", port=made.port,
    )  # fmt: skip
    return SourceProposal(entered=entered, result=result)


def enter(conn: Connection, proposal: SourceProposal, *, actor: str, status: str = "enabled") -> PolledSource:
    """Enters a proposed source into the catalogue; whatever its address answers now, the source is kept."""
    note = f"entered {datetime.now(UTC):%Y-%m-%d} by its address"
    entered = replace(proposal.entered, note=note, status=status)  # type: ignore[arg-type]
    with conn.transaction():
        rows.store(conn, Catalogue(sources=(entered,)), actor=actor, allow_private_hosts=False)
    found = [s for s in sources.everyone(conn) if s.name == entered.name]
    if not found:
        raise NotFound(f"source {entered.name} was not stored")
    return found[0]


class ProposalRunner:
    """Answers the addresses that staff gave on the sources screen."""

    def __init__(self, ctx: CrawlContext) -> None:
        self._ctx = ctx
        self._busy: dict[int, asyncio.Task[None]] = {}

    def start_waiting(self) -> None:
        """Begins with what waits."""
        for asked in source_proposals.waiting(self._ctx.conn):
            if asked.id not in self._busy:
                self._busy[asked.id] = asyncio.create_task(self._answer(asked))

    async def stop(self) -> None:
        """Gives up what is under way; it stays open."""
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _answer(self, asked: AskedAddress) -> None:
        entered, result, why = None, None, None
        try:
            url = public_url(asked.url)
            refuse_known(self._ctx.conn, url)
            async with asyncio.timeout(LONGEST):
                proposal = await propose(self._ctx, url, unlisted_source(url))
            entered, result = cells.to_json(proposal.entered), proposal.result
        except TimeoutError:
            why = "looking at the address did not end"
        except KiemtinError as exc:
            why = str(exc)
        finally:
            self._busy.pop(asked.id, None)
        source_proposals.answer(self._ctx.conn, asked.id, entered=entered, result=result, why=why)


def lines(proposal: SourceProposal) -> list[str]:
    """A proposal for people: what would be polled, and the newest items as they would be stored."""
    source = proposal.entered
    out = [f"{source.name} — {source.title} ({source.home})"]
    out += [f"  would poll the {kind} {url}" for kind, url in source.addresses()]
    if not source.addresses():
        out.append("  would read the front page and its sections: no feed or sitemap was found")
    for row in proposal.result["articles"]:
        if row["taken"]:
            out.append(
                f"  + {row['published_at'] or 'no date'}  {row['title']}  ({row['letters']} letters, {', '.join(row['authors']) or 'no author'})"
            )
            out.append(f"      {row['lead'][:160]}")
        else:
            out.append(f"  - {row['title'] or row['url']} — not taken: {row['why']}")
    if not proposal.result["works"]:
        out += [f"  {row['url']}: {row['why']}" for row in proposal.result["lists"] if row["why"]]
        out.append("  nothing would be taken")
    return out
