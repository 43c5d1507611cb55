"""Trials that were asked for, one by one or as a round over many sources: tens at once, each host at its own pace.

What is to do are the open rows of source_probes, so a killed process loses nothing: who comes next goes on. A trial is held
by a lock of PostgreSQL while it is under way, so a worker and the command line share one round.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from crawler.pipeline import probe_source
from crawler.pipeline.context import CrawlContext
from db.catalogue import sightings
from db.core.connection import Connection, act_as
from db.core.errors import KiemtinError
from db.press import source_probes, sources
from db.press.source_probes import Wish
from db.press.sources import PolledSource

log = logging.getLogger(__name__)
AT_ONCE = 30  # trials; most of one is waiting for its host
LONGEST = 420.0  # seconds of one trial: some ten requests at a pace of ten seconds, some of them slow
OnDone = Callable[[PolledSource, dict[str, Any]], None]


class TrialRunner:
    """Works off open trials. ``at_once``: how many are under way; ``on_done`` hears of each."""

    def __init__(self, ctx: CrawlContext, *, at_once: int = AT_ONCE, on_done: OnDone | None = None) -> None:
        self._ctx = ctx
        self._at_once = at_once
        self._on_done = on_done
        self._busy: dict[int, asyncio.Task[None]] = {}

    def start_waiting(self, *, round_id: int | None = None) -> int:
        """Starts what waits as far as there is room; how many trials are open (under way here or elsewhere included)."""
        open_ones = source_probes.waiting(self._ctx.conn, round_id=round_id)
        for wish in open_ones:
            if len(self._busy) >= self._at_once:
                break
            if wish.id not in self._busy and source_probes.hold(self._ctx.conn, wish.id):
                self._busy[wish.id] = asyncio.create_task(self._answer(wish))
        return len(open_ones)

    async def work_off(self, round_id: int) -> None:
        """Until no trial of the round is open."""
        while self.start_waiting(round_id=round_id):
            if self._busy:
                await asyncio.wait(
                    list(self._busy.values()), timeout=2.0, return_when=asyncio.FIRST_COMPLETED
                )
            else:  # all that is left is under way in another process
                await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """Gives up what is under way; it stays open."""
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _answer(self, wish: Wish) -> None:
        conn = self._ctx.conn
        try:
            source = sources.get(conn, wish.source_id)
            result = await try_source(self._ctx, source)
            result["enabled"] = settle(conn, source, result, enables=wish.enables)
            source_probes.answer(
                conn, wish.id, ok=bool(result["works"]), code=str(result["code"]), result=result
            )
            if self._on_done is not None:
                self._on_done(source, result)
        finally:
            source_probes.let_go(conn, wish.id)
            self._busy.pop(wish.id, None)


async def try_source(ctx: CrawlContext, source: PolledSource) -> dict[str, Any]:
    """The trial of a stored source, whatever happens in it."""
    listed = [(a.kind, a.url) for a in sources.addresses(ctx.conn, source.id)]
    known = {url for _, url in listed}
    others = tuple((s.kind, s.url) for s in sightings.of_source(ctx.conn, source.name) if s.url not in known)
    failed: dict[str, Any] = {
        "source": source.name, "home": source.home, "works": False, "lists": [], "articles": [], "refused": [],
        "feeds_found": [], "moved_to": None,
    }  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST):
            return await probe_source.trial(ctx, source, listed, others=others)
    except TimeoutError:
        return {
            **failed,
            "code": "timeout",
            "why": f"the trial did not end within {LONGEST / 60:.0f} minutes",
        }
    except KiemtinError as exc:
        return {**failed, "code": "unforeseen", "why": str(exc)}
    except Exception:
        log.exception("unforeseen in the trial of %s", source.name)
        return {**failed, "code": "unforeseen", "why": "it could not be tried (our fault, logged)"}


def settle(conn: Connection, source: PolledSource, result: dict[str, Any], *, enables: bool) -> bool:
    """Stores what a trial has learned and enables a shipped source that works; whether it was enabled.

    What staff paused stays paused, and an archive without news is left to them.
    """
    found = probe_source.learned(result)
    with conn.transaction():
        act_as(conn, "sources try")
        if found and source.id:
            result["learned"] = sources.learn(conn, source.id, found)
        if not (enables and result["works"] and result["code"] == "works" and source.status == "to_probe"):
            return False
        sources.set_status(conn, source.id, status="enabled")
    return True
