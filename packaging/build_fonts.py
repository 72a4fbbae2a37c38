"""Gathers the letters of shared pictures: one serif family, for five kinds of script.

Run as `python packaging/build_fonts.py relay/data/fonts/fonts.json`. The family is
Noto Serif under the SIL Open Font License, as the registry's Fontsource packages cut it
into small files. Those of the scripts that we promise are copied beside the index; it
says which characters each of them claims to hold.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

PACKAGES = Path(__file__).resolve().parent.parent / "node_modules/@fontsource-variable"
# Of the Latin font every part but mathematics, of the others only their own script:
# the Latin letters beside Chinese ones come from the Latin font.
LATIN = ("latin", "latin-ext", "vietnamese", "cyrillic", "cyrillic-ext")
FAMILIES = {
    "latin": ("noto-serif", (*LATIN, "greek", "greek-ext")),
    "hebrew": ("noto-serif-hebrew", ("hebrew",)),
    "zh-Hans": ("noto-serif-sc", ()),
    "zh-Hant": ("noto-serif-tc", ()),
    "ja": ("noto-serif-jp", ()),
    "ko": ("noto-serif-kr", ()),
}


def main(index: Path) -> None:
    """Copy every file that we need and write which characters it holds."""
    index.parent.mkdir(parents=True, exist_ok=True)
    families = {
        family: [
            [file, to_numbers(ranges)]
            for file, ranges in gather(package, parts, index.parent)
        ]
        for family, (package, parts) in FAMILIES.items()
    }
    part = _beside(index)
    part.write_text(json.dumps(families, separators=(",", ":")) + "\n")
    part.replace(index)


def gather(package: str, parts: tuple[str, ...], to: Path) -> list[tuple[str, str]]:
    """Copy a package's parts and its licence; return each file with its ranges.

    No parts named means all that have a number instead of a name: the packages of
    Chinese, Japanese and Korean number the parts of their own script, as `[12]`.
    """
    source = PACKAGES / package
    copy(source / "LICENSE", to / f"{package}.LICENSE.txt")
    held: dict[str, str] = json.loads((source / "unicode.json").read_text())
    files = []
    for part, ranges in held.items():
        name = part.strip("[]")
        if name in parts or (not parts and name.isdecimal()):
            file = f"{package}-{name}-wght-normal.woff2"
            copy(source / "files" / file, to / file)
            files.append((file, ranges))
    return files


def copy(source: Path, to: Path) -> None:
    """Copy a file wholly or not at all: two builds may run at once."""
    part = _beside(to)
    shutil.copyfile(source, part)
    part.replace(to)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def to_numbers(ranges: str) -> list[int]:
    """Return `U+41-5A,U+2116` as first and last of each range, one after the other."""
    numbers = []
    for each in ranges.split(","):
        first, _, last = each.strip().removeprefix("U+").partition("-")
        numbers += [int(first, 16), int(last or first, 16)]
    return numbers


if __name__ == "__main__":
    main(Path(sys.argv[1]))
