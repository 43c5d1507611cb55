"""What the rooms write into their logs: one line for each happening, as key=value or as JSON, nothing about people or texts.

A message of ours says what happened and to which row; it never quotes what somebody wrote. Two doors stay closed by
construction: an exception is told by its kind, its SQLSTATE and its places in the code, never by its message (PostgreSQL's
quotes the row that it refused), and a library's message is told without its arguments.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Literal

import psycopg
import structlog

from db.core.errors import Invalid, KiemtinError

Event = MutableMapping[str, Any]
FORMATS = ("text", "json")
OURS = ("kiemtin", "db", "crawler", "classifier", "review_ui")
# libraries whose arguments are addresses of machines and names of jobs, and tell an administrator why
TOLD = ("psycopg", "waitress", "procrastinate")
FRAMES = 6  # places of an exception that are told, innermost first


def chosen(word: str) -> Literal["text", "json"]:
    """The format that KIEMTIN_LOG_FORMAT names; Invalid for anything else."""
    if word not in FORMATS:
        raise Invalid("KIEMTIN_LOG_FORMAT", f"KIEMTIN_LOG_FORMAT is {word!r}; it is text or json")
    return "json" if word == "json" else "text"


def start(room: str, form: Literal["text", "json"]) -> None:
    """From now on everything that is logged in this process goes to stderr in this form, crashes too."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]

    def in_room(_logger: object, _method: str, event: Event) -> Event:
        return {"at": event.pop("at", None), "level": event.pop("level", None), "room": room, **event}

    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.LogfmtRenderer(
            key_order=["at", "level", "room", "event"], bool_as_flag=False
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                exception_told,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                in_room,
                last,
            ],
        )
    )
    handler.addFilter(without_arguments)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    log = logging.getLogger("kiemtin")

    def crash(kind: type[BaseException], why: BaseException, trace: TracebackType | None) -> None:
        log.critical("ended by a mistake of ours", exc_info=(kind, why, trace))

    sys.excepthook = crash
    threading.excepthook = lambda hook: log.critical(
        "a thread ended by a mistake of ours",
        exc_info=(hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback),
    )


def without_arguments(record: logging.LogRecord) -> bool:
    """Leaves of a library's message what its authors wrote, without what it was filled with; ours and TOLD ones stay."""
    if str(record.name).split(".")[0] not in (*OURS, *TOLD):
        record.msg = str(record.msg) if record.args else "(a message of the library)"
        record.args = ()
    return True


def exception_told(_logger: object, _method: str, event: Event) -> Event:
    """An exception as its kind, SQLSTATE and places; the message only where it is a sentence of ours."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    why = given if isinstance(given, BaseException) else given[1] if given else None
    if why is None:
        return event
    event["error"] = f"{type(why).__module__}.{type(why).__qualname__}".removeprefix("builtins.")
    if isinstance(why, KiemtinError):
        event["why"] = str(why)
    if isinstance(why, psycopg.Error) and why.sqlstate:
        event["sqlstate"] = why.sqlstate
    frames = traceback.extract_tb(why.__traceback__)
    event["places"] = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
        for frame in list(reversed(frames))[:FRAMES]
    )
    return event
