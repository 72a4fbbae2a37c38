"""The cities of the relay as a list: all that the map shows, and all passes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import render_template, request

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
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from werkzeug.wrappers import Response

    from relay.domain.geo import City
    from relay.domain.map_choice import Choice
    from relay.queries.map import FlowView, PlaceView
    from relay.web.public.bands import Band
    from relay.web.public.map_question import MapQuestion
    from relay.web.public.places import NamedPlace

# From so many cities on, the list by country shows one country or region at a time.
WHOLE_LIST = 600
PAGE = 300  # cities by distance, or passes, on one page
BESIDE = 60  # passes below the cities; all of them have pages of their own
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

    `whole` tells whether all countries stand on one page. `page` is the one that there
    is, and `more` tells whether there are cities or passes after it.
    """

    cities: int
    page: int
    more: bool
    is_measured: bool
    bands: Sequence[Band] = ()
    countries: Sequence[tuple[str, int]] = ()
    groups: Sequence[tuple[str, Sequence[NamedPlace]]] = ()
    whole: bool = True
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
    begin = PAGE * (asked.page - 1)
    if asked.by is By.PASSES:
        found = list_passes(numbers, limit=PAGE + 1, offset=begin)
        return Listed(
            cities=len(numbers.places),
            page=asked.page,
            more=len(found) > PAGE,
            is_measured=numbers.is_measured,
            passes=found[:PAGE],
        )
    near = _nearest(numbers.places, asked.centre)
    page = min(asked.page, max(1, -(-len(near) // PAGE)))
    begin = PAGE * (page - 1)
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
    counted = Counter(place.country for place in places)
    order = sorted(counted, key=lambda code: sort_key(country_name(code)))
    whole = len(places) <= WHOLE_LIST
    shown = [
        place
        for place in places
        if place.country == asked.country or (whole and not asked.country)
    ]
    groups: dict[str, list[NamedPlace]] = {}
    for place in name_places(shown, asked.centre):
        groups.setdefault(place.country, []).append(place)
    return Listed(
        cities=len(places),
        page=1,
        more=False,
        is_measured=is_measured,
        countries=[(code, counted[code]) for code in order],
        groups=[
            (code, sorted(groups[code], key=lambda each: sort_key(each.name)))
            for code in order
            if code in groups
        ],
        whole=whole,
    )
