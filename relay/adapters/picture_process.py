"""One child process that makes pictures: started, asked, checked and ended."""

from __future__ import annotations

import json
import re
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from relay.domain.errors import PictureReason, PictureRefused, Unavailable
from relay.domain.picture import RENDITION_PX, SHARE, SHARE_PX, Rendition

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 30.0
# A child is replaced after so many pictures, so that no leak can grow for ever.
PICTURES_PER_CHILD = 500
# What a child may answer at most; the real answers stay under 2 MiB.
MAX_ANSWER_BYTES = 32 * 1024 * 1024

_CHILD = Path(__file__).with_name("picture_child.py")
_MAGIC = {
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "avif": re.compile(rb"....ftypavif", re.DOTALL),
}
# What reading an answer can raise when the child is dead, or taken over.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError)
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_PLACEHOLDER = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/=]{1,377}")


@dataclass(frozen=True)
class Answer:
    """A child's answer, believed only as far as it was checked."""

    width: int
    height: int
    colour: str
    placeholder: str
    fingerprint: str
    renditions: tuple[Rendition, ...]


class Killed(Exception):
    """Somebody else ended the child."""


class Lost(Exception):
    """The child is of no more use because of this picture."""

    def __init__(self, reason: PictureReason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


class Child:
    """One running child and the two pipes to it."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own file, no shell
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
            )
        except OSError as error:
            message = "no process for pictures could be started"
            raise Unavailable(message) from error
        self._pictures = 0
        self._is_ready = False

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def is_usable(self) -> bool:
        """Whether the next picture may go to this child."""
        return self._process.poll() is None and self._pictures < PICTURES_PER_CHILD

    def ask(self, request: dict[str, Any], data: bytes, seconds: float) -> Answer:
        """Return the checked answer; raises PictureRefused, Killed, Lost."""
        if not self._is_ready:
            with _Deadline(self._process, START_SECONDS):
                self._require_ready()
        self._pictures += 1
        with _Deadline(self._process, seconds) as deadline:
            try:
                self._send(request, data)
                message, blobs = self._receive()
            except _UNREADABLE as error:
                self._process.kill()
                raise self._explain(deadline) from error
        if deadline.is_over:
            # The answer won the race, but the child has been killed meanwhile.
            self.end()
        if "refused" in message:
            raise _refusal(message)
        try:
            return _check(message, blobs, request)
        except (KeyError, TypeError, ValueError) as error:
            raise Lost(PictureReason.BROKEN, "the answer makes no sense") from error

    def forget(self) -> None:
        """Close our copies of the pipes; the process belongs to somebody else."""
        self._close_pipes()
        # Popen would warn, and wait for a process that isn't ours, when collected.
        self._process.returncode = 0

    def end(self) -> None:
        """Kill and reap the process."""
        self._process.kill()
        self._close_pipes()
        self._process.wait()

    def _require_ready(self) -> None:
        try:
            self._receive()
        except _UNREADABLE as error:
            self._process.kill()
            self._process.wait()
            if self._process.returncode == -signal.SIGKILL:
                raise Killed from error
            message = "the process for pictures does not start"
            raise Unavailable(message) from error
        self._is_ready = True

    def _explain(self, deadline: _Deadline) -> Killed | Lost:
        code = self._process.wait()
        if deadline.is_over:
            return Lost(PictureReason.TOO_SLOW, "its time is over")
        if code == -signal.SIGXCPU:
            return Lost(PictureReason.TOO_SLOW, "its CPU time is over")
        if code == -signal.SIGKILL:
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

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()


class _Deadline:
    """Kills a process when a block takes longer than it may."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.is_over = False
        self._process = process
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _kill(self) -> None:
        self.is_over = True
        self._process.kill()


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


def _refusal(message: dict[str, Any]) -> PictureRefused | Lost:
    try:
        reason = PictureReason(message["refused"])
    except ValueError:
        return Lost(PictureReason.BROKEN, "refused without a reason")
    return PictureRefused(reason, str(message.get("detail", ""))[:200])


def _check(
    message: dict[str, Any], blobs: list[bytes], request: dict[str, Any]
) -> Answer:
    """Believe nothing of a child that hostile bytes may have taken over."""
    renditions = tuple(
        _check_rendition(name, form, width, height, data)
        for (name, form, width, height), data in zip(
            message["renditions"], blobs, strict=True
        )
    )
    wanted = [(name, f) for name, _, formats in request["renditions"] for f in formats]
    if request["portrait"]:
        wanted.append((SHARE, "jpeg"))
    if [(each.name, each.format) for each in renditions] != wanted:
        complaint = "other renditions than asked for"
        raise ValueError(complaint)
    return Answer(
        width=int(message["width"]),
        height=int(message["height"]),
        colour=_match(_COLOUR, message, "colour", request),
        placeholder=_match(_PLACEHOLDER, message, "placeholder", request),
        fingerprint=_match(_FINGERPRINT, message, "fingerprint", request),
        renditions=renditions,
    )


def _check_rendition(
    name: str, form: str, width: int, height: int, data: bytes
) -> Rendition:
    largest = max(*SHARE_PX, *RENDITION_PX.values())
    if not (0 < width <= largest and 0 < height <= largest):
        message = "no size of ours"
        raise ValueError(message)
    if not _MAGIC[form].match(data):
        message = f"not {form}"
        raise ValueError(message)
    return Rendition(name, form, width, height, data)


def _match(
    pattern: re.Pattern[str], message: dict[str, Any], key: str, request: dict[str, Any]
) -> str:
    if not request["portrait"]:
        return ""
    value = message[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        complaint = f"no {key}"
        raise ValueError(complaint)
    return value
