"""`relay bench seed`, and what commands say before there is a database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, func, select

from relay.models import Entry
from relay.settings import environment_with

if TYPE_CHECKING:
    from relay.bootstrap import Relay

ROOT = Path(__file__).parents[2]


def run(data: Path, *words: str) -> tuple[int, str]:
    """Run a command as a person does; return its code and what it complains of."""
    ended = subprocess.run(
        [sys.executable, "-m", "relay.cli", *words],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env=environment_with(data=data, secret_key="x" * 40),
        timeout=60,
    )
    return ended.returncode, ended.stderr.decode()


@pytest.mark.parametrize(
    "command",
    ["bench seed --entries 10", "bench seed --entries 10 --add", "season list"],
)
def test_before_there_is_a_database_the_way_to_it_is_named_and_nothing_is_left(
    command: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    code, complaint = run(data, *command.split())
    assert code == 1
    assert complaint.count("\n") == 1
    assert "`relay migrate`" in complaint
    assert not data.exists()


def test_a_relay_is_filled_once_and_added_to_when_asked(relay: Relay) -> None:
    data = relay.settings.data
    assert run(data, "bench", "seed", "--entries", "9") == (0, "")
    code, complaint = run(data, "bench", "seed", "--entries", "9")
    assert (code, "--add" in complaint) == (1, True)
    assert run(data, "bench", "seed", "--entries", "3", "--add") == (0, "")
    with Session(relay.engine) as session:
        assert session.exec(select(func.count()).select_from(Entry)).one() == 12
