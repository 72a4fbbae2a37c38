"""Imports go inwards only, and the contracts that say so can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A second house, in which rooms can be built badly."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    for package in ("relay", "workers"):
        shutil.copytree(
            root / package,
            tmp_path / package,
            ignore=lambda _, names: [
                name for name in names if not name.endswith(".py") and "." in name
            ],
        )
    return tmp_path


@pytest.mark.slow
def test_every_room_looks_only_inward(root: Path) -> None:
    answer = lint(root)
    assert answer.returncode == 0, answer.stdout
    assert " 0 broken." in answer.stdout


@pytest.mark.slow
def test_a_new_room_must_be_placed_on_purpose(copy: Path) -> None:
    (copy / "relay" / "helpers").mkdir()
    (copy / "relay" / "helpers" / "__init__.py").write_text('"""No room."""\n')
    answer = lint(copy)
    assert answer.returncode == 1
    assert "helpers" in answer.stdout


@pytest.mark.slow
def test_a_stranger_is_fetched_through_one_door_only(copy: Path) -> None:
    (copy / "relay" / "services" / "shortcut.py").write_text(
        '"""Takes a shortcut."""\n\nimport requests\n\nprint(requests)\n'
    )
    answer = lint(copy)
    assert answer.returncode == 1
    assert "relay.services.shortcut -> requests" in answer.stdout
