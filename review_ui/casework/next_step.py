"""The next step of a case and the checklist of a claim: pure decisions from what the case holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from db.desk.claims import Attempt, Claim, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A line of the checklist. ``form``: the small form in which it is done; ``done``: it holds already."""

    name: str
    word: LazyString
    form: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What is to be done now. ``form``: the small form that does it, '' where another page does; ``hands``: whose role it
    is (monitor, verifier, approver)."""

    name: str
    word: LazyString
    form: str
    hands: str


class AskedClaim(Protocol):
    """What is asked of a claim (case_claims.ClaimPart has it)."""

    @property
    def checks(self) -> list[Check]: ...
    @property
    def standing(self) -> object | None: ...
    @property
    def claim(self) -> Claim: ...


def checklist(claim: Claim, evidence: Sequence[Evidence], attempts: Sequence[Attempt]) -> list[Check]:
    """What the evidence rule asks for before "not true" can be proposed; the database has the last word."""
    pieces = [one for one in evidence if one.kind != "archived_item"]
    outside = [
        one
        for one in pieces
        if one.kind in ("primary", "first_hand")
        and one.independent
        and (claim.criticised_agency is None or one.issuer != claim.criticised_agency)
    ]
    return [
        Check(name="copy", word=_("Bản lưu của tin bị nghi"), form="articles",
              done=any(one.kind == "archived_item" and (one.capture_id or one.file_sha256) for one in evidence)),
        Check(name="two", word=_("Hai bằng chứng, không kể bản lưu"), form="evidence", done=len(pieces) >= 2),
        Check(name="independent", word=_("Một tài liệu gốc hoặc nguồn trực tiếp, độc lập"), form="evidence", done=bool(outside)),
        Check(name="contact", word=_("Đã liên hệ nguồn tin (hoặc lý do khẩn cấp)"), form="contact", done=bool(attempts)),
    ]  # fmt: skip


def next_step(
    *,
    state: str,
    critical: bool,
    claims: Sequence[AskedClaim],
    letters: Sequence[tuple[bool, bool]],
    publishable: bool,
) -> NextStep:
    """What comes next. ``letters``: (approved, with an outcome) of each response; ``publishable``: a verdict with a public
    label is in force."""
    plain = {
        "flagged": NextStep(name="triage", word=_("phân loại tin này"), form="", hands="monitor"),
        "triage": NextStep(name="triage", word=_("phân loại tin này"), form="", hands="monitor"),
        "waiting": NextStep(name="resume", word=_("chờ bên được hỏi trả lời; có trả lời thì ghi lại và xác minh tiếp"), form="steps", hands="verifier"),
        "decide": NextStep(name="sign", word=_("người thứ hai đọc và duyệt kết luận"), form="", hands="approver"),
        "publish": NextStep(name="publish", word=_("đăng kết luận lên bản tin"), form="", hands="approver"),
        "published": NextStep(name="follow", word=_("theo dõi báo chí sau khi đăng bản tin"), form="steps", hands="verifier"),
        "follow_up": NextStep(name="close", word=_("ghi kết quả rồi đóng hồ sơ"), form="steps", hands="verifier"),
        "closed": NextStep(name="closed", word=_("hồ sơ đã đóng"), form="", hands=""),
    }  # fmt: skip
    if state == "respond":
        return _answering(critical=critical, letters=letters, publishable=publishable)
    if state != "verify":
        return plain[state]
    if not claims:
        return NextStep(name="claim", word=_("ghi câu cần kiểm chứng"), form="claim", hands="verifier")
    for one in claims:
        if one.claim.verdict or one.standing is not None:
            continue
        for check in one.checks:
            if not check.done:
                return NextStep(name=check.name, word=_MISSING[check.name], form=check.form, hands="verifier")
    return NextStep(name="propose", word=_("đề xuất kết luận"), form="propose", hands="verifier")


_MISSING = {
    "copy": _("xác nhận các bài nói gì và lấy bản lưu của tin bị nghi"),
    "two": _("thêm bằng chứng"),
    "independent": _("thêm một tài liệu gốc hoặc nguồn trực tiếp, độc lập với cơ quan bị nêu"),
    "contact": _("liên hệ nguồn tin và ghi lại"),
}


def _answering(*, critical: bool, letters: Sequence[tuple[bool, bool]], publishable: bool) -> NextStep:
    if not critical and publishable:
        return NextStep(name="publish", word=_("đăng kết luận lên bản tin"), form="steps", hands="approver")
    if not letters:
        return NextStep(name="draft", word=_("soạn văn bản trả lời"), form="draft", hands="verifier")
    if not all(approved for approved, _settled in letters):
        return NextStep(
            name="letter", word=_("người thứ hai đọc và duyệt văn bản"), form="", hands="approver"
        )
    if not any(settled for _approved, settled in letters):
        return NextStep(name="send", word=_("gửi văn bản và ghi đã gửi"), form="", hands="verifier")
    return NextStep(name="answered", word=_("ghi cách đã phản hồi"), form="steps", hands="approver")
