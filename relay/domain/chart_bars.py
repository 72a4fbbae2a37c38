"""Charts of bars: upright ones side by side, and lying ones under each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.chart_scale import Tick, round_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

# The box of an upright chart, in its units: letters in it are 15 units high.
WIDTH, HEIGHT = 400.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 396.0, 22.0, 178.0
MOST_BARS = 36
VALUED_WIDTH = 26.0  # of a bar that has room for its own number
NAMED_WIDTH = 24.0  # from one bar's name to the next one's

ROW = 46.0  # of a lying bar with its name above it
ROW_WIDTH = 400.0
ROW_BAR = 12.0
ROW_BAR_Y = 24.0
ROW_TEXT_Y = 16.0
LEAST = 2.0  # units of a bar that is not nought, so that it can be seen


@dataclass(frozen=True)
class Bar:
    """One bar; `place` is the first of the values in it, `value` their sum.

    `named` and `valued` tell whether there is room for its name and its number.
    """

    place: int
    value: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    named: bool
    valued: bool


@dataclass(frozen=True)
class BarChart:
    """Upright bars; `rest` says that the last one holds all from its place on."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    rest: bool


@dataclass(frozen=True)
class Row:
    """A lying bar: its name stands at `text_y`, the bar begins at `bar_y`."""

    value: int
    text_y: float
    bar_y: float
    width: float


@dataclass(frozen=True)
class RowChart:
    """Lying bars and the height that they need together."""

    rows: tuple[Row, ...]
    height: float


def draw_bars(values: Sequence[int], *, most: int = MOST_BARS) -> BarChart:
    """Return a bar for each value, from the left; the last of too many holds the rest.

    So the bars always sum up to all that there is.
    """
    rest = len(values) > most
    shown = [*values[: most - 1], sum(values[most - 1 :])] if rest else list(values)
    scale = round_scale(max(shown, default=0))
    step = (RIGHT - LEFT) / max(len(shown), 6)  # a few bars are no walls
    every = -(-NAMED_WIDTH // step)
    bars = []
    for place, value in enumerate(shown):
        height = _height(value, scale[-1])
        x = LEFT + step * place
        bars.append(
            Bar(
                place=place,
                value=value,
                x=round(x + step * 0.14, 1),
                y=round(BOTTOM - height, 1),
                width=round(step * 0.72, 1),
                height=round(height, 1),
                middle=round(x + step / 2, 1),
                named=place % every == 0,
                valued=step >= VALUED_WIDTH,
            )
        )
    return BarChart(tuple(bars), draw_ticks(scale), rest)


def draw_rows(values: Sequence[int]) -> RowChart:
    """Return lying bars: the longest fills its row, the others are in proportion."""
    most = max(values, default=0)
    rows = tuple(
        Row(
            value=value,
            text_y=ROW * at + ROW_TEXT_Y,
            bar_y=ROW * at + ROW_BAR_Y,
            width=round(max(LEAST, ROW_WIDTH * value / most), 1) if value else 0.0,
        )
        for at, value in enumerate(values)
    )
    return RowChart(rows, ROW * len(rows))


def draw_ticks(scale: Sequence[int]) -> tuple[Tick, ...]:
    """Return where the values of a scale stand, in the upright box."""
    return tuple(
        Tick(value, round(BOTTOM - (BOTTOM - TOP) * value / scale[-1], 1))
        for value in scale
    )


def _height(value: int, top: int) -> float:
    return max(LEAST, (BOTTOM - TOP) * value / top) if value else 0.0
