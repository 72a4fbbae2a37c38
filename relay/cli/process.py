"""The supervisor: several processes as one, in the foreground, until it is told to end.

It has no threads, for two reasons: the kernel ends a child with the thread that
started it, and a fork beside running threads could find a lock held for ever.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import click

from relay.adapters.lifeline import end_with_parent
from relay.adapters.log_lines import as_json_line
from relay.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType
    from typing import IO

# How long a part may take to end by itself, in seconds; then it is killed.
GRACE_SECONDS = 10.0

# A part that ends by itself comes back after 0.5, 1, 2, 4, … seconds, at most this.
LONGEST_PAUSE_SECONDS = 30.0
# One that has run for so long has recovered: its next pause is short again.
STEADY_SECONDS = 60.0
# Before everything is ready, a part that ends so often will not come up at all.
TRIES_BEFORE_READY = 4

_TICK_SECONDS = 0.1
_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")


@dataclass(frozen=True)
class Part:
    """One process to keep running.

    `goes_last` parts end after all the others. `patience` is how long, in seconds,
    a part waits for readiness before it starts: it leaves the processors to those
    that readers wait for.
    """

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    goes_last: bool = False
    patience: float = 0.0


def command_part(
    name: str,
    command: tuple[str, ...],
    environment: Mapping[str, str],
    *,
    patience: float = 0.0,
) -> Part:
    """Return a part that runs a command, with its output on a pipe to us.

    Ctrl-C reaches every process of the terminal, but parts end when they are asked
    to, in their order: they begin with it ignored.
    """
    tie = end_with_parent(signal.SIGKILL)

    def begin() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        tie()

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=begin,  # noqa: PLW1509 - no threads here
        )

    return Part(name, start, patience=patience)


@dataclass
class _Running:
    part: Part
    colour: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = 0.5
    tries: int = 0
    rest: bytes = field(default=b"")

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts the parts, shows what they say, brings back who dies, ends them all."""

    def __init__(
        self,
        parts: Iterable[Part],
        *,
        is_ready: Callable[[], bool] = lambda: True,
        when_ready: Callable[[], None] = lambda: None,
        grace: float = GRACE_SECONDS,
        log: Literal["text", "json"] = "text",
    ) -> None:
        now = time.monotonic()
        self._running = [
            _Running(part, _COLOURS[at % len(_COLOURS)], start_at=now + part.patience)
            for at, part in enumerate(parts)
        ]
        self._width = max(len(each.part.name) for each in self._running)
        self._is_ready = is_ready
        self._when_ready = when_ready
        self._grace = grace
        self._log = log
        self._selector = selectors.DefaultSelector()
        self._was_ready = False
        self._asked_to_end = 0
        self._gave_up = False

    def run(self) -> int:
        """Run until SIGINT or SIGTERM: 0; or until a part cannot be brought up: 1."""
        before = {
            each: signal.signal(each, self._note_signal)
            for each in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            while not self._asked_to_end and not self._gave_up:
                self._start_missing()
                self._show_output(_TICK_SECONDS)
                self._greet()
        finally:
            self._end_all()
            for each, handler in before.items():
                signal.signal(each, handler)
        return 1 if self._gave_up else 0

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_end += 1

    def _start_missing(self) -> None:
        now = time.monotonic()
        for each in self._running:
            if each.process is not None and not each.is_alive:
                self._note_end(each, now)
            if each.process is None and now >= each.start_at:
                self._start(each)

    def _start(self, each: _Running) -> None:
        each.started_at = time.monotonic()
        try:
            each.process = each.part.start()
        except (OSError, Unavailable) as error:
            self._say(each, str(error))
            self._plan_return(each, each.started_at)
            return
        if each.process.stdout is not None:
            os.set_blocking(each.process.stdout.fileno(), False)
            self._selector.register(each.process.stdout, selectors.EVENT_READ, each)

    def _note_end(self, each: _Running, now: float) -> None:
        if each.process is None:
            return
        self._show_last_words(each)
        how = _explain(each.process.returncode)
        each.process = None
        if now - each.started_at > STEADY_SECONDS:
            each.pause, each.tries = 0.5, 0
        self._say(each, f"{how}; comes back in {each.pause:g} s")
        self._plan_return(each, now)

    def _plan_return(self, each: _Running, now: float) -> None:
        each.start_at = now + each.pause
        each.pause = min(each.pause * 2, LONGEST_PAUSE_SECONDS)
        each.tries += 1
        if not self._was_ready and each.tries >= TRIES_BEFORE_READY:
            self._say(each, "does not come up; giving up")
            self._gave_up = True

    def _greet(self) -> None:
        if not self._was_ready and self._is_ready():
            self._was_ready = True
            self._when_ready()
            for each in self._running:
                each.start_at = 0.0

    def _show_output(self, seconds: float) -> None:
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            self._read(key.data)

    def _read(self, each: _Running) -> bool:
        """Show the lines that have come; False when there is nothing (more)."""
        pipe = _pipe_of(each)
        try:
            data = pipe.read(65536) if pipe else None
        except (OSError, ValueError):
            data = b""
        if data:
            *lines, each.rest = (each.rest + data).split(b"\n")
            for line in lines:
                self._say(each, line.decode("utf-8", "replace").rstrip())
            return True
        if data == b"" and pipe is not None:
            self._selector.unregister(pipe)
            pipe.close()
        return False

    def _show_last_words(self, each: _Running) -> None:
        pipe = _pipe_of(each)
        while pipe is not None and not pipe.closed and self._read(each):
            pass
        if pipe is not None and not pipe.closed:
            # A child of the child may still hold the other end.
            self._selector.unregister(pipe)
            pipe.close()
        if each.rest:
            self._say(each, each.rest.decode("utf-8", "replace"))
            each.rest = b""

    def _say(self, each: _Running, line: str) -> None:
        if self._log == "json":
            click.echo(as_json_line(line, part=each.part.name))
            return
        name = click.style(f"{each.part.name:<{self._width}} |", fg=each.colour)
        click.echo(f"{name} {line}")

    def _end_all(self) -> None:
        if self._log == "text":
            click.echo("Ending everything.")
        self._end([each for each in self._running if not each.part.goes_last])
        self._end([each for each in self._running if each.part.goes_last])

    def _end(self, parts: list[_Running]) -> None:
        """Ask parts to end; kill those that have not after the time of grace."""
        for each in parts:
            if each.is_alive and each.process:
                each.process.terminate()
        until = time.monotonic() + self._grace
        asked = self._asked_to_end
        while any(each.is_alive for each in parts):
            if time.monotonic() > until or self._asked_to_end > max(asked, 1):
                for each in parts:
                    if each.is_alive and each.process:
                        self._say(each, "does not end by itself: killed")
                        each.process.kill()
                        each.process.wait()
            self._show_output(_TICK_SECONDS)
        for each in parts:
            self._show_last_words(each)
            each.process = None


def _pipe_of(each: _Running) -> IO[bytes] | None:
    return each.process.stdout if each.process else None


def _explain(code: int) -> str:
    if code >= 0:
        return f"ended with {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
