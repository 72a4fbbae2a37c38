"""All figures at once, against a slow reckoning that follows relay-metrics by hand."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.domain.relay_answer import tell_figures, tell_flows
from relay.domain.relay_figures import measure
from relay.domain.relay_flows import measure_flows
from relay.domain.relay_forest import grow_forest
from tests.growing import (
    BEGIN,
    Record,
    entries_of,
    microseconds,
    one_a_day,
    random_records,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.geo import Point

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def tell(records: Sequence[Record], *, at: float) -> dict[str, Any]:
    entries = entries_of(records)
    now = microseconds(BEGIN + timedelta(days=at))
    return tell_figures(measure(grow_forest(entries), now=now), names=entries.ids)


class Slow:
    """A relay reckoned entry by entry, with no thought of how long that takes."""

    def __init__(self, records: Sequence[Record], at: float) -> None:
        self.every = {each.id: each for each in records}
        self.nodes = [each for each in records if each.public]
        self.now = BEGIN + timedelta(days=at)
        self.parent = {each.id: self._find_parent(each) for each in self.nodes}

    def _find_parent(self, child: Record) -> Record | None:
        above, seen = child.parent, set()
        while above is not None and above not in seen:
            seen.add(above)
            if above not in self.every:
                return None
            record = self.every[above]
            if record.public:
                return record if record.submitted < child.submitted else None
            above = record.parent
        return None

    def chain(self, each: Record) -> list[Record]:
        """Return an entry, its parent, and so on up to its root."""
        chain = [each]
        while above := self.parent[chain[-1].id]:
            chain.append(above)
        return chain

    def root(self, each: Record) -> Record:
        return self.chain(each)[-1]

    def leg(self, each: Record) -> float | None:
        if each.point is None:
            return None
        located = [above.point for above in self.chain(each)[1:] if above.point]
        return haversine(located[0], each.point) if located else None

    def between(self, one: Record, other: Record) -> int:
        """Return how many edges lie between two entries of one tree."""
        up = [each.id for each in self.chain(one)]
        for steps, each in enumerate(self.chain(other)):
            if each.id in up:
                return steps + up.index(each.id)
        raise AssertionError

    def trees(self) -> dict[int | str, list[Record]]:
        trees: dict[int | str, list[Record]] = {}
        for each in self.nodes:
            trees.setdefault(self.root(each).id, []).append(each)
        return trees

    def tree(self, root: int | str, nodes: list[Record]) -> dict[str, Any]:
        ways = [self.between(*pair) for pair in combinations(nodes, 2)]
        return {
            "root": root,
            "n": len(nodes),
            "depth": max(len(self.chain(each)) - 1 for each in nodes),
            "structural_virality": approx(statistics.mean(ways)) if ways else None,
        }

    def intervals(self) -> list[timedelta]:
        return sorted(
            each.submitted - above.submitted
            for each in self.nodes
            if (above := self.parent[each.id])
        )

    def places(self) -> dict[str, Any]:
        legs = {each.id: self.leg(each) for each in self.nodes}
        known = [km for km in legs.values() if km is not None]
        passed = any(self.parent.values())
        located = [each for each in self.nodes if each.point]
        unknown = not known and (passed or not located)
        longest = [
            math.fsum(legs[above.id] or 0 for above in self.chain(each))
            for each in self.nodes
        ]
        reached = {
            (self.root(each).id, each.point): haversine(start, each.point)
            for each in located
            if each.point and (start := self.root(each).point)
        }
        away = reached.values()
        return {
            "forest_km": None if unknown else approx(math.fsum(known)),
            "longest_chain_km": None if unknown else approx(max(longest)),
            "unlocated": len(self.nodes) - len(located),
            "cities": len({each.point for each in located}) or None,
            "farthest_km": approx(max(away)) if away else None,
            "median_km": approx(statistics.median(away)) if away else None,
        }

    def ends(self, h: timedelta) -> dict[str, int]:
        parents = {above.id for above in self.parent.values() if above}
        waited = [
            self.now - each.submitted for each in self.nodes if each.id not in parents
        ]
        return {
            "open": sum(h < age <= 4 * h for age in waited),
            "resting": sum(4 * h < age for age in waited),
        }

    def r(self, h: timedelta) -> dict[str, Any]:
        mature = [each for each in self.nodes if self.now - each.submitted > h]
        children = [
            each
            for each in self.nodes
            if (above := self.parent[each.id]) is not None
            and above in mature
            and each.submitted - above.submitted <= h
        ]
        enough = len(mature) >= 20
        return {
            "mature": len(mature),
            "r": approx(len(children) / len(mature)) if enough else None,
        }

    def figures(self) -> dict[str, Any]:
        chains = Counter(len(self.chain(each)) - 1 for each in self.nodes)
        trees = [self.tree(*each) for each in self.trees().items()]
        spans = [each / DAY for each in self.intervals()]
        p90 = percentile(spans, 90)
        h = max(WEEK, (p90 or 0) * DAY)
        n, roots = len(self.nodes), len(trees)
        return {
            "n": n,
            "depth": max(chains, default=None),
            "breadths": [chains[generation] for generation in sorted(chains)],
            "trees": sorted(trees, key=lambda tree: str(tree["root"])),
            "structural_virality": trees[0]["structural_virality"]
            if roots == 1
            else None,
            "attribution_share": approx((n - roots) / (n - 1)) if n > 1 else None,
            "longest_chain_passes": max(chains, default=None),
            **self.places(),
            **self.r(h),
            "h_days": approx(h / DAY),
            "generation_interval": {
                "median_days": approx(statistics.median(spans)) if spans else None,
                "p90_days": approx(p90) if spans else None,
            },
            **self.ends(h),
        }


def approx(value: float | None) -> Any:  # noqa: ANN401 - pytest gives it no type
    return pytest.approx(value, rel=1e-9, abs=1e-3)


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Return a percentile between the two neighbours of its place."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * percent / 100
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def haversine(a: Point, b: Point) -> float:
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(h)))


def check(seed: int, at: float) -> None:
    records = random_records(seed)
    told = tell(records, at=at)
    told["trees"] = sorted(told["trees"], key=lambda tree: str(tree["root"]))
    assert told == Slow(records, at).figures(), f"seed {seed}"


@pytest.mark.slow
def test_thousands_of_random_forests_have_the_figures_of_a_slow_reckoning() -> None:
    for seed in range(3_000):
        check(seed, at=seed % 7 * 31.5)


@settings(deadline=None, max_examples=50)
@given(st.integers(10_000, 2**31), st.floats(-10, 300))
def test_any_forest_at_any_moment_has_the_figures_of_a_slow_reckoning(
    seed: int, at: float
) -> None:
    check(seed, at)


@given(st.integers(0, 100_000))
def test_flows_and_legs_tell_of_the_same_passes(seed: int) -> None:
    records = random_records(seed)
    slow = Slow(records, 0)
    forest = grow_forest(entries_of(records))
    figures = measure(forest, now=0)
    told = tell_flows(measure_flows(forest, figures.distances.starts))
    legs = [km for each in slow.nodes if (km := slow.leg(each)) is not None]
    assert told["between_cities"] + told["within_one_city"] == len(legs)
    assert sum(told["by_month"].values()) == len(legs)
    points = [
        (start, each.point)
        for each in slow.nodes
        if each.point
        for start in [above.point for above in slow.chain(each)[1:] if above.point][:1]
    ]
    ways = {way for way in points if way[0] != way[1]}
    pairs = {frozenset(way) for way in ways}
    both = [pair for pair in pairs if {tuple(pair), tuple(pair)[::-1]} <= ways]
    share = len(both) / len(pairs) if pairs else None
    assert told["reciprocity"] == (None if share is None else approx(share))


@given(st.integers(0, 100_000), st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_show(seed: int, dice: Any) -> None:  # noqa: ANN401 - Hypothesis' own Random
    records = random_records(seed)
    # Of two at one moment the first one in the list goes first, so only others move.
    moments = Counter(each.at for each in records)
    records = [each for each in records if moments[each.at] == 1]
    shuffled = records.copy()
    dice.shuffle(shuffled)
    assert tell(records, at=40) == tell(shuffled, at=40)


def test_the_golden_tree_is_met_under_the_names_of_relay_metrics() -> None:
    told = tell(one_a_day([None, 0, 0, 1, 1, 3, 2]), at=6)
    assert told == {
        "n": 7,
        "depth": 3,
        "breadths": [1, 2, 3, 1],
        "trees": [
            {
                "root": 0,
                "n": 7,
                "depth": 3,
                "structural_virality": pytest.approx(2.380952, abs=5e-7),
            }
        ],
        "structural_virality": pytest.approx(50 / 21),
        "attribution_share": 1,
        "forest_km": 0,
        "longest_chain_km": 0,
        "longest_chain_passes": 3,
        "unlocated": 0,
        "cities": 1,
        "farthest_km": 0,
        "median_km": 0,
        "r": None,
        "mature": 0,
        "h_days": 7,
        "generation_interval": {"median_days": 2, "p90_days": pytest.approx(3.5)},
        "open": 0,
        "resting": 0,
    }


def test_figures_of_nothing_are_unknown_and_not_0() -> None:
    told = tell([], at=0)
    assert {name for name, value in told.items() if value is None} == {
        "depth",
        "structural_virality",
        "attribution_share",
        "forest_km",
        "longest_chain_km",
        "longest_chain_passes",
        "cities",
        "farthest_km",
        "median_km",
        "r",
    }
    assert told["generation_interval"] == {"median_days": None, "p90_days": None}
    assert (told["n"], told["trees"], told["breadths"]) == (0, [], [])


def test_trees_are_told_with_the_largest_first_and_then_the_eldest() -> None:
    told = tell(one_a_day([None, None, 1, None, 3, None]), at=0)
    assert [tree["root"] for tree in told["trees"]] == [1, 3, 0, 5]


def test_under_60_per_cent_attributed_the_tree_is_partial() -> None:
    def is_partial(roots: int) -> bool:
        parents = [None] * roots + [0] * (11 - roots)
        forest = grow_forest(entries_of(one_a_day(parents)))
        return measure(forest, now=0).is_partial

    assert (is_partial(5), is_partial(6), is_partial(1)) == (False, True, False)


@pytest.mark.slow
def test_a_chain_and_a_star_of_100_000_are_measured() -> None:
    long = 100_000
    chain = tell([Record(at, at - 1 if at else None, at) for at in range(long)], at=0)
    assert (chain["depth"], len(chain["breadths"])) == (long - 1, long)
    star = tell([Record(at, 0 if at else None, at) for at in range(long)], at=0)
    assert (star["depth"], star["breadths"]) == (1, [1, long - 1])
