"""The log: one line for each event, as text for people or as JSON for machines."""

from __future__ import annotations

import logging
import re
import sys
import threading
from typing import TYPE_CHECKING, Any, Literal

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping
    from types import TracebackType

    from structlog.typing import Processor

# What must not lie in a log, however it came there: a person's address, a password
# in a URL, the values that PostgreSQL repeats, and the secret in a private path.
_SECRETS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(://[^\s:/@]*:)[^\s@]+@"), r"\1[password]@"),
    (re.compile(r"(DETAIL:).*"), r"\1 [values]"),
    (
        re.compile(r"(/(?:mine|status|check|done|invite|b|c)/)[^\s/?#\"'<]+"),
        r"\1[secret]",
    ),
)
_TRACEBACK_FRAMES = 30

# Both tell of every request or job; ours are fewer and say more.
_TALKATIVE = ("alembic", "rq", "urllib3", "werkzeug")


def open_log(form: Literal["text", "json"]) -> None:
    """Let everything that this process and its forks log go to standard output.

    Modules log with `logging` and `extra={…}`, so that whoever uses ours as a
    library keeps the say; here it is only written down. Uncaught errors, too.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", key="time"),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_chain(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_thread


def begin_context(**fields: object) -> None:
    """Begin a request or job: what is logged in this thread carries its fields."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**fields)


def hide_secrets(text: str) -> str:
    """Return a text without what a log must not hold."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _chain(form: Literal["text", "json"]) -> Iterable[Processor]:
    if form == "json":
        # Never the local variables: they hold what people have written.
        tracer = structlog.tracebacks.ExceptionDictTransformer(
            show_locals=False, max_frames=_TRACEBACK_FRAMES
        )
        return (
            structlog.processors.ExceptionRenderer(tracer),
            _hide,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=repr),
        )
    return (
        structlog.processors.format_exc_info,
        _hide,
        structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, pad_level=False, timestamp_key="time"
        ),
    )


def _hide(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: _without_secrets(value) for name, value in event.items()}


def _without_secrets(value: Any) -> Any:  # noqa: ANN401 - whatever was logged
    if isinstance(value, str):
        return hide_secrets(value)
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, dict):
        return {name: _without_secrets(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return value


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("relay").critical(
        "the process ends with an error", exc_info=(kind, error, trace)
    )


def _log_thread(raised: threading.ExceptHookArgs) -> None:
    if raised.exc_value is not None:
        logging.getLogger("relay").error(
            "a thread ended with an error",
            exc_info=(raised.exc_type, raised.exc_value, raised.exc_traceback),
        )
