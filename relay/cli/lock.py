"""The lock of a data folder: only one `relay up` at a time may use it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from relay.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "relay.lock"


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder; raises Conflict when another process does.

    The kernel gives the lock back when its holder ends, however that comes.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / FILE).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            message = f"A relay already runs on {data} (process {holder})."
            raise Conflict(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
