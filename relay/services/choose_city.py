"""Choosing the city that a typed name means, or asking back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.errors import FieldError, Invalid
from relay.domain.text import clean_text

if TYPE_CHECKING:
    from relay.domain.geo import City
    from relay.ports import Gazetteer

MOST_OFFERED = 8
# A namesake this many times smaller is not what somebody meant who wrote no country.
DWARFED = 8


@dataclass(frozen=True)
class CityChoice:
    """The city that was meant; or None, and those that may have been."""

    city: City | None
    offered: tuple[City, ...] = ()


def choose_city(gazetteer: Gazetteer, typed: str) -> CityChoice:
    """Return the one city that a name in any script means, or what to ask back.

    A number is read as a GeoNames id. A name decides when it is a city's whole name
    and no namesake comes near it in size.
    """
    text = clean_text(typed)[:200]
    if text.isascii() and text.removeprefix("-").isdigit():
        return CityChoice(gazetteer.find(int(text[:18])))
    if not text:
        return CityChoice(None)
    found = tuple(gazetteer.search(text, limit=MOST_OFFERED))
    called = [city for city in found if gazetteer.is_called(city.id, text)]
    if called and (
        len(called) == 1 or called[0].population >= DWARFED * called[1].population
    ):
        return CityChoice(called[0])
    if not found:
        return CityChoice(None, tuple(gazetteer.similar(text, limit=MOST_OFFERED)))
    return CityChoice(None, found)


def require_city(gazetteer: Gazetteer, typed: str) -> City:
    """Return the city that a name means; raises Invalid (field `city`)."""
    if not typed.strip():
        raise Invalid([FieldError("city", "missing")])
    choice = choose_city(gazetteer, typed)
    if choice.city is None:
        code = "which_one" if choice.offered else "unknown"
        raise Invalid([FieldError("city", code)])
    return choice.city
