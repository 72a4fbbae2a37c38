"""Measures sending in: entries a CPU second, beside a POST that keeps nothing.

    python -m tests.bench.bench_submit [--entries 10000]

The relay is whole but for the workers: SQLite with `synchronous=FULL`, the queue
server, limits that are counted but never reached. Design figure: ≥ 0.5 × no-op.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from relay.adapters.valkey import start_valkey
from tests.bench.measuring import (
    UNLIMITED,
    Asked,
    Work,
    measure,
    print_table,
    running_bare,
    running_relay,
    seed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADERS = {"Content-Type": "application/json"}


@click.command()
@click.option("--entries", type=click.IntRange(100), default=10_000)
@click.option("--rounds", type=click.IntRange(1, 50), default=5)
@click.option("--seconds", type=click.FloatRange(0.1, 10), default=1.0)
def main(*, entries: int, rounds: int, seconds: float) -> None:
    """Print the table."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        data = Path(folder)
        seed(data, entries)
        queue = start_valkey(data).process
        stack.callback(queue.wait)
        stack.callback(queue.terminate)
        bare = stack.enter_context(running_bare())
        relay = stack.enter_context(running_relay(data, limit_submit=UNLIMITED))
        works = [
            Work("POST that keeps nothing", bare, sending("/nothing"), 201),
            Work("POST an entry", relay, sending("/api/v1/entries"), 201),
            Work(
                "POST, Idempotency-Key",
                relay,
                sending("/api/v1/entries", once=True),
                201,
            ),
        ]
        found = measure(works, rounds=rounds, seconds=seconds)
    print_table(
        f"submitting, {entries} entries there, {rounds} turns of {seconds:g} s",
        works,
        found,
    )


def sending(path: str, *, once: bool = False) -> Callable[[], Iterator[Asked]]:
    """Return entries that differ, as a form or a program would send them."""

    def asked() -> Iterator[Asked]:
        mark = uuid4().hex
        for number in count():
            body = {
                "link": f"https://www.instagram.com/p/{mark}{number}/?igsh=abc",
                "title": f"A table for everyone, {number}",
                "alt": "A long table, people of all ages around it, lanterns.",
                "description": "We painted it together on three afternoons.",
                "name": "Blue Door Day Centre",
                "kind": "organisation",
                "city": 1799962,
                "lang": "en",
                "consent": True,
            }
            key = {"Idempotency-Key": f"{mark}-{number}"} if once else {}
            yield Asked(path, "POST", json.dumps(body).encode(), HEADERS | key)

    return asked


if __name__ == "__main__":
    main()
