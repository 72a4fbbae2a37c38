"""The measured relay for pages: read once each time that it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

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
TRIES = 5  # measurings are seconds apart: a second reading finds both parts of one


class _Measured(Protocol):
    @property
    def measured_at(self) -> datetime: ...


_Part = TypeVar("_Part", bound=_Measured)


@dataclass(frozen=True)
class Measured:
    """Both parts of one measuring: places in the columns fit the figures' time."""

    figures: KeptRelay
    columns: Columns


def the_figures(season_id: int) -> KeptRelay | None:
    """Return the figures of a season's relay; None when it was not measured yet."""
    return _read_once("relay.figures", season_id, find_relay)


def the_columns(season_id: int) -> Columns | None:
    """Return a season's measured relay in columns; None when there is none yet."""
    found = _read_once("relay.columns", season_id, find_columns)
    return None if found is None else found.columns


def the_figures_and_columns(season_id: int) -> Measured | None:
    """Return both parts of one and the same measuring; None when there is none yet."""
    for _ in range(TRIES):
        figures = _read_once("relay.figures", season_id, find_relay)
        found = _read_once("relay.columns", season_id, find_columns)
        if figures is None or found is None:
            return None
        if figures.measured_at == found.measured_at:
            return Measured(figures, found.columns)
    return None


def _read_once(
    name: str, season_id: int, find: Callable[[Connection, int], _Part | None]
) -> _Part | None:
    kept = cast(
        "dict[int, _Part]",
        current_app.extensions.setdefault(name, {}),
    )
    with reading() as connection:
        measured_at = find_measured_at(connection, season_id)
        if measured_at is None:
            return None
        before = kept.get(season_id)
        if before and before.measured_at == measured_at:
            return before
        found = find(connection, season_id)
    if found is None:
        return None
    kept.pop(season_id, None)
    kept[season_id] = found
    for oldest in list(kept)[:-KEPT]:
        kept.pop(oldest, None)
    return found
