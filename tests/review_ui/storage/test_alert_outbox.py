"""The outbox: nothing lost, nothing doubled but by a crash, nothing sent that was not chosen."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
import seeding
from psycopg.types.json import Jsonb

from db.core.errors import TryLater
from db.core.settings import Settings
from db.desk import alerts
from review_ui.alerts import find, policy, send, webhook, worker

NOON = datetime.now(UTC).replace(
    hour=5, minute=0, second=0, microsecond=0
)  # noon in Vietnam, outside quiet hours
HOME = Settings(home=Path("/nowhere"))


class Receiver:
    """Takes messages, or refuses while it is down."""

    def __init__(self):
        self.down = False
        self.taken = []

    def __call__(self, channel, address, waiting, **more):
        if self.down:
            raise TryLater("down")
        self.taken.append((channel, address, [w.link for w in waiting], more["message_id"]))


def setting(conn, name, value):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('setting', %s, %s)"
        " ON CONFLICT (kind, name, valid_from) DO UPDATE SET data = excluded.data",
        [name, Jsonb({"name": name, "value": value})],
    )


def rule(conn, *, urgent=True, kind="high_band", value="check", target="a@b.example", channel="mail"):
    made = alerts.add_rule(conn, title="Thử", kind=kind, value=value, urgent=urgent, created_by=None)
    alerts.add_target(conn, rule_id=made, channel=channel, address=target, role=None)
    conn.execute(
        "UPDATE alert_rules SET enabled = true, enabled_at = %s WHERE id = %s",
        [NOON - timedelta(hours=5), made],
    )
    return made


def event(conn, *, at=None, **more):
    found = seeding.event(conn, check="high", **more)
    conn.execute("UPDATE events SET last_at = %s WHERE id = %s", [at or NOON - timedelta(minutes=5), found])
    return found


@pytest.fixture
def on(conn):
    setting(conn, "alerts.enabled", "yes")
    return conn


def round_at(conn, receiver, at=NOON):
    return worker.run(conn, settings=HOME, now=at, sender=receiver)


def test_nothing_is_looked_for_while_alerts_are_off(conn):
    rule(conn)
    event(conn)
    receiver = Receiver()
    assert round_at(conn, receiver)["alerts_found"] == 0
    assert receiver.taken == []


def test_a_finding_is_sent_once_however_often_it_is_found(on):
    rule(on)
    found = event(on)
    receiver = Receiver()
    for n in range(3):
        round_at(on, receiver, NOON + timedelta(minutes=n))
    assert [links for _, _, links, _ in receiver.taken] == [[f"/events/{found}"]]


def test_while_the_receiver_is_down_nothing_is_lost_and_then_nothing_doubled(on):
    rule(on)
    first = event(on)
    receiver = Receiver()
    receiver.down = True
    assert round_at(on, receiver)["alerts_failed"] == 1
    second = event(on, at=NOON + timedelta(minutes=2))
    round_at(on, receiver, NOON + timedelta(minutes=3))
    receiver.down = False
    for hours in range(1, 12):
        round_at(on, receiver, NOON + timedelta(hours=hours / 2))
    assert sorted(link for _, _, links, _ in receiver.taken for link in links) == sorted(
        [f"/events/{first}", f"/events/{second}"]
    )


def test_a_message_tried_again_keeps_its_id_and_holds_nothing_new(on):
    rule(on)
    event(on)
    receiver = Receiver()
    receiver.down = True
    round_at(on, receiver)
    kept = on.execute("SELECT message_id FROM alert_deliveries").fetchone()[0]
    event(on, at=NOON + timedelta(minutes=1))
    receiver.down = False
    round_at(on, receiver, NOON + timedelta(minutes=3))
    by_id = {message: links for _, _, links, message in receiver.taken}
    assert len(by_id) == 2
    assert len(by_id[kept]) == 1


def test_findings_of_one_quarter_of_an_hour_travel_together(on):
    rule(on, urgent=False)
    found = [event(on), event(on)]
    receiver = Receiver()
    round_at(on, receiver)
    assert receiver.taken == []
    round_at(on, receiver, NOON + timedelta(minutes=16))
    assert [sorted(links) for _, _, links, _ in receiver.taken] == [sorted(f"/events/{n}" for n in found)]


def test_the_rate_guard_holds_a_flood_back_and_loses_none(on):
    setting(on, "alerts.hourly_limit", "2")
    rule(on)
    receiver = Receiver()
    for n in range(5):
        event(on, at=NOON + timedelta(minutes=n))
        round_at(on, receiver, NOON + timedelta(minutes=n + 1))
    assert len(receiver.taken) == 2
    round_at(on, receiver, NOON + timedelta(minutes=70))
    assert sum(len(links) for _, _, links, _ in receiver.taken) == 5


def test_what_happened_before_a_rule_was_switched_on_is_never_sent(on):
    made = rule(on)
    on.execute("UPDATE alert_rules SET enabled_at = %s WHERE id = %s", [NOON, made])
    event(on)
    receiver = Receiver()
    round_at(on, receiver)
    assert receiver.taken == []


def test_a_preview_finds_what_would_be_sent_and_sends_nothing(conn):
    made = rule(conn)
    found = event(conn)
    shown = find.find(
        conn, alerts.rule(conn, made), policy=policy.Policy(), since=NOON - timedelta(days=14), now=NOON
    )
    assert [row.key for row in shown] == [f"event:{found}"]
    assert alerts.log(conn, most=5) == []


def test_restricted_cases_raise_no_alert(on):
    rule(on)
    found = event(on)
    on.execute("UPDATE cases SET restricted = true WHERE event_id = %s", [found])
    assert round_at(on, Receiver())["alerts_found"] == 0


def test_a_clock_about_to_run_out_is_told_before_it_does(on):
    rule(on, kind="clock", value="")
    case = seeding.case(on)
    on.execute("UPDATE cases SET due_at = %s WHERE id = %s", [NOON + timedelta(hours=23), case])
    receiver = Receiver()
    round_at(on, receiver)
    assert [links for _, _, links, _ in receiver.taken] == [[f"/cases/{case}"]]


class _Mailbox(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 test\r\n")
        text, body = [], False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if body:
                if line == ".":
                    self.server.mails.append("\n".join(text))
                    body = False
                    self.wfile.write(b"250 ok\r\n")
                else:
                    text.append(line)
            elif line.upper() == "DATA":
                body = True
                self.wfile.write(b"354 go\r\n")
            elif line.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


def serve(server):
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def told(conn):
    rule(conn)
    event(conn, title="Bản tin bị nghi ngờ")
    worker._look(conn, policy.Policy(), now=NOON)
    return alerts.waiting(conn, now=NOON, most=9)


def test_a_mail_server_gets_the_message(on):
    with serve(socketserver.TCPServer(("127.0.0.1", 0), _Mailbox)) as server:
        server.mails = []
        rules = policy.Policy(
            mail_server=f"127.0.0.1:{server.server_address[1]}",
            mail_from="tin@x.example",
            mail_security="none",
        )
        send.send("mail", "a@b.example", told(on), policy=rules, message_id=uuid4(), home=Path("/nowhere"))
        server.shutdown()
        assert "Message-ID: <" in server.mails[0]


def test_a_webhook_gets_counts_and_a_link(on):
    bodies = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with serve(HTTPServer(("127.0.0.1", 0), Hook)) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/hook"
        send.send(
            "webhook",
            address,
            told(on),
            policy=policy.Policy(inner_hosts=("127.0.0.1",)),
            message_id=uuid4(),
            home=Path("/nowhere"),
        )
        server.shutdown()
    assert bodies[0]["alerts"] == 1
    assert "nghi ngờ" not in json.dumps(bodies, ensure_ascii=False)


@pytest.mark.parametrize(
    "channel, address", [("mail", "a@b.example"), ("webhook", "http://127.0.0.1:1/x"), ("telegram", "1234")]
)
def test_a_receiver_that_refuses_is_one_clear_line(on, channel, address):
    rules = policy.Policy(
        mail_server="127.0.0.1:1", mail_from="tin@x.example", mail_security="none", inner_hosts=("127.0.0.1",)
    )
    with pytest.raises(TryLater, match=r"did not take it|is not reached|no Telegram token"):
        send.send(channel, address, told(on), policy=rules, message_id=uuid4(), home=Path("/nowhere"))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]/x", "http://0x7f.1/x", "http://2130706433/x",
        "http://169.254.169.254/latest", "http://[fe80::1]/x", "http://metadata.google.internal/x", "http://10.0.0.5/x",
        "http://192.168.1.1/x", "http://172.16.3.4/x", "http://[::ffff:127.0.0.1]/x", "http://0.0.0.0/x", "http://hook.lan/x",
    ],
)  # fmt: skip
def test_inner_addresses_get_no_webhook(on, address):
    with pytest.raises(TryLater, match="inner address"):
        send.send(
            "webhook", address, told(on), policy=policy.Policy(), message_id=uuid4(), home=Path("/nowhere")
        )


def test_a_name_that_leads_inside_gets_none_either(on, monkeypatch):
    def inside(*_args, **_named):
        return [(2, 1, 6, "", ("93.184.216.34", 0)), (2, 1, 6, "", ("10.1.2.3", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", inside)
    with pytest.raises(TryLater, match="inner address"):
        send.send(
            "webhook",
            "https://hook.example/x",
            told(on),
            policy=policy.Policy(),
            message_id=uuid4(),
            home=Path("/nowhere"),
        )


def test_the_address_that_was_judged_is_the_one_that_is_asked(on, monkeypatch):
    asked = []
    monkeypatch.setattr(webhook, "address_of", lambda host, inner: "127.0.0.1")

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.headers["Host"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with serve(HTTPServer(("127.0.0.1", 0), Hook)) as server:
        port = server.server_address[1]
        webhook.post(f"http://hook.example:{port}/x", {})
        server.shutdown()
    assert asked == [f"hook.example:{port}"]
