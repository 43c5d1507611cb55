"""Name and version of this software, as it introduces itself to servers and in what it keeps."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def product() -> str:
    """``kiemtin/0.3.0``."""
    return f"kiemtin/{version('kiemtin')}"


def user_agent(contact: str) -> str:
    """The user agent: product, version (``major.minor``) and where the people behind it can be reached."""
    return f"{'.'.join(product().split('.')[:2])} (+{contact})"
