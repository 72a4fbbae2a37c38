from __future__ import annotations

import random
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import pytest

from relay.domain.relay_forest import Forest, grow_forest
from relay.domain.relay_pace import (
    DAY,
    H_LEAST,
    Ends,
    Reproduction,
    measure_ends,
    measure_growth,
    measure_intervals,
    measure_reproduction,
)
from relay.domain.relay_shape import measure_shape
from tests.growing import BEGIN, Record, entries_of, microseconds, one_a_day

if TYPE_CHECKING:
    from collections.abc import Sequence

START = microseconds(BEGIN)


def grow(records: Sequence[Record]) -> Forest:
    return grow_forest(entries_of(records))


def star(children_at: Sequence[float]) -> Forest:
    root = Record(0, None, 0)
    return grow([root, *(Record(n, 0, at) for n, at in enumerate(children_at, 1))])


def after(days: float) -> int:
    return START + round(days * DAY)


def test_intervals_are_between_submissions_and_h_is_their_p90() -> None:
    found = measure_intervals(star([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 31]))
    assert found.median == 6 * DAY
    assert found.p90 == 10 * DAY
    assert found.h == 10 * DAY


def test_h_is_at_least_7_days_also_when_nothing_was_passed_on() -> None:
    assert measure_intervals(star([1, 2])).h == H_LEAST
    alone = measure_intervals(star([]))
    assert (alone.median, alone.p90, alone.h) == (None, None, H_LEAST)


def test_r_counts_children_in_time_of_entries_that_have_had_their_time() -> None:
    # 20 roots, a day apart; each has one child after 5 days and one after 9.
    records = [Record(n, None, n) for n in range(20)]
    records += [Record(100 + n, n, n + 5) for n in range(20)]
    records += [Record(200 + n, n, n + 9) for n in range(20)]
    forest = grow(records)
    # On day 28 those before day 21 are older than 7 days: all roots, and 16 + 12
    # children, who passed nothing on.
    found = measure_reproduction(forest, h=7 * DAY, now=after(28))
    assert found == Reproduction(20 / 48, 48)
    found = measure_reproduction(forest, h=9 * DAY, now=after(19.5))
    assert found == Reproduction(None, 11 + 6 + 2)


def test_r_has_to_have_20_mature_entries_and_always_says_how_many() -> None:
    roots = [Record(n, None, n) for n in range(20)]
    assert measure_reproduction(grow(roots), h=7 * DAY, now=after(26)).r is None
    just = measure_reproduction(grow(roots), h=7 * DAY, now=after(26.01))
    assert just == Reproduction(0, 20)


def test_older_than_h_is_not_as_old_as_h_but_a_child_at_h_is_in_time() -> None:
    records = [Record(0, None, 0), *(Record(n, 0, 7) for n in range(1, 30))]
    forest = grow(records)
    at_h = measure_reproduction(forest, h=7 * DAY, now=after(7))
    assert at_h.mature == 0
    later = measure_reproduction(forest, h=7 * DAY, now=after(14) + 1)
    assert later == Reproduction(29 / 30, 30)


def test_on_a_simulated_forest_r_is_the_true_one_where_the_naive_mean_is_1() -> None:
    records = _simulate(true_r=1.8, most=40_000, seed=7)
    forest = grow(records)
    last = max(forest.times)
    h = measure_intervals(forest).h
    found = measure_reproduction(forest, h=h, now=last)
    naive = (len(records) - 1) / len(records)
    assert naive == pytest.approx(1, abs=1e-4)
    assert found.r == pytest.approx(1.8, abs=0.03)


def _simulate(*, true_r: float, most: int, seed: int) -> list[Record]:
    """Return a branching process, cut off at so many entries while it still grows.

    Each entry has a geometric number of children, each after up to 6 days.
    """
    dice = random.Random(seed)  # noqa: S311 - an invented relay, no secret
    waiting = [(0.0, 0, -1)]
    records: list[Record] = []
    drawn = 1
    while len(records) < most:
        at, number, parent = heappop(waiting)
        records.append(Record(number, None if parent < 0 else parent, at))
        while dice.random() < true_r / (1 + true_r) or drawn < 20:
            heappush(waiting, (at + dice.uniform(0.1, 6), drawn, number))
            drawn += 1
    return records


def test_open_and_resting_are_two_states_of_entries_without_a_child() -> None:
    forest = grow([*one_a_day([None, 0, 0]), Record(3, 0, 20), Record(4, 0, 25.5)])
    sizes = measure_shape(forest.parents).sizes
    # On day 29.5 the entries 1 and 2 have waited 28.5 and 27.5 days, 3 and 4 have
    # waited 9.5 and 4.
    found = measure_ends(forest, sizes, h=7 * DAY, now=after(29.5))
    assert found == Ends(open=2, resting=1)
    assert measure_ends(forest, sizes, h=7 * DAY, now=after(7)) == Ends(0, 0)
    at_last = measure_ends(forest, sizes, h=7 * DAY, now=after(1000))
    assert at_last == Ends(open=0, resting=4)


def test_growth_tells_the_time_to_some_entries_and_how_they_double() -> None:
    forest = grow(one_a_day([None] * 14))
    found = measure_growth(forest, now=after(13))
    assert found.marks == {10: 9 * DAY, 100: None, 1000: None}
    # 7 entries until day 6, 14 until day 13: they doubled in the last seven days.
    assert found.doubling == pytest.approx(7 * DAY)


def test_what_does_not_grow_does_not_double() -> None:
    assert measure_growth(grow(one_a_day([None] * 3)), now=after(50)).doubling is None
    assert measure_growth(grow(one_a_day([None] * 3)), now=after(3)).doubling is None
    assert measure_growth(grow([]), now=after(3)).doubling is None
