"""Ctrl-C while there is nothing to tidy up: it ends the process at once, in silence."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process as the kernel does, instead of raising here.

    What is raised in the middle of an import comes out as a traceback, or is lost.
    Who has been told to ignore Ctrl-C, or answers it otherwise, goes on doing so.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
