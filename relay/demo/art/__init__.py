"""Artworks that nobody owns: drawn by this code, the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.demo.art.canvas import Canvas
from relay.demo.art.catalogue import FAMILIES, SKETCHES

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["COUNT", "SKETCHES", "draw", "key"]

COUNT = len(SKETCHES)


def draw(index: int, *, longest: int = 1600) -> Image.Image:
    """Return artwork `index` (0 to COUNT - 1), `longest` pixels on its longer side."""
    sketch = SKETCHES[index]
    canvas = Canvas(sketch.ratio, seed=sketch.seed, longest=longest)
    FAMILIES[sketch.family](canvas, sketch)
    return canvas.finish()


def key(index: int) -> str:
    """Return the name of artwork `index`: its family and its number there."""
    family = SKETCHES[index].family
    before = sum(each.family == family for each in SKETCHES[:index])
    return f"{family}-{before + 1}"
