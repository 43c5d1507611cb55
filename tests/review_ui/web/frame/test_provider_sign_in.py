"""Signing in through the office's own provider: what opens an account, and everything that must not."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import oidc_provider
import pyotp
import pytest
import requests
import seeding
from flask import Flask
from lending import Browser, OneConnection

from db.accounts import oidc_identities, users
from db.core.oidc_settings import Provider
from db.core.settings import Settings


@pytest.fixture
def office():
    provider = oidc_provider.Provider()
    yield provider
    provider.close()


@pytest.fixture
def app_with(conn, application, tmp_path, office):
    """The application with the office's provider, set up as the test wishes."""

    def made(**more) -> Flask:
        found = Provider(
            issuer=office.address, client_id=oidc_provider.CLIENT, client_secret=oidc_provider.SECRET, **more
        )
        settings = Settings(home=tmp_path, secret_key="for tests only", provider=found)
        app = application(settings, OneConnection(conn), testing=True)
        app.test_client_class = Browser
        return app

    return made


@pytest.fixture
def browser(app_with):
    return app_with().test_client()


@pytest.fixture
def lan(conn):
    person = seeding.user(conn, role="verifier", name="lan")
    conn.execute(
        "SELECT change_account(id, display_name, role, agency, 'lan@so.example') FROM users WHERE id = %s",
        [person.id],
    )
    return person


def sign_in(browser, office, *, following=""):
    """The whole way; the answer of the last step."""
    asked = browser.get("/login/oidc" + (f"?next={following}" if following else ""))
    assert asked.status_code == 303, asked.text
    sent_back = requests.get(asked.location, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(sent_back)
    return browser.get(f"{parts.path}?{parts.query}", headers={"Sec-Fetch-Site": "cross-site"})


def signed_in(browser):
    return browser.get("/account").status_code == 200


def test_a_verified_address_opens_the_account_that_has_it(browser, office, lan):
    office.claims = {"sub": "s-1", "email": "Lan@So.example", "email_verified": True}
    answer = sign_in(browser, office, following="/queue")
    assert answer.status_code == 200
    assert 'url=/queue"' in answer.text
    assert "Lan" in browser.get("/account").text
    assert office.asked_with[0]["code_challenge_method"] == "S256"
    assert office.asked_with[0]["scope"] == "openid email profile"


def test_the_cookie_of_the_way_back_is_gone_afterwards_and_was_out_of_reach_of_scripts(browser, office, lan):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    cookie = next(c for c in browser.get("/login/oidc").headers.getlist("Set-Cookie") if "kiemtin_oidc" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/login/oidc" in cookie
    sign_in(browser, office)
    assert browser.get_cookie("kiemtin_oidc", path="/login/oidc") is None


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "s-1", "email": "lan@so.example"},
        {"sub": "s-1", "email": "lan@so.example", "email_verified": False},
        {"sub": "s-1", "email": "lan@so.example", "email_verified": "true"},
        {"sub": "s-1", "email": "other@so.example", "email_verified": True},
        {"sub": "s-1", "preferred_username": "lan"},
        {"sub": "s-1", "email": ["lan@so.example"], "email_verified": True},
    ],
)
def test_an_address_that_is_not_vouched_for_opens_nothing_and_makes_no_account(
    browser, office, lan, conn, claims
):
    before = conn.execute("SELECT count(*) FROM users").fetchone()
    office.claims = claims
    assert sign_in(browser, office).status_code == 403
    assert not signed_in(browser)
    assert conn.execute("SELECT count(*) FROM users").fetchone() == before


def test_a_preferred_name_counts_only_where_the_settings_say_so(app_with, office, lan):
    office.claims = {"sub": "s-1", "preferred_username": "Lan"}
    by_name = app_with(match="name").test_client()
    answer = sign_in(by_name, office)
    assert answer.status_code == 200, answer.text
    assert signed_in(by_name)


def test_a_disabled_account_stays_closed(browser, office, lan, conn):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    users.set_state(conn, name="lan", disabled=True)
    assert sign_in(browser, office).status_code == 403
    assert not signed_in(browser)


def test_an_address_that_moves_to_another_person_there_opens_nothing_here(browser, office, lan):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    assert sign_in(browser, office).status_code == 200
    browser.post("/logout")
    office.claims["sub"] = "s-2"
    assert sign_in(browser, office).status_code == 409
    assert not signed_in(browser)


def test_a_bound_person_keeps_the_account_when_the_address_changes(browser, office, lan):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    sign_in(browser, office)
    browser.post("/logout")
    office.claims["email"] = "lan.moi@so.example"
    sign_in(browser, office)
    assert signed_in(browser)


def test_an_administrator_frees_a_bound_account(browser, office, lan, conn):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    sign_in(browser, office)
    assert oidc_identities.bound_accounts(conn) == {lan.id}
    assert oidc_identities.release(conn, user_id=lan.id, actor="quantri") == 1
    assert oidc_identities.bound_accounts(conn) == set()


