"""The shipped catalogue and what judges by it, read once: neither changes by being asked."""

from __future__ import annotations

import pytest

from classifier.judging.judge import Judge
from classifier.places.gazetteer import Gazetteer
from db.catalogue import files
from db.catalogue.kinds import Catalogue


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    """The catalogue of Lào Cai as it is shipped."""
    return files.shipped("laocai")


@pytest.fixture(scope="session")
def judge(shipped: Catalogue) -> Judge:
    """The judge of an office's first day: rules alone, nothing learned."""
    return Judge(shipped)


@pytest.fixture(scope="session")
def gazetteer(shipped: Catalogue) -> Gazetteer:
    """The place names of Lào Cai."""
    return Gazetteer.from_catalogue(shipped)
