from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# A supervisor of its own process, with parts that are small Python programs.
PROGRAM = """
import sys, time
from relay.cli.process import Supervisor, command_part
parts = [
    command_part(name, (sys.executable, "-u", "-c", code), {})
    for name, code in zip(sys.argv[2::2], sys.argv[3::2])
]
began = time.monotonic()
ready_after = float(sys.argv[1])
sys.exit(Supervisor(
    parts,
    is_ready=lambda: time.monotonic() - began > ready_after,
    when_ready=lambda: print("READY", flush=True),
    grace=1.0,
).run())
"""

PATIENCE_SECONDS = 60  # longer than anything takes that does not hang
SLEEPS = "import os, time; print('here', os.getpid()); time.sleep(600)"
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', os.getpid()); time.sleep(600)"
)
DIES = "import os; print('here', os.getpid()); os._exit(3)"


def start(*parts: str, ready_after: float = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(ready_after), *parts],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def read_pids(supervisor: subprocess.Popen[str], count: int) -> list[int]:
    pids: list[int] = []
    assert supervisor.stdout is not None
    while len(pids) < count:
        line = supervisor.stdout.readline()
        assert line, "it ended"
        if " here " in line:
            pids.append(int(line.split()[-1]))
    return pids


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_part_and_the_supervisor_ends_well(
    sign: signal.Signals,
) -> None:
    with start("one", SLEEPS, "two", SLEEPS) as supervisor:
        pids = read_pids(supervisor, 2)
        supervisor.send_signal(sign)
        assert supervisor.wait(PATIENCE_SECONDS) == 0
    assert not any(map(is_running, pids))


def test_a_part_that_does_not_end_by_itself_is_killed_after_its_time() -> None:
    with start("stubborn", STUBBORN) as supervisor:
        (pid,) = read_pids(supervisor, 1)
        begun = time.monotonic()
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(PATIENCE_SECONDS) == 0
        assert time.monotonic() - begun >= 1
    assert not is_running(pid)


def test_every_line_says_which_part_it_comes_from() -> None:
    with start("web", SLEEPS, "worker-1", SLEEPS) as supervisor:
        assert supervisor.stdout is not None
        lines = [supervisor.stdout.readline() for _ in range(3)]
        supervisor.send_signal(signal.SIGTERM)
        supervisor.communicate(timeout=PATIENCE_SECONDS)
    said = {line.split(" | ")[0] for line in lines if " | " in line}
    assert said == {"web     ", "worker-1"}


def test_a_part_that_is_killed_comes_back() -> None:
    with start("one", SLEEPS) as supervisor:
        (first,) = read_pids(supervisor, 1)
        os.kill(first, signal.SIGKILL)
        (second,) = read_pids(supervisor, 1)
        assert second != first
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(PATIENCE_SECONDS) == 0


def test_a_part_that_never_comes_up_ends_the_whole_with_an_error() -> None:
    with start("broken", DIES, "other", SLEEPS, ready_after=600) as supervisor:
        out, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)
    assert supervisor.returncode == 1
    assert "ended with 3" in out
    assert "giving up" in out


def test_the_parts_end_with_a_supervisor_that_is_killed() -> None:
    with start("one", SLEEPS, "two", STUBBORN) as supervisor:
        pids = read_pids(supervisor, 2)
        supervisor.kill()
        supervisor.wait()
    until = time.monotonic() + PATIENCE_SECONDS
    while any(map(is_running, pids)):
        assert time.monotonic() < until
        time.sleep(0.02)
