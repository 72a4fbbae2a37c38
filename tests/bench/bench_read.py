"""Measures reading: pages a CPU second of the server, beside a bare Flask `ok`.

    python -m tests.bench.bench_read [--entries 10000] [--grown 100000]
    python -m tests.bench.bench_read --base-url http://127.0.0.1:8000 [--pid PID]

Servers take turns in one run. Pages that were made once are kept until something is
published; those "made anew" are asked for under a new address each time, so that only
their cards are ready. With `--grown` a second relay of so many entries takes turns
too, and the last table says what growing costs. Design figures: the wall made anew
≥ 0.5 × bare; everything flat as the relay grows.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from tests.bench.measuring import (
    Asked,
    Found,
    Server,
    Work,
    always,
    measure,
    print_table,
    running_bare,
    running_relay,
    seed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# As a browser asks.
HEADERS = {"Accept-Encoding": "gzip, deflate, br"}
ENTRIES_ASKED = 50


@click.command()
@click.option("--entries", type=click.IntRange(100), default=10_000)
@click.option("--grown", type=click.IntRange(100), help="A second, larger relay.")
@click.option("--base-url", help="Measure this running site instead.")
@click.option("--pid", type=int, help="Its process, for CPU seconds.")
@click.option("--rounds", type=click.IntRange(1, 50), default=5)
@click.option("--seconds", type=click.FloatRange(0.1, 10), default=1.0)
def main(
    *,
    entries: int,
    grown: int | None,
    base_url: str | None,
    pid: int | None,
    rounds: int,
    seconds: float,
) -> None:
    """Print the table."""
    with ExitStack() as stack:
        bare = stack.enter_context(running_bare())
        works = [Work("bare Flask ok", bare, always(Asked("/ok")))]
        sizes = [entries, grown] if grown and not base_url else [entries]
        for size in sizes:
            server = (
                Server(base_url.rstrip("/"), pid) if base_url else _seeded(stack, size)
            )
            works += list_works(server, size)
        found = measure(works, rounds=rounds, seconds=seconds)
    many = (len(works) - 1) // len(sizes)
    for at, size in enumerate(sizes):
        chosen = [0, *range(1 + at * many, 1 + (at + 1) * many)]
        where = base_url or f"{size} entries"
        print_table(
            f"reading, {where}, {rounds} turns of {seconds:g} s",
            [works[each] for each in chosen],
            [found[each] for each in chosen],
        )
    if len(sizes) > 1:
        print_growth(sizes, works[1 : many + 1], found[1 : many + 1], found[many + 1 :])


def _seeded(stack: ExitStack, entries: int) -> Server:
    folder = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
    seed(Path(folder), entries)
    return stack.enter_context(running_relay(Path(folder)))


def list_works(server: Server, entries: int) -> list[Work]:
    """Return what readers do, the most frequent first."""
    step = max(entries // ENTRIES_ASKED, 1)
    pages = {
        "wall": ["/en/"],
        "wall, page in the middle": [f"/en/?page={max(entries // 96, 1)}"],
        "wall, one country": ["/en/?country=CN"],
        "wall, one word": ["/en/?q=moon"],
        "wall in words": ["/en/?view=words"],
        "entry": [f"/en/w/{no}" for no in range(1, entries + 1, step)],
        "map": ["/en/map"],
        "cities": ["/en/cities"],
    }
    kept = [
        Work(name, server, always(*(Asked(path, headers=HEADERS) for path in paths)))
        for name, paths in pages.items()
    ]
    made = [
        Work(f"{name}, made anew", server, _never_twice(pages[name][0]))
        for name in ("wall", "entry", "map")
    ]
    return kept + made


def _never_twice(path: str) -> Callable[[], Iterator[Asked]]:
    """Return questions that no page is kept under, since none is ever asked again."""
    numbers = count()
    return lambda: (Asked(f"{path}?fresh={at}", headers=HEADERS) for at in numbers)


def print_growth(
    sizes: list[int], works: list[Work], small: list[Found], large: list[Found]
) -> None:
    """Print how the same pages fare in the larger relay; 1 is flat."""
    sys.stdout.write(f"\ngrowth: {sizes[1]} entries ÷ {sizes[0]} entries\n")
    for work, one, other in zip(works, small, large, strict=True):
        sys.stdout.write(f"{work.name:26}{other.rate / one.rate:9.2f}\n")


if __name__ == "__main__":
    main()
