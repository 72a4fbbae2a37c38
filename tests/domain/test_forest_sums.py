from __future__ import annotations

from random import Random

import numpy as np
import pytest

from relay.domain.forest_sums import (
    ROOT,
    find_nearest,
    lay_in_preorder,
    sum_branches,
    sum_chains,
)

LONG = 200_000


def random_forest(seed: int) -> list[int]:
    """Return the parents of a forest in which they stand anywhere, or before."""
    dice = Random(seed)  # noqa: S311 - a test's forest
    many = dice.choice([0, 1, 2, 5, 40, 90])
    near = dice.choice([1, 3, many or 1])
    parents = [
        dice.randrange(max(0, at - near), at) if at and dice.random() < 0.9 else ROOT
        for at in range(many)
    ]
    names = list(range(many))
    if seed % 2:
        dice.shuffle(names)
    moved = [ROOT] * many
    for at, parent in enumerate(parents):
        moved[names[at]] = parent if parent == ROOT else names[parent]
    return moved


def chain(parents: list[int], at: int) -> list[int]:
    """Return a place, its parent, and so on up to its root."""
    found = [at]
    while parents[found[-1]] != ROOT:
        found.append(parents[found[-1]])
    return found


@pytest.mark.parametrize("seed", range(120))
def test_sums_are_those_of_a_walk_up_from_each(seed: int) -> None:
    dice, parents = Random(seed), random_forest(seed)  # noqa: S311 - a test's values
    values = [dice.randrange(-9, 10**12) for _ in parents]
    column = np.array(parents, np.int64)
    chains = [chain(parents, at) for at in range(len(parents))]

    above = sum_chains(column, np.array(values, np.int64)).tolist()
    assert above == [sum(values[each] for each in one) for one in chains]
    halves = sum_chains(column, np.array(values, np.float64) / 2).tolist()
    assert halves == pytest.approx([each / 2 for each in above])
    below = sum_branches(column, np.array(values, np.int64)).tolist()
    assert below == [
        sum(values[each] for each, one in enumerate(chains) if at in one)
        for at in range(len(parents))
    ]


@pytest.mark.parametrize("seed", range(120))
def test_the_nearest_wanted_is_the_first_on_the_way_up(seed: int) -> None:
    dice, parents = Random(seed), random_forest(seed)  # noqa: S311 - a test's values
    wanted = [dice.random() < dice.choice([0.05, 0.5]) for _ in parents]
    found = find_nearest(np.array(parents, np.int64), np.array(wanted, np.bool_))
    assert found.tolist() == [
        next((each for each in chain(parents, at) if wanted[each]), ROOT)
        for at in range(len(parents))
    ]


def test_who_goes_round_in_a_circle_ends_nowhere_that_was_wanted() -> None:
    # 0 → 1 → 2 → 0, and 3 → 2 gets into it; 4 → 5 → 4 has 5; 6 is its own parent.
    parents = np.array([1, 2, 0, 2, 5, 4, 6, ROOT])
    wanted = np.array([False] * 5 + [True] + [False] * 2)
    found = find_nearest(parents, wanted)
    assert found[4:6].tolist() == [5, 5]
    assert found[7] == ROOT
    assert all(each != ROOT and not wanted[each] for each in found[[0, 1, 2, 3, 6]])


@pytest.mark.parametrize("seed", range(120))
def test_in_preorder_all_below_one_follow_it_and_siblings_keep_their_order(
    seed: int,
) -> None:
    parents = random_forest(seed)

    def walk(above: int) -> list[int]:
        children = [at for at, each in enumerate(parents) if each == above]
        return [each for child in children for each in (child, *walk(child))]

    column = np.array(parents, np.int64)
    sizes = sum_branches(column, np.ones(len(parents), np.int64))
    order = walk(ROOT)
    places = lay_in_preorder(column, sizes).tolist()
    assert [places[each] for each in order] == list(range(len(parents)))


def test_a_chain_of_200_000_is_summed_in_a_moment() -> None:
    parents = np.arange(-1, LONG - 1)
    ones = np.ones(LONG, np.int64)
    assert np.array_equal(sum_chains(parents, ones), np.arange(1, LONG + 1))
    sizes = sum_branches(parents, ones)
    assert np.array_equal(sizes, np.arange(LONG, 0, -1))
    assert np.array_equal(lay_in_preorder(parents, sizes), np.arange(LONG))
    alone = np.arange(LONG) == 7
    assert np.unique(find_nearest(parents, alone)).tolist() == [ROOT, 7]
