"""The figures of a relay at one moment, all from one forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.relay_distance import measure_distances, measure_reach
from relay.domain.relay_pace import (
    measure_ends,
    measure_intervals,
    measure_reproduction,
)
from relay.domain.relay_shape import PARTIAL_BELOW, attribution_share, measure_shape

if TYPE_CHECKING:
    from relay.domain.relay_distance import Distances, Reach
    from relay.domain.relay_forest import Forest
    from relay.domain.relay_pace import Ends, Intervals, Reproduction
    from relay.domain.relay_shape import Shape


@dataclass(frozen=True)
class Figures:
    """The figures of a forest at one moment; columns are in its order."""

    forest: Forest
    shape: Shape
    distances: Distances
    reach: Reach
    intervals: Intervals
    reproduction: Reproduction
    ends: Ends

    @property
    def n(self) -> int:
        """How many published entries there are."""
        return len(self.forest.rows)

    @property
    def depth(self) -> int | None:
        """How many passes the longest chain has; None without an entry."""
        deepest = self.shape.deepest
        return None if deepest is None else int(self.shape.depths[deepest])

    @property
    def structural_virality(self) -> float | None:
        """That of the only tree; None when there are several."""
        trees = self.shape.trees
        return trees[0].structural_virality if len(trees) == 1 else None

    @property
    def attribution_share(self) -> float | None:
        """Which share of the entries but the first names its parent."""
        return attribution_share(self.n, len(self.shape.trees))

    @property
    def is_partial(self) -> bool:
        """Whether too few name their parent for the tree to be the whole story."""
        share = self.attribution_share
        return share is not None and share < PARTIAL_BELOW


def measure(forest: Forest, *, now: int) -> Figures:
    """Measure a forest at a moment, in microseconds since 1970 in UTC."""
    shape = measure_shape(forest.parents)
    intervals = measure_intervals(forest)
    return Figures(
        forest=forest,
        shape=shape,
        distances=measure_distances(forest),
        reach=measure_reach(forest, shape.roots),
        intervals=intervals,
        reproduction=measure_reproduction(forest, h=intervals.h, now=now),
        ends=measure_ends(forest, shape.sizes, h=intervals.h, now=now),
    )
