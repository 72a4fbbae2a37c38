"""Sums along the chains of a forest and over its branches, however deep it is.

A forest is its column `parents`: the place of each one's parent, or ROOT. In each round
everyone looks twice as far up as in the one before, so a chain of a million takes 20.
Source: pointer jumping, Hillis and Steele, Communications of the ACM 29 (1986).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

ROOT = -1  # in the place of a parent: there is none

_Number = TypeVar("_Number", np.int64, np.float64)


def sum_chains(parents: Ints, values: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Return for each place the sum of the values from its root down to itself.

    Of floats the last digits may differ between a child of 0 and its parent.
    """
    sums, seen = values.copy(), parents.copy()
    at = np.flatnonzero(parents != ROOT)  # those whose sums do not reach their roots
    while len(at):
        above = seen[at]
        sums[at] += sums[above]
        beyond = seen[above]
        seen[at] = beyond
        at = at[beyond != ROOT]
    return sums


def sum_branches(parents: Ints, values: Ints) -> Ints:
    """Return for each place the sum of the values of itself and all below it."""
    sums, seen = values.copy(), parents.copy()
    at = np.flatnonzero(parents != ROOT)  # those whose values are not at their roots
    while len(at):
        above = seen[at]
        np.add.at(sums, above, sums[at])
        beyond = seen[above]
        seen[at] = beyond
        at = at[beyond != ROOT]
    return sums


def find_nearest(parents: Ints, wanted: Flags) -> Ints:
    """Return the nearest wanted place at or above each, ROOT where there is none.

    Here parents may lead in circles. Who gets into one with nothing wanted on it ends
    at some place that is not wanted.
    """
    many = len(parents)
    ends = np.append(wanted, True)
    found = np.append(np.where(wanted, np.arange(many), parents), ROOT)
    at = np.flatnonzero(~ends[found])
    for _ in range(many.bit_length()):
        found[at] = found[found[at]]
        at = at[~ends[found[at]]]
    return found[:many]


def lay_in_preorder(parents: Ints, sizes: Ints) -> Ints:
    """Return the place of each in an order in which all below it follow it at once.

    `sizes` count each one and all below it. Roots and siblings keep their order.
    """
    # A place lies one behind its parent's, and behind the branches of elder siblings.
    order = np.argsort(parents, kind="stable")
    ordered = parents[order]
    ends = np.cumsum(sizes[order])
    begins = ends - sizes[order]
    first = np.flatnonzero(np.diff(ordered, prepend=ROOT - 1))  # of each parent
    siblings = np.diff(first, append=len(parents))
    steps = np.empty_like(parents)
    steps[order] = begins - np.repeat(begins[first], siblings) + (ordered != ROOT)
    return sum_chains(parents, steps)
