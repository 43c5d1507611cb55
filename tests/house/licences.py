"""Writes docs/licences.md: every package that the product runs on, its version and licence (`make lock` runs it)."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
HEAD = """# Licences of what the product runs on

Written by `make lock` from requirements/run.lock and what the installed packages say of themselves; kiemtin itself is Apache-2.0.
`tests/house/test_dependencies.py` refuses a network copyleft (AGPL and its like) and asks for a reason beside every other one.

| package | version | licence |
|---|---|---|
"""
ELSEWHERE = "(not installed where this list was written: for another system or Python)"


def pins(lock: str) -> dict[str, str]:
    """Package -> version in one of the locks. Raises ValueError for an entry without version or hash."""
    found = {}
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=\S)", text.strip()):
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", entry)
        if not match or "--hash=sha256:" not in entry:
            raise ValueError(f"requirements/{lock}.lock: no version or no hash in {entry.splitlines()[0]}")
        found[canonicalize_name(match[1])] = match[2]
    return found


def licence(name: str) -> str:
    """What an installed package says of its licence: the SPDX expression, else its classifiers, else its field's first line.

    An empty string where it says nothing. Raises PackageNotFoundError where it is not installed.
    """
    found = metadata.metadata(name)
    if expression := found.get("License-Expression"):
        return str(expression)
    classified = [word for word in found.get_all("Classifier") or [] if word.startswith("License ::")]
    said = "; ".join(word.rsplit(" :: ", 1)[-1] for word in classified) or (found.get("License") or "")
    return "" if said.strip() in ("", "UNKNOWN") else said.strip().splitlines()[0][:120]


def main() -> None:
    rows = []
    for name, version in sorted(pins("run").items()):
        try:
            said = licence(name)
        except metadata.PackageNotFoundError:
            said = ELSEWHERE
        rows.append(f"| `{name}` | {version} | {said} |")
    (ROOT / "docs" / "licences.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
