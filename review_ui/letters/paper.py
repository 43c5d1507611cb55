"""An approved answer as a Word letter in the form of Decree 30/2020; number, date and signer stay open."""

from __future__ import annotations

from datetime import date

from db.desk.responses import OfficeResponse
from db.queries.letterheads import Letterhead
from review_ui.digests.content import Document, Head, Signature, clean, say
from review_ui.digests.render import word

# Not sent to an addressee: told to everybody, or kept in the file.
WITHOUT_ADDRESSEE = {
    "warn_public": ("THÔNG BÁO", "- Các cơ quan báo chí;"),
    "none": ("PHIẾU TRÌNH", "- Lãnh đạo cơ quan;"),
}


def letter(answer: OfficeResponse, *, head: Letterhead, on: date) -> bytes:
    """The bytes of a .docx with the newest text of ``answer`` on the paper of the agency of ``head``."""
    body = tuple(say(line) for line in clean(answer.body or "").split("\n") if line.strip())
    kind, first = WITHOUT_ADDRESSEE.get(answer.kind, ("", "- Như trên;"))
    addressed = bool(answer.addressee) and not kind
    return word.write(
        Document(
            scope="domestic",
            from_on=on,
            to_on=on,
            head=Head(
                parent=head.superior,
                issuer=head.issuer,
                symbol=head.symbol,
                place=head.place,
                kind=kind,
                subject=answer.subject or "",
                addressees=(answer.addressee or "",) if addressed else (),
            ),
            blocks=body,
            signature=Signature(capacity=head.capacity),
            recipients=(first, "- Lưu: VT."),
        )
    )
