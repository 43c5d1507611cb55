"""The attack list of the database: what somebody tries who has the application's database password and nothing else, or a
colleague's session besides. Every row is one attempt; the summary of the run counts attempted and held.

The switch that lets tests write without sessions is off here: the database is as an office has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import seeding
from gate_scene import evidence
from wiping import wipe

import db.ops.embedded_postgres
from db.accounts import users
from db.core import session_key
from db.core.connection import Connection
from db.desk import cases, claims

pytestmark = pytest.mark.attack("SQL as the application's role")

KEY = "the key that the attacker does not have"
HELD = {
    "42501",
    "KT403",
    "KT404",
    "KT409",
    "KT422",
    "23514",
    "23503",
    "23502",
    "428C9",
    "42809",
    "55000",
    "0A000",
    "2200D",
    "22023",
}
DECIDED = (
    "account_confirmations", "adjudications", "audit", "case_actions", "case_joins", "claim_articles", "claims", "contact_attempts",
    "digest_edits", "digest_files", "digest_steps", "evidence", "evidence_packs", "exact_captures", "gate", "judgements", "notes",
    "publications", "renderings", "response_approvals", "response_texts", "reviews", "stances", "transitions", "case_states",
    "verdict_decisions", "verdicts", "versions",
)  # fmt: skip
ROLES = ("monitor", "verifier", "approver", "leader", "admin")


@dataclass
class Office:
    """Ids of people, their session tokens, and a claim whose proposal waits for an approver."""

    people: dict[str, int]
    tokens: dict[str, str]
    case: int
    claim: int
    verdict: int
    sha: str


@pytest.fixture(scope="module")
def office(urls: db.ops.embedded_postgres.Urls) -> Iterator[Office]:
    """An office in the middle of a decision, everybody signed in; its database then asks for sessions."""
    assert urls.owner
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        session_key.store(owner, KEY)
        with psycopg.connect(urls.app) as conn:
            made = _office(conn)
            conn.commit()
        owner.execute("UPDATE gate SET sessions_required = true")
        try:
            yield made
        finally:
            owner.execute("UPDATE gate SET sessions_required = false, inner_pad = NULL, outer_pad = NULL")
    wipe(urls)


def _office(conn: Connection) -> Office:
    people = {role: seeding.user(conn, role=role).id for role in ROLES} | {
        "second approver": seeding.user(conn, role="approver").id
    }
    case = seeding.case(conn)
    cases.act(
        conn,
        case_id=case,
        action="escalate",
        user_id=people["monitor"],
        seen_version=1,
        data={"to_verify": "x"},
    )
    claim = claims.add(conn, case_id=case, body="Đập Bản Thử sắp vỡ", user_id=people["verifier"])
    evidence(conn, claim, people["verifier"], independent=True)
    evidence(conn, claim, people["verifier"], kind="press", title="Bài báo thử")
    evidence(conn, claim, people["verifier"], kind="archived_item", title="Bản lưu", file_sha256="0" * 64)
    conn.execute(
        "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%s, 'a', 'b', now(), 'c', %s)",
        [claim, people["verifier"]],
    )
    verdict = claims.propose(
        conn, claim_id=claim, code="fabricated", what_is_true="x", reasoning="x", counter_evidence="x", user_id=people["verifier"]
    )  # fmt: skip
    cases.act(conn, case_id=case, action="propose", user_id=people["verifier"], seen_version=2)
    (sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone() or ("",)
    tokens = {name: users.begin_session(conn, user_id=person, key=KEY) for name, person in people.items()}
    return Office(people, tokens, case, claim, verdict, sha)


@pytest.fixture
def attacker(urls: db.ops.embedded_postgres.Urls, office: Office) -> Iterator[Connection]:
    """A connection as the application's role; nothing of it stays."""
    with psycopg.connect(urls.app) as conn:
        yield conn
        conn.rollback()


