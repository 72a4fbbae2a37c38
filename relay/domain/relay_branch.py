"""All that came of one entry: how far it went, and which of it one page can show."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.geo import great_circle_km
from relay.domain.relay_forest import NOWHERE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from relay.domain.geo import City
    from relay.domain.relay_columns import Columns

TWIGS = 48  # entries that a page lists: as many as somebody listens to
AT_ONCE = 12  # children of one entry that are listed before others have their turn
DEEPEST = 8  # lists inside each other; a chain is one list, however long it is


@dataclass(frozen=True)
class Totals:
    """What came of an entry; None is unknown, never 0.

    `size` counts the entry itself, too; `cities` and `countries` count its own.
    `generations` are the passes below it, `km` the sum of the legs below it.
    `farthest` is the place, in the columns' `city_ids`, of the city that lies
    farthest from its own. `unlocated` entries have no city that we know;
    `via_hidden` passes lead past entries that are not shown.
    """

    size: int
    generations: int
    cities: int | None
    countries: int | None
    km: float | None
    farthest: int | None
    farthest_km: float | None
    unlocated: int
    via_hidden: int

    @property
    def after(self) -> int:
        """How many entries came of it."""
        return self.size - 1


@dataclass(frozen=True)
class Twig:
    """An entry that is listed: how deep its list stands, and what is not listed.

    `more` entries came of it that stand nowhere in the list.
    """

    place: int
    level: int
    more: int


@dataclass(frozen=True)
class Twigs:
    """Those of a branch that a page lists, in preorder, without the branch's top.

    `more` came of the top's own children that are not listed; the first of them
    stands at `beyond`.
    """

    listed: list[Twig]
    more: int
    beyond: int | None


def measure_branch(
    columns: Columns, top: int, *, cities: Sequence[City | None]
) -> Totals:
    """Return what came of the entry at a place; `cities` are those of `city_ids`.

    A million entries take a tenth of a second: all of it is slices and sets.
    """
    branch = columns.branch(top)
    below = slice(top + 1, branch.stop)
    reached = set(columns.cities[branch])
    reached.discard(NOWHERE)
    countries = {columns.city_countries[each] for each in reached} - {""}
    farthest, farthest_km = _find_farthest(columns.cities[top], reached, cities)
    return Totals(
        size=columns.sizes[top],
        generations=max(columns.depths[branch]) - columns.depths[top],
        cities=len(reached) or None,
        countries=len(countries) or None,
        km=_sum_legs(columns, below) if _has_legs(columns, top) else None,
        farthest=farthest,
        farthest_km=farthest_km,
        unlocated=columns.cities[branch].count(NOWHERE),
        via_hidden=sum(below.start <= each < below.stop for each in columns.via_hidden),
    )


def measure_legs(columns: Columns, places: Iterable[int]) -> dict[int, float | None]:
    """Return the kilometres of the leg to each place.

    None where there is none: to a root, to an entry without a city, and where no
    ancestor has one.
    """
    stands: dict[int, bool] = {}
    return {
        place: columns.km[place] - columns.km[columns.parents[place]]
        if columns.cities[place] != NOWHERE
        and _is_located(columns, columns.parents[place], stands)
        else None
        for place in places
    }


def measure_way(columns: Columns, place: int) -> float | None:
    """Return the kilometres from the first hand; None when no leg of it is known."""
    located = [each for each in columns.chain(place) if columns.cities[each] != NOWHERE]
    return columns.km[place] if len(located) > 1 else None


def choose_twigs(
    columns: Columns, top: int, *, begin: int | None = None, most: int = TWIGS
) -> Twigs:
    """Choose which of a branch are listed: fairly, generation by generation.

    Nobody has more than AT_ONCE children listed until all others that stand in the
    list have had as many; so neither a star nor a chain hides what is beside it.
    `begin` is the child of the top with which the list begins.
    """
    levels = {top: 0}
    beyond = {top: begin or top + 1}  # of each, the first child that is not listed
    queue, waiting = deque([top]), deque[int]()
    while queue and len(levels) <= most:
        place = queue.popleft()
        room = min(AT_ONCE, most + 1 - len(levels))
        for child in _next_children(columns, place, beyond[place], room):
            level = levels[place] + (0 if _is_alone(columns, child, top) else 1)
            if level > DEEPEST:
                break
            levels[child] = level
            beyond[child] = child + 1
            beyond[place] = child + columns.sizes[child]
            queue.append(child)
        else:
            if _has_more(columns, place, beyond):
                waiting.append(place)
        if not queue:
            queue, waiting = waiting, deque()
    more = {place: place + columns.sizes[place] - at for place, at in beyond.items()}
    listed = [Twig(each, levels[each], more[each]) for each in sorted(levels)]
    # The top stands before all that came of it.
    return Twigs(listed[1:], more=more[top], beyond=beyond[top] if more[top] else None)


def _is_alone(columns: Columns, child: int, top: int) -> bool:
    """Tell whether an entry goes on the list of its parent: nobody is beside it."""
    parent = columns.parents[child]
    return parent != top and columns.sizes[parent] - 1 == columns.sizes[child]


def _next_children(columns: Columns, place: int, child: int, many: int) -> list[int]:
    """Return the next few children of an entry, from one of them on."""
    found: list[int] = []
    while child < place + columns.sizes[place] and len(found) < many:
        found.append(child)
        child += columns.sizes[child]
    return found


def _has_more(columns: Columns, place: int, beyond: dict[int, int]) -> bool:
    return beyond[place] < place + columns.sizes[place]


def _find_farthest(
    home: int, reached: Iterable[int], cities: Sequence[City | None]
) -> tuple[int | None, float | None]:
    origin = cities[home] if home != NOWHERE else None
    if origin is None:
        return None, None
    ways = (
        (great_circle_km(origin, city), each)
        for each in reached
        if (city := cities[each]) is not None
    )
    km, farthest = max(ways, default=(0.0, home))
    return farthest, km


def _sum_legs(columns: Columns, below: slice) -> float:
    """Return the sum of some legs: each is a chain less that of the parent."""
    return sum(columns.km[below]) - sum(
        map(columns.km.__getitem__, columns.parents[below])
    )


def _has_legs(columns: Columns, top: int) -> bool:
    """Tell whether any leg below an entry is known; for one alone, its city."""
    end = top + columns.sizes[top]
    if end == top + 1:
        return columns.cities[top] != NOWHERE
    stands: dict[int, bool] = {}
    return any(
        columns.cities[place] != NOWHERE
        and _is_located(columns, columns.parents[place], stands)
        for place in range(top + 1, end)
    )


def _is_located(columns: Columns, place: int, stands: dict[int, bool]) -> bool:
    """Tell whether an entry or any of its ancestors has a city; remembers the way."""
    way: list[int] = []
    while place != ROOT and place not in stands:
        if columns.cities[place] != NOWHERE:
            stands[place] = True
            break
        way.append(place)
        place = columns.parents[place]
    found = place != ROOT and stands[place]
    stands.update(dict.fromkeys(way, found))
    return found
