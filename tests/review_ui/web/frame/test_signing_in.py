"""Signing in, staying signed in, and being refused."""

from __future__ import annotations

import threading
from collections import Counter

import psycopg_pool
import pyotp
import seeding

from db.accounts import sign_in_attempts
from db.core.settings import Settings
from review_ui.accounts import passwords, throttle
from review_ui.accounts.check_queue import QueueFull


def test_the_sign_in_page_opens_for_anybody(anybody):
    page = anybody.get("/login")
    assert page.status_code == 200
    assert "Đăng nhập" in page.text


def test_a_page_that_is_not_public_asks_who_you_are_and_leads_back(anybody):
    answer = anybody.get("/account?x=1")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/account?x%3D1"


def test_the_right_password_opens_the_account(sign_in):
    assert sign_in("verifier").get("/account").status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(anybody, conn):
    person = seeding.user(conn)
    answer = anybody.post("/login", data={"name": person.name, "password": seeding.PASSWORD})
    cookie = next(
        value for value in answer.headers.getlist("Set-Cookie") if value.startswith("kiemtin_session=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(anybody, conn):
    person = seeding.user(conn)
    wrong = anybody.post("/login", data={"name": person.name, "password": "không phải"})
    unknown = anybody.post("/login", data={"name": "khong.co", "password": "không phải"})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(person.name, "") == unknown.text.replace("khong.co", "")


def test_five_failures_hold_up_one_name_and_nobody_else(anybody, conn):
    first, second = seeding.user(conn), seeding.user(conn)
    for _ in range(5):
        anybody.post("/login", data={"name": first.name, "password": "sai"})
    held = anybody.post("/login", data={"name": first.name, "password": seeding.PASSWORD})
    assert held.status_code == 429
    assert anybody.post("/login", data={"name": second.name, "password": seeding.PASSWORD}).status_code == 303


def test_the_same_name_from_another_network_is_not_held_up(anybody, conn):
    person = seeding.user(conn)
    for _ in range(5):
        anybody.post(
            "/login",
            data={"name": person.name, "password": "sai"},
            environ_base={"REMOTE_ADDR": "198.51.100.9"},
        )
    answer = anybody.post(
        "/login",
        data={"name": person.name, "password": seeding.PASSWORD},
        environ_base={"REMOTE_ADDR": "203.0.113.4"},
    )
    assert answer.status_code == 303


def test_a_disabled_account_cannot_sign_in_and_loses_its_session(sign_in, conn):
    from db.accounts import users

    client = sign_in("monitor")
    users.set_state(conn, name=client.person.name, disabled=True)
    assert client.get("/account").status_code == 303
    assert (
        client.post("/login", data={"name": client.person.name, "password": seeding.PASSWORD}).status_code
        == 422
    )


def test_signing_out_ends_the_session_on_the_server(sign_in, conn):
    client = sign_in()
    token = client.get_cookie("kiemtin_session").value
    client.post("/logout")
    client.set_cookie("kiemtin_session", token)
    assert client.get("/account").status_code == 303


def test_an_idle_session_ends_sooner_for_those_who_run_the_system(sign_in, conn):
    for role, alive in (("monitor", 200), ("admin", 303)):
        client = sign_in(role)
        conn.execute(
            "UPDATE sessions SET seen_at = now() - interval '30 minutes' WHERE user_id = %s",
            [client.person.id],
        )
        assert client.get("/account").status_code == alive


def test_a_session_ends_for_good_after_a_working_day(sign_in, conn):
    client = sign_in()
    conn.execute("UPDATE sessions SET expires_at = now() WHERE user_id = %s", [client.person.id])
    assert client.get("/account").status_code == 303


def test_a_one_time_password_must_be_changed_before_anything_else(sign_in, conn):
    person = seeding.user(conn)
    conn.execute("SELECT set_password(id, password_hash, true) FROM users WHERE id = %s", [person.id])
    client = sign_in(person=person)
    assert client.get("/queue").location == "/account"
    answer = client.post(
        "/account/password",
        data={
            "current": seeding.PASSWORD,
            "password": "con đường lên núi cao",
            "again": "con đường lên núi cao",
        },
    )
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200


def test_a_second_factor_is_asked_for_once_it_is_on_and_a_code_works_once(anybody, conn):
    person = seeding.user(conn)
    secret = pyotp.random_base32()
    conn.execute("SELECT set_second_factor(id, %s, NULL) FROM users WHERE id = %s", [secret, person.id])
    entry = {"name": person.name, "password": seeding.PASSWORD}
    assert anybody.post("/login", data=entry).status_code == 422
    code = pyotp.TOTP(secret).now()
    assert anybody.post("/login", data={**entry, "totp": code}).status_code == 303
    anybody.delete_cookie("kiemtin_session")
    assert anybody.post("/login", data={**entry, "totp": code}).status_code == 422


def test_turning_the_second_factor_on_needs_a_code_from_the_app(sign_in, conn):
    client = sign_in()
    secret = passwords.new_secret()
    refused = client.post("/account/second-factor", data={"turn": "on", "secret": secret, "totp": "000000"})
    assert refused.status_code == 422
    taken = client.post(
        "/account/second-factor", data={"turn": "on", "secret": secret, "totp": pyotp.TOTP(secret).now()}
    )
    assert taken.status_code == 303
    assert "Đang bật" in client.get("/account").text


def test_a_write_from_another_site_is_refused(sign_in):
    client = sign_in()
    assert client.post("/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/logout", headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_a_write_that_says_nothing_of_where_it_comes_from_is_refused(app, conn):
    import flask.testing

    client = flask.testing.FlaskClient(app)
    assert client.post("/login", data={"name": "a", "password": "b"}).status_code == 403
    assert (
        client.post(
            "/login", data={"name": "a", "password": "b"}, headers={"Origin": "http://localhost"}
        ).status_code
        == 422
    )
    assert (
        client.post(
            "/login", data={"name": "a", "password": "b"}, headers={"Origin": "http://evil.example"}
        ).status_code
        == 403
    )


def test_after_signing_in_one_never_lands_on_another_site(anybody, conn):
    person = seeding.user(conn)
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = anybody.post(
            "/login", data={"name": person.name, "password": seeding.PASSWORD, "next": target}
        )
        assert answer.location == "/work"
        anybody.delete_cookie("kiemtin_session")


def test_the_policy_is_this_and_no_wider(anybody):
    assert anybody.get("/login").headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_the_language_switch_changes_the_page(anybody):
    assert anybody.post("/language", data={"language": "en", "next": "/login"}).location == "/login"
    assert 'lang="en"' in anybody.get("/login").text


def test_every_style_and_script_a_page_names_is_there(sign_in):
    import re

    client = sign_in()
    for address in re.findall(r'(?:href|src)="(/(?:static|bootstrap)[^"]+)"', client.get("/account").text):
        assert client.get(address).status_code == 200, address


def test_guesses_from_very_many_networks_hold_up_strangers_but_not_the_owner_at_a_known_place(anybody, conn):
    person = seeding.user(conn)

    def sign_in_from(address: str, password: str = seeding.PASSWORD) -> int:
        sent = {"name": person.name, "password": password}
        return anybody.post("/login", data=sent, environ_base={"REMOTE_ADDR": address}).status_code

    assert sign_in_from("192.0.2.7") == 303
    anybody.post("/logout")
    for number in range(throttle.TRIES_OF_ACCOUNT):
        sign_in_attempts.note(conn, name=person.name, prefix=f"203.0.{number}.0/24", succeeded=False)
    assert sign_in_from("198.51.100.9") == 429
    assert sign_in_from("192.0.2.200") == 303


def test_a_parallel_burst_gets_no_more_guesses_than_one_after_another(application, urls, committed, tmp_path):
    person = seeding.user(committed)
    committed.commit()
    pool = psycopg_pool.ConnectionPool(urls.app, min_size=0, max_size=8, open=True)
    app = application(Settings(home=tmp_path), pool, testing=False)
    said: Counter[int] = Counter()

    def guess(number: int) -> None:
        client = app.test_client()
        answer = client.post(
            "/login",
            data={"name": person.name, "password": f"đoán {number}"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        said[answer.status_code] += 1

    threads = [threading.Thread(target=guess, args=[number]) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    print(f"24 guesses at once: {dict(said)}")
    assert said[422] <= throttle.TRIES
    assert said[422] + said[429] + said[503] == 24


def test_where_the_queue_is_full_the_name_stays_and_nothing_is_counted(anybody, conn, monkeypatch):
    person = seeding.user(conn)

    def full(_network: str):
        raise QueueFull

    monkeypatch.setattr(passwords, "turn", full)
    answer = anybody.post("/login", data={"name": person.name, "password": seeding.PASSWORD})
    assert answer.status_code == 503
    assert "quá nhiều người" in answer.text
    assert person.name in answer.text
    assert conn.execute("SELECT count(*) FROM login_attempts WHERE name = %s", [person.name]).fetchone() == (
        0,
    )


def test_an_approver_confirms_an_account_and_nobody_else_does(sign_in, conn):
    fresh = seeding.user(conn, role="verifier")
    for role, status in (("approver", 303), ("verifier", 403), ("leader", 403), ("admin", 403)):
        answer = sign_in(role).post(f"/colleagues/{fresh.id}/confirm")
        assert answer.status_code == status, role
    assert conn.execute("SELECT count(*) FROM account_confirmations").fetchone() == (1,)
    approver = sign_in("approver")
    assert approver.post("/colleagues/999999/confirm").status_code == 404
    assert "Có tài khoản mới" in approver.get("/work").text or approver.get("/colleagues").status_code == 200