def held(conn: Connection, statement: str, values: Any = None, *, session: str = "") -> str:
    """The attempt is refused; returns how."""
    users.hold_session(conn, token=session)
    with pytest.raises(psycopg.Error) as refused, conn.transaction():
        conn.execute(statement, values)  # type: ignore[call-overload]
    assert refused.value.sqlstate in HELD, refused.value
    return refused.value.diag.constraint_name or refused.value.sqlstate or ""


# ── what was decided ────────────────────────────────────────────────────────────────────────────────────────────
CHANGES = {
    "update": "UPDATE {} SET {} = {}",
    "delete": "DELETE FROM {}",
    "truncate": "TRUNCATE {} CASCADE",
    "disable triggers": "ALTER TABLE {} DISABLE TRIGGER USER",
    "own it": "ALTER TABLE {} OWNER TO CURRENT_USER",
    "trigger of one's own": "CREATE TRIGGER mine BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "rule of one's own": "CREATE RULE mine AS ON INSERT TO {} DO INSTEAD NOTHING",
    "drop": "DROP TABLE {} CASCADE",
    "lock for ever": "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
}


@pytest.mark.parametrize("table", DECIDED)
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_that_was_decided_changes(attacker: Connection, table: str, change: str) -> None:
    (column,) = attacker.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attidentity = '' ORDER BY attnum DESC LIMIT 1",
        [table],
    ).fetchone() or ("",)
    held(attacker, CHANGES[change].format(table, column, column))


# ── who acts ────────────────────────────────────────────────────────────────────────────────────────────────────
ACTS = {
    "step": ("INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version, reason) VALUES (%(case)s, 'return', '', '', %(by)s, 3, 'x')", "approver"),
    "review": ("INSERT INTO reviews (case_id, event_id, user_id, outcome, reason) SELECT id, event_id, %(by)s, 'dismiss', 'x' FROM cases", "monitor"),
    "adjudication": ("INSERT INTO adjudications (case_id, outcome, reason, user_id) VALUES (%(case)s, 'dismiss', 'x', %(by)s)", "approver"),
    "note": ("INSERT INTO notes (case_id, user_id, body) VALUES (%(case)s, %(by)s, 'x')", "monitor"),
    "claim": ("INSERT INTO claims (case_id, body, created_by) VALUES (%(case)s, 'x', %(by)s)", "monitor"),
    "evidence": ("INSERT INTO evidence (claim_id, kind, title, added_by) VALUES (%(claim)s, 'press', 'x', %(by)s)", "verifier"),
    "withdrawn evidence": ("INSERT INTO evidence (claim_id, kind, title, added_by, replaces, withdrawn) SELECT claim_id, kind, title, %(by)s, id, true FROM standing_evidence LIMIT 1", "verifier"),
    "attempt": ("INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%(claim)s, 'a', 'b', now(), 'c', %(by)s)", "verifier"),
    "proposal": ("INSERT INTO verdicts (claim_id, code, what_is_true, reasoning, counter_evidence, proposed_by, text_sha256) VALUES (%(claim)s, 'fabricated', 'x', 'x', 'x', %(by)s, '')", "verifier"),
    "approval": ("INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed) VALUES (%(verdict)s, 'approve', %(by)s, %(sha)s, true)", "approver"),
    "return": ("INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, reason) VALUES (%(verdict)s, 'return', %(by)s, %(sha)s, 'x')", "approver"),
    "split": ("INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, reason) VALUES (%(verdict)s, 'split', %(by)s, %(sha)s, 'x')", "approver"),
    "confirmation": ("INSERT INTO account_confirmations (user_id, confirmed_by) SELECT id, %(by)s FROM users WHERE role = 'verifier'", "approver"),
    "digest": ("INSERT INTO digests (scope, from_on, to_on, content, row_count, created_by) VALUES ('domestic', '2026-11-01', '2026-11-07', '{}', 0, %(by)s)", "verifier"),
    "lease": ("INSERT INTO leases (case_id, user_id, expires_at) VALUES (%(case)s, %(by)s, now() + interval '1 hour')", "monitor"),
    "notice": ("INSERT INTO notices (case_id, body, posted_by, ends_at) VALUES (%(case)s, 'x', %(by)s, now())", "approver"),
}  # fmt: skip
SESSIONS = (
    "nobody's",
    "a made-up token",
    "the hash of a token",
    "an ended one",
    "another person's",
    "an administrator's",
)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("session", SESSIONS)
def test_nobody_acts_as_a_person_without_their_session(
    attacker: Connection, office: Office, act: str, session: str
) -> None:
    statement, who = ACTS[act]
    token = {
        "nobody's": "",
        "a made-up token": "x" * 43,
        "the hash of a token": hashlib.sha256(office.tokens[who].encode()).hexdigest(),
        "an ended one": office.tokens[who],
        "another person's": office.tokens["second approver" if who != "approver" else "verifier"],
        "an administrator's": office.tokens["admin"],
    }[session]
    if session == "an ended one":
        attacker.execute("UPDATE sessions SET ended_at = now() WHERE user_id = %s", [office.people[who]])
    values = {
        "case": office.case,
        "claim": office.claim,
        "verdict": office.verdict,
        "sha": office.sha,
        "by": office.people[who],
    }
    assert held(attacker, statement, values, session=token) in {"session.none", "session.other_person"}


