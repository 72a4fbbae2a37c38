"""How far a relay went: its legs, its chains, and what it reached from its roots."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from itertools import compress, count, repeat
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from relay.domain.geo import EARTH_RADIUS_KM
from relay.domain.ranks import find_ranked
from relay.domain.relay_forest import NOWHERE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from relay.domain.geo import Point
    from relay.domain.relay_forest import Forest

LAP_KM = 40_030.2  # once around the sphere of EARTH_RADIUS_KM
DIAMETER_KM = 2 * EARTH_RADIUS_KM

_Vector = tuple[float, float, float]
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Distances:
    """The kilometres of a forest, by entry and in all; None is unknown, never 0.

    `starts` has the city that each entry was reached from, or NOWHERE; there is a leg
    if the entry has a city, too. `chains` are the kilometres from its root.
    """

    starts: Sequence[int]
    chains: Sequence[float]
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
        return self.chains.index(self.longest_chain_km)


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
    starts = _list_starts(forest)
    vectors = _list_vectors(forest)
    chords = list(_chords(vectors, starts, forest.cities))
    legs = _list_legs(chords)
    chains = [0.0] * (len(legs) + 1)  # the last one is nobody's: ROOT finds it
    for place, (parent, km) in enumerate(zip(forest.parents, legs, strict=True)):
        chains[place] = chains[parent] + km
    chains.pop()
    unlocated = forest.cities.count(NOWHERE)
    roots_alone = forest.parents.count(ROOT) == len(legs) > unlocated
    is_known = roots_alone or any(chord >= 0 for chord in chords)
    return Distances(
        starts=starts,
        chains=chains,
        # Summed exactly: the order of the entries must not show in the last digits.
        forest_km=math.fsum(legs) if is_known else None,
        longest_chain_km=max(chains) if is_known else None,
        unlocated=unlocated,
    )


def measure_reach(forest: Forest, roots: Sequence[int]) -> Reach:
    """Return which cities were reached, and how far they lie from their roots.

    In each tree every city counts once, the root's own too, which lies at 0 km. A
    tree whose root has no city has no distances.
    """
    cities = forest.cities
    first_entries = find_first(cities)
    first_entries.pop(NOWHERE, None)
    reached: dict[int, set[int]] = {
        root: set() for root, parent in enumerate(forest.parents) if parent == ROOT
    }
    for root, city in zip(roots, cities, strict=True):
        reached[root].add(city)
    vectors = _list_vectors(forest)
    chords = array("d")
    for root, ends in reached.items():
        ends.discard(NOWHERE)
        start = cities[root]
        if len(ends) == 1 and start in ends:  # most trees are one entry
            chords.append(0.0)
        elif start != NOWHERE:
            chords.extend(_chords(vectors, repeat(start), ends))
    if not chords:
        return Reach(first_entries, None, None)
    # A longer chord is a longer way: only those that are wanted become kilometres.
    middle = find_ranked(chords, (len(chords) - 1) // 2, len(chords) // 2)
    return Reach(
        first_entries,
        farthest_km=_km(max(chords)),
        median_km=median(map(_km, middle)),
    )


def find_first(values: Sequence[_Value]) -> dict[_Value, int]:
    """Return the first place of each value, such as a city's or a country's."""
    backwards = range(len(values) - 1, -1, -1)
    return dict(zip(reversed(values), backwards, strict=True))


def _list_starts(forest: Forest) -> list[int]:
    """Return the city from which each entry was reached, or NOWHERE."""
    stands = [*forest.cities, NOWHERE]  # the last one is nobody's: ROOT finds it
    for place in compress(count(), map(NOWHERE.__eq__, forest.cities)):
        stands[place] = stands[forest.parents[place]]
    return list(map(stands.__getitem__, forest.parents))


def _list_vectors(forest: Forest) -> list[_Vector]:
    """Return the cities on the unit sphere, and last what NOWHERE, -1, finds."""
    return [*map(_vector, forest.points), (math.nan, math.nan, math.nan)]


def _vector(point: Point) -> _Vector:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    flat = math.cos(lat)
    return flat * math.cos(lon), flat * math.sin(lon), math.sin(lat)


def _chords(
    vectors: Sequence[_Vector], starts: Iterable[int], ends: Iterable[int]
) -> Iterable[float]:
    """Return the straight ways through the unit sphere; NaN, never >= 0, for none."""
    at = vectors.__getitem__
    return map(math.dist, map(at, starts), map(at, ends))


def _list_legs(chords: Iterable[float]) -> list[float]:
    """Return the kilometres of each chord, 0 where there is none."""
    asin = math.asin
    try:
        return [
            DIAMETER_KM * asin(chord / 2) if chord >= 0 else 0.0 for chord in chords
        ]
    except ValueError:  # between two antipodes it may be longer than the sphere is wide
        return [_km(chord) if chord >= 0 else 0.0 for chord in chords]


def _km(chord: float) -> float:
    """Return the great circle over a chord of the unit sphere, in km.

    The haversine of the angle is the square of half the chord. So each city needs its
    sines and cosines once, and not once more for every leg.
    """
    return DIAMETER_KM * math.asin(1.0 if chord > 2 else chord / 2)  # noqa: PLR2004 - the diameter
