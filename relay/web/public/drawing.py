"""Drawing the relay: the whole map, and the small ripples of the welcome."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from relay.adapters.land import NaturalEarthLand
from relay.bootstrap import BUILT
from relay.domain.map_drawing import RING_KM, Dot, draw_map
from relay.domain.map_legs import Leg
from relay.queries.map import list_places
from relay.web.context import reading, the_relay
from relay.web.words import join_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relay.domain.geo import City
    from relay.domain.map_drawing import MapDrawing
    from relay.queries.map import FlowView
    from relay.queries.season import SeasonView
    from relay.queries.wall import Chain
    from relay.web.public.places import NamedPlace

RIPPLE_PLACES = 150


def draw_relay(
    centre: City,
    places: Sequence[NamedPlace],
    flows: Sequence[FlowView],
    chain: Chain,
) -> MapDrawing:
    """Return the map around a city, with names and links for this reader."""
    return draw_map(
        centre,
        [_dot(each) for each in places],
        _legs({each.city.id: each.city for each in places}, flows, chain),
        outline=_land().outline(centre),
        ring_labels={
            km: _("%(number)s km", number=format_decimal(km)) for km in RING_KM
        },
    )


def draw_ripples(season: SeasonView, chain: Chain, edition: int) -> Markup:
    """Return the welcome's ripples; they have no words, so one drawing serves all.

    They are drawn anew in each edition: a city may leave while the baton stays.
    """
    return _ripples(season.id, season.origin_city, chain, edition)


@lru_cache(maxsize=8)
def _ripples(season_id: int, origin: int, chain: Chain, _edition: int) -> Markup:
    gazetteer = the_relay().gazetteer
    with reading() as connection:
        places = list_places(connection, season_id, limit=RIPPLE_PLACES)
    found = [(gazetteer.find(each.city_id), each.entries) for each in places]
    dots = [Dot(city, many, "", "", "") for city, many in found if city]
    centre = gazetteer.find(origin) or dots[0].city
    legs = _legs({each.city.id: each.city for each in dots}, (), chain)
    drawing = draw_map(centre, dots, legs, outline="", ring_labels={})
    return Markup(render_template("parts/ripples.html", drawing=drawing))  # noqa: S704 - autoescaped


def _legs(
    cities: Mapping[int, City], flows: Sequence[FlowView], chain: Chain
) -> list[Leg]:
    """Return the flows as legs, and those of the latest relay, which are marked."""
    passes = [(each.from_city, each.to_city, each.passes, False) for each in flows] + [
        (a.city_id, b.city_id, 0, True) for a, b in pairwise(chain.hops)
    ]
    return [
        Leg(cities[start], cities[end], count, latest=latest)
        for start, end, count, latest in passes
        if start in cities and end in cities
    ]


@cache
def _land() -> NaturalEarthLand:
    return NaturalEarthLand(BUILT / "land.json")


def _dot(place: NamedPlace) -> Dot:
    artworks = ngettext(
        "%(many)s artwork",
        "%(many)s artworks",
        place.entries,
        many=format_decimal(place.entries),
    )
    label = _(
        "%(place)s: %(artworks)s",
        place=join_place(place.name, place.country),
        artworks=artworks,
    )
    href = url_for("public.city", city_id=place.city.id)
    return Dot(place.city, place.entries, href, place.name, label)
