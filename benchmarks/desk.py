"""How fast the desk is at a million articles, beside ten thousand: `python benchmarks/desk.py [--articles N]`.

Makes synthetic, fictional data in an embedded PostgreSQL of its own (fsync off), asks for the queue, a filtered queue,
an event page and search through the whole application (session, roles, queries, template), and lets fifty signed-in
reviewers act at once over HTTP. Prints milliseconds at the server and the ratio large / small; ends 1 when a limit is
missed: p95 under 80 ms, under 3 times the time at 10,000 articles, no error among fifty.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import requests
import waitress

sys.path.insert(0, str(Path(__file__).parent.parent))

import db.migrate
import db.server
from db import users
from db.settings import Settings
from review_ui import passwords
from review_ui.app import create_app

LIMIT_MS, LIMIT_RATIO, REVIEWERS, ROUNDS = 80.0, 3.0, 50, 6
PASSWORD = "suối reo dưới chân núi"
# fictional words: enough different ones that search has rare, middling and common terms
FILL = """
INSERT INTO sources (name, title, home, hosts) SELECT 'o' || n, 'Báo Thử ' || n, 'https://o.example/', '{o.example}' FROM generate_series(1, 120) n;
INSERT INTO articles (source_id, url, identity, title, lead, language, published_at, first_seen_at, version_id, search)
  SELECT 1 + n % 120, 'https://o.example/' || n, 'https://o.example/' || n, t.title, 'Đoạn dẫn của tin ' || n, 'vi', t.at, t.at, n,
         to_tsvector('simple', t.title || ' tin thu so ' || n || ' ve ' || (ARRAY['duong sat lo','truong hoc moi','lu quet','cho phien','cau treo','mua lua chin','dien luoi'])[1 + n % 7] || ' o thon ' || (n % 5000))
    FROM generate_series(1, %(articles)s) n,
         LATERAL (SELECT 'Tin thử số ' || n || ' về ' || (ARRAY['đường sạt lở','trường học mới','lũ quét','chợ phiên','cầu treo','mùa lúa chín','điện lưới'])[1 + n % 7]
                    || ' ở thôn ' || (n % 5000) AS title, now() - make_interval(mins => (%(articles)s - n)) AS at) t ORDER BY n;
INSERT INTO versions (article_id, number, title, body, text_sha256, reader)
  SELECT id, 1, title, repeat(title || '. Người dân cho biết nước lên nhanh. ', 3), 'sha', 'bench' FROM articles ORDER BY id;
INSERT INTO judgements (article_id, version_id, model, relevance, relevance_score, harm, harm_band, criticism, criticism_band, needs_check, check_band, rebuttal, rebuttal_band, priority, result)
  SELECT id, version_id, 'rules', 'core', .9, .5, 'medium', .1, 'low', .5, 'medium', .1, 'low', .5,
         '{"check": {"band": "medium", "reasons": [{"rule": "check: rumour", "text": "Tin thử", "start": 0, "end": 7, "weight": 1}]}}'
    FROM articles WHERE id %% 5 = 0;
INSERT INTO events (title, started_at, last_at, first_article_id, articles, outlets, languages, scopes, source_names, places, relevance, check_band, harm_band, priority, reasons, flagged)
  SELECT a.title, a.first_seen_at, a.first_seen_at, a.id, 5, 5, '{vi}', CASE WHEN n %% 20 = 0 THEN '{foreign}' ELSE '{domestic}' END::text[],
         ARRAY['o' || n %% 120, 'o' || (n + 1) %% 120], ARRAY['p' || n %% 300], 'core', (ARRAY['low','medium','high'])[1 + n %% 3], (ARRAY['low','medium'])[1 + n %% 2],
         random(), jsonb_build_array(jsonb_build_object('signal','check','rule','check: rumour','text','Tin thử','article',a.id,'start',0,'end',7)), true
    FROM generate_series(1, %(events)s) n JOIN articles a ON a.id = n * 5;
