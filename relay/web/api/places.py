"""Cities to choose from, and the map as GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.language import match_language
from relay.queries.map import list_flows, list_places
from relay.web.api import api
from relay.web.api.schemas import (
    CitiesOut,
    CitiesQuery,
    CityOut,
    GeoFeature,
    GeoOut,
    SeasonQuery,
)
from relay.web.api.season import season_id_of
from relay.web.context import reading, the_relay
from relay.web.limits import limited
from relay.web.words import country_name

if TYPE_CHECKING:
    from relay.domain.geo import City

FLOWS_MOST = 20_000


@api.get("/cities")
@api.input(CitiesQuery, location="query", arg_name="query")
@api.output(CitiesOut)
@limited("api")
def read_cities(query: CitiesQuery) -> CitiesOut:
    """Find cities by any spelling in any script, or one by its GeoNames id."""
    gazetteer = the_relay().gazetteer
    if query.id is not None:
        city = gazetteer.find(query.id)
        found = [city] if city else []
    else:
        found = list(gazetteer.search(query.q, limit=query.limit)) if query.q else []
        found = found or list(gazetteer.similar(query.q, limit=query.limit))
    lang = match_language(query.lang) or "en"
    return CitiesOut(cities=[_city(each, lang) for each in found])


@api.get("/map")
@api.input(SeasonQuery, location="query", arg_name="query")
@api.output(GeoOut)
@limited("api")
def read_map(query: SeasonQuery) -> GeoOut:
    """Read the map: cities as points with counts, flows as lines with passes."""
    season_id = season_id_of(query.season)
    gazetteer = the_relay().gazetteer
    with reading() as connection:
        places = list_places(connection, season_id)
        flows = list_flows(connection, season_id, limit=FLOWS_MOST)
    cities = gazetteer.find_many(each.city_id for each in places)
    names = gazetteer.list_names(cities, "en")
    points = [
        GeoFeature(
            geometry={"type": "Point", "coordinates": _at(city)},
            properties={
                "city": each.city_id,
                "name": names[each.city_id],
                "country": each.country,
                "entries": each.entries,
            },
        )
        for each in places
        if (city := cities.get(each.city_id))
    ]
    lines = [
        GeoFeature(
            geometry={"type": "LineString", "coordinates": [_at(start), _at(end)]},
            properties={
                "from": each.from_city,
                "to": each.to_city,
                "passes": each.passes,
            },
        )
        for each in flows
        if (start := cities.get(each.from_city)) and (end := cities.get(each.to_city))
    ]
    return GeoOut(features=points + lines)


def _at(city: City) -> list[float]:
    return [round(city.lon, 5), round(city.lat, 5)]


def _city(city: City, lang: str) -> CityOut:
    return CityOut(
        id=city.id,
        name=the_relay().gazetteer.name(city.id, lang),
        region=city.region,
        country=city.country,
        country_name=country_name(city.country, lang),
        lat=city.lat,
        lon=city.lon,
        population=city.population,
    )
