"""What is built is whole, rests when it is fresh, and comes along in the wheel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("build")


def build(root: Path) -> str:
    script = root / "packaging" / "build_assets.py"
    answer = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True
    )
    return answer.stdout


def test_manifest_names_files_by_their_content(root: Path) -> None:
    build(root)
    dist = root / "relay" / "static" / "dist"
    manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    assert {"css/main.css", "js/main.js"} <= manifest.keys()
    for source, made in manifest.items():
        # What is made of data, not of a file in the front end, is named by its data.
        folders = (root / "relay" / "front", root / "relay")
        assert any((folder / source).is_file() for folder in folders)
        assert (dist / made).is_file()
        assert re.search(r"-[0-9A-Za-z]{8}\.\w+$", made)


def test_nothing_is_built_twice(root: Path) -> None:
    build(root)
    assert build(root) == ""


@pytest.mark.slow
def test_wheel_holds_all_that_the_relay_needs(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", tmp_path, root], check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "relay/data/gazetteer.sqlite",
        "relay/data/land.json",
        "relay/data/fonts/fonts.json",
        "relay/data/fonts/noto-serif-sc-110-wght-normal.woff2",
        "relay/data/fonts/noto-serif-sc.LICENSE.txt",
        "relay/static/dist/manifest.json",
        "relay/templates/base.html",
        "migrations/env.py",
        "migrations/script.py.mako",
        "workers/__init__.py",
    } <= names
    assert any(name.startswith("migrations/versions/") for name in names)
    words = {path.name for path in (root / "relay" / "translations").glob("*/")}
    held = {name.split("/")[2] for name in names if name.endswith("/messages.mo")}
    assert held == words
    assert not any(name.startswith(("relay/front/", "tests/")) for name in names)
