"""The measured relay for pages, as the workers kept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from relay.queries.kept_relay import find_columns, find_measured_at, find_relay
from relay.web.context import reading

if TYPE_CHECKING:
    from datetime import datetime

    from relay.domain.relay_columns import Columns
    from relay.queries.kept_relay import KeptRelay

KEPT = 4  # relays in memory; one of a million entries has 34 MB

_KEY = "relay.columns"


def the_figures(season_id: int) -> KeptRelay | None:
    """Return the figures of a season's relay; None when it was not measured yet."""
    with reading() as connection:
        return find_relay(connection, season_id)


def the_columns(season_id: int) -> Columns | None:
    """Return a season's measured relay in columns; None when it was not measured yet.

    They are read once each time that it is measured, and kept for the next page.
    """
    kept: dict[int, tuple[datetime, Columns]] = cast(
        "dict[int, tuple[datetime, Columns]]",
        current_app.extensions.setdefault(_KEY, {}),
    )
    with reading() as connection:
        # Asked first: columns that are newer than we believe are only read once more.
        measured_at = find_measured_at(connection, season_id)
        if measured_at is None:
            return None
        found = kept.get(season_id)
        if found and found[0] == measured_at:
            return found[1]
        columns = find_columns(connection, season_id)
    if columns is None:
        return None
    kept.pop(season_id, None)
    kept[season_id] = measured_at, columns
    for oldest in list(kept)[:-KEPT]:
        kept.pop(oldest, None)
    return columns
