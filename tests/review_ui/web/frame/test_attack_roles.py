"""The attack list of the web: each deciding act, sent by every role that may not do it and by nobody; and sessions.

Who may do what is said here once more, apart from the views, so that a role that was given by mistake is seen.
"""

from __future__ import annotations

import pyotp
import pytest
import seeding

from db.accounts import users

ROLES = ("monitor", "verifier", "approver", "leader", "admin", "nobody")
STAFF, VERIFIERS = "monitor verifier approver", "verifier approver"
ACTS = {
    "/cases/1/propose": VERIFIERS,
    "/cases/1/decide": "approver",
    "/cases/1/evidence": VERIFIERS,
    "/cases/1/evidence/withdraw": VERIFIERS,
    "/cases/1/attempts": VERIFIERS,
    "/cases/1/claims": STAFF,
    "/cases/1/link": STAFF,
    "/cases/1/publish": "approver",
    "/cases/1/correct": "approver",
    "/colleagues/1/confirm": "approver",
    "/queue/decide": STAFF,
    "/admin/users": "admin",
    "/admin/users/1": "admin",
    "/admin/users/1/reset": "admin",
    "/digests/1/step": VERIFIERS,
    "/digests/1/edit": VERIFIERS,
    "/digests/1/issue": VERIFIERS,
}


@pytest.mark.attack("web, as every role")
@pytest.mark.parametrize(
    ("path", "role"),
    [(path, role) for path, may in ACTS.items() for role in ROLES if role not in may.split()],
)
def test_a_role_does_not_do_what_is_not_its_own(app, anybody, sign_in, conn, path, role):
    rules = app.url_map.bind("localhost")
    rules.match(path, method="POST")  # the address is one of ours
    before = conn.execute("SELECT max(id) FROM audit").fetchone()
    client = anybody if role == "nobody" else sign_in(role)
    after_signing_in = conn.execute("SELECT max(id) FROM audit").fetchone()
    answer = client.post(
        path, data={"seen": "1", "decision": "approve", "verdict": "1", "sha256": "x", "code": "fabricated"}
    )
    if role == "nobody":
        assert answer.status_code in (303, 401, 403), answer.status_code
        assert "/login" in (answer.location or "/login")
    else:
        assert answer.status_code == 403
    assert conn.execute("SELECT max(id) FROM audit").fetchone() in (before, after_signing_in)
    for table in ("verdicts", "verdict_decisions", "evidence", "publications", "account_confirmations"):
        assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


# ── sessions and the second factor ──────────────────────────────────────────────────────────────────────────────
sessions = pytest.mark.attack("sessions and second factor")


def ended(client, conn):
    conn.execute("UPDATE sessions SET ended_at = now() WHERE user_id = %s", [client.person.id])


KILLS = {
    "signed out": lambda client, conn: client.post("/logout"),
    "ended on the server": ended,
    "expired": lambda client, conn: conn.execute(
        "UPDATE sessions SET expires_at = now() - interval '1 minute'"
    ),
    "idle": lambda client, conn: conn.execute("UPDATE sessions SET seen_at = now() - interval '2 days'"),
    "password reset": lambda client, conn: users.set_password(
        conn, user_id=client.person.id, password_hash="x", must_change=True
    ),
    "out of service": lambda client, conn: users.set_state(conn, name=client.person.name, disabled=True),
}


@sessions
@pytest.mark.parametrize("how", KILLS)
def test_a_session_that_is_over_opens_nothing(sign_in, conn, how):
    client = sign_in("verifier")
    kept = client.get_cookie("kiemtin_session") or next(iter(client._cookies.values()))
    KILLS[how](client, conn)
    client.set_cookie(kept.key, kept.value)
    assert client.get("/queue").status_code in (302, 303, 401)


@sessions
@pytest.mark.parametrize("statement", ["ended_at = NULL", "expires_at = now() + interval '9 days'"])
def test_a_session_is_not_revived_nor_made_longer(sign_in, conn, statement):
    client = sign_in("verifier")
    ended(client, conn)
    before = conn.execute("SELECT ended_at, expires_at FROM sessions").fetchall()
    conn.execute(f"UPDATE sessions SET {statement}")
    assert conn.execute("SELECT ended_at, expires_at FROM sessions").fetchall() == before


@pytest.fixture
def guarded(conn, sign_in, anybody):
    """Somebody with a second factor, signed in; ``client.secret`` is the secret."""
    person, secret = seeding.user(conn, role="approver"), pyotp.random_base32()
    client = sign_in(person=person)
    conn.execute("SELECT set_second_factor(%s, %s, NULL)", [person.id, secret])
    client.secret = secret
    return client


def code(client):
    return pyotp.TOTP(client.secret).now()


OTHER = "JBSWY3DPEHPK3PXP" * 2
OFF = {
    "without anything": lambda c: {},
    "without a code": lambda c: {"current": seeding.PASSWORD},
    "with a wrong code": lambda c: {"current": seeding.PASSWORD, "totp": "000000"},
    "without the password": lambda c: {"totp": code(c)},
    "with a wrong password": lambda c: {"current": "sai mật khẩu", "totp": code(c)},
    "with the code of another secret": lambda c: {
        "current": seeding.PASSWORD,
        "totp": pyotp.TOTP(OTHER).now(),
    },
}


@sessions
@pytest.mark.parametrize("how", OFF)
def test_a_second_factor_is_not_taken_away(guarded, conn, how):
    assert (
        guarded.post("/account/second-factor", data={"turn": "off", **OFF[how](guarded)}).status_code == 422
    )
    assert conn.execute("SELECT totp_secret FROM users WHERE id = %s", [guarded.person.id]).fetchone() == (
        guarded.secret,
    )


@sessions
def test_a_second_factor_is_not_overwritten(guarded, conn):
    answer = guarded.post(
        "/account/second-factor", data={"turn": "on", "secret": OTHER, "totp": pyotp.TOTP(OTHER).now()}
    )
    assert answer.status_code in (409, 422)
    assert conn.execute("SELECT totp_secret FROM users WHERE id = %s", [guarded.person.id]).fetchone() == (
        guarded.secret,
    )


@sessions
@pytest.mark.parametrize("totp", ["", "000000", "12345", "abcdef", "0" * 400, "٠١٢٣٤٥"])
def test_nobody_signs_in_without_the_code(guarded, anybody, totp):
    answer = anybody.post(
        "/login", data={"name": guarded.person.name, "password": seeding.PASSWORD, "totp": totp}
    )
    assert answer.status_code == 422


@sessions
def test_a_code_works_once(guarded, app):
    entry = {"name": guarded.person.name, "password": seeding.PASSWORD, "totp": code(guarded)}
    assert app.test_client().post("/login", data=entry).status_code == 303
    assert app.test_client().post("/login", data=entry).status_code == 422
