"""Every figure of a season's relay, measured from its entries and batons."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlmodel import col

from relay.domain.entry import ParentKnown
from relay.domain.measured import MeasuredRelay
from relay.domain.milestones import find_milestones
from relay.domain.relay_answer import (
    tell_chains,
    tell_figures,
    tell_flows,
    tell_growth,
)
from relay.domain.relay_columns import KNOWN, Labels, lay_out
from relay.domain.relay_days import count_days, tell_days
from relay.domain.relay_figures import measure
from relay.domain.relay_flows import EPOCH, MICROSECOND, measure_flows
from relay.domain.relay_forest import NOWHERE, ROOT, grow_forest, read_column
from relay.domain.relay_pace import measure_growth
from relay.domain.ripple_rings import gather_rings
from relay.models import Season
from relay.queries.kept_relay import read_relay_edition
from relay.queries.relay_rows import count_batons, read_relay

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from relay.domain.relay_days import DayCount
    from relay.domain.relay_figures import Figures
    from relay.domain.relay_flows import Flows
    from relay.domain.relay_pace import Growth
    from relay.ports import Clock, Gazetteer
    from relay.queries.relay_rows import Batons, RelayRows


class _Calendar(TypedDict):
    zone: ZoneInfo
    until: int


@dataclass(frozen=True)
class SeasonFigures:
    """All that was measured of a season at `now`, microseconds since 1970 in UTC.

    `first_in_country` has the place of the first entry of each country or region.
    """

    now: int
    rows: RelayRows
    figures: Figures
    growth: Growth
    flows: Flows
    batons: Batons
    first_in_country: dict[str, int]
    days: list[DayCount]


def measure_season(
    connection: Connection, season_id: int, *, gazetteer: Gazetteer, now: int
) -> SeasonFigures:
    """Measure a season; it takes seconds for a million entries."""
    rows = read_relay(connection, season_id, gazetteer=gazetteer)
    batons = count_batons(connection, season_id)
    forest = grow_forest(rows.entries)
    figures = measure(forest, now=now)
    first_in_country = _first_in_country(rows, figures)
    return SeasonFigures(
        now=now,
        rows=rows,
        figures=figures,
        growth=measure_growth(forest, now=now),
        flows=measure_flows(forest, figures.distances.starts),
        batons=batons,
        first_in_country=first_in_country,
        days=count_days(
            forest.times,
            cities=figures.reach.first_entries.values(),
            countries=first_in_country.values(),
            **_find_calendar(connection, season_id, now),
        ),
    )


def measure_relay(
    connection: Connection, season_id: int, *, gazetteer: Gazetteer, clock: Clock
) -> MeasuredRelay:
    """Measure a season's relay, to be kept."""
    # Read first: what changes meanwhile makes the figures newer than we believe.
    edition = read_relay_edition(connection, season_id)
    now, begun = clock.now(), time.perf_counter()
    found = measure_season(
        connection, season_id, gazetteer=gazetteer, now=(now - EPOCH) // MICROSECOND
    )
    columns = lay_out(found.figures, _labels(found.rows))
    return MeasuredRelay(
        season_id=season_id,
        edition=edition,
        measured_at=now,
        seconds=time.perf_counter() - begun,
        answer={**tell_season(found), "rings": gather_rings(columns)},
        columns=columns,
        milestones=find_milestones(
            found.figures, nos=found.rows.nos, countries=found.first_in_country
        ),
    )


def _labels(rows: RelayRows) -> Labels:
    return Labels(
        nos=rows.nos,
        kinds=rows.kinds,
        known=rows.known,
        city_ids=rows.city_ids,
        city_countries=rows.city_countries,
    )


def tell_season(found: SeasonFigures) -> dict[str, Any]:
    """Return the figures as data; entries have their public numbers, cities their ids.

    `known` counts by ParentKnown how we know who passed on: of roots there is none.
    """
    figures, names = found.figures, found.rows.nos
    batons = found.batons
    return {
        "at": (EPOCH + found.now * MICROSECOND).isoformat(),
        **tell_figures(figures, names=names),
        "is_partial": figures.is_partial,
        "max_breadth": max(figures.shape.breadths, default=None),
        "laps": figures.distances.laps,
        **tell_chains(figures, names=names),
        "countries": len(found.first_in_country) or None,
        "known": _count_known(found),
        "via_hidden": len(figures.forest.via_hidden),
        "flows": tell_flows(found.flows),
        **tell_growth(found.growth),
        "days": tell_days(found.days),
        "batons_given": batons.given,
        "batons_used": batons.used,
        "pass_acceptance": batons.acceptance,
        "first_entries": {
            "cities": {
                str(found.rows.city_ids[city]): names[figures.forest.rows[place]]
                for city, place in sorted(
                    figures.reach.first_entries.items(), key=lambda each: each[1]
                )
            },
            "countries": {
                country: names[figures.forest.rows[place]]
                for country, place in found.first_in_country.items()
            },
        },
    }


def tell_flow_list(found: SeasonFigures) -> list[dict[str, Any]]:
    """Return the passes from each city to each, month by month."""
    city_ids = found.rows.city_ids
    return [
        {
            "month": each.month,
            "from": city_ids[each.start],
            "to": city_ids[each.end],
            "passes": each.passes,
        }
        for each in found.flows.list_flows()
    ]


def _first_in_country(rows: RelayRows, figures: Figures) -> dict[str, int]:
    """Return the place of the first entry of each country or region, in order."""
    found = [
        (place, rows.city_countries[city])
        for city, place in figures.reach.first_entries.items()
    ]
    if rows.unlocated:
        forest = figures.forest
        nowhere = np.flatnonzero(forest.cities == NOWHERE)
        found += [
            (place, rows.unlocated.get(rows.entries.ids[row], ""))
            for place, row in zip(
                nowhere.tolist(), forest.rows[nowhere].tolist(), strict=True
            )
        ]
    first: dict[str, int] = {}
    for place, country in sorted(found):
        first.setdefault(country, place)
    first.pop("", None)
    return first


def _find_calendar(connection: Connection, season_id: int, now: int) -> _Calendar:
    """Return when a season's days end, and the last moment that they are told of."""
    time_zone, closes_at = connection.execute(
        select(col(Season.time_zone), col(Season.closes_at)).where(
            col(Season.id) == season_id
        )
    ).one()
    closed = now if closes_at is None else (closes_at - EPOCH) // MICROSECOND
    return {"zone": ZoneInfo(time_zone), "until": min(now, closed)}


def _count_known(found: SeasonFigures) -> dict[str, int]:
    forest, rows = found.figures.forest, found.rows
    known = read_column(rows.known)[forest.rows]
    known[forest.parents == ROOT] = KNOWN.index(ParentKnown.NONE)
    counts = np.bincount(known, minlength=len(KNOWN)).tolist()
    return {each.value: many for each, many in zip(KNOWN, counts, strict=True)}
