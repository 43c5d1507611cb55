"""Factories for tests: each makes one thing, asks for nothing but what the test mentions. All names are fictional."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import argon2
from psycopg.types.json import Jsonb

from db.accounts import users
from db.accounts.users import User
from db.core.connection import Connection

_count = itertools.count(1)
# the cheapest argon2 there is: tests sign in hundreds of times
_HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "suối reo dưới chân núi"
_HASH = _HASHER.hash(PASSWORD)


def user(conn: Connection, *, role: str = "monitor", name: str | None = None, **more: Any) -> User:
    """An account whose password is ``PASSWORD``."""
    name = name or f"{role}{next(_count)}"
    return users.add(
        conn,
        name=name,
        role=role,
        password_hash=_HASH,
        must_change=False,
        display_name=name.capitalize(),
        **more,
    )


def upload(conn: Connection, sha256: str = "0" * 64) -> str:
    """A file that was handed in, as its row alone; returns its hash."""
    conn.execute(
        "INSERT INTO uploads (sha256, bytes, kind, name, received_from) VALUES (%s, 1, 'png', 'anh.png', 'test')"
        " ON CONFLICT DO NOTHING",
        [sha256],
    )
    return sha256


def source(
    conn: Connection, *, title: str | None = None, scope: str = "domestic", language: str = "vi", **more: Any
) -> int:
    """A fictional outlet; returns its id."""
    n = next(_count)
    row = conn.execute(
        "INSERT INTO sources (name, title, home, hosts, scope, language) VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        [
            more.get("name", f"outlet{n}"),
            title or f"Báo Thử {n}",
            f"https://o{n}.example/",
            [f"o{n}.example"],
            scope,
            language,
        ],
    ).fetchone()
    assert row
    return int(row[0])


def article(
    conn: Connection,
    *,
    source_id: int | None = None,
    title: str = "Mưa lớn làm sạt taluy đường liên thôn",
    body: str | None = None,
    published_at: datetime | None = None,
    language: str = "vi",
    url: str | None = None,
) -> int:
    """A stored article with one version; returns its id."""
    n = next(_count)
    source_id = source_id or source(conn)
    body = (
        body
        if body is not None
        else f"{title}. Theo ông N.V.A, khoảng 30 m đường bị vùi lấp ở xã Bản Thử.\nKhông có thiệt hại về người."
    )
    at = published_at or datetime.now(UTC) - timedelta(hours=2)
    url = url or f"https://o{source_id}.example/bai-{n}.html"
    row = conn.execute(
        "INSERT INTO articles (source_id, url, identity, title, language, published_at, first_seen_at)"
        " VALUES (%(source)s, %(url)s, %(identity)s, %(title)s, %(language)s, %(at)s, %(at)s) RETURNING id",
        {
            "source": source_id,
            "url": url,
            "identity": f"{url}#{n}",
            "title": title,
            "language": language,
            "at": at,
        },
    ).fetchone()
    assert row
    conn.execute(
        "INSERT INTO article_words (article_id, published_at, shelves, search) SELECT id, published_at,"
        " shelves(id, source_id, language, published_at), searched(title, lead, %s) FROM articles WHERE id = %s",
        [body, row[0]],
    )
    version(conn, article_id=int(row[0]), title=title, body=body, published_at=at)
    return int(row[0])


def version(
    conn: Connection, *, article_id: int, title: str, body: str, published_at: datetime | None = None
) -> int:
    """A further version of an article, which becomes the latest; returns its id."""
    row = conn.execute(
        "INSERT INTO versions (article_id, number, title, body, published_at, published_from, text_sha256, reader)"
        " SELECT %(id)s, count(*) + 1, %(title)s, %(body)s, %(at)s, 'meta', %(sha)s, 'test' FROM versions WHERE article_id = %(id)s"
        " RETURNING id",
        {
            "id": article_id,
            "title": title,
            "body": body,
            "at": published_at,
            "sha": hashlib.sha256(f"{title}\n{body}".encode()).hexdigest(),
        },
    ).fetchone()
    assert row
    conn.execute("UPDATE articles SET version_id = %s, title = %s WHERE id = %s", [row[0], title, article_id])
    return int(row[0])


def judgement(
    conn: Connection,
    *,
    article_id: int,
    reasons: list[dict[str, Any]] | None = None,
    check: str = "medium",
    **bands: str,
) -> None:
    """A judgement of the latest version, with the bands and reasons given."""
    result: dict[str, Any] = {}
    for signal, band in {
        "check": check,
        "harm": "low",
        "criticism": "low",
        "rebuttal": "low",
        **bands,
    }.items():
        result[signal] = {
            "score": {"low": 0.1, "medium": 0.5, "high": 0.9}[band],
            "band": band,
            "reasons": [],
        }
    for reason in reasons or []:
        result[reason["signal"]]["reasons"].append(reason)
    conn.execute(
        "INSERT INTO judgements (article_id, version_id, model, relevance, relevance_score, harm, harm_band, criticism, criticism_band,"
        " needs_check, check_band, rebuttal, rebuttal_band, priority, result)"
        " SELECT id, version_id, 'rules', 'core', .9, %(h)s, %(hb)s, %(c)s, %(cb)s, %(k)s, %(kb)s, %(r)s, %(rb)s, .5, %(result)s"
        " FROM articles WHERE id = %(id)s",
        {
            "id": article_id,
            "h": result["harm"]["score"], "hb": result["harm"]["band"],
            "c": result["criticism"]["score"], "cb": result["criticism"]["band"],
            "k": result["check"]["score"], "kb": result["check"]["band"],
            "r": result["rebuttal"]["score"], "rb": result["rebuttal"]["band"],
            "result": Jsonb(result),
        },
    )  # fmt: skip


def event(
    conn: Connection,
    *,
    articles: list[int] | None = None,
    title: str | None = None,
    flagged: bool = True,
    priority: float = 0.5,
    **more: Any,
) -> int:
    """An event of these articles (one is made when none is given); a flagged one has its case. Returns its id."""
    articles = articles or [article(conn, **({"title": title} if title else {}))]
    row = conn.execute(
        "INSERT INTO events (title, started_at, last_at, first_article_id, articles, outlets, languages, scopes, source_names, places,"
        " relevance, harm_band, criticism_band, check_band, priority, reasons, differences, flagged, selected_by)"
        " SELECT coalesce(%(title)s, (array_agg(a.title ORDER BY a.id))[1]), min(a.first_seen_at), max(a.first_seen_at), min(a.id), count(*),"
        " count(DISTINCT a.source_id), array_agg(DISTINCT a.language), array_agg(DISTINCT s.scope), array_agg(DISTINCT s.name),"
        " %(places)s, 'core', %(harm)s, %(criticism)s, %(check)s, %(priority)s, %(reasons)s, %(differences)s, %(flagged)s, 'priority'"
        " FROM articles a JOIN sources s ON s.id = a.source_id WHERE a.id = ANY (%(articles)s) RETURNING id",
        {
            "title": title, "articles": articles, "priority": priority, "flagged": flagged,
            "places": more.get("places", []), "harm": more.get("harm", "low"), "criticism": more.get("criticism", "low"),
            "check": more.get("check", "medium"), "reasons": Jsonb(more.get("reasons", [])),
            "differences": Jsonb(more.get("differences", [])),
        },
    ).fetchone()  # fmt: skip
    assert row
    for member in articles:
        conn.execute("INSERT INTO event_members (article_id, event_id) VALUES (%s, %s)", [member, row[0]])
    return int(row[0])


def case(conn: Connection, **more: Any) -> int:
    """A flagged event's case; returns its id."""
    found = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event(conn, **more)]).fetchone()
    assert found
    return int(found[0])


def press_authority(conn: Connection, *, symbol: str = "STHU") -> str:
    """A fictional office that holds the role of press authority, with all that its papers need; returns its name."""
    for kind, name, data in (
        ("agency", "so-thu", {"name": "so-thu", "title": "Sở Thử", "kind": "department", "symbol": symbol, "place": "Bản Thử",
                              "superior": "ỦY BAN NHÂN DÂN TỈNH THỬ", "signer": "Giám đốc"}),
        ("role", "press_authority", {"name": "press_authority", "title": "Quản lý báo chí", "agency": "so-thu"}),
    ):  # fmt: skip
        conn.execute(
            "INSERT INTO catalogue_entries (kind, name, data) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [kind, name, Jsonb(data)],
        )
    return "so-thu"
