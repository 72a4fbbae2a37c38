"""The wall of the current season."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from markupsafe import Markup

from relay.queries.edition import read_edition
from relay.queries.map import list_places
from relay.queries.wall import (
    View,
    WallAsk,
    WallPage,
    read_counts,
    read_latest_relay,
    read_wall,
)
from relay.web.answer import send_page
from relay.web.context import reading, require_season, the_relay
from relay.web.public import pages
from relay.web.public.drawing import draw_ripples
from relay.web.public.question import read_question
from relay.web.words import (
    country_name,
    kind_name,
    language_name,
    platform_name,
    show_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from werkzeug.wrappers import Response

    from relay.queries.wall import Chain, Counts

# The cards that are seen first are fetched at once, the others when they come near.
FIRST_ROW = 4
CITIES_OFFERED = 60
# Only a browser that waits until a picture is near knows how wide it measures.
_LAZY = re.compile(r'\s+loading="lazy"|(?<=sizes=")auto, ')
AROUND = 2  # pages before and after this one that the pager names


@dataclass(frozen=True)
class Around:
    """What stands around the cards: the same on every wall of one edition.

    The filters offer what there is, never what would find nothing: (value, words).
    """

    counts: Counts
    chain: Chain
    cities: tuple[str, ...]
    countries: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    platforms: tuple[tuple[str, str], ...]
    langs: tuple[tuple[str, str], ...]


@pages.get("/")
def wall() -> Response:
    """Show one page of the wall."""
    season = require_season()
    question = read_question(season.id)
    engine = the_relay().engine
    edition = read_edition(engine)
    around = _read_around(engine, season.id, question.ask.lang, edition)
    shown = WallPage(())
    if not question.city_unknown:
        with reading() as connection:
            shown = read_wall(connection, question.ask)
    chain = around.chain if question.is_plain else None
    return send_page(
        render_template(
            "public/wall.html",
            season=season,
            question=question,
            wall=shown,
            cards=join_cards(shown, question.ask),
            counts=around.counts,
            chain=chain,
            ripples=(
                draw_ripples(season, chain, edition) if chain and chain.hops else ""
            ),
            filters=around,
            now=the_relay().clock.now(),
        )
    )


def join_cards(shown: WallPage, ask: WallAsk) -> Markup:
    """Return the printed cards; they were escaped when they were printed."""
    first = "".join(shown.cards[:FIRST_ROW])
    if ask.view is View.PICTURES:
        first = _LAZY.sub("", first)
    return Markup(first + "".join(shown.cards[FIRST_ROW:]))  # noqa: S704 - escaped by the printer


def wall_url(**changes: object) -> str:
    """Return the address of this wall with something changed; None removes it."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value
    } | {"page": None, "beyond": None}
    query = {
        name: value for name, value in (kept | changes).items() if value is not None
    }
    path = url_for(request.endpoint or "public.wall", **(request.view_args or {}))
    return f"{path}?{urlencode(query)}" if query else path


def page_numbers(page: int, pages: int) -> list[int]:
    """Return the pages that the pager names; 0 stands for a gap."""
    near = range(max(1, page - AROUND), min(pages, page + AROUND) + 1)
    named = sorted({1, pages, *near})
    numbers: list[int] = []
    for each in named:
        if numbers and each - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(each)
    return numbers


@lru_cache(maxsize=64)
def _read_around(engine: Engine, season_id: int, lang: str, _edition: int) -> Around:
    """Return what stands around the cards, read anew in each edition."""
    with engine.connect() as connection:
        counts = read_counts(connection, season_id)
        chain = read_latest_relay(connection, season_id)
        places = list_places(connection, season_id, limit=CITIES_OFFERED)
    gazetteer = the_relay().gazetteer
    return Around(
        counts,
        chain,
        cities=tuple(gazetteer.name(each.city_id, lang) for each in places),
        countries=_offer(counts.countries, country_name),
        kinds=_offer(counts.kinds, kind_name),
        platforms=_offer(counts.platforms, platform_name),
        langs=_offer(counts.langs, language_name),
    )


def _offer(
    counted: tuple[tuple[str, int], ...], name: Callable[[str], object]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (value, f"{name(value)} ({show_number(many)})") for value, many in counted
    )


@pages.app_context_processor
def show_walls() -> dict[str, Any]:
    """Give the templates what every wall needs."""
    return {"wall_url": wall_url, "page_numbers": page_numbers}
