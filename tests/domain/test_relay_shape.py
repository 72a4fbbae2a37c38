from __future__ import annotations

import pytest

from relay.domain.relay_forest import ROOT
from relay.domain.relay_shape import Tree, attribution_share, measure_shape

GOLDEN = [ROOT, 0, 0, 1, 1, 3, 2]


def virality(parents: list[int]) -> float | None:
    (tree,) = measure_shape(parents).trees
    return tree.structural_virality


def test_the_golden_tree_is_met() -> None:
    shape = measure_shape(GOLDEN)
    assert shape.trees == [Tree(0, 7, 3, 50 / 21)]
    assert shape.breadths == [1, 2, 3, 1]
    assert shape.sizes.tolist() == [7, 4, 2, 2, 1, 1, 1]
    assert shape.depths.tolist() == [0, 1, 1, 2, 2, 3, 2]


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ([ROOT, *((at - 1) // 2 for at in range(1, 15))], 3.504762),
        ([ROOT] + [0] * 9, 1.8),
        (list(range(-1, 9)), 11 / 3),
        ([ROOT, 0], 1),
    ],
)
def test_golden_structural_viralities_are_met(
    parents: list[int], expected: float
) -> None:
    assert virality(parents) == pytest.approx(expected, abs=5e-7)


def test_one_entry_alone_has_no_structural_virality() -> None:
    assert virality([ROOT]) is None


def test_a_chain_of_depth_3_has_3_passes_and_4_people() -> None:
    assert measure_shape([ROOT, 0, 1, 2]).trees[0][1:3] == (4, 3)


def test_breadths_are_summed_over_trees() -> None:
    shape = measure_shape([ROOT, 0, ROOT, 2, 3, ROOT])
    assert shape.breadths == [3, 2, 1]
    assert [(tree.root, tree.n, tree.depth) for tree in shape.trees] == [
        (0, 2, 1),
        (2, 3, 2),
        (5, 1, 0),
    ]


def test_nothing_has_no_trees_and_no_generations() -> None:
    shape = measure_shape([])
    assert (shape.trees, shape.breadths) == ([], [])


def test_a_chain_of_100_000_and_a_star_of_as_many_are_exact() -> None:
    long = 100_000
    assert virality(list(range(-1, long - 1))) == (long + 1) / 3
    assert virality([ROOT] + [0] * (long - 1)) == 2 * (long - 1) / long


def test_attribution_counts_all_but_the_first_entry() -> None:
    assert attribution_share(11, 1) == 1
    assert attribution_share(11, 5) == 0.6
    assert attribution_share(3, 3) == 0
    assert attribution_share(1, 1) is None
    assert attribution_share(0, 0) is None
