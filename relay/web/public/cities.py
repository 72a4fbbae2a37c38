"""The cities of the relay as a list: all that the map shows, and all passes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import render_template, request
from flask_babel import gettext as _

from relay.domain.geo import great_circle_km
from relay.domain.text import clean_text
from relay.queries.edition import read_edition
from relay.web.answer import send_page
from relay.web.context import the_relay
from relay.web.i18n import current_language
from relay.web.public import pages
from relay.web.public.bands import put_in_bands
from relay.web.public.drawing import find_dots
from relay.web.public.map_numbers import list_passes, read_numbers
from relay.web.public.map_question import read_map_question
from relay.web.public.map_ways import list_ways
from relay.web.public.places import name_places, sort_key
from relay.web.words import country_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine
    from werkzeug.wrappers import Response

    from relay.domain.geo import City
    from relay.domain.map_choice import Choice
    from relay.queries.map import FlowView, PlaceView
    from relay.web.public.bands import Band
    from relay.web.public.map_question import MapQuestion
    from relay.web.public.places import NamedPlace

# A page is read aloud to its end in 600 phrases: a city takes four, a pass eight, the
# choice of a country or region one for each, and what stands around them 120.
PAGE = 80
COUNTRY_PAGE = 60
PASSES_PAGE = 55
BESIDE = 8  # passes below the cities; all of them have pages of their own
KEPT = 16  # pages remembered, some 100 kB each
NUMBER_DIGITS = 4


class By(StrEnum):
    """How the list is put together."""

    DISTANCE = "distance"
    COUNTRY = "country"
    PASSES = "passes"


@dataclass(frozen=True)
class Asked:
    """All that a list depends on, so that it can be kept until one of it changes."""

    engine: Engine
    season_id: int
    choice: Choice
    centre: City | None
    by: By
    country: str
    page: int
    lang: str
    edition: int


@dataclass(frozen=True)
class Listed:
    """One page of the list: `bands` by distance, or `groups` by country, and passes.

    `options` are the countries and regions, one of which can be looked at alone.
    `page` is the one that there is, and `more` tells whether there are cities or
    passes after it.
    """

    cities: int
    page: int
    more: bool
    is_measured: bool
    bands: Sequence[Band] = ()
    options: Sequence[tuple[str, str]] = ()
    groups: Sequence[tuple[str, Sequence[NamedPlace]]] = ()
    passes: Sequence[FlowView] = ()
    more_passes: bool = False


@pages.get("/cities")
def cities() -> Response:
    """List the cities around the middle, by country and region, or all passes."""
    question = read_map_question()
    origin = the_relay().gazetteer.find(question.season.origin_city)
    asked = _ask(question, question.centre or origin)
    return send_page(
        render_template(
            "public/cities.html",
            question=question,
            asked=asked,
            centre=asked.centre,
            is_origin=asked.centre == origin,
            listed=_list(asked),
            ways=list_ways(question, "public.cities"),
        )
    )


def _ask(question: MapQuestion, centre: City | None) -> Asked:
    engine, by = the_relay().engine, request.args.get("by", "")
    country = clean_text(request.args.get("country", "")[:2]).upper()
    page = request.args.get("page", "")[:NUMBER_DIGITS]
    kinds = set(By)
    return Asked(
        engine=engine,
        season_id=question.season.id,
        choice=question.choice,
        centre=centre,
        by=By(by) if by in kinds else By.COUNTRY if country else By.DISTANCE,
        country=country,
        page=int(page) if page.isascii() and page.isdigit() and int(page) else 1,
        lang=current_language().tag,
        edition=read_edition(engine),
    )


@lru_cache(maxsize=KEPT)
def _list(asked: Asked) -> Listed:
    """Return a page of the list, made anew for each language and edition."""
    numbers = read_numbers(asked.season_id, asked.choice)
    if asked.by is By.COUNTRY:
        return _by_country(asked, numbers.places, is_measured=numbers.is_measured)
    if asked.by is By.PASSES:
        begin = PASSES_PAGE * (asked.page - 1)
        found = list_passes(numbers, limit=PASSES_PAGE + 1, offset=begin)
        return Listed(
            cities=len(numbers.places),
            page=asked.page,
            more=len(found) > PASSES_PAGE,
            is_measured=numbers.is_measured,
            passes=found[:PASSES_PAGE],
        )
    near = _nearest(numbers.places, asked.centre)
    page, begin = _find_page(asked, len(near), PAGE)
    passes = list_passes(numbers, limit=BESIDE + 1) if page == 1 else []
    named = name_places(near[begin : begin + PAGE], asked.centre)
    return Listed(
        cities=len(numbers.places),
        page=page,
        more=len(near) > begin + PAGE,
        is_measured=numbers.is_measured,
        bands=put_in_bands(named, asked.centre),
        passes=passes[:BESIDE],
        more_passes=len(passes) > BESIDE,
    )


def _find_page(asked: Asked, count: int, size: int) -> tuple[int, int]:
    """Return the page that is asked for, or the last, and where it begins."""
    page = min(asked.page, max(1, -(-count // size)))
    return page, size * (page - 1)


def _nearest(places: Sequence[PlaceView], centre: City | None) -> Sequence[PlaceView]:
    """Return the places from the middle outwards."""
    if centre is None:
        return places
    far = {dot.city.id: great_circle_km(centre, dot.city) for dot in find_dots(places)}
    known = [place for place in places if place.city_id in far]
    return sorted(known, key=lambda each: (far[each.city_id], each.city_id))


def _by_country(
    asked: Asked, places: Sequence[PlaceView], *, is_measured: bool
) -> Listed:
    within: dict[str, list[PlaceView]] = {}
    for place in places:
        within.setdefault(place.country, []).append(place)
    order = sorted(within, key=lambda code: sort_key(country_name(code)))
    shown = {code: within[code] for code in order if asked.country in {"", code}}
    count = sum(map(len, shown.values()))
    page, begin = _find_page(asked, count, COUNTRY_PAGE)
    return Listed(
        cities=len(places),
        page=page,
        more=count > begin + COUNTRY_PAGE,
        is_measured=is_measured,
        options=[("", _("all")), *((code, country_name(code)) for code in order)],
        groups=_cut(shown, begin, asked.centre),
    )


def _cut(
    shown: Mapping[str, Sequence[PlaceView]], begin: int, centre: City | None
) -> list[tuple[str, Sequence[NamedPlace]]]:
    """Return the countries of one page, each with those of its cities that are on it.

    Names are read for these countries alone.
    """
    groups: list[tuple[str, Sequence[NamedPlace]]] = []
    end = begin + COUNTRY_PAGE
    for code, places in shown.items():
        first, last = max(0, begin), min(len(places), end)
        begin, end = begin - len(places), end - len(places)
        if first < last:
            named = name_places(places, centre)
            named = sorted(named, key=lambda each: sort_key(each.name))
            groups.append((code, named[first:last]))
    return groups
