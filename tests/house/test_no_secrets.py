"""No key, token or password of anybody lies in a tracked file; nothing that was meant for one machine alone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# Shapes of secrets that scanners agree on, and assignments of long random values. Written apart where this file would find itself.
SHAPES = {
    "a private key": re.compile("-----BEGIN (?:[A-Z]+ )?PRIVATE " + "KEY-----"),
    "an AWS key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b"),
    "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20}\b"),
    "a Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}\b"),
    "a Google key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "a PyPI token": re.compile(r"\bpypi-[A-Za-z0-9_-]{40,}\b"),
    "a model provider's key": re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b"),
    "a JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}"),
    "a password in an address": re.compile(r"[a-z][a-z0-9+]*://[^/\s:@'\"{}<>%$]+:(?!pass@)[^/\s:@'\"{}<>%$]{6,}@(?!127\.|localhost|\[)[a-z0-9.-]+\.[a-z]{2,}"),
    "an assigned secret": re.compile(r"(?i)\b(?:secret|token|passwd|password|api_?key)\w*\s*[:=]\s*['\"](?=[^'\"]*\d)(?=[^'\"]*[A-Z])[A-Za-z0-9+/_=-]{20,}['\"]"),
}  # fmt: skip
NEVER_TRACKED = re.compile(
    r"(?:^|/)(?:\.env|secret-key|database\.json|demo-accounts\.json|id_(?:rsa|ed25519)|.*\.(?:pem|p12|pfx|pgpass|kdbx))$|^secrets/"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:  # a copy without its history
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not {".venv", ".run", ".git", "__pycache__"} & set(path.parts)
        ]
    return [
        ROOT / name for name in listed.stdout.decode().rstrip("\0").split("\0") if (ROOT / name).is_file()
    ]


def found_in(text: str) -> list[str]:
    return [what for what, shape in SHAPES.items() if shape.search(text)]


def test_no_tracked_file_holds_what_looks_like_a_secret() -> None:
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content[:4096]:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {what}" for what in found_in(content.decode("utf-8", "replace"))
        ]
    assert not found


def test_no_file_that_belongs_to_one_machine_is_tracked() -> None:
    assert not [
        str(name) for path in tracked() if NEVER_TRACKED.search(name := path.relative_to(ROOT).as_posix())
    ]


@pytest.mark.parametrize(
    "sample",
    [
        "-----BEGIN EC PRIVATE " + "KEY-----",
        "key = AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 9,
        "glpat-" + "x" * 20,
        "postgresql://kiemtin:" + "Tr0ub4dor@db.example.vn/kiemtin",
        'password = "' + "Ab3" * 8 + '"',
    ],
)
def test_the_scan_bites(sample: str) -> None:
    assert found_in(sample)
