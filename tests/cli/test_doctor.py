"""`relay doctor`: what it says of the data folder, and whether its advice helps."""

from __future__ import annotations

import shlex
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from relay.cli.doctor import doctor

if TYPE_CHECKING:
    from pathlib import Path

WHAT = "the data folder is private"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "the data"
    monkeypatch.setenv("RELAY_DATA", str(folder))
    return folder


def finding(what: str) -> str:
    said = CliRunner().invoke(doctor).stdout.splitlines()
    return next(each for each in said if what in each)


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o701])
def test_a_data_folder_that_others_can_enter_is_found_and_the_advice_mends_it(
    mode: int, data: Path
) -> None:
    data.mkdir()
    (data / "relay.log").touch(0o644)
    data.chmod(mode)
    said = finding(WHAT)
    assert said.startswith("FIX")
    advice = said.rpartition(": ")[2]
    assert advice == f"chmod -R go= {shlex.quote(str(data))}"

    subprocess.run(shlex.split(advice), check=True)
    assert finding(WHAT).startswith("ok")
    assert stat.S_IMODE((data / "relay.log").stat().st_mode) == 0o600


def test_a_data_folder_of_its_own_is_well(data: Path) -> None:
    data.mkdir(mode=0o700)
    assert finding(WHAT) == f"ok   {WHAT}"
