"""One child process that makes pictures: started, asked, checked and ended."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from relay.adapters.lifeline import end_with_parent
from relay.adapters.picture_answer import Answer, Lost, check_answer, read_refusal
from relay.adapters.picture_loan import Loan
from relay.domain.errors import PictureReason, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_SECONDS = 30.0
# How long a borrower waits to be told how the child ended; it is told at once.
TELL_SECONDS = 5.0
# A child is replaced after so many pictures, so that no leak can grow for ever.
PICTURES_PER_CHILD = 500
# What a child may answer at most; the real answers stay under 2 MiB.
MAX_ANSWER_BYTES = 32 * 1024 * 1024

_CHILD = Path(__file__).with_name("picture_child.py")
# What reading an answer can raise when the child is dead, or taken over.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError)


class Killed(Exception):
    """Somebody else ended the child."""


class Child:
    """One running child and the two pipes to it.

    A process that is forked from its owner may use it in the owner's place (one of
    them at a time): it is killed, but it cannot be waited for, as it is not theirs.
    """

    def __init__(self) -> None:
        try:
            with ExitStack() as undo:
                self._loan = Loan()
                undo.callback(self._loan.close)
                self._process = _start()
                undo.pop_all()
        except OSError as error:
            message = "no process for pictures could be started"
            raise Unavailable(message) from error
        self._owner = os.getpid()
        self._is_ready = False

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def is_usable(self) -> bool:
        """Whether the next picture may go to this child."""
        return (
            self._loan.is_in_step
            and self._loan.begun < PICTURES_PER_CHILD
            and (self._is_borrowed() or self._process.poll() is None)
        )

    def get_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the child can take a picture; raises Killed, Unavailable."""
        if not self._is_ready:
            with _Deadline(self._kill, seconds):
                self._require_ready()

    def ask(self, request: dict[str, Any], data: bytes, seconds: float) -> Answer:
        """Return the checked answer; raises PictureRefused, Killed, Lost."""
        self.get_ready()
        self._loan.begin()
        with _Deadline(self._kill, seconds) as deadline:
            try:
                self._send(request, data)
                message, blobs = self._receive()
            except _UNREADABLE as error:
                self._kill()
                raise self._explain(deadline) from error
        if not deadline.is_over:
            self._loan.finish()  # else it has been killed, though the answer won
        if "refused" in message:
            raise read_refusal(message)
        try:
            return check_answer(message, blobs, request)
        except (KeyError, TypeError, ValueError) as error:
            raise Lost(PictureReason.BROKEN, "the answer makes no sense") from error

    def tell_end(self) -> None:
        """Tell whoever borrowed the child how it ended, if it has.

        It is not reaped yet: as long as somebody may kill it, its number is its own.
        """
        if self._process.returncode is not None or self._is_borrowed():
            return
        with suppress(ChildProcessError):
            found = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is not None:
                is_exit = found.si_code == os.CLD_EXITED
                self._loan.tell_end(found.si_status if is_exit else -found.si_status)

    def forget(self) -> None:
        """Close our copies of the pipes; the process belongs to somebody else."""
        self._close()
        # Popen would warn, and wait for a process that isn't ours, when collected.
        self._process.returncode = 0

    def end(self) -> None:
        """Kill the process and reap it; its owner sees that, when that is not us."""
        self._loan.spoil()
        self._kill()
        if self._is_borrowed():
            self.forget()
            return
        self._close()
        self._process.wait()

    def _is_borrowed(self) -> bool:
        return self._owner != os.getpid()

    def _kill(self) -> None:
        if not self._is_borrowed():
            self._process.kill()
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _reap(self) -> int | None:
        """Return how the dead child ended, or None when its owner does not say."""
        if self._is_borrowed():
            return self._loan.hear_end(TELL_SECONDS)
        return self._process.wait()

    def _require_ready(self) -> None:
        try:
            self._receive()
        except _UNREADABLE as error:
            self._kill()
            if self._reap() == -signal.SIGKILL:
                raise Killed from error
            message = "the process for pictures does not start"
            raise Unavailable(message) from error
        self._is_ready = True

    def _explain(self, deadline: _Deadline) -> Killed | Lost:
        if deadline.is_over:
            return Lost(PictureReason.TOO_SLOW, "its time is over")
        code = self._reap()
        if code == -signal.SIGXCPU:
            return Lost(PictureReason.TOO_SLOW, "its CPU time is over")
        if code is None or code == -signal.SIGKILL:
            return Killed()
        return Lost(PictureReason.BROKEN, f"the decoder ended with {code}")

    def _send(self, request: dict[str, Any], data: bytes) -> None:
        sink = _pipe(self._process.stdin)
        text = json.dumps(request | {"size": len(data)}).encode()
        _write(sink, struct.pack(">I", len(text)) + text)
        _write(sink, data)

    def _receive(self) -> tuple[dict[str, Any], list[bytes]]:
        source = _pipe(self._process.stdout)
        message = json.loads(_read(source, struct.unpack(">I", _read(source, 4))[0]))
        sizes = [int(size) for size in message["sizes"]]
        if sum(sizes) > MAX_ANSWER_BYTES:
            complaint = "too long an answer"
            raise ValueError(complaint)
        return message, [_read(source, size) for size in sizes]

    def _close(self) -> None:
        self._loan.close()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()


class _Deadline:
    """Kills a process when a block takes longer than it may."""

    def __init__(self, kill: Callable[[], None], seconds: float) -> None:
        self.is_over = False
        self._kill = kill
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _end(self) -> None:
        self.is_over = True
        self._kill()


def _start() -> subprocess.Popen[bytes]:
    # Tied to us, unless a thread starts it that may end before we do.
    is_main = threading.current_thread() is threading.main_thread()
    return subprocess.Popen(  # noqa: S603 - our own file, no shell
        [sys.executable, "-I", "-S", str(_CHILD), *_library_folders()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Unbuffered: a buffer has a lock, which a fork may copy locked.
        bufsize=0,
        # No secret of ours stands in its environment. One arena keeps the
        # address space, which is limited, near to what is really used.
        env={"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
        cwd="/",
        preexec_fn=end_with_parent(signal.SIGKILL) if is_main else None,  # noqa: PLW1509 - two system calls
    )


def _library_folders() -> Iterator[str]:
    """Yield the folders that hold Pillow and pi-heif, each once."""
    folders: dict[str, None] = {}
    for name in ("PIL", "pi_heif"):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            message = f"{name} is not installed"
            raise Unavailable(message)
        folders[str(Path(spec.origin).parent.parent)] = None
    yield from folders


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        message = "no pipe"
        raise OSError(message)
    return pipe


def _read(source: IO[bytes], size: int) -> bytes:
    if not 0 <= size <= MAX_ANSWER_BYTES:
        message = "no sensible length"
        raise ValueError(message)
    parts = bytearray()
    while len(parts) < size:
        part = source.read(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _write(sink: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[sink.write(rest) :]
