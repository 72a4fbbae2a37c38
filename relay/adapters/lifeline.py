"""The lifeline: a process that the kernel ends when its parent ends."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def tie_to_parent(sign: signal.Signals) -> None:
    """Let the kernel send `sign` to this process when its parent ends.

    "The parent" is the thread that forked. Other systems than Linux know nothing
    like it, and there this does nothing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def end_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """Return what a child of this process runs first, to be tied to it for sure.

    Between fork and exec a child should do little: everything is looked up here, in
    the parent, and the child makes two system calls.
    """
    if sys.platform != "linux":
        return _do_nothing
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent was quicker

    return ask_kernel


def _do_nothing() -> None:
    """Trust whoever started us to end us."""
