"""What the product is installed from: locked with hashes, as setup.py asks, under licences that fit."""

from __future__ import annotations

import ast
import re
from importlib import metadata
from pathlib import Path

import pytest
from licences import licence, pins
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("run", "dev", "build")
# Words that mark a licence whose duties reach who only uses a server over the network.
NETWORK_COPYLEFT = re.compile(r"\b(AGPL|Affero|SSPL|Server Side Public|EUPL|OSL-3|RPL|BUSL|Elastic)", re.I)
# A copyleft that does not reach a program which only imports the library unchanged; each named with its reason.
LIBRARY_COPYLEFT = {
    "psycopg": "LGPL-3.0: imported unchanged",
    "psycopg-binary": "LGPL-3.0: imported unchanged",
    "psycopg-pool": "LGPL-3.0: imported unchanged",
    "certifi": "MPL-2.0: a file of certificates",
    "tqdm": "MPL-2.0 and MIT: imported unchanged",
    "tld": "MPL-1.1, GPL-2.0 or LGPL-2.1 at choice",
    "pathspec": "MPL-2.0: a tool of developers",
    "hypothesis": "MPL-2.0: a tool of tests",
    "fqdn": "MPL-2.0: imported unchanged",
}
COPYLEFT = re.compile(r"\b(L?GPL|General Public|Lesser|MPL|Mozilla)", re.I)


def asked(*lists: str) -> list[Requirement]:
    """What setup.py asks for under the given names."""
    found = []
    for node in ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in lists:
            found += [
                Requirement(word.value)
                for word in ast.walk(node.value)
                if isinstance(word, ast.Constant) and isinstance(word.value, str)
            ]
    return found


@pytest.mark.parametrize(
    ("lock", "lists"), [("run", ("RUNTIME", "PICTURES")), ("dev", ("RUNTIME", "PICTURES", "TEST", "DEV"))]
)
def test_the_lock_holds_what_setup_asks_for(lock: str, lists: tuple[str, ...]) -> None:
    held = pins(lock)
    for requirement in asked(*lists):
        version = held.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements/{lock}.lock: make lock"
        assert requirement.specifier.contains(version), f"{requirement} and {version}: make lock"


def test_the_locks_agree() -> None:
    dev = pins("dev")
    for lock in LOCKS:
        assert {name: pin for name, pin in pins(lock).items() if dev.get(name, pin) != pin} == {}


def test_every_runtime_dependency_has_a_floor_and_a_ceiling_or_counts_by_years() -> None:
    by_years = {"cryptography", "twisted", "pyopenssl", "service-identity", "zope.interface"}
    for requirement in asked("RUNTIME", "PICTURES"):
        kinds = {part.operator for part in requirement.specifier}
        assert kinds & {">=", "=="}, requirement
        assert kinds & {"<", "=="} or requirement.name in by_years, requirement


def test_no_runtime_package_is_under_a_network_copyleft_and_other_copyleft_is_named() -> None:
    unknown, unfit, unnamed = [], [], []
    for name in pins("run"):
        try:
            found = licence(name)
        except metadata.PackageNotFoundError:
            continue  # for another system or Python
        if not found:
            unknown.append(name)
        elif NETWORK_COPYLEFT.search(found) and not _at_choice(found):
            unfit.append(f"{name}: {found}")
        elif COPYLEFT.search(found) and name not in LIBRARY_COPYLEFT:
            unnamed.append(f"{name}: {found}")
    assert (unknown, unfit, unnamed) == ([], [], [])


def _at_choice(found: str) -> bool:
    """Whether an expression offers another licence beside the network copyleft."""
    try:
        words = canonicalize_license_expression(found).split(" OR ")
    except InvalidLicenseExpression:
        return False
    return any(not NETWORK_COPYLEFT.search(word) for word in words)


def test_the_licences_listed_for_readers_are_those_of_the_lock() -> None:
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([^`]+)` \|", text, re.M))
    assert listed == set(pins("run")), "make lock writes the list"
