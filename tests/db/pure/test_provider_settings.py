"""What the environment says of the sign-in provider: nothing, all that is needed, or one sentence for each mistake."""

from __future__ import annotations

import pytest

from db.core.oidc_settings import from_environment

RIGHT = {"KIEMTIN_OIDC_ISSUER": "https://login.so.example/realm", "KIEMTIN_OIDC_CLIENT_ID": "kiemtin"}


def test_without_settings_there_is_no_provider():
    assert from_environment({}) is None


def test_issuer_and_client_are_enough():
    found = from_environment(RIGHT)
    assert (found.faults, found.match, found.client_secret) == ((), "email", None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KIEMTIN_OIDC_ISSUER": ""}, "KIEMTIN_OIDC_ISSUER is not set"),
        ({"KIEMTIN_OIDC_CLIENT_ID": " "}, "KIEMTIN_OIDC_CLIENT_ID is not set"),
        ({"KIEMTIN_OIDC_ISSUER": "login.so.example"}, "is no address"),
        ({"KIEMTIN_OIDC_ISSUER": "https://[x"}, "is no address"),
        ({"KIEMTIN_OIDC_ISSUER": "http://login.so.example"}, "is not encrypted"),
        ({"KIEMTIN_OIDC_ISSUER": "https://login.so.example/?realm=x"}, "carries more than an address"),
        ({"KIEMTIN_OIDC_MATCH": "phone"}, "write email"),
        ({"KIEMTIN_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"}, "cannot be read"),
        (
            {"KIEMTIN_OIDC_CLIENT_SECRET": "x", "KIEMTIN_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"},
            "both set",
        ),
    ],
)
def test_each_mistake_is_one_sentence(given, said):
    faults = from_environment(RIGHT | given).faults
    assert any(said in fault for fault in faults)
    assert all("\n" not in fault for fault in faults)


def test_on_this_machine_itself_an_unencrypted_provider_is_taken():
    assert from_environment(RIGHT | {"KIEMTIN_OIDC_ISSUER": "http://127.0.0.1:9000"}).faults == ()


def test_a_secret_comes_from_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "secret"
    path.write_text("s3cret\n")
    path.chmod(0o644)
    asked = RIGHT | {"KIEMTIN_OIDC_CLIENT_SECRET_FILE": str(path)}
    assert "chmod 600" in from_environment(asked).faults[0]
    path.chmod(0o600)
    assert (from_environment(asked).faults, from_environment(asked).client_secret) == ((), "s3cret")
    path.write_text(" ")
    assert "is empty" in from_environment(asked).faults[0]


def test_the_secret_is_in_no_printed_form():
    assert "geheim" not in repr(from_environment(RIGHT | {"KIEMTIN_OIDC_CLIENT_SECRET": "geheim"}))
