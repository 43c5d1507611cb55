"""What can go wrong, named by what the caller should do about it.

The front door and the web application map these classes to exit codes and pages once; anything
else that is raised is a bug and stays loud.
"""


class KiemtinError(Exception):
    """A failure with one clear sentence for people; ``str(error)`` is that sentence."""


class NotFound(KiemtinError):
    """The thing asked for does not exist (404)."""


class Conflict(KiemtinError):
    """Somebody else was first, or the thing changed meanwhile (409)."""


class Invalid(KiemtinError):
    """Input that cannot be taken (422): which ``field``, and how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
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
