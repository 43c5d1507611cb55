"""Exact captures: a request of another room becomes one WARC file with the page, its hops, its resources and their story.

The page passes the same look as every other (versions, removals); only the fetcher and the writer are of another kind.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from crawler.evidence import page_resources, report
from crawler.evidence.page_resources import Needed
from crawler.evidence.warc import ExactFile, Written
from crawler.http import url_policy
from crawler.http.errors import Elsewhere, FetchError, Refused
from crawler.http.product import product
from crawler.http.rate_limit import RetryAfter
from crawler.http.raw_client import ExactTransport
from crawler.http.response import Exchange, HttpResponse
from crawler.http.robots import Closed
from crawler.http.url_policy import Allowed
from crawler.http.warc_writer import WarcWriter
from crawler.pipeline import recheck
from crawler.pipeline.context import CrawlContext, Tally
from crawler.pipeline.soft_404 import FrontPages
from crawler.pipeline.source_visit import source_lock
from db.catalogue.sources import kind_of_host
from db.core.connection import Connection
from db.core.durable_files import PRIVATE_FILE, make_folder
from db.core.errors import KiemtinError, Unavailable
from db.press import articles, captures, evidence_captures, rechecks, sources
from db.press.articles import Article
from db.press.rechecks import CaptureRequest
from db.press.sources import PolledSource

MOST_RESOURCES = 40  # of a page: at five seconds each the host is kept busy for three minutes
MOST_BYTES = 20 * 2**20  # of all resources together, as received
MOST_BYTES_EACH = 5 * 2**20
LONGEST = 180.0  # seconds for all resources
PAUSES = (300.0, 1800.0, 7200.0, 21600.0)  # seconds before a failed request is tried again


class ExactWarcWriter(WarcWriter):
    """Keeps one answer with all its hops in a file of its own, which stays open for the resources."""

    def __init__(self, folder: Path, *, kind: str, article_id: int) -> None:
        super().__init__(folder)
        self._kind, self._article = kind, article_id
        self._out: IO[bytes] | None = None
        self._path: Path | None = None
        self.capture_id: int | None = None
        self.answer: HttpResponse | None = None
        self.exchanges: list[tuple[Exchange, str, Written]] = []  # with its part: redirect | page | resource

    def save(
        self, conn: Connection, answer: HttpResponse, *, kind: str, article_id: int | None = None
    ) -> int:
        """Writes every hop and the answer; its number. Raises Unavailable when the disk refuses."""
        at = answer.last.at.astimezone(UTC)
        name = (
            f"{at:%Y/%m}/exact/{at:%Y%m%dT%H%M%S}-{self._kind}-{self._article}-{uuid.uuid4().hex[:8]}.warc.gz"
        )
        self._path = self.folder / name
        try:
            make_folder(self._path.parent)
            self._out = os.fdopen(
                os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb"
            )
        except OSError as exc:
            raise Unavailable(f"captures cannot be written to {self._path} ({exc.strerror})") from exc
        self._file_of_one = ExactFile(self._out, software=product())
        for hop in answer.hops:
            self.add(hop, part="redirect")
        self.add(answer.last, part="page")
        self.answer = answer
        self.capture_id = captures.add(
            conn, at=answer.last.at, url=answer.url, final_url=answer.final_url, status=answer.status,
            payload_sha256=hashlib.sha256(answer.last.payload).hexdigest(),
            decoded_sha256=hashlib.sha256(answer.body).hexdigest(), size=len(answer.last.payload),
            warc_file=name, warc_offset=self.exchanges[-1][2].offset, article_id=article_id, kind=kind,
        )  # fmt: skip
        return self.capture_id

    def add(self, made: Exchange, *, part: str) -> None:
        """One more exchange. Raises Unavailable when the disk refuses."""
        try:
            self.exchanges.append((made, part, self._file_of_one.exchange(made)))
        except OSError as exc:
            raise Unavailable(f"captures cannot be written to {self._path} ({exc.strerror})") from exc

    def finish(self, record: dict[str, Any]) -> tuple[str, int]:
        """Writes the story, closes the file for good (read-only); SHA-256 and size of the whole."""
        assert self._out is not None
        assert self._path is not None
        assert self.answer is not None
        self._file_of_one.story(self.answer.final_url, record, at=datetime.now(UTC))
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._path.chmod(0o440)
        content = self._path.read_bytes()
        return hashlib.sha256(content).hexdigest(), len(content)

    def close(self) -> None:
        """Closes the file where it is still open."""
        super().close()
        if self._out is not None:
            self._out.close()


async def fulfil(ctx: CrawlContext, request: CaptureRequest) -> None:
    """Fulfils a request for an exact capture; what fails is tried again at growing pauses and then answered with its reason."""
    article = articles.get(ctx.conn, request.article_id)
    source = sources.get(ctx.conn, article.source_id)
    allowed = url_policy.of_source(source, [a.url for a in sources.addresses(ctx.conn, source.id)])
    # by the address that its paper listed, so that the redirects on the way are part of the exchange
    listed = captures.asked_as(ctx.conn, article.id, final_url=article.url)
    if url_policy.refusal(listed, allowed) is None:
        article = replace(article, url=listed)
    writer = ExactWarcWriter(ctx.warc.folder, kind=request.kind, article_id=article.id)
    exact = replace(ctx, fetcher=ctx.fetcher.over(ExactTransport()), warc=writer)
    try:
        async with source_lock(ctx, source, wait=False) as is_held:
            if not is_held:
                return
            began = datetime.now(UTC)
            try:
                outcome, _ = await recheck.recheck_article(
                    exact,
                    source,
                    allowed,
                    article,
                    FrontPages(),
                    Tally(),
                    forced=False,
                    kind=request.kind,
                )
            except (RetryAfter, Closed) as exc:
                _postpone(ctx.conn, request, str(exc), outcome="failed")
                return
        if writer.answer is None or writer.capture_id is None:
            last = rechecks.newest(ctx.conn, article.id)
            _postpone(ctx.conn, request, (last.how if last else None) or "nothing was kept", outcome=outcome)
            return
        left = await _resources(exact, source, allowed, writer)
        _finish(ctx, request, article, writer, began=began, left=left, outcome=outcome)
    finally:
        writer.close()


def _postpone(conn: Connection, request: CaptureRequest, why: str, *, outcome: str) -> None:
    with conn.transaction():
        if outcome == "failed" and request.tries < len(PAUSES):
            rechecks.put_off(conn, request.id, seconds=PAUSES[request.tries], why=why)
        else:
            rechecks.answer(conn, request.id, outcome=outcome, capture_id=None, why=why)


def _finish(
    ctx: CrawlContext, request: CaptureRequest, article: Article, writer: ExactWarcWriter, *, began: datetime,
    left: list[dict[str, str]], outcome: str,
) -> None:  # fmt: skip
    assert writer.answer is not None
    assert writer.capture_id is not None
    record = report.record(
        request, writer.answer, writer.exchanges, began=began, ended=datetime.now(UTC), left=left,
        limits={"resources": MOST_RESOURCES, "bytes": MOST_BYTES, "bytes_each": MOST_BYTES_EACH, "seconds": LONGEST},
        canonical_url=article.canonical_url,
    )  # fmt: skip
    digest, size = writer.finish(record)
    with ctx.conn.transaction():
        evidence_captures.add(
            ctx.conn, capture_id=writer.capture_id, captured_at=writer.answer.last.at, request_id=request.id,
            warc_sha256=digest, warc_bytes=size, record=record, kind=request.kind, reason=request.asked_by,
            noted={
                "article": article.id, "url": writer.answer.final_url, "warc_sha256": digest,
                "payload_sha256": hashlib.sha256(writer.answer.last.payload).hexdigest(),
            },
        )  # fmt: skip
        captures.hold(ctx.conn, article.id)
        recheck.watch(ctx, article)
        rechecks.answer(ctx.conn, request.id, outcome=outcome, capture_id=writer.capture_id)


# ── resources ───────────────────────────────────────────────────────────────────────────────────────────


async def _resources(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, writer: ExactWarcWriter
) -> list[dict[str, str]]:
    """Fetches what the page needs; returns what it could not have, each with its reason."""
    assert writer.answer is not None
    page = writer.answer
    waiting = page_resources.of_page(page.body, url=page.final_url, encoding=_charset(page.last))
    seen = {one.url for one in waiting} | {page.final_url}
    left: list[dict[str, str]] = []
    had = size = 0
    deadline = asyncio.get_running_loop().time() + LONGEST
    while waiting:
        need = waiting.pop(0)
        seconds = deadline - asyncio.get_running_loop().time()
        if had >= MOST_RESOURCES or size >= MOST_BYTES or seconds <= 0:
            why = "the limit for one page was reached (number, size or time)"
            left += [{"url": one.url, "kind": one.kind, "why": why} for one in (need, *waiting)]
            break
        had += 1
        try:
            async with asyncio.timeout(seconds):
                answer = await ctx.fetcher.get(
                    need.url, widened(allowed, need.url), gap=source.delay, largest=MOST_BYTES_EACH
                )
        except TimeoutError:
            left.append({"url": need.url, "kind": need.kind, "why": "the time for one page ran out"})
            continue
        except (Refused, Elsewhere, FetchError, RetryAfter, Closed, KiemtinError) as exc:
            left.append({"url": need.url, "kind": need.kind, "why": str(exc)})
            continue
        for hop in answer.hops:
            writer.add(hop, part="resource")
        writer.add(answer.last, part="resource")
        size += len(answer.last.payload)
        if answer.status >= 400:
            left.append(
                {"url": need.url, "kind": need.kind, "why": f"the server answered {answer.status} (kept)"}
            )
        elif need.kind == "style":
            found = _further(answer, seen)
            seen |= {one.url for one in found}
            waiting = [one for one in found if one.kind == "style"] + waiting
            waiting += [one for one in found if one.kind != "style"]
    return left


def _further(answer: HttpResponse, seen: set[str]) -> list[Needed]:
    text = answer.body.decode(_charset(answer.last) or "utf-8", "replace")
    return [one for one in page_resources.of_style(text, url=answer.final_url) if one.url not in seen]


def widened(allowed: Allowed, url: str) -> Allowed:
    """The source's gate, open besides to the public host of a resource: papers keep their pictures elsewhere.

    Private hosts stay as they were: only those that a command-line import has listed for the source.
    """
    host = (urlsplit(url).hostname or "").lower()
    return replace(allowed, hosts=allowed.hosts | {host}) if kind_of_host(host) == "public" else allowed


def _charset(made: Exchange) -> str | None:
    import codecs

    content_type = (
        (made.header("content-type") or "").lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    )
    try:
        return codecs.lookup(content_type).name if content_type else None
    except LookupError:
        return None
