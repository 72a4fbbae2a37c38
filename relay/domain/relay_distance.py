"""How far a relay went: its legs, its chains, and what it reached from its roots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relay.domain.forest_sums import find_nearest, sum_chains
from relay.domain.geo import EARTH_RADIUS_KM
from relay.domain.ordered import find_distinct, quantile
from relay.domain.relay_forest import NOWHERE, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.forest_sums import Floats, Ints
    from relay.domain.geo import Point
    from relay.domain.relay_forest import Forest

LAP_KM = 40_030.2  # once around the sphere of EARTH_RADIUS_KM
DIAMETER_KM = 2 * EARTH_RADIUS_KM
MILLIMETRE = 1e-6  # of a kilometre: nearer than that two chains are equally long


@dataclass(frozen=True)
class Distances:
    """The kilometres of a forest, by entry and in all; None is unknown, never 0.

    `starts` has the city that each entry was reached from, or NOWHERE; there is a leg
    if the entry has a city, too. `legs` are their kilometres, 0 where there is none,
    and `chains` those from the root.
    """

    starts: Ints
    legs: Floats
    chains: Floats
    forest_km: float | None
    longest_chain_km: float | None
    unlocated: int

    @property
    def laps(self) -> float | None:
        """How many times around the earth the forest went."""
        return None if self.forest_km is None else self.forest_km / LAP_KM

    @property
    def longest_chain_end(self) -> int | None:
        """The first entry to which the longest chain in kilometres leads."""
        if self.longest_chain_km is None:
            return None
        longest = self.chains >= self.longest_chain_km - MILLIMETRE
        return int(longest.argmax())


@dataclass(frozen=True)
class Reach:
    """Where a forest has come to; a city counts once.

    `first_entries` has the first entry of each city. `farthest_km` and `median_km` are
    from the roots to the cities of their trees.
    """

    first_entries: dict[int, int]
    farthest_km: float | None
    median_km: float | None

    @property
    def cities(self) -> int | None:
        """How many cities; None when no entry's city is known."""
        return len(self.first_entries) or None


def measure_distances(forest: Forest) -> Distances:
    """Measure legs between centroids of cities: great circles, by the haversine.

    An entry without a city is passed over to its nearest located ancestor, and
    counted as `unlocated`.
    """
    cities = forest.cities
    starts = find_starts(forest.parents, cities)
    unlocated = int((cities == NOWHERE).sum())
    legs = np.zeros(len(cities))
    passed = np.flatnonzero((starts != NOWHERE) & (cities != NOWHERE))
    legs[passed] = _measure_ways(forest.points, starts[passed], cities[passed])
    chains = sum_chains(forest.parents, legs)
    roots_alone = bool((forest.parents == ROOT).all()) and len(cities) > unlocated
    is_known = roots_alone or len(passed) > 0
    return Distances(
        starts=starts,
        legs=legs,
        chains=chains,
        # Summed exactly: the order of the entries must not show in the last digits.
        forest_km=math.fsum(legs.tolist()) if is_known else None,
        longest_chain_km=float(chains.max()) if is_known else None,
        unlocated=unlocated,
    )


def find_starts(parents: Ints, cities: Ints) -> Ints:
    """Return the city from which each entry was reached, or NOWHERE.

    It is that of its nearest located ancestor.
    """
    located = find_nearest(parents, cities != NOWHERE)
    stands = np.append(np.append(cities, NOWHERE)[located], NOWHERE)
    return stands[parents]


def measure_reach(forest: Forest, roots: Ints) -> Reach:
    """Return which cities were reached, and how far they lie from their roots.

    In each tree every city counts once, the root's own too, which lies at 0 km. A
    tree whose root has no city has no distances.
    """
    cities, many = forest.cities, len(forest.points)
    away = np.flatnonzero((cities != NOWHERE) & (cities[roots] != NOWHERE))
    trees, ends = np.divmod(find_distinct(roots[away] * many + cities[away]), many)
    ways = _measure_ways(forest.points, cities[trees], ends)
    return Reach(
        _find_first(cities, many),
        farthest_km=float(ways.max()) if len(ways) else None,
        median_km=quantile(ways, 50),
    )


def _find_first(cities: Ints, many: int) -> dict[int, int]:
    """Return the first place of each city that there is one of."""
    nobody = len(cities)
    places = np.full(many + 1, nobody)  # the last one is NOWHERE's
    np.minimum.at(places, cities, np.arange(nobody))
    found = np.flatnonzero(places[:-1] < nobody)
    return dict(zip(found.tolist(), places[found].tolist(), strict=True))


def _measure_ways(points: Sequence[Point], starts: Ints, ends: Ints) -> Floats:
    """Return the great circles in km from each of these points to each of those.

    The haversine of the angle is the square of half the chord through the unit sphere.
    So each city needs its sines and cosines once, and not once more for every leg.
    """
    lat, lon = np.radians(np.array(points, np.float64).reshape(-1, 2)).T
    flat = np.cos(lat)
    chords = np.zeros(len(starts))
    for axis in (flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)):
        chords += (axis[starts] - axis[ends]) ** 2
    # Between two antipodes a chord may come out longer than the sphere is wide.
    return DIAMETER_KM * np.arcsin(np.minimum(np.sqrt(chords) / 2, 1.0))
