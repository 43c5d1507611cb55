"""Receipts of reports: the same page sent twice is one report with one receipt."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app, request
from itsdangerous import BadSignature, TimestampSigner

from db.desk import reports

MOST = 86_400  # seconds for which a page may be sent


def opened() -> str:
    """What a form carries about itself: when it was shown, and a word that no other page has."""
    return _signer().sign(f"report.{secrets.token_hex(8)}").decode()


def shown_at() -> float | None:
    """When the form that is being sent was shown, in seconds since 1970; None where it was not our page."""
    try:
        _, at = _signer().unsign(request.form.get("opened", ""), max_age=MOST, return_timestamp=True)
    except BadSignature:
        return None
    return at.timestamp()


def code(*said: str, content: bytes = b"") -> str:
    """The receipt for what this page says: the same page with the same words and file has the same; anything else, and
    what comes from no page of ours, a fresh one."""
    try:
        page = _signer().unsign(request.form.get("opened", ""), max_age=MOST)
    except BadSignature:
        return reports.receipt_code()
    if not page.startswith(b"report."):
        return reports.receipt_code()
    key = str(current_app.secret_key).encode()
    parts = (page, hashlib.sha256(content).digest(), *(one.encode() for one in said))
    told = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return reports.receipt_code(hmac.new(key, b"receipt" + told, hashlib.sha256).digest())


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="report")
