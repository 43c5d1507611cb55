"""Talking to the office's sign-in provider: where it is, what it was asked, who it says came. Authorization code with
PKCE (RFC 7636); the identity token's signature, issuer, audience, nonce and times are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from db.core.errors import Forbidden, Unavailable
from db.core.oidc_settings import Provider

SECONDS = 10  # longer than any provider in the same building needs
SKEW = 120  # seconds by which two clocks may differ
# Signatures that only the provider can make: no shared secrets, and never "none".
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What one sign-in was begun with; kept by the browser, signed, until the provider sends the person back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the provider says it has signed in. ``email`` is None where it does not vouch for the address."""

    subject: str
    email: str | None
    name: str | None


def begin(provider: Provider, *, redirect_uri: str) -> tuple[str, AuthorizationRequest]:
    """The address to send the browser to, and what must come back with it."""
    asked = AuthorizationRequest(
        state=generate_token(30), nonce=generate_token(30), verifier=generate_token(64)
    )
    with _session(provider, redirect_uri) as session:
        address, _ = session.create_authorization_url(
            _endpoint(_metadata(provider), "authorization_endpoint"),
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
        )
    return str(address), asked


def finish(provider: Provider, *, redirect_uri: str, code: str, asked: AuthorizationRequest) -> Person:
    """Who came, from the code the provider sent; Forbidden where anything about its answer is not as it must be."""
    metadata = _metadata(provider)
    try:
        with _session(provider, redirect_uri) as session:
            token = session.fetch_token(
                _endpoint(metadata, "token_endpoint"),
                code=code,
                code_verifier=asked.verifier,
                timeout=SECONDS,
            )
        keys = KeySet.import_key_set({"keys": _json(_endpoint(metadata, "jwks_uri")).get("keys") or []})
        decoded = jwt.decode(
            str(token.get("id_token") or ""),
            key=keys,
            registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
        )
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"values": [provider.issuer]}, "aud": {"value": provider.client_id}},
            {
                "nonce": asked.nonce,
                "client_id": provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=SKEW)
    except (OAuthError, JoseError, ValueError) as why:
        raise Forbidden("the provider's answer is not valid", code="provider.answer") from why
    except requests.RequestException as why:
        raise Unavailable("the sign-in provider does not answer", code="provider.no_answer") from why
    return person(dict(decoded.claims))


def person(claims: dict[str, Any]) -> Person:
    """Who the claims of a checked identity token speak of; an address counts only where the provider vouches for it."""
    email, name = claims.get("email"), claims.get("preferred_username")
    return Person(
        subject=str(claims["sub"]),
        email=email if isinstance(email, str) and claims.get("email_verified") is True else None,
        name=name if isinstance(name, str) else None,
    )


def _session(provider: Provider, redirect_uri: str) -> Any:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
        scope="openid email profile",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _metadata(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself; it must name itself as the settings do (OpenID Connect Discovery 4.3)."""
    found = _json(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise Unavailable(
            "the sign-in provider calls itself by another address than KIEMTIN_OIDC_ISSUER",
            code="provider.settings",
        )
    return found


def _json(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as why:
        raise Unavailable("the sign-in provider does not answer", code="provider.no_answer") from why
    if answer.status_code != 200 or not isinstance(found, dict):
        raise Unavailable("the sign-in provider does not answer", code="provider.no_answer")
    return found


def _endpoint(metadata: dict[str, Any], name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise Unavailable("the sign-in provider does not answer", code="provider.no_answer")
    return address
