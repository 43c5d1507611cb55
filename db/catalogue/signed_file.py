"""A catalogue in one signed file: a zip of the folder's files and beside it ``FILE.sig``, made with a key the office knows.

Signed with ``openssl pkeyutl -sign -rawin`` (Ed25519) or ``openssl dgst -sha256 -sign`` (EC). Nothing of an unsigned file is read.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from db.catalogue.files import load
from db.catalogue.kinds import ENTRY_KINDS, Catalogue
from db.core.errors import Invalid

LARGEST = 50 * 2**20  # bytes unpacked, all files together


def read(path: Path, key: Path | None) -> Catalogue:
    """The catalogue in ``path``; Invalid says what is missing or wrong."""
    if key is None:
        raise Invalid(
            "key",
            f"{path.name} is one file: give the public key it is signed with (--key KEY.pem), or a folder",
        )
    packed, signature = _bytes(path), _bytes(path.with_name(path.name + ".sig"))
    _verify(packed, signature, key)
    known = {"sources.toml", *(kind.file for kind in ENTRY_KINDS)}
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                files = [one for one in archive.infolist() if Path(one.filename).name in known]
                if sum(one.file_size for one in files) > LARGEST:
                    raise Invalid(
                        "file", f"{path.name} unpacks to more than {LARGEST // 2**20} MB; it is no catalogue"
                    )
                for one in files:
                    Path(folder, Path(one.filename).name).write_bytes(archive.read(one))
        except (zipfile.BadZipFile, RuntimeError, EOFError) as exc:
            raise Invalid("file", f"{path.name} is no zip file that can be read; ask for it again") from exc
        return load(Path(folder))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise Invalid("file", f"{path} cannot be read ({exc.strerror})") from exc


def _verify(packed: bytes, signature: bytes, key: Path) -> None:
    try:
        public = serialization.load_pem_public_key(_bytes(key))
    except ValueError as exc:
        raise Invalid("key", f"{key} is no public key in PEM form") from exc
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, packed)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, packed, ec.ECDSA(hashes.SHA256()))
        else:
            raise Invalid("key", f"{key} is neither an Ed25519 nor an EC key")
    except InvalidSignature as exc:
        raise Invalid(
            "file",
            "the signature does not belong to this file and key: it was changed or made by somebody else",
        ) from exc
