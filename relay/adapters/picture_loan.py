"""What the owner of a picture child and the process it is lent to know in common."""

from __future__ import annotations

import os
import select
import struct
from mmap import mmap

_CODE = struct.Struct("i")
_COUNTERS = struct.Struct("II")


class Loan:
    """Two counters and one message that stay shared when the owner forks.

    The counters say whether the pipes to the child are in step: each picture that
    was begun has been finished. Whoever dies in the middle of one need not tell
    anybody. The message is how the child ended, which only its parent can learn.
    """

    def __init__(self) -> None:
        self._counters = mmap(-1, _COUNTERS.size)
        self._listen, self._speak = os.pipe()

    @property
    def begun(self) -> int:
        """How many pictures the child was given, by whomever."""
        return self._read()[0]

    @property
    def is_in_step(self) -> bool:
        """Whether every picture that was begun has been answered, too."""
        begun, finished = self._read()
        return begun == finished

    def begin(self) -> None:
        """Take note that a picture is being handed over."""
        begun, finished = self._read()
        self._write(begun + 1, finished)

    def finish(self) -> None:
        """Take note that its answer has come, to the last byte."""
        begun, _ = self._read()
        self._write(begun, begun)

    def spoil(self) -> None:
        """Let nobody use the child any more: a picture that is never finished."""
        self.begin()

    def tell_end(self, code: int) -> None:
        """Say how the child ended, as `Popen.returncode` would."""
        os.write(self._speak, _CODE.pack(code))

    def hear_end(self, seconds: float) -> int | None:
        """Return how the child ended, or None when nobody says so in time."""
        readable, _, _ = select.select([self._listen], [], [], seconds)
        return _CODE.unpack(os.read(self._listen, _CODE.size))[0] if readable else None

    def close(self) -> None:
        """Close our ends; the other process keeps its own."""
        self._counters.close()
        os.close(self._listen)
        os.close(self._speak)

    def _read(self) -> tuple[int, int]:
        begun, finished = _COUNTERS.unpack(self._counters[:])
        return begun, finished

    def _write(self, begun: int, finished: int) -> None:
        self._counters[:] = _COUNTERS.pack(begun, finished)
