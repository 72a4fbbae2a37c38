"""The map as data for its script: cities, legs, words, and what came on which day."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import gettext as _
from flask_babel import ngettext

from relay.domain.map_choice import count_cities, mark, rank_passes
from relay.domain.map_columns import SCALE, pack_days, pack_legs, pack_places
from relay.domain.map_days import DayTable, list_days
from relay.domain.relay_flows import MICROSECOND
from relay.queries.edition import read_edition
from relay.queries.map import PlaceView, list_flows, list_places
from relay.queries.wall import read_latest_relay
from relay.web.answer import send_page
from relay.web.context import reading, the_relay
from relay.web.i18n import babel_locale
from relay.web.kept_relay import the_columns
from relay.web.public import pages
from relay.web.public.map_question import VIEWING, read_map_question
from relay.web.public.places import name_places
from relay.web.words import country_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from relay.domain.map_columns import LegRow, PlaceRow
    from relay.domain.relay_columns import Columns
    from relay.queries.season import SeasonView
    from relay.web.public.map_question import MapQuestion

FLOWS_MOST = 20_000
NO_VIEW = dict.fromkeys(VIEWING)  # the numbers are the same from everywhere
NUMBERS = 200  # those in which every plural form of our languages is found


@pages.get("/map/data.json")
def map_data() -> Response:
    """Send the cities and legs that the map of the same address shows."""
    question = read_map_question()
    columns = the_columns(question.season.id)
    places, legs = _read(question, columns)
    return _send(
        {
            "edition": read_edition(the_relay().engine),
            "scale": SCALE,
            "places": pack_places(places),
            "legs": pack_legs(legs, len(places)),
            "latest": _latest(question, places),
            "countries": _countries(places),
            "days": question.link("public.map_days", **NO_VIEW) if columns else None,
            "locale": babel_locale().replace("_", "-"),
            "words": _words(),
        }
    )


@pages.get("/map/days.json")
def map_days() -> Response:
    """Send what came on which day; cities are places in the list of the map's data."""
    question = read_map_question()
    columns = the_columns(question.season.id)
    places, _legs = _read(question, columns)
    shown = {row[0]: at for at, row in enumerate(places)}
    table = DayTable(1, ())
    if columns:
        chosen = mark(columns, question.choice) if question.choice else None
        table = list_days(columns, shown, chosen, east=_east(question.season))
    return _send(
        {
            "edition": read_edition(the_relay().engine),
            "step": table.step,
            "days": pack_days(table.rows),
        }
    )


def _read(
    question: MapQuestion, columns: Columns | None
) -> tuple[list[PlaceRow], list[LegRow]]:
    """Return the cities by id, and the legs between their places in that list."""
    found, flows = _count(question, columns)
    named = sorted(name_places(found, None), key=lambda each: each.city.id)
    at = {each.city.id: place for place, each in enumerate(named)}
    return [
        (p.city.id, p.name, p.country, p.city.lat, p.city.lon, p.entries) for p in named
    ], [(at[a], at[b], many) for a, b, many in flows if a in at and b in at]


def _count(
    question: MapQuestion, columns: Columns | None
) -> tuple[list[PlaceView], list[tuple[int, int, int]]]:
    """Return cities and flows: as they are kept, or as they are chosen now."""
    if not question.choice:
        with reading() as connection:
            found = list_places(connection, question.season.id)
            kept = list_flows(connection, question.season.id, limit=FLOWS_MOST)
        return found, [(each.from_city, each.to_city, each.passes) for each in kept]
    if columns is None:
        return [], []
    marks = mark(columns, question.choice)
    cities = count_cities(columns, marks).items()
    places = [PlaceView(city, country, many, 0) for city, (country, many) in cities]
    return places, rank_passes(columns, marks, most=FLOWS_MOST)


def _countries(places: list[PlaceRow]) -> dict[str, str]:
    return {code: country_name(code) for code in sorted({row[2] for row in places})}


def _latest(question: MapQuestion, places: list[PlaceRow]) -> list[int]:
    """Return the places of the newest relay, from hand to hand; none of a choice."""
    if question.choice:
        return []
    with reading() as connection:
        chain = read_latest_relay(connection, question.season.id)
    at = {row[0]: place for place, row in enumerate(places)}
    return [at[hop.city_id] for hop in chain.hops if hop.city_id in at]


def _east(season: SeasonView) -> int:
    """Return how long before UTC's the season's days begin, in microseconds."""
    offset = season.opens_at.astimezone(ZoneInfo(season.time_zone)).utcoffset()
    return (offset or timedelta()) // MICROSECOND


def _send(told: dict[str, Any]) -> Response:
    answer = send_page(json.dumps(told, separators=(",", ":"), ensure_ascii=False))
    answer.mimetype = "application/json"
    return answer


def _words() -> dict[str, Any]:
    """Return the sentences that the script fills in; `{name}` stands for a value."""
    return {
        "artworks": _forms(
            lambda n: ngettext(
                "%(many)s artwork", "%(many)s artworks", n, many="{many}"
            )
        ),
        "cities": _forms(
            lambda n: ngettext("%(many)s city", "%(many)s cities", n, many="{many}")
        ),
        "passes": _forms(
            lambda n: ngettext("%(many)s pass", "%(many)s passes", n, many="{many}")
        ),
        "more": _forms(
            lambda n: ngettext(
                "and %(many)s city close by",
                "and %(many)s cities close by",
                n,
                many="{many}",
            )
        ),
        "day": _(
            "%(date)s: %(cities)s, %(artworks)s",
            date="{date}",
            cities="{cities}",
            artworks="{artworks}",
        ),
        "place": _("%(city)s, %(country)s", city="{city}", country="{country}"),
        "number_km": _("%(number)s km", number="{number}"),
        "away": _("%(km)s km from %(origin)s", km="{km}", origin="{origin}"),
        "way": _("From %(start)s to %(end)s", start="{start}", end="{end}"),
        "came": _("Batons came from"),
        "went": _("Batons went to"),
        "centred": _("The map is drawn with %(city)s in the middle.", city="{city}"),
        "map": _("Map of the relay around %(city)s", city="{city}"),
    }


@lru_cache(maxsize=32)
def _samples(locale: str) -> dict[str, int]:
    """Return a number for each plural form of a language, by the form's CLDR name."""
    form_of = Locale.parse(locale).plural_form
    samples: dict[str, int] = {}
    for number in range(NUMBERS):
        samples.setdefault(form_of(number), number)
    return samples


def _forms(say: Callable[[int], str]) -> dict[str, str]:
    """Return a sentence in each plural form, as the browser's PluralRules name them."""
    samples = _samples(babel_locale())
    return {form: say(number) for form, number in samples.items()}
