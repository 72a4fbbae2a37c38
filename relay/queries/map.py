"""The map's numbers: cities and passes, counted as entries are published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col

from relay.models import Flow, Place, Tally, TallyOf

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select


@dataclass(frozen=True)
class PlaceView:
    """One city with artworks; `first_no` is the first one's number, where asked."""

    city_id: int
    country: str
    entries: int
    first_no: int | None = None


@dataclass(frozen=True)
class FlowView:
    """How many batons went from one city to another."""

    from_city: int
    to_city: int
    passes: int


def list_places(
    connection: Connection,
    season_id: int,
    *,
    country: str = "",
    limit: int | None = None,
) -> list[PlaceView]:
    """Return the cities with artworks, most first."""
    asked = (
        select(
            col(Place.city_id),
            col(Place.country),
            col(Place.entries),
            col(Place.first_no),
        )
        .where(col(Place.season_id) == season_id, col(Place.entries) > 0)
        .order_by(col(Place.entries).desc(), col(Place.first_no))
        .limit(limit)
    )
    if country:
        asked = asked.where(col(Place.country) == country)
    return [PlaceView(*row) for row in connection.execute(asked).all()]


def find_place(
    connection: Connection, season_id: int, city_id: int
) -> PlaceView | None:
    """Return a city's counts, or None when nothing came from there yet."""
    row = connection.execute(
        select(
            col(Place.city_id),
            col(Place.country),
            col(Place.entries),
            col(Place.first_no),
        ).where(
            col(Place.season_id) == season_id,
            col(Place.city_id) == city_id,
            col(Place.entries) > 0,
        )
    ).first()
    return PlaceView(*row) if row else None


def list_countries(connection: Connection, season_id: int) -> list[tuple[str, int]]:
    """Return the countries and regions, and how many of their cities take part."""
    rows = connection.execute(
        select(col(Tally.value), col(Tally.cities)).where(
            col(Tally.season_id) == season_id,
            col(Tally.of) == TallyOf.COUNTRY,
            col(Tally.entries) > 0,
        )
    )
    return [(country, cities or 0) for country, cities in rows]


def list_flows(
    connection: Connection, season_id: int, *, limit: int, offset: int = 0
) -> list[FlowView]:
    """Return the strongest passes between two different cities, after an offset."""
    return _flows(connection, _asked(season_id).limit(limit).offset(offset))


def list_all_flows(
    connection: Connection, season_id: int, *, most: int
) -> list[FlowView] | None:
    """Return all passes between two different cities; None when there are too many.

    Nothing is sorted: a relay with very many costs no more than one with `most`.
    """
    asked = _asked(season_id).order_by(None)
    one_more = connection.execute(asked.limit(1).offset(most)).first()
    return _flows(connection, asked.limit(most)) if one_more is None else None


def list_flows_of(
    connection: Connection, season_id: int, city_id: int, *, limit: int
) -> tuple[list[FlowView], list[FlowView]]:
    """Return the passes into a city and those out of it, strongest first."""
    asked = _asked(season_id).limit(limit)
    return (
        _flows(connection, asked.where(col(Flow.to_city) == city_id)),
        _flows(connection, asked.where(col(Flow.from_city) == city_id)),
    )


def _asked(season_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(col(Flow.from_city), col(Flow.to_city), col(Flow.passes))
        .where(
            col(Flow.season_id) == season_id,
            col(Flow.passes) > 0,
            col(Flow.from_city) != col(Flow.to_city),
        )
        .order_by(col(Flow.passes).desc(), col(Flow.from_city), col(Flow.to_city))
    )


def _flows(connection: Connection, asked: Select[*tuple[Any, ...]]) -> list[FlowView]:
    return [FlowView(*row) for row in connection.execute(asked).all()]
