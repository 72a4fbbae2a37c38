"""`/batons`: those that wait for the next hand, by city and language, by time alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for
from markupsafe import Markup

from relay.domain.open_batons import (
    Waiting,
    choose_city,
    count_cities,
    find_later,
    list_waiting,
)
from relay.domain.relay_pace import DAY, H_LEAST, RESTING
from relay.domain.text import clean_text
from relay.queries.open_batons import LOOKED_THROUGH, OpenBatons, list_open_batons
from relay.queries.wall import read_counts
from relay.web.answer import send_page
from relay.web.context import reading, require_season, the_relay
from relay.web.i18n import current_language
from relay.web.kept_relay import the_figures_and_columns
from relay.web.public import pages
from relay.web.public.question import NUMBER_MAX, find_city
from relay.web.words import city_name, language_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from relay.domain.relay_columns import Columns
    from relay.queries.kept_relay import KeptRelay
    from relay.queries.open_batons import OpenBaton
    from relay.web.kept_relay import Measured

CITIES_OFFERED = 24
LANGUAGES_OFFERED = 24

_KEY = "relay.waiting"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; nonsense means everything."""

    state: Waiting
    city_id: int | None
    city_unknown: bool
    words_lang: str
    beyond: int | None


@dataclass(frozen=True)
class Choice:
    """One link of a filter: its words, how many it leads to, whether it is chosen."""

    words: str
    many: int
    url: str
    is_chosen: bool


@pages.get("/batons")
def open_batons() -> Response:
    """Show a page of batons that nobody has taken yet."""
    season = require_season()
    asked = _read_asked()
    measured = the_figures_and_columns(season.id)
    figures = measured.figures if measured else None
    days = figures.answer["h_days"] if figures else H_LEAST / DAY
    shown, cities = OpenBatons(()), []
    if measured is not None:
        places = _list(measured, asked.state)
        cities = count_cities(measured.columns, places)
        shown = _read(measured.columns, places, asked)
    return send_page(
        render_template(
            "public/open_batons.html",
            season=season,
            asked=asked,
            figures=figures,
            days=ceil(days),
            rest_days=ceil(RESTING * days),
            states=_states(asked, figures),
            cities=_cities(asked, cities),
            languages=_languages(asked, season.id),
            all_cities_url=_url(city=None, beyond=None),
            all_languages_url=_url(words_in=None, beyond=None),
            shown=[(each, _with_take(each)) for each in shown.shown],
            next_url=_url(beyond=shown.beyond) if shown.beyond else "",
            first_url=_url(beyond=None) if asked.beyond else "",
            is_open=season.is_open(the_relay().clock.now()),
        )
    )


def _read_asked() -> Asked:
    state = request.args.get("state", "")
    typed = clean_text(request.args.get("city", "")[:100])
    city = find_city(typed) if typed else None
    beyond = request.args.get("beyond", "")
    is_number = beyond.isascii() and beyond.isdigit() and len(beyond) <= 10  # noqa: PLR2004 - as long as the column's numbers
    return Asked(
        state=Waiting(state) if state in set(Waiting) else Waiting.OPEN,
        city_id=city.id if city else None,
        city_unknown=bool(typed) and city is None,
        words_lang=clean_text(request.args.get("words_in", "")[:35]),
        beyond=min(int(beyond), NUMBER_MAX) if is_number else None,
    )


def _list(measured: Measured, state: Waiting) -> Sequence[int]:
    """Return the places that wait, found once each time that a relay is measured.

    By the time of the measuring, so that there are as many as the figures say.
    """
    figures, columns = measured.figures, measured.columns
    kept = cast(
        "dict[int, tuple[Columns, dict[Waiting, Sequence[int]]]]",
        current_app.extensions.setdefault(_KEY, {}),
    )
    before, lists = kept.get(figures.season_id, (None, {}))
    if before is not columns:
        lists = {}
        kept[figures.season_id] = columns, lists
    if state not in lists:
        h = round(figures.answer["h_days"] * DAY)
        now = (figures.measured_at - _EPOCH) // timedelta(microseconds=1)
        lists[state] = list_waiting(columns, state, h=h, now=now)
    return lists[state]


def _read(columns: Columns, places: Sequence[int], asked: Asked) -> OpenBatons:
    """Return the page of batons that is asked for."""
    if asked.city_id:
        places = choose_city(columns, places, asked.city_id)
    if asked.city_unknown:
        places = ()
    last = None if asked.beyond is None else columns.find(asked.beyond)
    begin = 0 if last is None else find_later(columns, places, last)
    nos = [columns.nos[place] for place in places[begin : begin + LOOKED_THROUGH]]
    with reading() as connection:
        return list_open_batons(
            connection,
            nos,
            lang=current_language().tag,
            words_lang=asked.words_lang,
        )


def _with_take(each: OpenBaton) -> Markup:
    """Return a printed card with the link that takes its baton."""
    card = each.card.rstrip().removesuffix("</li>")
    take = render_template("public/take_baton.html", baton=each)
    return Markup(card + take + "</li>")  # noqa: S704 - both were escaped when printed


def _states(asked: Asked, figures: KeptRelay | None) -> list[tuple[Waiting, Choice]]:
    """Return the two states as links, with how many batons are in each."""
    return [
        (
            each,
            Choice(
                words=each.value,
                many=figures.answer[each.value] or 0 if figures else 0,
                url=_url(
                    state=None if each is Waiting.OPEN else each.value, beyond=None
                ),
                is_chosen=each is asked.state,
            ),
        )
        for each in Waiting
    ]


def _cities(asked: Asked, counts: Sequence[tuple[int, int]]) -> list[Choice]:
    """Return the cities with the most batons that wait, and the one that is chosen."""
    offered = list(counts[:CITIES_OFFERED])
    if asked.city_id and asked.city_id not in dict(offered):
        offered.append((asked.city_id, dict(counts).get(asked.city_id, 0)))
    return [
        Choice(
            words=city_name(city_id),
            many=many,
            url=_url(city=str(city_id), beyond=None),
            is_chosen=city_id == asked.city_id,
        )
        for city_id, many in offered
    ]


def _languages(asked: Asked, season_id: int) -> list[Choice]:
    """Return the languages of all words on the wall, the most common first."""
    with reading() as connection:
        counted = read_counts(connection, season_id).langs[:LANGUAGES_OFFERED]
    return [
        Choice(
            words=language_name(tag),
            many=many,
            url=_url(words_in=tag, beyond=None),
            is_chosen=tag == asked.words_lang,
        )
        for tag, many in counted
    ]


def _url(**changes: object) -> str:
    """Return this address with something changed; None removes it."""
    names = ("state", "city", "words_in", "beyond")
    given = {name: request.args.get(name) for name in names}
    query = {name: value for name, value in (given | changes).items() if value}
    path = url_for("public.open_batons")
    return f"{path}?{urlencode(query)}" if query else path
