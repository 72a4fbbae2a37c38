"""The cities of the relay as a list: all that the map shows, and more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from relay.domain.text import clean_text
from relay.queries.map import list_countries, list_places
from relay.web.answer import send_page
from relay.web.context import reading, require_season, the_relay
from relay.web.public import pages
from relay.web.public.places import NamedPlace, name_places, sort_key
from relay.web.words import country_name

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

# From so many cities on, the list shows one country or region at a time.
WHOLE_LIST = 600


@pages.get("/cities")
def cities() -> Response:
    """List the cities under their countries and regions."""
    season = require_season()
    chosen = clean_text(request.args.get("country", "")).upper()[:2]
    with reading() as connection:
        countries = sorted(
            list_countries(connection, season.id),
            key=lambda each: sort_key(country_name(each[0])),
        )
        whole = sum(many for _, many in countries) <= WHOLE_LIST
        places = (
            list_places(connection, season.id, country=chosen)
            if whole or chosen
            else []
        )
    origin = the_relay().gazetteer.find(season.origin_city)
    groups: dict[str, list[NamedPlace]] = {}
    for place in name_places(places, origin):
        groups.setdefault(place.country, []).append(place)
    return send_page(
        render_template(
            "public/cities.html",
            season=season,
            countries=countries,
            chosen=chosen,
            whole=whole,
            groups=[
                (code, sorted(groups[code], key=lambda each: sort_key(each.name)))
                for code, _ in countries
                if code in groups
            ],
        )
    )
