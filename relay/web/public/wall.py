"""The wall of the current season."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from markupsafe import Markup

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
from relay.web.public.question import Question, read_question
from relay.web.words import (
    country_name,
    kind_name,
    language_name,
    platform_name,
    show_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

    from relay.queries.wall import Counts

# The cards that are seen first are fetched at once, the others when they come near.
FIRST_ROW = 4
CITIES_OFFERED = 60
_LAZY = re.compile(r'\s+loading="lazy"')
AROUND = 2  # pages before and after this one that the pager names


@pages.get("/")
def wall() -> Response:
    """Show one page of the wall."""
    season = require_season()
    question = read_question(season.id)
    with reading() as connection:
        shown = (
            WallPage(())
            if question.city_unknown
            else read_wall(connection, question.ask)
        )
        counts = read_counts(connection, season.id)
        chain = read_latest_relay(connection, season.id) if question.is_plain else None
        html = render_template(
            "public/wall.html",
            season=season,
            question=question,
            wall=shown,
            cards=join_cards(shown, question.ask),
            counts=counts,
            chain=chain,
            ripples=draw_ripples(season, chain) if chain and chain.hops else "",
            filters=_filters(connection, question, counts),
            now=the_relay().clock.now(),
        )
    return send_page(html)


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


def _filters(
    connection: Connection, question: Question, counts: Counts
) -> dict[str, Any]:
    """Return what the filters offer: what there is, never what would find nothing."""
    gazetteer, lang = the_relay().gazetteer, question.ask.lang
    places = list_places(connection, question.ask.season_id, limit=CITIES_OFFERED)
    wanted = question.ask.wanted
    return {
        "cities": [gazetteer.name(each.city_id, lang) for each in places],
        "countries": _offer(lang, country_name, counts.countries),
        "kinds": _offer(lang, kind_name, counts.kinds),
        "platforms": _offer(lang, platform_name, counts.platforms),
        "langs": _offer(lang, language_name, counts.langs),
        "more": any((wanted.country, wanted.kind, wanted.platform, wanted.lang)),
    }


@lru_cache(maxsize=64)
def _offer(
    _lang: str, name: Callable[[str], object], counted: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, str], ...]:
    """Return values with the words that stand for them, made once a language."""
    return tuple(
        (value, f"{name(value)} ({show_number(many)})") for value, many in counted
    )


@pages.app_context_processor
def show_walls() -> dict[str, Any]:
    """Give the templates what every wall needs."""
    return {"wall_url": wall_url, "page_numbers": page_numbers}
