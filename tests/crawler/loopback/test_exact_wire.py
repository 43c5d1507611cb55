"""One exchange over a real socket, plain and over TLS: every byte, every certificate, and no more than is allowed."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import h11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.evidence import report
from crawler.http import raw_http
from crawler.http.response import Wire


def certificates(folder: Path) -> Path:
    """A leaf for bao.test and the authority that signed it, with the leaf's key, in one PEM file."""

    def name(words: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])

    def made(subject: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey) -> bytes:
        begin = datetime.now(UTC) - timedelta(days=1)
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject)).issuer_name(name("Thu CA")).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(begin + timedelta(days=9))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("bao.test")]), critical=False)
            .sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )  # fmt: skip

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    path = folder / "chain.pem"
    path.write_bytes(
        made("bao.test", leaf, root)
        + made("Thu CA", root, root)
        + leaf.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def asked(
    answer: bytes, *, tls: Path | None = None, largest: int = 1000
) -> tuple[raw_http.RawResponse, bytes, list[bool]]:
    """What is heard from a server that says ``answer``, what it was asked, and whether the answer was noticed to begin."""
    told: list[bytes] = []
    begun: list[bool] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def go() -> raw_http.RawResponse:
        context = None
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        scheme = "https" if tls else "http"
        async with server:
            url = f"{scheme}://bao.test:{port}/tin?a=1"
            connection = await raw_http.Connection.open(url, "127.0.0.1", raw_http.unverified_tls())
            try:
                return await raw_http.request(
                    connection, url, {"User-Agent": "kiemtin/0"}, largest=largest, has_begun=lambda: begun.append(True),
                    keep_wire=True,
                )  # fmt: skip
            finally:
                connection.close()

    heard = asyncio.run(go())
    return heard, told[0], begun


def _wire(heard: raw_http.RawResponse) -> Wire:
    assert heard.wire is not None
    return heard.wire


CHUNKED = b"HTTP/1.1 200 OK\r\nX-oDd:1\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


def test_what_was_sent_and_received_is_kept_byte_for_byte() -> None:
    heard, told, begun = asked(CHUNKED)
    assert _wire(heard).received == CHUNKED
    assert _wire(heard).sent == told
    assert told.startswith(b"GET /tin?a=1 HTTP/1.1\r\nHost: bao.test:")
    assert b"Cookie" not in told
    assert heard.headers[0] == ("X-oDd", "1")
    assert (heard.body, heard.whole, begun) == (b"abcde", True, [True])
    assert (_wire(heard).tls, _wire(heard).chain) == (None, ())


def test_over_tls_the_whole_chain_is_kept_and_judged_without_being_trusted(tmp_path: Path) -> None:
    heard, _, _ = asked(CHUNKED, tls=certificates(tmp_path))
    assert _wire(heard).tls is not None
    assert _wire(heard).tls.startswith("TLSv1.3 ")
    names = [x509.load_der_x509_certificate(one).subject.rfc4514_string() for one in _wire(heard).chain]
    assert names == ["CN=bao.test", "CN=Thu CA"]
    assert report.trust(_wire(heard).chain, "bao.test", at=heard.at).startswith("no")


def test_a_body_that_ends_too_early_is_kept_and_said_to_be_cut() -> None:
    heard, _, _ = asked(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    assert (heard.body, heard.whole) == (b"half", False)


def test_an_answer_that_asks_for_a_pause_does_not_let_the_next_one_start() -> None:
    assert asked(b"HTTP/1.1 429 x\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n")[2] == []


def test_a_body_over_the_limit_is_given_up() -> None:
    with pytest.raises(raw_http.ResponseTooLarge):
        asked(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000)


def test_header_lines_that_are_none_are_passed_over_and_interim_answers_too() -> None:
    heard, _, begun = asked(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 T\xe1\xbb\x91t\r\nTi\xc3\xaau de: x\r\n gap\r\n"
        b"no colon at all\r\nServer : two\x01words\r\nX-Long: a\r\n b\r\nContent-Length: 2\r\n\r\nok"
    )
    assert (heard.status, bytes(heard.body), heard.whole, begun) == (200, b"ok", True, [True])
    assert heard.headers == (("Server", "two words"), ("X-Long", "a b"), ("Content-Length", "2"))
    assert b"no colon at all" in _wire(heard).received


def test_headers_end_in_line_feeds_alone_and_versions_are_odd() -> None:
    assert bytes(asked(b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>x</p>")[0].body) == b"<p>x</p>"
    assert asked(b"HTTP/2 200 \r\nContent-Length: 1\r\n\r\nx")[0].status == 200
    assert asked(b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx")[0].whole


def test_what_is_not_http_is_an_error() -> None:
    for answer in (b"", b"220 mail ready\r\n\r\n", b"HTTP/1.1"):
        with pytest.raises(h11.RemoteProtocolError):
            asked(answer)