def forged(office, what):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    match what:
        case "nonce" | "aud" | "iss":
            office.change = {what: "another"}
        case "no nonce":
            office.change = {"nonce": None}
        case "no subject":
            office.change = {"sub": None}
        case "expired":
            office.change = {"exp": 1_700_000_000, "iat": 1_699_999_000}
        case "another key":
            office.signed_with = office.other
        case "no signature":
            office.algorithm = "none"
        case "public key as secret":
            office.algorithm = "HS256"
        case "another kind of key":
            office.algorithm, office.signed_with = "ES256", oidc_provider.curve_key()


@pytest.mark.filterwarnings("ignore")  # joserfc warns of the weak keys that this test forges with
@pytest.mark.parametrize(
    "what",
    ["nonce", "aud", "iss", "no nonce", "no subject", "expired", "another key", "no signature", "public key as secret", "another kind of key"],
)  # fmt: skip
def test_no_forged_answer_opens_anything(browser, office, lan, what):
    forged(office, what)
    answer = sign_in(browser, office)
    assert answer.status_code == 403, what
    assert not signed_in(browser)


def test_an_answer_to_somebody_elses_sign_in_opens_nothing(browser, app_with, office, lan):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    asked = browser.get("/login/oidc")
    back = urlsplit(requests.get(asked.location, allow_redirects=False, timeout=5).headers["Location"])
    stranger = app_with().test_client()
    assert stranger.get(f"{back.path}?{back.query}").status_code == 403
    stranger.get("/login/oidc")
    assert stranger.get(f"{back.path}?{back.query}").status_code == 403
    assert not signed_in(stranger)


def test_a_code_works_once(browser, office, lan):
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    asked = browser.get("/login/oidc")
    kept = browser.get_cookie("kiemtin_oidc", path="/login/oidc").value
    back = urlsplit(requests.get(asked.location, allow_redirects=False, timeout=5).headers["Location"])
    assert browser.get(f"{back.path}?{back.query}").status_code == 200
    browser.post("/logout")
    browser.set_cookie("kiemtin_oidc", kept, path="/login/oidc")
    assert browser.get(f"{back.path}?{back.query}").status_code == 403
    assert not signed_in(browser)


def test_a_refusal_there_is_a_sentence_here(browser, office, lan):
    office.refuses = True
    answer = sign_in(browser, office)
    assert answer.status_code == 403
    assert "không xác nhận bạn" in answer.text


def test_a_provider_that_is_away_or_calls_itself_otherwise_is_a_sentence(browser, office, lan):
    office.named = "https://elsewhere.example"
    assert "chưa cài đặt đúng" in browser.get("/login/oidc").text
    office.close()
    answer = browser.get("/login/oidc")
    assert answer.status_code == 503
    assert "không trả lời" in answer.text


def test_the_second_factor_is_asked_for_here_too_and_guesses_are_counted(browser, office, lan, conn):
    secret = pyotp.random_base32()
    conn.execute("SELECT set_second_factor(id, %s, NULL) FROM users WHERE id = %s", [secret, lan.id])
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    assert "Mã xác thực" in sign_in(browser, office).text
    assert not signed_in(browser)
    assert browser.post("/login/oidc/code", data={"totp": "000000"}).status_code == 422
    assert browser.post("/login/oidc/code", data={"totp": pyotp.TOTP(secret).now()}).status_code == 200
    assert signed_in(browser)
    browser.post("/logout")
    sign_in(browser, office)
    for _ in range(5):
        browser.post("/login/oidc/code", data={"totp": "000000"})
    assert browser.post("/login/oidc/code", data={"totp": "000000"}).status_code == 429


def test_a_one_time_password_that_was_never_used_need_not_be_changed(browser, office, lan, conn):
    conn.execute("SELECT set_password(id, password_hash, true) FROM users WHERE id = %s", [lan.id])
    office.claims = {"sub": "s-1", "email": "lan@so.example", "email_verified": True}
    sign_in(browser, office)
    assert browser.get("/queue").status_code == 200


def test_where_no_provider_is_set_up_nothing_offers_one(anybody):
    assert "/login/oidc" not in anybody.get("/login").text
    assert anybody.get("/login/oidc").status_code == 404


def test_a_provider_set_up_wrongly_is_not_offered_and_passwords_work(app_with, lan, caplog):
    caplog.set_level(logging.DEBUG)
    browser = app_with(faults=("wrong",)).test_client()
    assert "/login/oidc" not in browser.get("/login").text
    assert browser.get("/login/oidc").status_code == 503
    assert browser.post("/login", data={"name": "lan", "password": seeding.PASSWORD}).status_code == 303
    assert oidc_provider.SECRET not in caplog.text


def test_the_sign_in_page_offers_the_provider_by_its_title(app_with):
    browser = app_with(title="Cổng cán bộ").test_client()
    assert "Đăng nhập bằng Cổng cán bộ" in browser.get("/login").text