# ── sessions, accounts, the gate's key, the audit ───────────────────────────────────────────────────────────────
KEYS = {
    "insert a session": "INSERT INTO sessions (token_sha256, user_id, expires_at) VALUES ('x', %(approver)s, now() + interval '1 hour')",
    "take over a session": "UPDATE sessions SET user_id = %(approver)s",
    "rename a session": "UPDATE sessions SET token_sha256 = 'x'",
    "open without proof": "SELECT open_session('x', %(approver)s, '1 hour', 'password', NULL)",
    "open with a short proof": "SELECT open_session('x', %(approver)s, '1 hour', 'password', '')",
    "open with a guessed proof": "SELECT open_session('x', %(approver)s, '1 hour', 'password', sha256('x'))",
    "open with the hash as proof": "SELECT open_session('x', %(approver)s, '1 hour', 'password', decode(md5('x'), 'hex'))",
    "bind an identity": "INSERT INTO user_identities (issuer, subject, user_id) VALUES ('i', 's', %(approver)s)",
    "bind without proof": "SELECT bind_identity('i', 's', %(approver)s, NULL)",
    "bind with a guessed proof": "SELECT bind_identity('i', 's', %(approver)s, sha256('x'))",
    "release identities": "DELETE FROM user_identities",
    "release by function": "SELECT release_identities(%(approver)s)",
    "make an account": "INSERT INTO users (name, display_name, role, password_hash) VALUES ('ghost', 'Ghost', 'approver', 'x')",
    "make an account by function": "SELECT add_account('ghost', 'Ghost', 'approver', 'x', NULL, false)",
    "change a role": "UPDATE users SET role = 'approver'",
    "change a role by function": "SELECT change_account(%(monitor)s, 'x', 'approver', NULL, NULL)",
    "change a password": "UPDATE users SET password_hash = 'x'",
    "change a password by function": "SELECT set_password(%(approver)s, 'x', false)",
    "change a second factor": "UPDATE users SET totp_secret = 'x'",
    "change a second factor by function": "SELECT set_second_factor(%(approver)s, 'x', NULL)",
    "put out of service": "UPDATE users SET disabled_at = now()",
    "put out of service by function": "SELECT set_account_state(%(approver)s, true)",
    "forget who was entrusted": "UPDATE users SET entrusted_at = NULL",
    "delete an account": "DELETE FROM users",
    "rename an account": "UPDATE users SET name = 'x'",
    "read the key": "SELECT inner_pad FROM gate",
    "set the key": "UPDATE gate SET inner_pad = '', outer_pad = ''",
    "switch sessions off": "UPDATE gate SET sessions_required = false",
    "switch the wait off": "UPDATE gate SET second_person_wait = '0'",
    "a second gate": "INSERT INTO gate (only_row) VALUES (false)",
    "write the audit": "INSERT INTO audit (id, at, actor, action, subject, prev_hash, hash) VALUES (9999, now(), 'x', 'x', 'x', '', '')",
    "write the audit by its function": "SELECT audit_note('x', 'x', 'x', 'x')",
    "note a decision": "SELECT note_in_audit('x', 'approver', 'verdict.approve', 'claim:1')",
    "note a publication": "SELECT note_in_audit('x', 'approver', 'bulletin.label', 'claim:1')",
    "note an account": "SELECT note_in_audit('x', 'admin', 'update', 'users:x')",
    "note evidence": "SELECT note_in_audit('x', 'verifier', 'evidence.add', 'claim:1')",
    "note a step": "SELECT note_in_audit('x', 'verifier', 'case.dismiss', 'case:1')",
    "note a digest": "SELECT note_in_audit('x', 'verifier', 'digest.issue', 'digest:1')",
    "note the gate": "SELECT note_in_audit('x', 'verifier', 'gate.change', 'gate')",
    "tell staff a lie": "SELECT tell(%(approver)s, 'mention', 1, NULL)",
    "tell approvers a lie": "SELECT tell_approvers(%(approver)s, 'made')",
    "skip the session check": "SELECT require_session(%(approver)s)",
}  # fmt: skip


