"""Putting approved verdicts into the public bulletin: exactly the text that was signed, without names of private persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from db.core.errors import Invalid
from db.core.time import HANOI
from db.desk import publications
from db.queries import letterheads
from review_ui.privacy.initials import initialled
from review_ui.web import forms
from review_ui.web.transaction import conn


def office() -> str:
    """The office that speaks: the body that holds the role of press authority today, as the catalogue has it."""
    head = letterheads.of_role(conn(), "press_authority", on=datetime.now(HANOI).date())
    return head.issuer if head else "Cơ quan quản lý báo chí tỉnh"


def without_names(*texts: str) -> None:
    """Raises Invalid where a text for the public names a private person and nobody has said that the name is needed."""
    if forms.flag("names_needed"):
        return
    for text in texts:
        short = initialled(text)
        if short != text:
            raise Invalid(
                "names_needed",
                gettext(
                    "Nội dung công khai có tên người dân; hãy viết tắt (“%(short)s”) hoặc đánh dấu rằng tên ấy cần thiết vì chức vụ hay văn bản đã công bố.",
                    short=short[:200],
                ),
            )


def publish(shown: Mapping[int, str], *, user_id: int) -> None:
    """Publishes each claim of ``shown`` (number -> hash of the text that was on the page) that is not in the bulletin yet."""
    for claim_id in shown:
        without_names(*publications.approved_texts(conn(), claim_id=claim_id))
    for claim_id, sha in shown.items():
        if publications.latest_of_claim(conn(), claim_id=claim_id) is None:
            publications.publish(conn(), claim_id=claim_id, kind="label", user_id=user_id, seen_sha256=sha)
