"""The measured relay for pages: read once each time that it is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from flask import current_app

from relay.queries.kept_relay import find_columns, find_measured_at, find_relay
from relay.web.context import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from relay.domain.relay_columns import Columns
    from relay.queries.kept_relay import KeptRelay

# Relays in memory. The columns of a million entries have 34 MB, and the figures list
# each of its trees.
KEPT = 4

_Part = TypeVar("_Part")


def the_figures(season_id: int) -> KeptRelay | None:
    """Return the figures of a season's relay; None when it was not measured yet."""
    return _read_once("relay.figures", season_id, find_relay)


def the_columns(season_id: int) -> Columns | None:
    """Return a season's measured relay in columns; None when there is none yet."""
    return _read_once("relay.columns", season_id, find_columns)


def _read_once(
    name: str, season_id: int, find: Callable[[Connection, int], _Part | None]
) -> _Part | None:
    kept = cast(
        "dict[int, tuple[datetime, _Part]]",
        current_app.extensions.setdefault(name, {}),
    )
    with reading() as connection:
        # Asked first: what is newer than we believe is only read once more.
        measured_at = find_measured_at(connection, season_id)
        if measured_at is None:
            return None
        before = kept.get(season_id)
        if before and before[0] == measured_at:
            return before[1]
        found = find(connection, season_id)
    if found is None:
        return None
    kept.pop(season_id, None)
    kept[season_id] = measured_at, found
    for oldest in list(kept)[:-KEPT]:
        kept.pop(oldest, None)
    return found