INSERT INTO event_members (article_id, event_id) SELECT e.first_article_id - k, e.id FROM events e, generate_series(0, 4) k;
INSERT INTO catalogue_entries (kind, name, data) SELECT 'place', 'p' || n, jsonb_build_object('name', 'Xã Thử ' || n) FROM generate_series(0, 299) n;
UPDATE cases SET state = 'closed', changed_at = opened_at - make_interval(mins => id::int), outcome = 'dismiss' WHERE id %% 5 <> 0;
UPDATE cases SET state = 'verify' WHERE id %% 50 = 0;
UPDATE cases SET state = 'decide' WHERE id %% 500 = 0;
"""


def fill(owner_url: str, articles: int) -> None:
    """Fictional articles, a fifth as many events, a case for each."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("SET synchronous_commit = off")
        conn.execute("SET maintenance_work_mem = '512MB'")
        conn.execute("DROP INDEX articles_search")
        for statement in FILL.replace("n % ", "n %% ").split(";\n"):
            if statement.strip():
                if "UPDATE cases" in statement:
                    conn.execute("ALTER TABLE cases DISABLE TRIGGER USER")
                conn.execute(statement, {"articles": articles, "events": articles // 5})
        conn.execute("ALTER TABLE cases ENABLE TRIGGER USER")
        conn.execute("CREATE INDEX articles_search ON articles USING gin (search)")
        conn.execute("VACUUM ANALYZE")


def measure(app: object, name: str, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds at the server for each kind of page, by the whole application."""
    client = app.test_client()  # type: ignore[attr-defined]
    ours = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/login", data={"name": name, "password": PASSWORD}, headers=ours)
    assert answer.status_code == 303, answer.text
    with psycopg.connect(app.extensions["kiemtin.urls"].app) as conn:  # type: ignore[attr-defined]
        (events,) = conn.execute("SELECT count(*) FROM events").fetchone() or (0,)
    chance = random.Random(7)
    later = re.search(r'rel="next" href="([^"]+)"', client.get("/queue?tab=open").text)
    pages = {
        "queue": lambda: "/queue",
        "queue, a later page": lambda: later.group(1).replace("&amp;", "&") if later else "/queue",
        "queue, one place": lambda: f"/queue?tab=open&place=p{chance.randrange(300)}",
        "queue, place and outlet": lambda: (
            f"/queue?tab=open&place=p{chance.randrange(300)}&outlet=o{chance.randrange(120)}"
        ),
        "queue, signal and scope": lambda: "/queue?signal=check&scope=foreign",
        "queue, closed": lambda: "/queue?tab=closed",
        "event": lambda: f"/events/{1 + chance.randrange(events)}",
        "search, common words": lambda: "/search?q=lu quet",
        "search, rare words": lambda: f"/search?q=thon {chance.randrange(5000)}",
        "search, with marks": lambda: "/search?q=lũ quét ở thôn",
    }
    found = {}
    for kind, address in pages.items():
        times = []
        for n in range(rounds + 3):
            target = address()
            started = time.perf_counter()
            answer = client.get(target)
            if n >= 3:
                times.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, (target, answer.status_code)
        found[kind] = {"p50": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}
    return found


def crowd(app: object, names: list[str]) -> dict[str, object]:
    """Fifty people over HTTP: look at the queue, decide on a card, look again."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=12)
    threading.Thread(target=server.run, daemon=True).start()
    base = f"http://127.0.0.1:{server.effective_port}"
    ours = {"Sec-Fetch-Site": "same-origin"}
    outcomes: dict[int, int] = {}
    times: list[float] = []
    lock = threading.Lock()

    def person(name: str, seed: int) -> None:
        chance = random.Random(seed)
        session = requests.Session()
        session.headers.update(ours)
        session.post(
            f"{base}/login", data={"name": name, "password": PASSWORD}, allow_redirects=False, timeout=60
        )
        for _ in range(ROUNDS):
            started = time.perf_counter()
            page = session.get(f"{base}/queue", timeout=60)
            cards = re.findall(
                r'name="case" value="(\d+)"><input type="hidden" name="seen" value="(\d+)"', page.text
            )
            case, seen = chance.choice(cards)
            answer = session.post(
                f"{base}/queue/decide",
                data={"case": case, "seen": seen, "action": "dismiss:routine"},
                allow_redirects=False,
                timeout=60,
            )
            with lock:
                times.append((time.perf_counter() - started) * 1000)
                for status in (page.status_code, answer.status_code):
                    outcomes[status] = outcomes.get(status, 0) + 1

    threads = [threading.Thread(target=person, args=(name, n)) for n, name in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.close()
    return {
        "answers": {str(status): count for status, count in sorted(outcomes.items())},
        "look and decide, p50 ms": round(statistics.median(times)),
        "errors": sum(count for status, count in outcomes.items() if status not in (200, 303, 409)),
    }


def at(articles: int, rounds: int, *, with_crowd: bool) -> dict[str, object]:
    """Measures one size in a database of its own."""
    home = Path(tempfile.mkdtemp(prefix="kiemtin-bench-"))
    home.chmod(0o755)
    try:
        urls = db.server.start(home)
        assert urls.owner
        db.migrate.migrate(urls.owner)
        started = time.perf_counter()
        fill(urls.owner, articles)
        print(f"{articles:,} articles made in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        names = [f"reviewer{n}" for n in range(REVIEWERS)]
        word = passwords.hashed(PASSWORD)
        with psycopg.connect(urls.app) as conn:
            for name in names:
                users.add(conn, name=name, role="approver", password_hash=word, must_change=False)
        app = create_app(Settings(home=home, secret_key="bench"), urls)
        result: dict[str, object] = {"pages": measure(app, names[0], rounds)}
        if with_crowd:
            result["fifty at once"] = crowd(app, names)
        app.extensions["kiemtin.pool"].close()
        return result
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    """Both sizes, the ratios, and whether the limits hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    small = at(options.small, options.rounds, with_crowd=False)
    large = at(options.articles, options.rounds, with_crowd=True)
    failed = []
    for kind, now in large["pages"].items():  # type: ignore[attr-defined]
        then = small["pages"][kind]  # type: ignore[index]
        ratio = now["p50"] / then["p50"]
        print(
            f"{kind:28} p50 {now['p50']:6.1f} ms   p95 {now['p95']:6.1f} ms   {ratio:4.1f} x the time at {options.small:,}"
        )
        if now["p95"] > LIMIT_MS or ratio > LIMIT_RATIO:
            failed.append(kind)
    print(json.dumps(large["fifty at once"]))
    if large["fifty at once"]["errors"]:  # type: ignore[index]
        failed.append("fifty at once")
    if failed:
        print("missed: " + ", ".join(failed))
        sys.exit(1)


if __name__ == "__main__":
    main()
