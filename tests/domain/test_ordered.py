from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.ordered import find_distinct, quantile


@given(st.lists(st.floats(0, 1e15), min_size=2))
def test_quantiles_are_those_of_the_standard_library(values: list[float]) -> None:
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    assert quantile(sorted(values), 90) == pytest.approx(tenths[8])
    assert quantile(sorted(values), 50) == pytest.approx(statistics.median(values))
    assert quantile(values, 90) == quantile(sorted(values), 90)


def test_a_quantile_of_whole_numbers_is_exact_and_one_of_nothing_is_none() -> None:
    assert quantile([10**15, 0, 10**15 + 1], 50) == 10**15
    assert quantile([1, 2], 50) == 1.5
    assert quantile([7], 90) == 7
    assert quantile([], 50) is None


@given(st.lists(st.integers(-9, 9) | st.integers(-(2**62), 2**62)))
def test_each_value_is_there_once_and_in_order(values: list[int]) -> None:
    found = find_distinct(np.array(values, np.int64))
    assert found.tolist() == sorted(set(values))
