"""Drawing the relay: the whole map, and the small ones of other pages."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import render_template
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from relay.adapters.land import NaturalEarthLand
from relay.bootstrap import BUILT
from relay.domain.map_drawing import draw_map, rings_of
from relay.domain.map_groups import Dot, gather
from relay.domain.map_legs import Leg
from relay.domain.map_outline import SMALL_BYTES
from relay.queries.edition import read_edition
from relay.queries.map import list_flows, list_places
from relay.web.context import reading, the_relay
from relay.web.i18n import current_language
from relay.web.words import join_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Engine

    from relay.domain.geo import City
    from relay.domain.map_drawing import DrawnDot, MapDrawing
    from relay.domain.map_groups import Gathering
    from relay.queries.map import PlaceView
    from relay.queries.season import SeasonView
    from relay.queries.wall import Chain

RIPPLE_PLACES = 150
SMALL_PLACES, SMALL_FLOWS = 2_000, 400
SMALL_LEGS, SMALL_DOTS = 40, 60  # of the world from a city: 15 kB
OTHERS_NAMED = 4  # of the cities under one dot
KEPT = 64  # small maps, 12 kB each


def find_dots(places: Iterable[PlaceView]) -> list[Dot]:
    """Return the places that the gazetteer still knows, as dots."""
    shown = list(places)
    cities = the_relay().gazetteer.find_many(each.city_id for each in shown)
    return [
        Dot(city, each.entries) for each in shown if (city := cities.get(each.city_id))
    ]


def draw_relay(
    gathered: Gathering, legs: Iterable[Leg], passes: Mapping[tuple[int, int], int]
) -> MapDrawing:
    """Return the map of gathered dots, with names for this reader."""
    return draw_map(
        gathered,
        legs,
        passes=passes,
        outline=_land().outline(gathered.centre, gathered.zoom),
        ring_labels={
            km: _("%(number)s km", number=format_decimal(km))
            for km in rings_of(gathered.zoom)
        },
        name=name_city,
    )


def name_city(city: City) -> str:
    """Return a city's name for this reader."""
    lang = current_language().tag
    return the_relay().gazetteer.name(city.id, lang) or city.name


def tell_dot(dot: DrawnDot) -> str:
    """Return what a dot's link says: its city, its artworks, and who lies under it."""
    artworks = ngettext(
        "%(many)s artwork",
        "%(many)s artworks",
        dot.count,
        many=format_decimal(dot.count),
    )
    place = join_place(name_city(dot.city), dot.city.country)
    if not dot.others:
        return str(_("%(place)s: %(artworks)s", place=place, artworks=artworks))
    if len(dot.others) <= OTHERS_NAMED:
        names = " · ".join(map(name_city, dot.others))
        words = _(
            "%(place)s, with %(names)s: %(artworks)s",
            place=place,
            names=names,
            artworks=artworks,
        )
        return str(words)
    cities = ngettext(
        "%(many)s city",
        "%(many)s cities",
        len(dot.others),
        many=format_decimal(len(dot.others)),
    )
    words = _(
        "%(place)s, with %(cities)s nearby: %(artworks)s",
        place=place,
        cities=cities,
        artworks=artworks,
    )
    return str(words)


def draw_ripples(season: SeasonView, chain: Chain, edition: int) -> Markup:
    """Return the welcome's ripples; they have no words, so one drawing serves all.

    They are drawn anew in each edition: a city may leave while the baton stays.
    """
    return _ripples(season.id, season.origin_city, chain, edition)


def draw_world_from(city: City, season: SeasonView) -> Markup:
    """Return a small map of the relay around a city, for the page of that city.

    It is at most 15 kB: dots and legs without links, since lists beside it have them.
    """
    engine = the_relay().engine
    key = (season.id, current_language().tag, read_edition(engine))
    return _world_from(engine, city, key)


def legs_between(
    passes: Iterable[tuple[int, int, int]], find: Callable[[int], City | None]
) -> list[Leg]:
    """Return passes (from, to, how many) between cities that are known as legs."""
    found = ((find(start), find(end), many) for start, end, many in passes)
    return [Leg(start, end, many) for start, end, many in found if start and end]


def latest_legs(chain: Chain) -> list[Leg]:
    """Return the way of the latest relay; its passes are counted among the others."""
    find = the_relay().gazetteer.find
    ends = ((find(a.city_id), find(b.city_id)) for a, b in pairwise(chain.hops))
    return [Leg(start, end, 0, latest=True) for start, end in ends if start and end]


@lru_cache(maxsize=KEPT)
def _world_from(engine: Engine, city: City, key: tuple[int, str, int]) -> Markup:
    season_id = key[0]
    with engine.connect() as connection:
        places = list_places(connection, season_id, limit=SMALL_PLACES)
        flows = list_flows(connection, season_id, limit=SMALL_FLOWS)
    dots = find_dots(places)
    drawing = draw_map(
        gather(city, dots, most=SMALL_DOTS),
        legs_between(
            ((each.from_city, each.to_city, each.passes) for each in flows),
            the_relay().gazetteer.find,
        ),
        outline=_land().outline(city, most=SMALL_BYTES),
        ring_labels={},
        name=name_city,
        most_legs=SMALL_LEGS,
    )
    words = _(
        "The relay around %(city)s: %(cities)s",
        city=name_city(city),
        cities=ngettext(
            "%(many)s city",
            "%(many)s cities",
            len(dots),
            many=format_decimal(len(dots)),
        ),
    )
    return Markup(  # noqa: S704 - autoescaped
        render_template("parts/world_from.html", drawing=drawing, words=words)
    )


@lru_cache(maxsize=8)
def _ripples(season_id: int, origin: int, chain: Chain, _edition: int) -> Markup:
    gazetteer = the_relay().gazetteer
    with reading() as connection:
        places = list_places(connection, season_id, limit=RIPPLE_PLACES)
    dots = find_dots(places)
    centre = gazetteer.find(origin) or dots[0].city
    drawing = draw_map(
        gather(centre, dots),
        latest_legs(chain),
        outline="",
        ring_labels={},
        name=_no_name,
    )
    return Markup(render_template("parts/ripples.html", drawing=drawing))  # noqa: S704 - autoescaped


def _no_name(_city: City) -> str:
    return ""


@cache
def _land() -> NaturalEarthLand:
    return NaturalEarthLand(BUILT / "land.json")
