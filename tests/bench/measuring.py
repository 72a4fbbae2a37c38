"""What the benchmarks share: servers on loopback, a small load client, CPU seconds."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from relay.settings import environment_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).parents[2]
# Real pages with their labels, where somebody has laid them beside the checkout.
PRACTICE = ROOT.parent / "shared" / "practice" / "link-previews"
CLIENTS = 4
UP_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")
UNLIMITED = "1000000 per second"


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A running server; `pid` is None where its CPU time cannot be read."""

    base_url: str
    pid: int | None


@dataclass(frozen=True)
class Work:
    """One row of a table: what is asked of which server, in turns."""

    name: str
    server: Server
    asked: Callable[[], Iterator[Asked]]
    status: int = 200


@dataclass
class Found:
    """What the turns of one work gave."""

    rates: list[float] = field(default_factory=list)  # a CPU second, one a turn
    waits: list[float] = field(default_factory=list)  # seconds, one a request
    requests: int = 0
    seconds: float = 0.0
    size: int = 0

    @property
    def rate(self) -> float:
        """Requests a CPU second: the median of the turns."""
        return statistics.median(self.rates) if self.rates else 0.0

    def wait_ms(self, share: int) -> float:
        """Return the wait in ms that so many per cent of the requests stay below."""
        return 1000 * percentile(self.waits, share)


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that `share` per cent of them stay below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * share // 100, len(ordered) - 1)]


def measure(works: Sequence[Work], *, rounds: int, seconds: float) -> list[Found]:
    """Let the works take turns; the first turn of each warms up and is not counted."""
    found = [Found() for _ in works]
    for each in works:
        _turn(each, Found(), seconds / 2)
    for number in range(rounds):
        for at in range(len(works)):
            chosen = (at + number) % len(works)
            _turn(works[chosen], found[chosen], seconds)
    return found


def _turn(work: Work, found: Found, seconds: float) -> None:
    """Ask as much as goes in so many seconds."""
    asked, lock = work.asked(), threading.Lock()
    before, begun = cpu_seconds(work.server.pid), time.perf_counter()
    until = begun + seconds
    faults: list[str] = []
    done: list[tuple[float, int]] = []

    def ask() -> None:
        connection = connect(work.server.base_url)
        try:
            while time.perf_counter() < until and not faults:
                with lock:
                    one = next(asked)
                start = time.perf_counter()
                connection.request(
                    one.method, one.path, one.body, headers=dict(one.headers)
                )
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != work.status:
                    faults.append(f"{one.path}: {answer.status} {body[:300]!r}")
                done.append((time.perf_counter() - start, len(body)))
        except (OSError, http.client.HTTPException) as error:
            faults.append(repr(error))
        finally:
            connection.close()

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if faults:
        message = f"{work.name}: {faults[0]}"
        raise RuntimeError(message)
    spent = cpu_seconds(work.server.pid) - before
    if spent:
        found.rates.append(len(done) / spent)
    found.waits += [wait for wait, _ in done]
    found.requests += len(done)
    found.seconds += time.perf_counter() - begun
    found.size = done[-1][1]


def cpu_seconds(pid: int | None) -> float:
    """Return the CPU seconds of a process and its children, so far."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    own = sum(int(each) for each in fields[11:15]) / TICKS  # the ended ones, too
    below = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return own + sum(cpu_seconds(child) for child in below)


def connect(base_url: str) -> http.client.HTTPConnection:
    """Return a connection that stays open."""
    url = urlsplit(base_url)
    secure = url.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=30)


def always(*asked: Asked) -> Callable[[], Iterator[Asked]]:
    """Return these requests, one after the other and again."""
    return lambda: cycle(asked)


def seed(data: Path, entries: int) -> None:
    """Make a relay of so many published entries."""
    for words in ("migrate",), ("bench", "seed", "--entries", str(entries)):
        subprocess.run(
            [sys.executable, "-m", "relay.cli", *words],
            env=environment_with(data=data),
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def running_relay(data: Path, **settings: object) -> Iterator[Server]:
    """Run `relay web` on this folder."""
    port = free_port()
    environment = environment_with(data=data, port=port, **settings)
    with _running(("relay.cli", "web"), port, environment) as server:
        yield server


@contextmanager
def running_bare() -> Iterator[Server]:
    """Run the bare server."""
    port = free_port()
    words = ("tests.bench.bare_server", str(port))
    with _running(words, port, environment_with()) as server:
        yield server


@contextmanager
def _running(
    words: Sequence[str], port: int, environment: Mapping[str, str]
) -> Iterator[Server]:
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        try:
            wait_until_up(port, process)
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers on a port of loopback; raises RuntimeError."""
    until = time.monotonic() + UP_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = "the server did not come up"
    raise RuntimeError(message)


def print_table(heading: str, works: Sequence[Work], found: Sequence[Found]) -> None:
    """Print each work's cost, and its ratio to the first: the bare server's."""
    write = sys.stdout.write
    write(f"\n{heading}\n")
    write(
        f"{'':26}{'a CPU s':>9}{'÷ bare':>8}{'ms CPU':>8}{'a second':>10}"
        f"{'p50 ms':>8}{'p95 ms':>8}{'bytes':>9}{'asked':>8}\n"
    )
    bare = found[0].rate
    for work, each in zip(works, found, strict=True):
        cost = f"{1000 / each.rate:8.2f}" if each.rate else f"{'–':>8}"
        ratio = f"{each.rate / bare:8.3f}" if bare and each.rate else f"{'–':>8}"
        write(
            f"{work.name:26}{each.rate:9.0f}{ratio}{cost}"
            f"{each.requests / each.seconds:10.0f}{each.wait_ms(50):8.1f}"
            f"{each.wait_ms(95):8.1f}{each.size:9d}{each.requests:8d}\n"
        )
