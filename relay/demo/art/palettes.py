"""The colours of the artworks: harmonies named after times and things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relay.demo.art.shapes import Colour


@dataclass(frozen=True)
class Palette:
    """Two colours of the air, a paper, an ink, and hues that go together."""

    high: Colour
    low: Colour
    paper: Colour
    ink: Colour
    hues: tuple[Colour, ...]


def colour(text: str) -> Colour:
    """Return the colour that six hexadecimal digits name."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def _palette(high: str, low: str, paper: str, ink: str, hues: str) -> Palette:
    return Palette(
        colour(high),
        colour(low),
        colour(paper),
        colour(ink),
        tuple(colour(each) for each in hues.split()),
    )


PALETTES = {
    # name: sky above, sky below, paper, ink, hues
    "dawn": _palette(
        "f0d8cd",
        "f9efe0",
        "fbf3e9",
        "2c2252",
        "4b3a8c c93a63 f2a65a 2f8a86 e8899a f6d8b0",
    ),
    "dusk": _palette(
        "3a2a66",
        "e58a6c",
        "f3e3dc",
        "1d1537",
        "5b3f8f a3466f e2736b f4b06a 2d2150 f9dcb0",
    ),
    "night": _palette(
        "14122b",
        "2c2456",
        "1b1734",
        "0e0c1c",
        "ffc46b e2607f 6d5bd0 3fa5a0 f6e3c6 f58f4a",
    ),
    "river": _palette(
        "8fc3c4",
        "1f5c69",
        "e9f3f1",
        "0c3540",
        "1f5c69 3f9a9b 8fc9c2 f2c98a d9486b 15404b",
    ),
    "plum": _palette(
        "f5e9eb",
        "cfc3de",
        "faf0f0",
        "2a1d33",
        "8f1740 c93a63 e2728b f4a9b4 fbd5d6 34265e",
    ),
    "jade": _palette(
        "dbeee2",
        "a9d2bd",
        "f1f7ef",
        "153c35",
        "1e6f5c 46a07d 8cc9a1 f1c26b d9573f 2b4f63",
    ),
    "harvest": _palette(
        "fbe6b8",
        "f3b562",
        "fdf4df",
        "43210f",
        "c8502b e8902f f5c04d 7a8f3c 8a2f3a 3f5b4d",
    ),
    "snow": _palette(
        "dfe6ef",
        "f7f8fb",
        "f6f7fa",
        "27304a",
        "40557f 7d94b8 b5c5da c9475b 9a8cb5 e9c99b",
    ),
    "sea": _palette(
        "bfe3ea",
        "e9f6f1",
        "f2f9f6",
        "0f2d4a",
        "12507b 2283a5 5bb9c2 f4d58d ef7b5a a8dcd1",
    ),
    "orchid": _palette(
        "e8dcf4",
        "f8e8f0",
        "f7f1fa",
        "2e1a47",
        "6a3fa0 a45cc0 e07fb0 f5b7c5 3d7ea6 f2cf7e",
    ),
    "moss": _palette(
        "dfe3c8",
        "b8c69a",
        "f4f3e4",
        "26331f",
        "4d6b35 7f9a4a b9c46b d9a441 a3532d 6b7f6e",
    ),
    "clay": _palette(
        "ecd3bd",
        "d59a78",
        "f7ece0",
        "3b1f1a",
        "a4482f c9714c e3a579 5c6f68 2f4a55 f0cfa3",
    ),
    "porcelain": _palette(
        "eef2f8",
        "d6e1f1",
        "f8f9f7",
        "14265c",
        "1d3a8a 3c66b8 7d9fd8 b9cdec 0f2250 d8e4f5",
    ),
    "ink": _palette(
        "efece6",
        "dcd8d1",
        "f5f2ec",
        "1f1d22",
        "2b2930 55525c 85818b b3aeb4 b3293f d8d2cc",
    ),
    "crayon": _palette(
        "fffdf4",
        "fffdf4",
        "fffdf5",
        "28263a",
        "e8414f f59a2f f7cf3c 3fa65a 2f7fd0 8a4fc0",
    ),
    "lantern": _palette(
        "3b1330",
        "b23a48",
        "fbe9d4",
        "230a1e",
        "f7b733 f26b38 d7263d 8f1740 fde4a8 5a1f4a",
    ),
    "rose": _palette(
        "fbe3df",
        "f3b9b5",
        "fdf1ee",
        "4a1530",
        "b52a55 e0567a f2939f f9cabf 6d8f86 31525b",
    ),
    "desert": _palette(
        "f7d9b0",
        "e99b6f",
        "fbefdc",
        "3d1f2b",
        "b6452c dd7f3e f0b35b 5b7f86 7b3f61 f6dfb8",
    ),
    "aurora": _palette(
        "0d1b33",
        "1f5560",
        "e6f2ef",
        "081222",
        "3fd0a5 7be0c3 8d7bf0 e77fc0 f2e9a0 255b8c",
    ),
    "mist": _palette(
        "e6e3ee",
        "f6f1ee",
        "f5f2f5",
        "2a2440",
        "34265e 5f5090 8f82b8 bcb2d6 d98c9c f3dcc0",
    ),
}
