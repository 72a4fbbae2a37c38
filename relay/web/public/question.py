"""What a reader asks of the wall, read from the address; nonsense means everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import request

from relay.domain.entry import Kind
from relay.domain.text import clean_text
from relay.queries.wall import Order, View, WallAsk, Wanted
from relay.web.context import the_relay
from relay.web.i18n import current_language

if TYPE_CHECKING:
    from relay.domain.geo import City

WORDS_MAX = 100
NUMBER_MAX = 2**31 - 1
CITY_DIGITS = 10


@dataclass(frozen=True)
class Question:
    """The wall that is asked for; `city_typed` is what stands in the city's field.

    `city_unknown` says that it names no city that we know.
    """

    ask: WallAsk
    city_typed: str
    city_unknown: bool

    @property
    def is_plain(self) -> bool:
        """Whether this is the first page of the whole wall, with its welcome."""
        return not self.ask.wanted and not self.city_unknown and self.ask.page == 1


def read_question(season_id: int) -> Question:
    """Return what the address asks for."""
    typed = _text("city")
    city = find_city(typed) if typed else None
    lang = current_language().tag
    kind = _text("kind")
    wanted = Wanted(
        city_id=city.id if city else None,
        country=_text("country").upper()[:2],
        kind=kind if kind in set(Kind) else "",
        platform=_text("platform"),
        lang=_text("words_in"),
        words=_text("q"),
    )
    order, view = _text("order"), _text("view")
    ask = WallAsk(
        season_id=season_id,
        lang=lang,
        wanted=wanted,
        view=View(view) if view in set(View) else View.PICTURES,
        order=Order(order) if order in set(Order) else Order.NEWEST,
        page=_number("page") or 1,
        beyond=_number("beyond"),
    )
    shown = the_relay().gazetteer.name(city.id, lang) if city else typed
    return Question(ask, shown, city_unknown=bool(typed) and city is None)


def find_city(typed: str) -> City | None:
    """Return the city of a GeoNames id or of a name in any script."""
    gazetteer = the_relay().gazetteer
    if typed.isascii() and typed.isdigit():
        return gazetteer.find(int(typed)) if len(typed) <= CITY_DIGITS else None
    return next(iter(gazetteer.search(typed, limit=1)), None)


def _text(name: str) -> str:
    return clean_text(request.args.get(name, "")[:WORDS_MAX])


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[:CITY_DIGITS]), NUMBER_MAX)


def for_city(season_id: int, city_id: int) -> WallAsk:
    """Return the wall of one city, with the rest of what the address asks for."""
    ask = read_question(season_id).ask
    return replace(ask, wanted=Wanted(city_id=city_id), page=1)
