"""The ripple map: drawn here as SVG, and told as a list beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import render_template

from relay.domain.map_drawing import rings_of
from relay.domain.map_groups import gather
from relay.domain.map_key import draw_key
from relay.queries.edition import read_edition
from relay.queries.wall import Chain, read_latest_relay
from relay.web.answer import send_page
from relay.web.context import reading, the_relay
from relay.web.i18n import current_language
from relay.web.public import pages
from relay.web.public.bands import put_in_bands
from relay.web.public.drawing import draw_relay, find_dots, latest_legs, tell_dot
from relay.web.public.map_numbers import read_numbers, sum_passes
from relay.web.public.map_question import read_map_question
from relay.web.public.map_ways import list_ways
from relay.web.public.places import name_places

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from werkzeug.wrappers import Response

    from relay.domain.geo import City
    from relay.domain.map_choice import Choice
    from relay.domain.map_drawing import DrawnDot, MapDrawing
    from relay.domain.map_key import MapKey
    from relay.web.public.bands import Band
    from relay.web.public.map_question import MapQuestion

LISTED = 60  # cities told beside the map; all of them stand in the list of cities
KEPT = 32  # maps remembered, about 100 kB each


@dataclass(frozen=True)
class Asked:
    """All that a map depends on, so that it can be kept until one of it changes."""

    engine: Engine
    season_id: int
    choice: Choice
    centre: City
    zoom: int
    chain: Chain
    lang: str
    edition: int


@dataclass(frozen=True)
class Told:
    """The relay around one city: drawn, and as a list; `dots` with what they say.

    `cities` is how many there are, `unlisted` how many do not stand beside the map.
    """

    drawing: MapDrawing
    key: MapKey
    dots: tuple[tuple[DrawnDot, str], ...]
    rings: tuple[int, ...]
    bands: tuple[Band, ...]
    cities: int
    unlisted: int
    is_measured: bool


@pages.get("/map")
def map_page() -> Response:
    """Show the map around the season's origin, or around `?centre=`."""
    question = read_map_question()
    origin = the_relay().gazetteer.find(question.season.origin_city)
    centre = question.centre or origin
    chain = _read_chain(question)
    return send_page(
        render_template(
            "public/map_page.html",
            question=question,
            centre=centre,
            is_origin=centre == origin,
            told=_tell(_ask(question, centre, chain)) if centre else None,
            chain=chain,
            ways=list_ways(question),
            now=the_relay().clock.now(),
        )
    )


def _read_chain(question: MapQuestion) -> Chain:
    """Return the latest relay; none where the map shows a choice."""
    if question.choice:
        return Chain((), longer=False)
    with reading() as connection:
        return read_latest_relay(connection, question.season.id)


def _ask(question: MapQuestion, centre: City, chain: Chain) -> Asked:
    engine = the_relay().engine
    return Asked(
        engine=engine,
        season_id=question.season.id,
        choice=question.choice,
        centre=centre,
        zoom=question.zoom,
        chain=chain,
        lang=current_language().tag,
        edition=read_edition(engine),
    )


@lru_cache(maxsize=KEPT)
def _tell(asked: Asked) -> Told:
    """Return the relay around a city, made anew for each language and edition."""
    numbers = read_numbers(asked.season_id, asked.choice)
    gathered = gather(asked.centre, find_dots(numbers.places), zoom=asked.zoom)
    passes = sum_passes(numbers, gathered)
    drawing = draw_relay(gathered, latest_legs(asked.chain), passes)
    listed = name_places(numbers.places[:LISTED], asked.centre)
    return Told(
        drawing=drawing,
        key=draw_key(drawing),
        dots=tuple((dot, tell_dot(dot)) for dot in reversed(drawing.dots)),
        rings=rings_of(asked.zoom),
        bands=tuple(put_in_bands(listed, asked.centre)),
        cities=len(numbers.places),
        unlisted=max(0, len(numbers.places) - LISTED),
        is_measured=numbers.is_measured,
    )
