"""A progress bar for the terminal: one line redrawn, or a line each tenth in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_CELLS = 30
_TENTHS = 10


class TerminalProgress:
    """Shows `done` of `total` on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._redraws = stream.isatty()
        self._shown = -1

    def __call__(self, done: int, total: int, words: str) -> None:
        """Show how far we are; `words` say at what."""
        filled = _CELLS * done // total
        bar = "█" * filled + "░" * (_CELLS - filled)
        line = f"  {bar} {done}/{total} {words}"
        if self._redraws:
            end = "\n" if done == total else ""
            self._write(f"\r\x1b[2K{line}{end}")
            return
        tenth = _TENTHS * done // total
        if tenth != self._shown:
            self._shown = tenth
            self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        # A terminal with an old encoding gets plain signs.
        encoding = self._stream.encoding or "ascii"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = text.replace("█", "#").replace("░", "-")
        self._stream.write(text)
        self._stream.flush()
