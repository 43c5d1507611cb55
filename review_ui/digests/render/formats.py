"""The four forms a digest is written in, by the ending of the file."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from db.core.errors import Invalid
from review_ui.digests.content import Document

FORMATS = ("docx", "pdf", "xlsx", "html")
TYPES = MappingProxyType(
    {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "html": "application/octet-stream",  # a page to be mailed, never one of our own site's
    }
)


def write(document: Document, form: str) -> bytes:
    """``document`` as the bytes of ``form``; raises Invalid for a form there is none of."""
    return writer(form)(document)


def writer(form: str) -> Callable[[Document], bytes]:
    """What writes ``form``; each writer's libraries are loaded only when it is asked for."""
    match form:
        case "docx":
            from review_ui.digests.render import word

            return word.write
        case "pdf":
            from review_ui.digests.render import pdf

            return pdf.write
        case "xlsx":
            from review_ui.digests.render import excel

            return excel.write
        case "html":
            from review_ui.digests.render import mail

            return mail.write
        case _:
            raise Invalid("format", f"a digest is written as .docx, .pdf, .xlsx or .html, not as {form!r}")
