"""`relay up` as an operator meets it: a real one, on a free port, with real parts."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from relay.settings import environment_with

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.redis]

ROOT = Path(__file__).parents[2]
# One start takes 10 s of processor time. Only what hangs takes so long, on any machine.
PATIENCE_SECONDS = 240


class Up:
    """A running `relay up`, all that it has said, and its processes."""

    def __init__(self, data: Path, port: int) -> None:
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*RELAY_UP, "--port", str(port), "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=environment_with(workers=1),
            # A terminal of its own, as far as Ctrl-C is concerned.
            process_group=0,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def wait_until_says(self, words: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while words not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < until, self.text
            time.sleep(0.05)

    def ask(self, path: str) -> tuple[int, bytes]:
        asked = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_SECONDS
        )
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read()
        finally:
            asked.close()

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(PATIENCE_SECONDS)
        # It reads to the end of what the last of the parts says.
        self._reader.join(PATIENCE_SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        return code


RELAY_UP = (sys.executable, "-m", "relay.cli", "up")
# Whom the port refuses is told so before anything great is loaded.
WITHOUT_DATABASE = """
import sys
sys.modules["sqlalchemy"] = None
from relay.cli import main
main()
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Up:
    """What was asked for pages, one with a secret in its path, until Ctrl-C."""
    with running(tmp_path_factory.mktemp("up") / "data", free_port()) as up:
        assert {up.ask("/en/")[0] for _ in range(4)} == {200}
        assert up.ask("/en/mine/THE-SECRET-TOKEN-OF-SOMEBODY")[0] == 404
        assert up.ask("/readyz")[0] == 200
        os.killpg(up.process.pid, signal.SIGINT)
        up.wait()
    return up


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, port: int) -> Iterator[Up]:
    up = Up(data, port)
    try:
        up.wait_until_says("The relay is ready")
        yield up
    finally:
        up.end()


def processes_on(data: Path) -> dict[int, str]:
    """Return the processes that have this data folder in their environment."""
    found = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and int(each.name) != os.getpid():
            try:
                inside = (each / "environ").read_bytes() + (
                    each / "cmdline"
                ).read_bytes()
                state = (each / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if str(data).encode() in inside and state != "Z":
                command = (each / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(each.name)] = command.decode()
    return found


def test_the_first_run_makes_everything_and_says_where_it_is(
    tmp_path: Path, port: int
) -> None:
    data = tmp_path / "data"
    with running(data, port) as up:
        assert f"http://127.0.0.1:{port}/" in up.text
        assert re.search(rf"http://127.0.0.1:{port}/\S+/[A-Za-z0-9_-]{{22,}}", up.text)
        status, body = up.ask("/readyz")
        assert (status, json.loads(body)["redis"]) == (200, "ok")
        assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        open_to_others = [
            each for each in data.rglob("*") if each.lstat().st_mode & 0o077
        ]
        assert open_to_others == []
        # The pages are ready before the last part has begun, on a busy machine.
        until = time.monotonic() + PATIENCE_SECONDS
        while missing := [
            each
            for each in ("valkey-server", "dispatcher", "web")
            if each not in " ".join(processes_on(data).values())
        ]:
            assert time.monotonic() < until, missing
            time.sleep(0.05)

        second = subprocess.run(
            [*RELAY_UP, "--port", str(port + 1), "--data", str(data)],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=PATIENCE_SECONDS,
        )
        assert second.returncode == 1
        assert f"already runs on {data} (process {up.process.pid})" in second.stderr
        assert up.end() == 0
    assert processes_on(data) == {}


def test_a_port_that_is_taken_is_an_error_that_names_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = subprocess.run(
            [
                *(sys.executable, "-c", WITHOUT_DATABASE, "up"),
                *("--port", str(port), "--data", str(tmp_path / "data")),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=PATIENCE_SECONDS,
        )
    assert result.returncode == 1
    assert f"Port {port}" in result.stderr


def test_every_part_that_is_killed_comes_back(tmp_path: Path, port: int) -> None:
    data = tmp_path / "data"
    with running(data, port) as up:
        for pid in processes_on(data):
            if pid != up.process.pid:
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, body = up.ask("/readyz")
            except OSError:
                status, body = 0, b""
            if status == 200 and json.loads(body)["redis"] == "ok":
                break
            assert time.monotonic() < until, up.text
            time.sleep(0.1)
        up.wait_until_says("comes back")
        assert up.end() == 0
    assert processes_on(data) == {}


def test_ctrl_c_reaches_every_process_and_each_ends_of_its_own(
    interrupted: Up,
) -> None:
    assert interrupted.process.returncode == 0
    assert "refused" not in interrupted.text
    assert "Traceback" not in interrupted.text


def test_nothing_is_left_of_a_relay_that_was_killed_and_it_starts_again(
    tmp_path: Path, port: int
) -> None:
    data = tmp_path / "data"
    with running(data, port) as up:
        up.end(signal.SIGKILL)
        until = time.monotonic() + PATIENCE_SECONDS
        while processes_on(data):
            assert time.monotonic() < until, processes_on(data)
            time.sleep(0.05)
    with running(data, port) as up:
        assert "becomes the first" in up.text
        assert up.end(signal.SIGINT) == 0


def test_secrets_in_paths_are_never_logged(interrupted: Up) -> None:
    assert "Ending everything." in interrupted.text
    assert "THE-SECRET-TOKEN" not in interrupted.text
