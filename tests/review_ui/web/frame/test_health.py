"""What Prometheus sees: figures of the whole installation, no word about people or texts, and no failure with the database away."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import seeding
from prometheus_client.parser import text_string_to_metric_families

import db.ops.embedded_postgres
from db.accounts import api_tokens
from db.core.settings import Settings
from db.queries import metrics
from review_ui import worker
from review_ui.web.health import FAMILIES

DASHBOARD = Path(__file__).parents[4] / "docs" / "grafana.json"


def samples(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("kiemtin_")
    }


def test_the_figures_tell_articles_cases_sources_jobs_audit_and_disk(conn, anybody):
    seeding.case(conn)
    seeding.article(conn)
    answer = anybody.get("/metrics")
    assert answer.status_code == 200
    found = samples(answer.get_data(as_text=True))
    assert found["kiemtin_up",] == 1
    assert found["kiemtin_cases_open", "flagged"] == 1
    assert found["kiemtin_articles_last_day",] >= 1
    assert found["kiemtin_articles_unjudged",] >= 1
    assert found["kiemtin_disk_free_bytes",] > 0
    assert found["kiemtin_polls_total",] == 0
    assert found["kiemtin_sources", "unprobed"] >= 1


def test_every_figure_of_the_database_has_a_family_and_the_other_way_round(conn):
    seeding.user(conn)
    conn.execute("SELECT note_in_audit('lan', 'verifier', 'note', 'case:1', NULL, NULL, 'x')")
    names = {gauge.name for gauge in metrics.read(conn)}
    assert names <= set(FAMILIES)
    assert {"audit_rows", "audit_head_age_seconds", "polls", "database_bytes"} <= names


def test_no_name_title_or_address_of_anybody_stands_in_the_figures(conn, anybody):
    person = seeding.user(conn, name="nguyen-thi-rat-la")
    seeding.article(conn, title="Một tiêu đề rất lạ")
    conn.execute(
        "SELECT note_in_audit(%s, 'verifier', 'note', 'case:1', NULL, NULL, 'lý do riêng')", [person.name]
    )
    text = anybody.get("/metrics").get_data(as_text=True)
    for word in (person.name, "tiêu đề", "lý do", "http://", "@"):
        assert word not in text


def test_the_figures_are_for_this_machine_and_for_tokens_that_may_read_them(conn, anybody):
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert anybody.get("/metrics", environ_overrides=elsewhere).status_code == 401
    admin = seeding.user(conn, role="admin")
    for scopes, status in ((["metrics"], 200), (["articles"], 401)):
        secret = api_tokens.make(
            conn, name=f"t-{scopes[0]}", scopes=scopes, days=1, user_id=admin.id, actor=admin.name
        )
        answer = anybody.get(
            "/metrics", environ_overrides=elsewhere, headers={"Authorization": f"Bearer {secret}"}
        )
        assert answer.status_code == status, scopes
    wrong = anybody.get(
        "/metrics", environ_overrides=elsewhere, headers={"Authorization": "Bearer kt_nonsense"}
    )
    assert wrong.status_code == 401
    assert anybody.get("/healthz", environ_overrides=elsewhere).status_code == 200


class Away:
    """A lender of connections to a database that nobody answers for."""

    @contextmanager
    def connection(self):
        raise psycopg.OperationalError("connection refused")
        yield


@pytest.fixture
def stranded(application, tmp_path):
    return application(
        Settings(home=tmp_path, secret_key="for tests only"), Away(), testing=True
    ).test_client()


def test_with_the_database_away_the_process_lives_but_is_not_ready(stranded):
    assert stranded.get("/healthz").status_code == 200
    away = stranded.get("/readyz")
    assert (away.status_code, away.get_data(as_text=True)) == (503, "database unreachable\n")
    assert samples(stranded.get("/metrics").get_data(as_text=True))["kiemtin_up",] == 0
    elsewhere = stranded.get(
        "/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.7"}, headers={"Authorization": "Bearer x"}
    )
    assert elsewhere.status_code == 401


def test_the_dashboard_asks_only_for_figures_that_exist():
    import re

    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"kiemtin_\w+", target["expr"])
    }
    given = {f"kiemtin_{name}" + ("_total" if name == "polls" else "") for name in FAMILIES}
    assert asked == given


def test_a_failing_part_is_logged_without_the_row_that_was_refused(
    urls: db.ops.embedded_postgres.Urls, tmp_path, monkeypatch, capsys
):
    class Part:
        """A part of the worker that writes somebody's number where a rule refuses it."""

        @staticmethod
        def run(conn, *, settings, now):
            conn.execute("SELECT add_account('x', 'Số riêng 0912345678', 'nobody', 'x', NULL, true)")

    monkeypatch.setitem(__import__("sys").modules, "a_part_of_this_test", Part)
    monkeypatch.setattr(worker, "PARTS", ("a_part_of_this_test",))
    monkeypatch.setattr(worker, "_exists", lambda name: True)
    done = worker.round_once(urls.app, settings=Settings(home=tmp_path), now=datetime.now(UTC))
    said = capsys.readouterr()
    assert done == {"failed": 1}
    assert "0912345678" not in said.out + said.err
    assert "violates check constraint" in said.out + said.err


def test_the_jobs_screen_tells_every_job_with_its_source_and_what_came_of_it(conn, sign_in):
    (source,) = conn.execute(
        "INSERT INTO sources (name, title, home, hosts) VALUES ('o', 'Báo Thử Việc', 'http://o.example/', '{o.example}') RETURNING id"
    ).fetchone()
    for status, last in (("succeeded", "succeeded"), ("failed", "failed")):
        (job,) = conn.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES ('crawl', 'crawler.visit', %s,"
            " jsonb_build_object('source_id', %s::bigint)) RETURNING id",
            [status, source],
        ).fetchone()
        conn.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job])
        conn.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'started', now() - interval '1 minute'),"
            " (%s, %s::procrastinate_job_event_type, now())",
            [job, job, last],
        )
    conn.execute(
        "INSERT INTO polls (source_id, url, started_at, ended_at, outcome, why) VALUES"
        " (%s, 'http://o.example/rss', now() - interval '30 seconds', now(), 'failed', 'trang báo trả lời 503')",
        [source],
    )
    page = sign_in("admin").get("/admin/jobs").get_data(as_text=True)
    assert page.count("Báo Thử Việc") == 2
    assert page.count("trang báo trả lời 503") == 2
    assert page.index(">failed<") < page.rindex("crawler.visit")
