"""A worker's steps by themselves: in one process, in a loop, without a queue.

    python -m tests.bench.steps_alone

Reads a line `[[row id, attempt], …]` and answers a line `{step: seconds}`, summed over
these rows. Everything but the queue and the fork is as in a job.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from relay.services.outbox import mark_running
from relay.services.store_preview import store_preview
from workers.jobs import keep_files, the_relay, warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay


@contextmanager
def _timing(spent: Counter[str], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    spent[name] += time.perf_counter() - begun  # type: ignore[assignment]


def work(relay: Relay, row_id: int, attempt: int) -> Counter[str]:
    """Do all steps of one row; returns the seconds that each took."""
    spent: Counter[str] = Counter()
    with _timing(spent, "database"):
        work = mark_running(relay.engine, row_id, attempt, clock=relay.clock)
    assert work is not None
    with _timing(spent, "preview"):
        preview = relay.polite_previewer.preview(work.link)
    assert preview.image is not None
    with _timing(spent, "pictures"):
        pictures = relay.pictures.make(preview.image)
    with _timing(spent, "media"):
        files = keep_files(relay, pictures)
    with _timing(spent, "database"):
        store_preview(
            relay.engine,
            work.ticket,
            preview,
            pictures,
            files,
            clock=relay.clock,
            printer=relay.printer,
            dice=relay.dice,
        )
    for step in preview.steps:
        name = "parse" if step.name == "parsed" else "fetch"
        if step.name in {"resolved", "asked", "read", "parsed"}:
            spent[name] += step.ms / 1000  # type: ignore[assignment]
    return spent


def main() -> None:
    """Answer until the other side closes."""
    warm_up()
    relay = the_relay()
    with relay.pictures:
        for line in sys.stdin:
            total: Counter[str] = Counter()
            for row_id, attempt in json.loads(line):
                total.update(work(relay, row_id, attempt))
            sys.stdout.write(json.dumps(total) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
