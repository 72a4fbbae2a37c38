"""The shape of a relay: its trees, their generations, and how far from a star."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from relay.domain.forest_sums import sum_branches, sum_chains
from relay.domain.relay_forest import ROOT, read_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.forest_sums import Ints

HALF = 32  # bits of a number; the other ones are added up by themselves
LOWER = (1 << HALF) - 1

PARTIAL_BELOW = 0.6  # of the entries name their parent: the tree is only a part then


class Tree(NamedTuple):
    """One tree: the place of its root, its entries, its generations below the root.

    `structural_virality` is None for a root alone. Never rank trees by it without `n`.
    """

    root: int
    n: int
    depth: int
    structural_virality: float | None


@dataclass(frozen=True)
class Shape:
    """The columns `depths`, `sizes` and `roots` of a forest, and its trees.

    `sizes` are those of the subtrees, each with its own top; `roots` are places.
    `trees` are in the order of their roots.
    """

    depths: Ints
    sizes: Ints
    roots: Ints
    trees: Sequence[Tree]

    @property
    def breadths(self) -> list[int]:
        """How many entries each generation has, summed over the trees."""
        counts: list[int] = np.bincount(self.depths).tolist()
        return counts

    @property
    def deepest(self) -> int | None:
        """The first of the entries that lie deepest; None without an entry."""
        return int(self.depths.argmax()) if len(self.depths) else None


def measure_shape(parents: Sequence[int] | Ints) -> Shape:
    """Return the shape of a forest.

    Size, depth and breadth as in Vosoughi, Roy, Aral, Science 359:1146 (2018): a
    chain of depth 3 has three passes and four people.
    """
    above = read_column(parents)
    ones = np.ones(len(above), np.int64)
    # One sum for both: a chain begins with the place of its root, and each pass is 1.
    begins = np.arange(len(above)) << HALF
    ways = sum_chains(above, np.where(above == ROOT, begins, ones))
    roots, depths = ways >> HALF, ways & LOWER
    sizes = sum_branches(above, ones)
    return Shape(depths, sizes, roots, _list_trees(depths, sizes, roots))


def _list_trees(depths: Ints, sizes: Ints, roots: Ints) -> list[Tree]:
    """Return the trees in the order of their roots."""
    firsts = np.flatnonzero(depths == 0)
    deepest, sums, high, low = np.zeros((4, len(depths)), np.int64)
    np.maximum.at(deepest, roots, depths)
    # Of each tree the sums of s(e) and s(e)² over all but the root.
    below = np.flatnonzero(depths)
    tops, parts = roots[below], sizes[below]
    np.add.at(sums, tops, parts)
    # In two halves, which no tree is large enough to overflow.
    np.add.at(high, tops, parts * parts >> HALF)
    np.add.at(low, tops, parts * parts & LOWER)
    viralities: list[float | None] = [None] * len(firsts)
    several = np.flatnonzero(sizes[firsts] > 1)
    told = several, *(each[firsts[several]] for each in (sizes, sums, high, low))
    for at, n, total, *halves in zip(*(each.tolist() for each in told), strict=True):
        squares = (halves[0] << HALF) + halves[1]
        viralities[at] = structural_virality(n, total, squares)
    columns = (each.tolist() for each in (firsts, sizes[firsts], deepest[firsts]))
    return list(map(Tree._make, zip(*columns, viralities, strict=True)))


def structural_virality(n: int, total: int, squares: int) -> float | None:
    """Return the mean distance between two entries of a tree; None for fewer than two.

    `total` and `squares` are the sums of s(e) and s(e)² over all but the root: each
    edge lies on s·(n − s) of the ways, so W = n·total − squares, and the mean is
    2W/(n(n − 1)). Integers until the division. Source: Goel, Anderson, Hofman, Watts,
    Management Science 62 (2016). A star has 2(n − 1)/n, a chain (n + 1)/3.
    """
    if n < 2:  # noqa: PLR2004 - one entry alone has no pair
        return None
    return 2 * (n * total - squares) / (n * (n - 1))


def attribution_share(n: int, trees: int) -> float | None:
    """Return which share of the entries names its parent; the first one need not.

    None for fewer than two. Sources: Dow, Adamic, Friggeri, ICWSM 2013; DeVerna et
    al., arXiv 2410.21554 (2024).
    """
    return (n - trees) / (n - 1) if n > 1 else None