@pytest.mark.parametrize("attempt", KEYS)
def test_keys_are_not_made_by_who_has_the_password_of_the_database(
    attacker: Connection, office: Office, attempt: str
) -> None:
    held(attacker, KEYS[attempt], office.people)


@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader"])
@pytest.mark.parametrize("attempt", [name for name in KEYS if name.endswith("by function")])
def test_accounts_are_kept_by_administrators_alone(
    attacker: Connection, office: Office, role: str, attempt: str
) -> None:
    other = office.people | ({"approver": office.people["second approver"]} if role == "approver" else {})
    held(
        attacker,
        KEYS[attempt],
        other | ({"monitor": office.people["verifier"]} if role == "monitor" else {}),
        session=office.tokens[role],
    )


@pytest.mark.parametrize(
    "attempt", ["change_account(%s, 'x', 'approver', NULL, NULL)", "set_account_state(%s, false)"]
)
def test_an_administrator_does_not_change_their_own_account(
    attacker: Connection, office: Office, attempt: str
) -> None:
    said = held(attacker, f"SELECT {attempt}", [office.people["admin"]], session=office.tokens["admin"])
    assert said == "account.own"


# ── the server ──────────────────────────────────────────────────────────────────────────────────────────────────
SERVER = (
    "COPY audit FROM '/etc/passwd'", "COPY users TO '/tmp/users'", "COPY users TO PROGRAM 'id'", "COPY notes FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('/')", "SELECT lo_import('/etc/passwd')", "SELECT pg_reload_conf()",
    "SET ROLE kiemtin_owner", "SET SESSION AUTHORIZATION kiemtin_owner", "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SUPERUSER", "ALTER DATABASE kiemtin OWNER TO CURRENT_USER",
    "CREATE ROLE mine", "GRANT kiemtin_owner TO CURRENT_USER", "CREATE EXTENSION dblink", "CREATE SCHEMA mine", "DROP SCHEMA public CASCADE",
    "ALTER FUNCTION blank(text) RENAME TO blanc",
    "DROP FUNCTION check_decision CASCADE", "ALTER FUNCTION acting_user() SECURITY INVOKER", "SECURITY LABEL ON TABLE users IS 'x'",
    "CREATE POLICY mine ON users", "COMMENT ON TABLE audit IS 'x'", "REINDEX TABLE audit", "CLUSTER audit USING audit_pkey",
)  # fmt: skip


