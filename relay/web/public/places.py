"""Cities with artworks, named and measured for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.geo import City, great_circle_km
from relay.domain.text import fold
from relay.web.context import the_relay
from relay.web.i18n import current_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relay.queries.map import PlaceView


@dataclass(frozen=True)
class NamedPlace:
    """One city: its name for the reader, its counts, its km from the origin."""

    city: City
    name: str
    country: str
    entries: int
    km: int | None


def name_places(places: Iterable[PlaceView], origin: City | None) -> list[NamedPlace]:
    """Return the places that the gazetteer still knows, with their names."""
    gazetteer, shown = the_relay().gazetteer, list(places)
    cities = gazetteer.find_many(place.city_id for place in shown)
    names = gazetteer.list_names(cities, current_language().tag)
    named = []
    for place in shown:
        city = cities.get(place.city_id)
        if city is None:
            continue
        km = round(great_circle_km(origin, city)) if origin else None
        name = names[city.id]
        named.append(NamedPlace(city, name, place.country, place.entries, km))
    return named


def sort_key(name: str) -> tuple[bytes, str]:
    """Return what names are sorted by in the reader's language.

    GB 2312, whose order GB 18030 keeps, has its common characters by pinyin.
    """
    if current_language().tag == "zh-Hans":
        return (name.encode("gb18030"), name)
    return (fold(name).encode(), name)
