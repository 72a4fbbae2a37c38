"""Charts of steps: a number that only grows, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.chart_bars import BOTTOM, LEFT, RIGHT, TOP, draw_ticks
from relay.domain.chart_scale import Tick, round_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where the line ends is its number, and that needs room beside it.
END = RIGHT - 8


@dataclass(frozen=True)
class StepChart:
    """A line of steps, and the area under it, as paths; it ends at `x` and `y`."""

    line: str
    area: str
    x: float
    y: float
    ticks: tuple[Tick, ...]


def draw_steps(at: Sequence[float], values: Sequence[int]) -> StepChart:
    """Return the steps; `at` are moments in any unit, in order, as many as values.

    A number stands until the next one: between two moments the line is level, and it
    rises at the second.
    """
    scale = round_scale(max(values, default=0))
    if not values:
        return StepChart("", "", LEFT, BOTTOM, draw_ticks(scale))
    span = at[-1] - at[0]
    points = [
        (_x((moment - at[0]) / span if span else 0.0), _y(value, scale[-1]))
        for moment, value in zip(at, values, strict=True)
    ]
    if len(points) == 1:  # one day alone is a level line
        points.append((END, points[0][1]))
    first, last = points[0], points[-1]
    steps = "".join(_steps(points))
    return StepChart(
        line=f"M{first[0]:g} {first[1]:g}{steps}",
        area=f"M{first[0]:g} {BOTTOM:g}V{first[1]:g}{steps}V{BOTTOM:g}Z",
        x=last[0],
        y=last[1],
        ticks=draw_ticks(scale),
    )


def _steps(points: Sequence[tuple[float, float]]) -> list[str]:
    """Return the commands from point to point; a level stretch is one command."""
    commands: list[str] = []
    height = points[0][1]
    for at, (x, y) in enumerate(points):
        is_last = at == len(points) - 1
        if y != height:
            commands.append(f"H{x:g}V{y:g}")
            height = y
        elif is_last:
            commands.append(f"H{x:g}")
    return commands


def _x(share: float) -> float:
    return round(LEFT + (END - LEFT) * share, 1)


def _y(value: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)