@pytest.mark.parametrize("statement", SERVER)
def test_the_server_gives_nothing_away(attacker: Connection, statement: str) -> None:
    held(attacker, statement)


def test_functions_that_are_not_given_cannot_be_called(attacker: Connection) -> None:
    """All of them at once: whatever the application may not call is not callable with any argument."""
    names = attacker.execute(
        "SELECT p.proname, (SELECT string_agg(CASE WHEN p.provariadic <> 0 THEN 'VARIADIC ' ELSE '' END || 'NULL::' || format_type(t, NULL), ', ' ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY a(t, n))"
        " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype"
        " AND p.proname !~ '^procrastinate' AND NOT has_function_privilege(p.oid, 'EXECUTE')"
    ).fetchall()
    assert len(names) > 5
    for name, arguments in names:
        assert held(attacker, f"SELECT {name}({arguments or ''})") == "42501", name


# ── what an approver with a session of their own tries alone ────────────────────────────────────────────────────
ALONE = {
    "approve one's own": "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed) VALUES (%(verdict)s, 'approve', %(verifier)s, %(sha)s, true)",
    "approve another text": "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed) VALUES (%(verdict)s, 'approve', %(approver)s, 'x', true)",
    "approve unconfirmed": "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256) VALUES (%(verdict)s, 'approve', %(approver)s, %(sha)s)",
    "publish unapproved": "INSERT INTO publications (claim_id, verdict_id, code, label, claim, what_is_true, why, office, text_sha256, published_by) VALUES (%(claim)s, %(verdict)s, 'fabricated', 'x', 'x', 'x', 'x', 'x', %(sha)s, %(approver)s)",
    "withdraw what is not there": "INSERT INTO publications (claim_id, verdict_id, kind, code, label, claim, what_is_true, why, office, text_sha256, published_by, public_note) VALUES (%(claim)s, %(verdict)s, 'withdrawal', 'fabricated', 'x', 'x', 'x', 'x', 'x', %(sha)s, %(approver)s, 'x')",
    "move the case": "UPDATE cases SET state = 'publish'",
    "say it is no criticism": "UPDATE cases SET critical = false",
    "publish the case": "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version) VALUES (%(case)s, 'publish', 'publish', 'published', %(approver)s, 3)",
    "undo another's step": "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version, reverses) SELECT %(case)s, 'undo', '', '', %(approver)s, 3, max(id) FROM case_actions",
    "confirm oneself": "INSERT INTO account_confirmations (user_id, confirmed_by) VALUES (%(approver)s, %(approver)s)",
    "id of one's own": "INSERT INTO verdicts (id, claim_id, code, what_is_true, reasoning, counter_evidence, proposed_by, text_sha256) VALUES (1, %(claim)s, 'fabricated', 'x', 'x', 'x', %(approver)s, '')",
}  # fmt: skip


@pytest.mark.parametrize("attempt", ALONE)
def test_one_person_alone_gets_nowhere(attacker: Connection, office: Office, attempt: str) -> None:
    who = "verifier" if "%(verifier)s" in ALONE[attempt] else "approver"
    values = {
        "case": office.case,
        "claim": office.claim,
        "verdict": office.verdict,
        "sha": office.sha,
        **office.people,
    }
    held(attacker, ALONE[attempt], values, session=office.tokens[who])


def test_the_office_itself_can_work(attacker: Connection, office: Office) -> None:
    """The same statement that was refused above, in the right person's session."""
    users.hold_session(attacker, token=office.tokens["approver"])
    attacker.execute(
        "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed) VALUES (%s, 'approve', %s, %s, true)",
        [office.verdict, office.people["approver"], office.sha],
    )
