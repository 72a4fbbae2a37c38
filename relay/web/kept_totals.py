"""What came of an entry, added up once for each time that the relay is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from relay.domain.relay_branch import measure_branch
from relay.web.context import the_relay

if TYPE_CHECKING:
    from relay.domain.relay_branch import Totals
    from relay.domain.relay_columns import Columns

KEPT = 1_000  # totals of one relay; those of a million entries take a tenth of a second

_KEY = "relay.totals"


def the_totals(season_id: int, columns: Columns, place: int) -> Totals:
    """Return what came of the entry at a place."""
    kept = cast(
        "dict[int, tuple[Columns, dict[int, Totals]]]",
        current_app.extensions.setdefault(_KEY, {}),
    )
    measured, totals = kept.get(season_id, (None, {}))
    if measured is not columns or len(totals) >= KEPT:
        totals = {}
        kept[season_id] = columns, totals
    if place not in totals:
        find = the_relay().gazetteer.find
        cities = [find(each) for each in columns.city_ids]
        totals[place] = measure_branch(columns, place, cities=cities)
    return totals[place]
