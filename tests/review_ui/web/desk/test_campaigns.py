"""Coverage against a plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from psycopg.types.json import Jsonb

from db.desk import campaigns


def topic(conn):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('topic', 'chu-de-thu', %s)",
        [Jsonb({"name": "chu-de-thu", "title": "Chủ đề thử"})],
    )
    today = datetime.now(UTC).date()
    conn.execute(
        "INSERT INTO day_tones (on_day, scope, dimension, name, items, criticism, harm) VALUES (%s, 'domestic', 'topic', 'chu-de-thu', 30, 2, 0)",
        [today],
    )
    return {"topic": "chu-de-thu", "from": str(today), "planned": "120"}


def test_a_campaign_is_followed_against_its_plan_and_ended(sign_in, conn):
    client = sign_in("verifier")
    assert client.post("/campaigns/new", data=topic(conn)).status_code == 303
    page = client.get("/campaigns").text
    assert "Chủ đề thử" in page
    assert "25%" in page
    (found,) = campaigns.running(conn, on=datetime.now(UTC).date())
    client.post(f"/campaigns/{found.id}/end")
    assert "Chưa theo dõi chuyên đề nào." in client.get("/campaigns").text


@pytest.mark.parametrize(
    "wrong", [{"topic": "không có"}, {"planned": "nhiều"}, {"from": ""}, {"to": "2001-01-01"}]
)
def test_a_wrong_campaign_is_one_sentence(sign_in, conn, wrong):
    assert sign_in("approver").post("/campaigns/new", data={**topic(conn), **wrong}).status_code == 422


def test_readers_do_not_add_campaigns(sign_in, conn):
    reader = sign_in("leader")
    assert reader.get("/campaigns").status_code == 200
    assert reader.post("/campaigns/new", data=topic(conn)).status_code == 403
