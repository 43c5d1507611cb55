"""A small OpenID Connect provider on the loopback: it signs in whoever the test says, and can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "kiemtin", "for these tests only"


class Provider:
    """``claims`` are those of the next person; ``change`` edits a token's claims before it is signed; ``key`` signs."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.key: Any = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.other = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.signed_with: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.change: dict[str, Any] = {}
        self.named: str | None = None  # the issuer it calls itself; None: its own address
        self.refuses = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked_with: list[dict[str, str]] = []
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Tests print nothing."""

            def say(self, status: int, value: object) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                path, query = urlsplit(self.path).path, urlsplit(self.path).query
                if path == "/.well-known/openid-configuration":
                    self.say(200, provider.metadata())
                elif path == "/keys":
                    self.say(200, {"keys": [provider.key.as_dict(private=False)]})
                elif path == "/authorize":
                    asked = {name: values[0] for name, values in parse_qs(query).items()}
                    provider.asked_with.append(asked)
                    self.send_response(302)
                    self.send_header("Location", provider.decide(asked))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                else:
                    self.say(404, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.say(*provider.token(form, self.headers.get("Authorization", "")))

        self.server = ThreadingHTTPServer((host, 0), Answers)
        self.address = f"http://{host}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=5)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.named or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def decide(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code or a refusal."""
        if self.refuses:
            return (
                asked["redirect_uri"] + "?" + urlencode({"error": "access_denied", "state": asked["state"]})
            )
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A token for a code that is asked for by the right client with the right verifier, once."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        ).rstrip(b"=")
        if (
            asked is None
            or authorization != basic
            or asked.get("code_challenge_method") != "S256"
            or asked.get("code_challenge") != proof.decode()
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"], **self.claims, **self.change,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = [json.dumps({"alg": "none"}), json.dumps(claims)]
            text = ".".join(base64.urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts) + "."
        elif self.algorithm == "HS256":  # the public key used as a shared secret: a well-known forgery
            parts = [json.dumps({"alg": "HS256", "kid": "one"}), json.dumps(claims)]
            text = ".".join(base64.urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts)
            sign = hmac.digest(self.key.as_pem(private=False), text.encode(), "sha256")
            text += "." + base64.urlsafe_b64encode(sign).rstrip(b"=").decode()
        else:
            header = {"alg": self.algorithm, "kid": "one"}
            text = jwt.encode(header, claims, self.signed_with, algorithms=[self.algorithm])
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60, "id_token": text}


def curve_key() -> ECKey:
    """A key of another kind than the provider publishes."""
    return ECKey.generate_key("P-256", parameters={"kid": "one"})
