"""Charts of bars, and their scales."""

from __future__ import annotations

import random

import pytest

from relay.domain.chart_bars import (
    BOTTOM,
    LEFT,
    MOST_BARS,
    RIGHT,
    ROW_WIDTH,
    TOP,
    draw_bars,
    draw_rows,
)
from relay.domain.chart_scale import PARTS, round_scale


@pytest.mark.parametrize("seed", range(30))
def test_the_bars_sum_up_to_all_that_there_is_and_stay_in_their_box(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - invented numbers
    values = [
        dice.randrange(10 ** dice.randint(1, 6)) for _ in range(dice.choice(MANY))
    ]
    chart = draw_bars(values)
    assert sum(bar.value for bar in chart.bars) == sum(values)
    assert chart.rest == (len(values) > MOST_BARS)
    after = LEFT
    for bar in chart.bars:
        assert after - 0.1 <= bar.x
        after = bar.x + bar.width
        assert TOP - 0.1 <= bar.y <= BOTTOM
        assert bar.y + bar.height == pytest.approx(BOTTOM, abs=0.15)
    assert after <= RIGHT + 0.1


MANY = (0, 1, 2, 7, 36, 37, 300)


def test_a_bar_is_as_high_as_its_value_on_the_scale() -> None:
    chart = draw_bars([50, 100, 0])
    half, whole, none = (bar.height for bar in chart.bars)
    assert whole == pytest.approx(2 * half)
    assert whole == BOTTOM - TOP
    assert none == 0
    assert [tick.value for tick in chart.ticks] == [0, 50, 100]


def test_a_small_value_beside_a_large_one_can_still_be_seen() -> None:
    assert draw_bars([1, 100_000]).bars[0].height == 2
    assert draw_rows([100_000, 1, 0]).rows[1].width == 2
    assert draw_rows([100_000, 1, 0]).rows[2].width == 0


def test_many_bars_name_only_some() -> None:
    named = [bar.place for bar in draw_bars([1] * 30).bars if bar.named]
    assert named == list(range(0, 30, 3))
    assert all(bar.named and bar.valued for bar in draw_bars([1] * 10).bars)


def test_rows_are_in_proportion_and_under_each_other() -> None:
    chart = draw_rows([8, 4, 1])
    assert [row.width for row in chart.rows] == [ROW_WIDTH, ROW_WIDTH / 2, 50]
    tops = [row.bar_y for row in chart.rows]
    assert tops == sorted(tops)
    assert chart.height > tops[-1]
    assert draw_rows([]).height == 0


@pytest.mark.parametrize(
    "most", [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 42, 99, 100, 101, 4_567, 1_000_000]
)
def test_a_scale_is_of_round_numbers_and_reaches_the_largest(most: int) -> None:
    scale = round_scale(most)
    assert scale[0] == 0
    assert scale[-1] >= most
    assert 2 <= len(scale) <= PARTS + 1
    step = scale[1]
    assert int(str(step).rstrip("0")) in {1, 2, 5}
    assert scale == [step * at for at in range(len(scale))]
    assert scale[-1] - step < max(1, most)
