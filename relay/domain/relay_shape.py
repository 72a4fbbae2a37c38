"""The shape of a relay: its trees, their generations, and how far from a star."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress, count, repeat
from operator import gt, not_
from typing import TYPE_CHECKING, NamedTuple

from relay.domain.relay_forest import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    depths: Sequence[int]
    sizes: Sequence[int]
    roots: Sequence[int]
    trees: Sequence[Tree]

    @property
    def breadths(self) -> list[int]:
        """How many entries each generation has, summed over the trees."""
        return [entries for _, entries in sorted(Counter(self.depths).items())]


def measure_shape(parents: Sequence[int]) -> Shape:
    """Return the shape of a forest whose parents stand before their children.

    Size, depth and breadth as in Vosoughi, Roy, Aral, Science 359:1146 (2018): a
    chain of depth 3 has three passes and four people.
    """
    # The last one is nobody's: ROOT, -1, finds it, and so no entry needs a question.
    sizes = [1] * (len(parents) + 1)
    for place in range(len(parents) - 1, -1, -1):
        sizes[parents[place]] += sizes[place]
    sizes.pop()
    depths = [-1] * (len(parents) + 1)
    roots = list(range(len(parents)))
    for place, parent in enumerate(parents):
        depths[place] = depths[parent] + 1
        if parent != ROOT:
            roots[place] = roots[parent]
    depths.pop()
    return Shape(depths, sizes, roots, _list_trees(depths, sizes, roots))


def _list_trees(
    depths: Sequence[int], sizes: Sequence[int], roots: Sequence[int]
) -> list[Tree]:
    """Return the trees in the order of their roots."""
    none = [0] * len(roots)
    # Of each tree, by its root, over those entries that somebody took up: how many
    # there are, how deep they lie, and their sums of s(e) and s(e)².
    taken, deepest, sums, squares = none, none.copy(), none.copy(), none.copy()
    for place in compress(count(), map(gt, sizes, repeat(1))):
        root, size, depth = roots[place], sizes[place], depths[place]
        taken[root] += 1
        sums[root] += size
        squares[root] += size * size
        if depth >= deepest[root]:
            deepest[root] = depth + 1  # its children's, at least
    trees = []
    for root in compress(count(), map(not_, depths)):
        n = sizes[root]
        if n == 1:
            trees.append(Tree(root, 1, 0, None))
            continue
        ends = n - taken[root]  # of whom each adds 1 to both sums
        total, total_squares = sums[root] - n + ends, squares[root] - n * n + ends
        virality = structural_virality(n, total, total_squares)
        trees.append(Tree(root, n, deepest[root], virality))
    return trees


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
