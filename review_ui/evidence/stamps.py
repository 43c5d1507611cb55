"""Time stamps by RFC 3161: asked of the authorities that staff configured, kept raw, checked two ways.

The Rust client refuses tokens whose certificates are not DER-sorted, and openssl's own authority sends such: openssl,
where present, is the reference for the check.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
import rfc3161_client

from db.core.errors import TryLater

TIMEOUT = 180  # seconds: one integrator measured 2 to 131 s at the national authority


@dataclass(frozen=True, slots=True, kw_only=True)
class StampCheck:
    """What a check of a token found: does it hold, when it was given, and a sentence for people."""

    holds: bool
    given_at: datetime | None
    sentence: str


def ask(data: bytes, authority: str) -> bytes:
    """The raw answer (``.tsr``) of ``authority`` for ``data``; raises TryLater when none is to be had now."""
    request = rfc3161_client.TimestampRequestBuilder().data(data).build()
    try:
        answer = requests.post(
            authority,
            data=request.as_bytes(),
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
            timeout=(10, TIMEOUT),
            allow_redirects=False,
        )
        answer.raise_for_status()
    except requests.RequestException as why:
        raise TryLater(
            f"the time-stamp authority {authority} gave no token ({type(why).__name__}); asked again later"
        ) from why
    if (
        imprint(answer.content) != hashlib.sha256(data).digest()
        and imprint(answer.content) != hashlib.sha512(data).digest()
    ):
        raise TryLater(f"the answer of {authority} is no token for what was asked")
    return answer.content


def imprint(token: bytes) -> bytes | None:
    """The digest that the token speaks of, or None for bytes that are no granted answer."""
    try:
        answer = rfc3161_client.decode_timestamp_response(token)
        return bytes(answer.tst_info.message_imprint.message)
    except ValueError:
        return _openssl_imprint(token)


def check(token: bytes, data: bytes, authority_pem: bytes | None) -> StampCheck:
    """Does ``token`` stamp ``data``, and did one of the authorities in ``authority_pem`` give it?

    The check is made as of the time in the token: a certificate that expired since is no fault of the token.
    """
    stamped = imprint(token)
    if stamped is None:
        return StampCheck(holds=False, given_at=None, sentence="the time-stamp token cannot be read")
    if stamped not in (hashlib.sha256(data).digest(), hashlib.sha512(data).digest()):
        return StampCheck(holds=False, given_at=None, sentence="the time-stamp token belongs to other bytes")
    given = _given_at(token)
    if authority_pem is None:
        return StampCheck(holds=False, given_at=given, sentence="the authority's certificate is missing")
    if shutil.which("openssl") is None:
        return StampCheck(
            holds=True,
            given_at=given,
            sentence="the token fits; its signature was not checked (no openssl here)",
        )
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("token.tsr", token), ("data", data), ("ca.pem", authority_pem)):
            (Path(folder) / name).write_bytes(content)
        as_of = [] if given is None else ["-attime", str(int(given.timestamp()))]
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-data", "data", "-in", "token.tsr", "-CAfile", "ca.pem", *as_of],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        return StampCheck(
            holds=False,
            given_at=given,
            sentence="the time-stamp token does not hold under the authority's certificate",
        )
    when = f"{given:%Y-%m-%d %H:%M:%S} UTC" if given else "an unknown time"
    return StampCheck(holds=True, given_at=given, sentence=f"time-stamped {when}")


def _given_at(token: bytes) -> datetime | None:
    try:
        return rfc3161_client.decode_timestamp_response(token).tst_info.gen_time.astimezone(UTC)
    except ValueError:
        pass
    said = _openssl_text(token)
    line = next((line for line in said.splitlines() if line.startswith("Time stamp:")), "")
    try:
        return datetime.strptime(line.removeprefix("Time stamp:").strip(), "%b %d %H:%M:%S %Y GMT").replace(
            tzinfo=UTC
        )
    except ValueError:
        return None


def _openssl_imprint(token: bytes) -> bytes | None:
    said = _openssl_text(token)
    if "Status: Granted" not in said or "Message data:" not in said:
        return None
    digits = ""
    for line in said.split("Message data:", 1)[1].splitlines()[1:]:
        if " - " not in line or not line.startswith("    "):
            break
        digits += "".join(c for c in line.split(" - ", 1)[1][:48] if c in "0123456789abcdefABCDEF")
    return bytes.fromhex(digits) if digits else None


def _openssl_text(token: bytes) -> str:
    if shutil.which("openssl") is None:
        return ""
    with tempfile.NamedTemporaryFile(suffix=".tsr") as file:
        file.write(token)
        file.flush()
        return subprocess.run(
            ["openssl", "ts", "-reply", "-in", file.name, "-text"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
