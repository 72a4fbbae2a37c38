"""Makes safe pictures of a stranger's bytes, in one limited child process."""

from __future__ import annotations

import hashlib
import json
import os
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
from typing import IO, TYPE_CHECKING, Any, Literal

from relay.adapters.picture_header import read_header
from relay.domain.errors import PictureReason, PictureRefused, Unavailable
from relay.domain.picture import (
    PAGE_PX,
    RENDITION_PX,
    SHARE_PX,
    PictureSet,
    Rendition,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

# An honest picture takes well under a second; a shared machine may be busy.
PICTURE_SECONDS = 30.0
START_SECONDS = 30.0
# A child is replaced after so many pictures, so that no leak can grow for ever.
PICTURES_PER_CHILD = 500
# What a child may answer at most; the real answers stay under 2 MiB.
MAX_ANSWER_BYTES = 32 * 1024 * 1024

FORMATS = {"page": ("webp", "jpeg"), "wall": ("webp", "jpeg"), "small": ("webp",)}
PageFormat = Literal["webp", "jpeg", "png", "avif"]

_CHILD = Path(__file__).with_name("picture_child.py")
_MAGIC = {
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "avif": re.compile(rb"....ftypavif", re.DOTALL),
}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_PLACEHOLDER = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/=]{1,377}")


class SafePictures:
    """Makes pictures in a child process that is kept, limited and replaced.

    One child serves one process: after a fork the new process starts its own. Many
    threads may call; they take turns.
    """

    def __init__(self, *, seconds: float = PICTURE_SECONDS) -> None:
        self._seconds = seconds
        self._owner = os.getpid()
        self._turn = threading.RLock()
        self._child: _Child | None = None

    def make(self, data: bytes) -> PictureSet:
        """Return all renditions of a picture; raises PictureRefused, Unavailable.

        A rendition that would be as large as a larger one (the original is small)
        keeps its name and shares that one's bytes, so it is stored once.
        """
        plan = [[name, px, FORMATS[name]] for name, px in RENDITION_PX.items()]
        answer = self._ask(data, plan, portrait=True)
        return PictureSet(
            digest=hashlib.sha256(data).hexdigest(),
            width=answer.width,
            height=answer.height,
            colour=answer.colour,
            placeholder=answer.placeholder,
            fingerprint=answer.fingerprint,
            renditions=answer.renditions,
        )

    def encode_page(self, data: bytes, form: PageFormat) -> bytes:
        """Return only the page rendition, in one format; raises PictureRefused."""
        answer = self._ask(data, [["page", PAGE_PX, [form]]], portrait=False)
        return answer.renditions[0].data

    def start(self) -> None:
        """Start the child already, so that it gets ready while a page is fetched."""
        with self._in_turn():
            self._require_child()

    def close(self) -> None:
        """End the child; the next picture would start another."""
        with self._in_turn():
            self._drop()

    def __enter__(self) -> SafePictures:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self.close()

    def _ask(self, data: bytes, plan: list[Any], *, portrait: bool) -> _Answer:
        header = read_header(data)
        request = {"kind": header.kind, "renditions": plan, "portrait": portrait}
        with self._in_turn():
            for _ in range(2):
                try:
                    return self._require_child().ask(request, data, self._seconds)
                except _Killed:
                    # Not the picture's doing for all we know (an operator, or the
                    # kernel short of memory): it gets a second child, not a third.
                    self._drop()
                except _Lost as lost:
                    self._drop()
                    raise PictureRefused(lost.reason, lost.detail) from lost
        raise PictureRefused(PictureReason.BROKEN, "its process was killed twice")

    def _in_turn(self) -> threading.RLock:
        if self._owner != os.getpid():
            # After a fork: the child is not ours, and another thread of the old
            # process may have held the lock for ever.
            self._owner = os.getpid()
            self._turn = threading.RLock()
            if self._child is not None:
                self._child.forget()
                self._child = None
        return self._turn

    def _require_child(self) -> _Child:
        if self._child is not None and not self._child.is_usable():
            self._drop()
        if self._child is None:
            self._child = _Child()
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


@dataclass(frozen=True)
class _Answer:
    width: int
    height: int
    colour: str
    placeholder: str
    fingerprint: str
    renditions: tuple[Rendition, ...]


class _Killed(Exception):  # noqa: N818 - a state of the child, never shown
    """Somebody else ended the child."""


class _Lost(Exception):  # noqa: N818 - a state of the child, never shown
    """The child is of no more use because of this picture."""

    def __init__(self, reason: PictureReason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


class _Child:
    """One running child and the two pipes to it."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own file, no shell
                [sys.executable, "-I", "-S", str(_CHILD), *_library_folders()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
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

    def is_usable(self) -> bool:
        """Whether the next picture may go to this child."""
        return self._process.poll() is None and self._pictures < PICTURES_PER_CHILD

    def ask(self, request: dict[str, Any], data: bytes, seconds: float) -> _Answer:
        """Return the checked answer; raises PictureRefused, _Killed, _Lost."""
        if not self._is_ready:
            with _Deadline(self._process, START_SECONDS):
                self._require_ready()
        self._pictures += 1
        with _Deadline(self._process, seconds) as deadline:
            try:
                self._send(request, data)
                message, blobs = self._receive()
            except (OSError, EOFError, ValueError) as error:
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
            raise _Lost(PictureReason.BROKEN, "the answer makes no sense") from error

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
        except (OSError, EOFError, ValueError) as error:
            self._process.kill()
            self._process.wait()
            if self._process.returncode == -signal.SIGKILL:
                raise _Killed from error
            message = "the process for pictures does not start"
            raise Unavailable(message) from error
        self._is_ready = True

    def _explain(self, deadline: _Deadline) -> _Killed | _Lost:
        code = self._process.wait()
        if deadline.is_over:
            return _Lost(PictureReason.TOO_SLOW, "its time is over")
        if code == -signal.SIGXCPU:
            return _Lost(PictureReason.TOO_SLOW, "its CPU time is over")
        if code == -signal.SIGKILL:
            return _Killed()
        return _Lost(PictureReason.BROKEN, f"the decoder ended with {code}")

    def _send(self, request: dict[str, Any], data: bytes) -> None:
        sink = _pipe(self._process.stdin)
        text = json.dumps(request | {"size": len(data)}).encode()
        sink.write(struct.pack(">I", len(text)) + text)
        sink.write(data)
        sink.flush()

    def _receive(self) -> tuple[dict[str, Any], list[bytes]]:
        source = _pipe(self._process.stdout)
        message = json.loads(_read(source, struct.unpack(">I", _read(source, 4))[0]))
        return message, [_read(source, size) for size in message["sizes"]]

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

    def __enter__(self) -> _Deadline:
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
    folders = {}
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
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _refusal(message: dict[str, Any]) -> PictureRefused | _Lost:
    try:
        reason = PictureReason(message["refused"])
    except ValueError:
        return _Lost(PictureReason.BROKEN, "refused without a reason")
    return PictureRefused(reason, str(message.get("detail", ""))[:200])


def _check(
    message: dict[str, Any], blobs: list[bytes], request: dict[str, Any]
) -> _Answer:
    """Believe nothing of a child that hostile bytes may have taken over."""
    renditions = tuple(
        _check_rendition(*each, data)
        for each, data in zip(message["renditions"], blobs, strict=True)
    )
    wanted = [(name, f) for name, _, formats in request["renditions"] for f in formats]
    if request["portrait"]:
        wanted.append(("share", "jpeg"))
    if [(each.name, each.format) for each in renditions] != wanted:
        message = "other renditions than asked for"
        raise ValueError(message)
    return _Answer(
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
