"""One city: its artworks, its story, and where its batons came from and went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template
from markupsafe import Markup

from relay.domain.errors import NotFound
from relay.domain.geo import great_circle_km
from relay.queries.city import read_city
from relay.queries.map import find_place, list_flows_of
from relay.queries.wall import read_wall
from relay.web.answer import send_page
from relay.web.context import reading, require_season, the_relay
from relay.web.i18n import current_language
from relay.web.kept_relay import the_columns
from relay.web.public import pages
from relay.web.public.drawing import draw_world_from
from relay.web.public.question import for_city
from relay.web.public.wall import join_cards

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

FLOWS = 12


@dataclass(frozen=True)
class Arrival:
    """How a baton came to a city for the first time."""

    passes: int
    km: int


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
        told = read_city(connection, season.id, city_id, lang=current_language().tag)
    origin = the_relay().gazetteer.find(season.origin_city)
    return send_page(
        render_template(
            "public/city.html",
            season=season,
            city=found,
            place=place,
            origin=origin,
            km=round(great_circle_km(origin, found)) if origin else None,
            came=came,
            went=went,
            told=told,
            arrival=_find_arrival(season.id, place.first_no) if place else None,
            first_card=Markup(told.first_card),  # noqa: S704 - escaped by the printer
            world=draw_world_from(found, season) if place or came else "",
            ask=ask,
            wall=shown,
            cards=join_cards(shown, ask),
        )
    )


def _find_arrival(season_id: int, first_no: int | None) -> Arrival | None:
    """Return the way of the baton that was the first here; None where none came.

    The relay may not have been measured since.
    """
    columns = the_columns(season_id)
    place = columns.find(first_no) if columns and first_no else None
    if columns is None or place is None or not columns.depths[place]:
        return None
    return Arrival(columns.depths[place], round(columns.km[place]))
