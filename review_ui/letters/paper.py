"""An approved answer as a Word letter in the form of Decree 30/2020; number, date and signer stay open."""

from __future__ import annotations

from datetime import date

from db.desk.responses import OfficeResponse
from review_ui.digests.content import Document, Head, Signature, clean, say
from review_ui.digests.render import word


def letter(answer: OfficeResponse, *, office: str) -> bytes:
    """The bytes of a .docx with the newest text of ``answer``."""
    today = date.today()
    body = tuple(say(line) for line in clean(answer.body or "").split("\n") if line.strip())
    return word.write(
        Document(
            scope="domestic",
            from_on=today,
            to_on=today,
            head=Head(
                parent="ỦY BAN NHÂN DÂN TỈNH LÀO CAI",
                issuer=office.upper(),
                symbol="………",
                place="Lào Cai",
                kind="",
                subject=answer.subject or "",
                addressees=(answer.addressee,) if answer.addressee else (),
            ),
            blocks=body,
            signature=Signature(capacity=("THỦ TRƯỞNG CƠ QUAN",)),
            recipients=("- Như trên;", "- Lưu: VT."),
        )
    )
