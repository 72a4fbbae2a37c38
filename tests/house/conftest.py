"""Lets tests of the house load the scripts that keep it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Load a script of packaging/ by its name."""

    def load(name: str) -> ModuleType:
        path = ROOT / "packaging" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"packaging_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Dataclasses look their module up while it is being made.
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load
