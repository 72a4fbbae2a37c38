"""Charts of steps."""

from __future__ import annotations

import re

from relay.domain.chart_bars import BOTTOM, LEFT, TOP
from relay.domain.chart_steps import END, draw_steps


def test_the_line_is_level_between_two_moments_and_rises_at_the_second() -> None:
    chart = draw_steps([0, 1, 2], [0, 5, 10])
    middle = (LEFT + END) / 2
    half = (TOP + BOTTOM) / 2
    assert chart.line == (f"M{LEFT:g} {BOTTOM:g}H{middle:g}V{half:g}H{END:g}V{TOP:g}")
    assert (chart.x, chart.y) == (END, TOP)


def test_a_level_stretch_is_one_command() -> None:
    chart = draw_steps(range(100), [3] * 100)
    assert chart.line.count("H") == 1
    assert "V" not in chart.line


def test_the_line_never_falls_and_stays_in_its_box() -> None:
    chart = draw_steps(range(50), [at * at for at in range(50)])
    heights = [float(each) for each in re.findall(r"V([\d.]+)", chart.line)]
    assert heights == sorted(heights, reverse=True)
    assert min(heights) >= TOP
    assert max(heights) <= BOTTOM


def test_the_area_comes_back_to_the_ground() -> None:
    chart = draw_steps([0, 10], [1, 2])
    assert chart.area.startswith(f"M{LEFT:g} {BOTTOM:g}V")
    assert chart.area.endswith(f"V{BOTTOM:g}Z")


def test_one_day_is_a_level_line() -> None:
    chart = draw_steps([7], [4])
    assert chart.line == f"M{LEFT:g} {chart.y:g}H{END:g}"


def test_nothing_has_no_line_but_a_scale() -> None:
    chart = draw_steps([], [])
    assert (chart.line, chart.area) == ("", "")
    assert [tick.value for tick in chart.ticks] == [0, 1]
