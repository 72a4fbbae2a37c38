"""Ctrl-C at any moment of a start: the end, without a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from relay.cli.interrupt import ending_at_once

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120  # longer than anything takes that does not hang

# Presses Ctrl-C as soon as a module is about to be imported; answered as in a terminal,
# also where these tests were begun with Ctrl-C ignored (in the background of a shell).
PRESSING = """
import os, signal, sys
from importlib.abc import MetaPathFinder

class Press(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == awaited:
            os.kill(os.getpid(), signal.SIGINT)

awaited = sys.argv.pop(1)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Press())
from relay.cli import main
main()
"""


@pytest.mark.parametrize(
    "module", ["click", "pydantic", "relay.cli.up", "sqlalchemy", "alembic.command"]
)
def test_ctrl_c_while_relay_up_is_loaded_ends_it_in_silence(
    tmp_path: Path, module: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ended = subprocess.run(
        [
            *(sys.executable, "-c", PRESSING, module),
            *("up", "--port", str(port), "--data", str(tmp_path / "data")),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=PATIENCE_SECONDS,
    )
    # As a shell sees it: 130.
    assert ended.returncode == -signal.SIGINT, ended.stderr
    assert (ended.stdout, ended.stderr) == ("", "")


def test_ctrl_c_while_a_command_runs_is_no_error_to_read(tmp_path: Path) -> None:
    # Imported by the command itself, when it has begun.
    ended = subprocess.run(
        [sys.executable, "-c", PRESSING, "granian", "web"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=PATIENCE_SECONDS,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_who_answers_ctrl_c_otherwise_goes_on_doing_so() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        for own in (signal.SIG_IGN, lambda *_: None):
            signal.signal(signal.SIGINT, own)
            with ending_at_once():
                assert signal.getsignal(signal.SIGINT) is own
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with ending_at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


PARTS = """
import sys
from relay.cli.process import Supervisor, command_part
child = "import time; print('up', flush=True); time.sleep(600)"
part = command_part("child", (sys.executable, "-u", "-c", child), {})
sys.exit(Supervisor([part], grace=60.0).run())
"""


def test_ctrl_c_that_reaches_every_process_makes_no_part_complain() -> None:
    relay = subprocess.Popen(
        [sys.executable, "-u", "-c", PARTS],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        process_group=0,
    )
    assert relay.stdout is not None
    with relay.stdout:
        first = relay.stdout.readline()
        assert first.endswith("up\n")
        os.killpg(relay.pid, signal.SIGINT)
        rest = relay.stdout.read()
    assert relay.wait(PATIENCE_SECONDS) == 0
    # It says more of a part that did not end when it was asked to.
    assert rest == "Ending everything.\n"
