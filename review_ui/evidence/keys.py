"""The keys that sign evidence packs: made on first use, kept 0600, the public half shown and printed.

Rotation: a new key is a new file; the newest signs, the older ones stay so that old packs can still be named.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from db.core.errors import Invalid

FIELD_BYTES = 48  # P-384: the curve WACZ viewers know for anonymous signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One signing key and what the world may know of it."""

    private: ec.EllipticCurvePrivateKey
    made_at: datetime

    @property
    def public_pem(self) -> bytes:
        """SubjectPublicKeyInfo as PEM, the form openssl takes."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def public_base64(self) -> str:
        """SubjectPublicKeyInfo DER in base64, the form WACZ signatures carry."""
        der = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(der).decode()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_pem)

    def sign(self, data: bytes) -> bytes:
        """ECDSA over SHA-256, DER, as `openssl dgst -sha256 -verify` reads it."""
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))

    def sign_raw(self, data: bytes) -> bytes:
        """The same as r || s, as browsers' WebCrypto and WACZ viewers read it."""
        r, s = utils.decode_dss_signature(self.sign(data))
        return r.to_bytes(FIELD_BYTES, "big") + s.to_bytes(FIELD_BYTES, "big")


def current(home: Path) -> SigningKey:
    """The newest signing key under ``home``/keys; the first is made on first use."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = sorted(folder.glob("signing-*.pem"))
    return _load(kept[-1]) if kept else rotate(home)


def rotate(home: Path) -> SigningKey:
    """Makes a new key that signs from now on; older keys stay where they are."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"signing-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.pem"
    private = ec.generate_private_key(ec.SECP384R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return _load(path)


def fingerprint(public_pem: bytes) -> str:
    """SHA-256 of the public key's DER, in groups of four that a person can compare aloud."""
    key = load_public(public_pem)
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(der).hexdigest().upper()
    return " ".join(digest[n : n + 4] for n in range(0, 64, 4))


def load_public(pem: bytes) -> ec.EllipticCurvePublicKey:
    """The public key in ``pem``; raises Invalid when it is none of ours."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as why:
        raise Invalid("key", "the public key in the pack cannot be read") from why
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Invalid("key", "the public key in the pack is not of the kind kiemtin signs with")
    return key


def holds(public_pem: bytes, signature: bytes, data: bytes) -> bool:
    """Does the DER ``signature`` over ``data`` hold under this key?"""
    try:
        load_public(public_pem).verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def holds_raw(public_pem: bytes, signature: bytes, data: bytes) -> bool:
    """The same for r || s."""
    if len(signature) != 2 * FIELD_BYTES:
        return False
    r, s = int.from_bytes(signature[:FIELD_BYTES], "big"), int.from_bytes(signature[FIELD_BYTES:], "big")
    return holds(public_pem, utils.encode_dss_signature(r, s), data)


def _load(path: Path) -> SigningKey:
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey), path
    made = datetime.strptime(path.stem.removeprefix("signing-"), "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return SigningKey(private=private, made_at=made)
