"""Passwords and one-time codes: hashing, the rules, the second factor."""

from __future__ import annotations

import secrets
import time
import unicodedata
from contextlib import AbstractContextManager

import argon2
import pyotp
import segno
from flask_babel import LazyString, lazy_gettext

from review_ui.accounts.check_queue import CheckQueue

# NIST SP 800-63B (2025): length over composition, no forced change; 12 chosen 2026-11-21 for an office system
SHORTEST, LONGEST = 12, 256
# The most used passwords of that length and longer, and words a person of this office would try first.
OBVIOUS = (
    "123456789", "password", "matkhau", "qwerty", "laocai", "abc123", "admin", "iloveyou", "kiemtin", "111111",
    "000000", "vietnam", "sapa",
)  # fmt: skip
CODE_SECONDS = 30  # RFC 6238
# letters that nobody mistakes for another when reading a one-time password aloud
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"

# Every check and every hash of this process goes through it.
_queue = CheckQueue()
_hasher = argon2.PasswordHasher()  # argon2id with the library's current parameters (RFC 9106, low memory)
# What an unknown name is checked against, so that it takes as long as a known one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def prepared(password: str) -> str:
    """The password as it is hashed: NFC, because Vietnamese letters can be typed in two ways."""
    return unicodedata.normalize("NFC", password)


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    with _queue.turn("staff"):
        return _hasher.hash(prepared(password))


def turn(network: str) -> AbstractContextManager[None]:
    """A place among those whose password is checked; entered before a database connection is taken. Raises QueueFull."""
    return _queue.turn(network)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one of the hash; takes as long when there is no hash. Raises QueueFull."""
    with _queue.turn("staff"):
        return matches_in_turn(password, password_hash)


def matches_in_turn(password: str, password_hash: str | None) -> bool:
    """``matches`` for who holds a ``turn`` already."""
    try:
        _hasher.verify(password_hash or _NOBODY, prepared(password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return password_hash is not None


def one_time() -> str:
    """A password to be read out once and changed at first use: 16 letters in four groups, about 79 bits."""
    return "-".join("".join(secrets.choice(_PLAIN) for _ in range(4)) for _ in range(4))


def objection(password: str, *, name: str) -> LazyString | None:
    """Why this password cannot be taken, as a sentence for its owner; None when it can."""
    password = prepared(password)
    if len(password) < SHORTEST:
        return lazy_gettext(
            "Mật khẩu cần ít nhất %(n)s ký tự. Một câu ngắn, dễ nhớ, viết liền hay cách đều được.", n=SHORTEST
        )
    if len(password) > LONGEST:
        return lazy_gettext("Mật khẩu dài quá %(n)s ký tự.", n=LONGEST)
    plain = password.casefold()
    rest = plain
    for word in (*OBVIOUS, name.casefold()):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        return lazy_gettext("Mật khẩu này dễ đoán: nó gồm tên đăng nhập hoặc những từ ai cũng thử trước.")
    if len(set(plain)) < 5:
        return lazy_gettext("Mật khẩu này lặp lại quá ít ký tự khác nhau.")
    return None


def new_secret() -> str:
    """A fresh secret for the second factor, base32."""
    return pyotp.random_base32()


def step_of(code: str, secret: str, *, now: float | None = None) -> int | None:
    """The time step whose code this is (this one, the one before or after: clocks drift), or None."""
    code = "".join(code.split())
    current = int((time.time() if now is None else now) // CODE_SECONDS)
    maker = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(maker.generate_otp(step).encode(), code.encode()):
            return step
    return None


def picture(secret: str, *, name: str) -> str:
    """The secret as a QR code for an authenticator app: inline SVG that the style sheet colours."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="kiemtin")
    return str(
        segno.make(address, error="m").svg_inline(
            scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
        )
    )
