"""Measures a worker: links a second, end to end, beside its steps by themselves.

    python -m tests.bench.bench_throughput [--jobs 20] [--rounds 5]

End to end: a job in the queue → fork → fetch → parse → pictures → media store →
database, by one real worker. By themselves: the same steps in a loop in one process.
Both take turns on pages of our own site on loopback, each with a picture of 2 to 3
megapixels, made from different entries of one relay on SQLite. The promise is about
CPU seconds, which a busy machine leaves alone: steps ÷ end to end ≥ 0.8.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import click
from sqlalchemy import func, select
from sqlmodel import col

from relay.adapters.valkey import start_valkey
from relay.bootstrap import open_relay
from relay.models import OutboxRow, OutboxState
from relay.services.outbox import claim_due
from relay.services.start_entry import start_entry
from relay.settings import Settings, environment_with
from tests.bench.measuring import ROOT, cpu_seconds, free_port, wait_until_up
from workers.patience import Patience
from workers.queue import JobQueue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket

PROMISE = 0.8
JOB_SECONDS_MAX = 10


class Side(Protocol):
    """One way of doing the same jobs."""

    pid: int

    def work(self, tickets: Sequence[Ticket]) -> Mapping[str, float]:
        """Do them all; returns the seconds of each step, where they are known."""


@dataclass
class Found:
    """What the turns of one side gave, a job: seconds of CPU and of wall clock."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    jobs: int = 0


@click.command()
@click.option("--jobs", type=click.IntRange(1, 50), default=20, help="A turn.")
@click.option("--rounds", type=click.IntRange(1, 100), default=5)
def main(*, jobs: int, rounds: int) -> None:
    """Print what a worker does a second, and the ratio."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        site = stack.enter_context(_running_site())
        (folder / "queue").mkdir()
        valkey = stack.enter_context(start_valkey(folder / "queue"))
        settings = Settings(
            data=folder / "data",
            secret_key="x" * 40,
            redis_url=valkey.url,
            fetch_allow=(site,),
        )
        relay = _open(settings)
        environment = environment_with(
            data=settings.data,
            secret_key=settings.secret_key,
            redis_url=settings.redis,
            fetch_allow=site,
        )
        sides: dict[str, Side] = {
            "end to end": stack.enter_context(_running_worker(environment, relay)),
            "steps alone": stack.enter_context(_running_alone(environment)),
        }
        found = measure(relay, site, sides, jobs=jobs, rounds=rounds)
    report(found["end to end"], found["steps alone"])


def measure(
    relay: Relay, site: str, sides: Mapping[str, Side], *, jobs: int, rounds: int
) -> dict[str, Found]:
    """Let the sides take turns; the first turn warms up and is not counted."""
    found = {name: Found() for name in sides}
    numbers = count(1)
    for turn in range(rounds + 1):
        for name, side in sides.items():
            for _ in range(jobs):
                start_entry(relay.intake, link=f"http://{site}/{next(numbers)}")
            tickets = claim_due(relay.engine, limit=jobs, clock=relay.clock)
            cpu, begun = cpu_seconds(side.pid), time.perf_counter()
            steps = side.work(tickets)
            wall = time.perf_counter() - begun
            cpu = cpu_seconds(side.pid) - cpu
            if turn:
                found[name].wall.append(wall / jobs)
                found[name].cpu.append(cpu / jobs)
                found[name].steps.update(steps)
                found[name].jobs += jobs
    return found


def report(whole: Found, alone: Found) -> None:
    """Print the rate, the share of each step, and the ratios."""
    write = sys.stdout.write
    wall, cpu = statistics.median(whole.wall), statistics.median(whole.cpu)
    alone_wall, alone_cpu = statistics.median(alone.wall), statistics.median(alone.cpu)
    write(f"\none worker, {whole.jobs} links, medians of {len(whole.wall)} turns\n")
    write(f"links a second {1 / wall:8.2f}   a CPU second {1 / cpu:8.2f}\n\n")
    write(f"{'a link':32}{'ms':>8}{'share':>8}\n")
    each = {name: spent / alone.jobs for name, spent in alone.steps.items()}
    around = each["preview"] - each["fetch"] - each["parse"]
    rows = {
        "fetch: name, page, picture": each["fetch"],
        "parse": each["parse"],
        "previewer, around them": around,
        "pictures": each["pictures"],
        "media store": each["media"],
        "database": each["database"],
    }
    rows["queue, fork and what it costs"] = wall - sum(rows.values())
    for name, spent in rows.items():
        write(f"{name:32}{1000 * spent:8.1f}{spent / wall:8.1%}\n")
    write(f"{'end to end':32}{1000 * wall:8.1f}{1:8.1%}\n\n")
    write(f"{'steps ÷ end to end':32}{'alone':>8}{'job':>8}{'ratio':>8}\n")
    for name, one, other in (
        ("CPU ms", alone_cpu, cpu),
        ("wall ms", alone_wall, wall),
    ):
        write(f"{name:32}{1000 * one:8.1f}{1000 * other:8.1f}{one / other:8.2f}\n")
    verdict = "kept" if alone_cpu / cpu >= PROMISE else "BROKEN"
    write(f"promised: {PROMISE} of CPU seconds, {verdict}\n")


class Worker:
    """The side of a real worker."""

    def __init__(self, pid: int, relay: Relay) -> None:
        self.pid = pid
        self._relay = relay
        self._queue = JobQueue.at(relay.settings.redis)

    def work(self, tickets: Sequence[Ticket]) -> Mapping[str, float]:
        """Queue them all and wait for the last."""
        self._queue.send(tickets, lease=Patience().lease)
        until = time.monotonic() + JOB_SECONDS_MAX * len(tickets)
        while _count_open(self._relay):
            if time.monotonic() > until:
                message = "the worker does not come to an end"
                raise RuntimeError(message)
            time.sleep(0.01)
        return {}


class Alone:
    """The side of the steps by themselves."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        self._process = process

    def work(self, tickets: Sequence[Ticket]) -> Mapping[str, float]:
        """Hand them over and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        rows = [(each.row_id, each.attempt) for each in tickets]
        self._process.stdin.write(json.dumps(rows) + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer


def _count_open(relay: Relay) -> int:
    ended = [OutboxState.DONE, OutboxState.FAILED]
    with relay.engine.connect() as connection:
        open_rows = select(func.count()).where(col(OutboxRow.state).not_in(ended))
        return int(connection.scalar(open_rows) or 0)


def _open(settings: Settings) -> Relay:
    subprocess.run(
        [sys.executable, "-m", "relay.cli", "migrate"],
        env=environment_with(data=settings.data),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return open_relay(settings)


@contextmanager
def _running_site() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.picture_site", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            wait_until_up(port, process)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def _running_worker(environment: dict[str, str], relay: Relay) -> Iterator[Worker]:
    command = [sys.executable, "-m", "workers", "worker"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=quiet) as process:
        try:
            yield Worker(process.pid, relay)
        finally:
            process.terminate()


@contextmanager
def _running_alone(environment: dict[str, str]) -> Iterator[Alone]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.steps_alone"],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Alone(process)


if __name__ == "__main__":
    main()
