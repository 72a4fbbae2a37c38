"""One city: its artworks, and where its batons came from and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from relay.domain.errors import NotFound
from relay.domain.geo import great_circle_km
from relay.queries.map import find_place, list_flows_of
from relay.queries.wall import read_wall
from relay.web.answer import send_page
from relay.web.context import reading, require_season, the_relay
from relay.web.public import pages
from relay.web.public.question import for_city
from relay.web.public.wall import join_cards

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

FLOWS = 12


@pages.get("/city/<int(max=2147483647):city_id>")
def city(city_id: int) -> Response:
    """Show a city; one without artworks invites the first."""
    found = the_relay().gazetteer.find(city_id)
    if found is None:
        message = f"There is no city {city_id}."
        raise NotFound(message)
    season = require_season()
    ask = for_city(season.id, city_id)
    with reading() as connection:
        place = find_place(connection, season.id, city_id)
        shown = read_wall(connection, ask)
        came, went = list_flows_of(connection, season.id, city_id, limit=FLOWS)
    origin = the_relay().gazetteer.find(season.origin_city)
    return send_page(
        render_template(
            "public/city.html",
            city=found,
            place=place,
            origin=origin,
            km=round(great_circle_km(origin, found)) if origin else None,
            came=came,
            went=went,
            ask=ask,
            wall=shown,
            cards=join_cards(shown, ask),
        )
    )
