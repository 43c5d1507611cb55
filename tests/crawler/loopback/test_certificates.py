"""Sources over https: a certificate that does not hold closes the source, with one sentence; a good one opens it."""

from __future__ import annotations

import ipaddress
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from papers import Paper
from wiping import wipe

from db.ops import embedded_postgres

ROOT = Path(__file__).parents[3]


def certificate(folder: Path, host: str) -> Path:
    """A self-made certificate with its key for an address, one PEM file; its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Báo bịa")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{host}.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="module")
def secure(
    urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """A paper over https with a self-made certificate, in the catalogue; the environment of its collector."""
    folder = tmp_path_factory.mktemp("certificates")
    paper = Paper("kin")
    paper.publish("Cầu mới", "Chợ phiên")
    path = certificate(folder, paper.host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    paper.server.socket = context.wrap_socket(paper.server.socket, server_side=True)
    paper.scheme = "https"
    (folder / "catalogue").mkdir()
    (folder / "catalogue" / "sources.toml").write_text(
        f'[[source]]\nname = "kin"\ntitle = "kin"\nhome = "{paper.root}/"\nfeeds = ["{paper.root}/rss.xml"]\nsitemaps = []\n'
        f'hosts = ["{paper.host}"]\nlanguage = "vi"\nscope = "domestic"\nport = {paper.port}\ndelay = 0.1\n',
        encoding="utf-8",
    )
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder / "catalogue"))
    yield {**environment, "PAPER": str(path)}
    paper.stop()
    wipe(urls)


def kiemtin(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kiemtin", *words],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_a_certificate_is_believed_only_where_its_issuer_is(secure: dict[str, str]) -> None:
    refused = json.loads(kiemtin(secure, "crawl", "--once", "--json"))
    assert refused["new"] == 0
    assert "the server's certificate is not valid" in refused["failed"][0]["why"]
    listed = json.loads(kiemtin(secure, "sources", "list", "--json"))
    assert listed[0]["health"] == "failing"
    assert "certificate" in listed[0]["sentence"]

    trusting = {**secure, "SSL_CERT_FILE": secure["PAPER"]}
    assert json.loads(kiemtin(trusting, "crawl", "--once", "--json"))["new"] == 2
