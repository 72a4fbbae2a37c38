"""The ripple map: drawn here as SVG, and told as a list beside it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import render_template, request

from relay.domain.map_drawing import RING_KM
from relay.domain.text import clean_text
from relay.queries.edition import read_edition
from relay.queries.map import list_flows, list_places
from relay.queries.wall import read_latest_relay
from relay.web.answer import send_page
from relay.web.context import reading, require_season, the_relay
from relay.web.i18n import current_language
from relay.web.public import pages
from relay.web.public.drawing import draw_relay
from relay.web.public.places import NamedPlace, name_places
from relay.web.public.question import find_city

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from werkzeug.wrappers import Response

    from relay.domain.geo import City
    from relay.domain.map_drawing import MapDrawing
    from relay.queries.wall import Chain

FLOWS = 2_000
LISTED = 150  # cities told beside the map; all of them have a page of their own
KEPT = 32  # maps remembered, about 100 kB each


@dataclass(frozen=True)
class Band:
    """The cities between two rings; `outer` is None beyond the last one."""

    inner: int
    outer: int | None
    places: tuple[NamedPlace, ...]


@dataclass(frozen=True)
class Told:
    """The relay around one city: drawn, and as a list."""

    drawing: MapDrawing
    bands: tuple[Band, ...]
    unlisted: int


@pages.get("/map")
def map_page() -> Response:
    """Show the map around the season's origin, or around `?centre=`."""
    season = require_season()
    asked = clean_text(request.args.get("centre", "")[:100])
    origin = the_relay().gazetteer.find(season.origin_city)
    centre = (find_city(asked) if asked else None) or origin
    engine = the_relay().engine
    edition = (current_language().tag, read_edition(engine))
    with reading() as connection:
        chain = read_latest_relay(connection, season.id)
    return send_page(
        render_template(
            "public/map_page.html",
            centre=centre,
            asked=asked,
            is_origin=centre == origin,
            told=_tell(engine, season.id, centre, chain, edition) if centre else None,
            chain=chain,
            now=the_relay().clock.now(),
        )
    )


@lru_cache(maxsize=KEPT)
def _tell(
    engine: Engine,
    season_id: int,
    centre: City,
    chain: Chain,
    _edition: tuple[str, int],
) -> Told:
    """Return the relay around a city, made anew for each language and edition."""
    with engine.connect() as connection:
        places = name_places(list_places(connection, season_id), centre)
        flows = list_flows(connection, season_id, limit=FLOWS)
    return Told(
        drawing=draw_relay(centre, places, flows, chain),
        bands=tuple(put_in_bands(places[:LISTED], centre)),
        unlisted=max(0, len(places) - LISTED),
    )


def put_in_bands(places: Sequence[NamedPlace], centre: City | None) -> list[Band]:
    """Return the places from the middle outwards, by the rings between which they lie.

    The middle itself is the first band, from 0 to 0 km.
    """
    edges = (0, *RING_KM[1:-1])
    bands: dict[int, list[NamedPlace]] = {}
    for place in sorted(places, key=lambda each: (each.km or 0, each.name)):
        at_home = centre is not None and place.city.id == centre.id
        at = 0 if at_home else max(1, bisect_left(edges, place.km or 0))
        bands.setdefault(at, []).append(place)
    return [
        Band(
            inner=edges[at - 1] if at else 0,
            outer=edges[at] if at < len(edges) else None,
            places=tuple(found),
        )
        for at, found in sorted(bands.items())
    ]
