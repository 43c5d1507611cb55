"""Contact data of reporters, sealed with a key of their own that is derived from the installation's secret."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.core.errors import Unavailable
from db.core.settings import Settings, session_key


def _box(settings: Settings) -> Fernet:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kiemtin contacts 1").derive(
        session_key(settings).encode()
    )
    return Fernet(base64.urlsafe_b64encode(key))


def seal(settings: Settings, contact: str) -> bytes:
    """``contact`` encrypted and authenticated."""
    return _box(settings).encrypt(contact.encode())


def unseal(settings: Settings, sealed: bytes) -> str:
    """The contact again; raises Unavailable when the installation's secret is not the one it was sealed with."""
    try:
        return _box(settings).decrypt(sealed).decode()
    except InvalidToken as why:
        raise Unavailable(
            "the contact was sealed with another secret key; restore KIEMTIN_HOME/secret-key from a backup",
            code="contact.key",
        ) from why
