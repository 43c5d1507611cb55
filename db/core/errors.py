"""What can go wrong, named by what the caller should do about it.

The front door and the web application map these classes to exit codes and pages once; anything
else that is raised is a bug and stays loud. Which rule refused is told by a stable ``code`` ("verdict.second_person")
and its ``values``; nobody decides by the words of a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One thing wrong with one row of a catalogue: where (file or kind, ``row``, ``column``), which ``code``, and the
    English ``message`` for the command line."""

    message: str
    code: str
    values: dict[str, object] = field(default_factory=dict)
    place: str = ""
    row: str = ""
    column: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.place, self.column) if part)
        return f"{where}: {self.message}" if where else self.message


class KiemtinError(Exception):
    """A failure with one clear sentence for people; ``str(error)`` is that sentence, in English where it has a ``code``."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        values: dict[str, object] | None = None,
        faults: Sequence[RowFault] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.values = values or {}
        self.faults = tuple(faults)


class NotFound(KiemtinError):
    """The thing asked for does not exist (404)."""


class Conflict(KiemtinError):
    """Somebody else was first, or the thing changed meanwhile (409)."""


class Invalid(KiemtinError):
    """Input that cannot be taken (422): which ``field``, and how to mend it."""

    def __init__(
        self,
        field: str,
        message: str,
        *,
        code: str = "",
        values: dict[str, object] | None = None,
        faults: Sequence[RowFault] = (),
    ) -> None:
        super().__init__(message, code=code, values=values, faults=faults)
        self.field = field
        self.message = message


class Forbidden(KiemtinError):
    """This person may not do this (403)."""


class TryLater(KiemtinError):
    """Nothing is wrong with the thing itself: the next round may succeed; counted."""


class SetAside(KiemtinError):
    """Not stored, kept with the reason, shown to staff; ``str(error)`` is the reason."""


class Unavailable(KiemtinError):
    """A service the command needs (database, port, program) cannot be had now."""
