"""What is to be drawn: one family's motif with its format, colours and choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from relay.demo.art.canvas import Canvas
from relay.demo.art.palettes import PALETTES, Palette


@dataclass(frozen=True)
class Sketch:
    """One artwork to draw.

    `ratio` is width by height; `n` and `mode` mean what the family says they mean;
    `seed` fixes all that is left to chance.
    """

    family: str
    ratio: float
    palette: str
    seed: int
    n: int = 0
    mode: str = ""

    @property
    def colours(self) -> Palette:
        """The harmony that the sketch names."""
        return PALETTES[self.palette]


Draw = Callable[[Canvas, Sketch], None]
