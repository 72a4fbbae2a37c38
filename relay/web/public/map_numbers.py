"""The numbers behind a map: counters for the whole relay, columns for a choice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.map_choice import (
    MOST_GROUPS,
    count_cities,
    count_group_passes,
    mark,
    rank_passes,
)
from relay.queries.map import (
    FlowView,
    PlaceView,
    list_all_flows,
    list_flows,
    list_places,
)
from relay.web.context import reading
from relay.web.kept_relay import the_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relay.domain.map_choice import Choice
    from relay.domain.map_groups import Gathering
    from relay.domain.relay_columns import Columns

_Way = tuple[int, int]

# So many ways between cities are read from the counters; more are counted by groups.
FLOWS = 2_000


@dataclass(frozen=True)
class MapNumbers:
    """The cities of a choice, most artworks first; `columns` where it was chosen from.

    `is_measured` is False where a choice must wait for the relay to be measured.
    """

    season_id: int
    places: tuple[PlaceView, ...]
    columns: Columns | None
    marks: bytes
    is_measured: bool = True


def read_numbers(season_id: int, choice: Choice) -> MapNumbers:
    """Return the cities of a season's relay, or of what is chosen of it."""
    if not choice:
        with reading() as connection:
            places = tuple(list_places(connection, season_id))
        return MapNumbers(season_id, places, None, b"")
    columns = the_columns(season_id)
    if columns is None:
        return MapNumbers(season_id, (), None, b"", is_measured=False)
    marks = mark(columns, choice)
    counted = count_cities(columns, marks).items()
    ordered = sorted(counted, key=lambda each: (-each[1][1], each[0]))
    places = tuple(PlaceView(city, country, many) for city, (country, many) in ordered)
    return MapNumbers(season_id, places, columns, marks)


def list_passes(numbers: MapNumbers, *, limit: int, offset: int = 0) -> list[FlowView]:
    """Return the strongest passes between two cities, after an offset."""
    if numbers.columns is None:
        with reading() as connection:
            return list_flows(connection, numbers.season_id, limit=limit, offset=offset)
    strongest = rank_passes(numbers.columns, numbers.marks, most=offset + limit)
    return [FlowView(*each) for each in strongest[offset:]]


def sum_passes(numbers: MapNumbers, gathered: Gathering) -> dict[_Way, int]:
    """Return the passes between the groups of a map, by their places in its `leads`."""
    columns, marks = numbers.columns, numbers.marks
    if not numbers.places:
        return {}
    if columns is None:
        with reading() as connection:
            flows = list_all_flows(connection, numbers.season_id, most=FLOWS)
        if flows is not None:
            return _sum_flows(flows, gathered)
        columns = the_columns(numbers.season_id)
        if columns is None:
            return _sum_flows(list_passes(numbers, limit=FLOWS), gathered)
        marks = b"\1" * len(columns)
    groups = {city: at for city, at in gathered.places.items() if at < MOST_GROUPS}
    return count_group_passes(columns, marks, groups)


def _sum_flows(flows: Iterable[FlowView], gathered: Gathering) -> Counter[_Way]:
    sums: Counter[_Way] = Counter()
    place = gathered.places.get
    for flow in flows:
        start, end = place(flow.from_city), place(flow.to_city)
        if start is not None and end is not None:
            sums[start, end] += flow.passes
    return sums
