"""How a fetch can fail: later it may work (FetchError), it is not to be had (Refused), it lies elsewhere (Elsewhere)."""

from __future__ import annotations

from db.core.errors import SetAside, TryLater


class FetchError(TryLater):
    """A failed fetch with a short ``kind`` for labels; ``wait``: seconds that the server asked us to wait."""

    def __init__(self, kind: str, why: str, *, wait: float | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.wait = wait


class Refused(SetAside):
    """An address that is not, or not wholly, to be had; ``again``: another day it may be."""

    def __init__(self, kind: str, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.kind = kind
        self.again = again


class Elsewhere(SetAside):
    """A redirect leads to a host that is not the source's; ``target`` is where."""

    kind = "elsewhere"
    again = True

    def __init__(self, target: str, why: str) -> None:
        super().__init__(why)
        self.target = target
