"""The story of an exact capture as a record: who asked, when what was fetched from where, what is missing, by what software."""

from __future__ import annotations

import hashlib
import platform
import socket
import ssl
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import verification

from crawler.evidence.warc import Written, canonical, split
from crawler.http.product import product
from crawler.http.response import Exchange, HttpResponse
from crawler.http.warc_record import warc_date
from db.press.rechecks import CaptureRequest

TRANSFORMATIONS = (
    "set-cookie, cookie and authorisation headers are taken out of the header blocks; which ones stands with each exchange",
    "interim answers (1xx) are left out; everything else of request and answer is as on the wire, transfer coding included",
)


def record(
    request: CaptureRequest, answer: HttpResponse, exchanges: Sequence[tuple[Exchange, str, Written]], *, began: datetime,
    ended: datetime, left: list[dict[str, str]], limits: Mapping[str, Any], canonical_url: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Everything known about a capture, by the fields of docs/evidence.md; what is not known is null, never guessed."""
    told = [_exchange(made, part, written) for made, part, written in exchanges]
    parts = Counter(one["part"] for one in told)
    return {
        "kind": request.kind,
        "asked": {"at": warc_date(request.asked_at), "by": request.asked_by, "request": request.id},
        "operator": "crawler",
        "started_at": warc_date(began),
        "ended_at": warc_date(ended),
        "clock": f"system clock of {socket.gethostname()}, UTC",
        "requested_url": answer.url,
        "final_url": answer.final_url,
        "canonical_url": canonical_url,
        "exchanges": told,
        "robots": "every address was asked for only after robots.txt of its host allowed it",
        "completeness": {
            "redirects": parts["redirect"],
            "resources_kept": parts["resource"],
            "not_captured": left,
            "truncated": any(made.is_cut for made, _, _ in exchanges),
            "limits": dict(limits),
        },
        "headers_reserialised": False,
        "transformations": list(TRANSFORMATIONS),
        "software": software(),
        "settings_sha256": hashlib.sha256(canonical(limits)).hexdigest(),
    }


@cache
def software() -> dict[str, str]:
    """Versions of what made the capture."""
    return {
        "product": product(),
        "python": platform.python_version(),
        "h11": version("h11"),
        "openssl": ssl.OPENSSL_VERSION,
        "system": f"{platform.system()} {platform.release()}",
    }


def _exchange(made: Exchange, part: str, written: Written) -> dict[str, Any]:
    assert made.wire is not None
    return {
        "part": part,
        "url": made.url,
        "status": made.status,
        "started_at": warc_date(made.at),
        "ended_at": warc_date(made.wire.ended_at),
        "server_address": made.address,
        "server_date": made.header("date"),
        "protocol": made.protocol,
        "tls": _tls(made),
        "record_id": written.record_id,
        "headers_removed": list(written.removed),
        "bytes_received": len(made.wire.received),
        "body_as_stored_sha256": hashlib.sha256(split(made.wire.received)[1]).hexdigest(),
        "payload_sha256": hashlib.sha256(made.payload).hexdigest(),
        "content_type": made.header("content-type"),
        "ended_early": made.is_cut,
    }


def _tls(made: Exchange) -> dict[str, Any] | None:
    assert made.wire is not None
    if made.wire.tls is None:
        return None
    kind, _, cipher = made.wire.tls.partition(" ")
    return {
        "version": kind,
        "cipher": cipher,
        "chain_sha256": [hashlib.sha256(one).hexdigest() for one in made.wire.chain],
        "trusted": trust(made.wire.chain, urlsplit(made.url).hostname or "", at=made.at),
    }


def trust(chain: tuple[bytes, ...], host: str, *, at: datetime) -> str:
    """Whether the certificates lead to an authority that this machine trusts: "yes", or why not."""
    try:
        store = _store()
        if store is None:
            return "not checked: this machine has no list of authorities"
        found = [x509.load_der_x509_certificate(one) for one in chain]
        verifier = verification.PolicyBuilder().store(store).time(at.replace(tzinfo=None))
        verifier.build_server_verifier(x509.DNSName(host)).verify(found[0], found[1:])
    except verification.VerificationError as exc:
        return f"no: {exc}"
    except (ValueError, IndexError, UnicodeError) as exc:
        return f"no: the certificates cannot be read ({exc})"
    return "yes"


@cache
def _store() -> verification.Store | None:
    authorities = ssl.create_default_context().get_ca_certs(binary_form=True)
    readable = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # old authorities bend the rules
        for one in authorities:
            try:
                readable.append(x509.load_der_x509_certificate(one))
            except ValueError:
                continue  # a form that is no longer read: nobody current is signed by it
    return verification.Store(readable) if readable else None
