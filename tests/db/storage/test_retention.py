"""Ninety-one days after a case was closed, as the database sees it: the contact is gone, the receipt still answers."""

from __future__ import annotations

import psycopg
import pytest
import seeding

from db.desk import cases, reports


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_a_contact_outlives_its_case_by_ninety_days(committed, urls, days, left):
    staff = seeding.user(committed, role="verifier")
    code = reports.receipt_code()
    report = reports.add(
        committed, code=code, channel="web", url="https://bao.test/x", identity="bao.test/x", file_sha256=None,
        what_is_wrong="Cầu vẫn còn.", prefix="192.0.2.0/24", entered_by=None, quarantined=False,
    )  # fmt: skip
    reports.seal_contact(committed, report_id=report, sealed=b"sealed", purpose="reply about this report")
    case = cases.open_by_staff(committed, event_id=None, title="Cầu", field=None, actor=staff.name)
    reports.link(committed, report_id=report, case_id=case.id)
    cases.act(
        committed,
        case_id=case.id,
        action="dismiss",
        user_id=staff.id,
        seen_version=case.version,
        reason="đã rõ",
    )
    committed.commit()
    with psycopg.connect(
        urls.owner
    ) as owner:  # time goes by: only the owner can turn the clock of what is kept
        owner.execute("ALTER TABLE cases DISABLE TRIGGER USER")
        owner.execute("UPDATE cases SET changed_at = now() - make_interval(days => %s)", [days])
        owner.execute("ALTER TABLE cases ENABLE TRIGGER USER")
        owner.execute("UPDATE reports SET received_at = now() - make_interval(days => %s)", [days])
        owner.execute("UPDATE contacts SET kept_from = now() - make_interval(days => %s)", [days])
    assert reports.purge(committed, after_closing=90, at_most=180, prefixes=7) == 1 - left
    committed.commit()
    with psycopg.connect(urls.owner) as owner:
        assert owner.execute("SELECT count(*) FROM contacts").fetchone() == (left,)
        assert owner.execute("SELECT prefix FROM reports").fetchone() == (None,)
    found = reports.by_receipt(committed, code)
    assert found is not None
    assert found.state == "closed"
