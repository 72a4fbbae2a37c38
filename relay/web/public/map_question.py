"""What a reader asks of the map, read from the address; nonsense means everything."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from relay.domain.entry import Kind
from relay.domain.map_choice import Choice
from relay.domain.map_groups import ZOOMS
from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.text import clean_text
from relay.queries.season import find_season
from relay.web.context import reading, require_season, the_relay
from relay.web.i18n import current_language
from relay.web.public.question import NUMBER_MAX, find_city

if TYPE_CHECKING:
    from relay.domain.geo import City
    from relay.queries.season import SeasonView

WORDS_MAX = 100
DIGITS = 10

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZOOM = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
# The names of the address that choose entries, and those that only choose the view.
CHOOSING = ("season", "kind", "since", "until", "relay")
VIEWING = ("centre", "zoom")


@dataclass(frozen=True)
class MapQuestion:
    """The map that is asked for.

    `since` and `until` are the first and the last day shown, in the season's time
    zone. `is_current` tells whether the season is the one that needs no name. `centre`
    is a city that was asked for and found, and None means the season's origin; `typed`
    is what stands in the city's field. `zoom` is one of ZOOMS. `unknown` holds the
    names of what was asked for and could not be understood, in their order.
    """

    season: SeasonView
    is_current: bool
    centre: City | None = None
    typed: str = ""
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None
    relay: int | None = None
    zoom: int = 1
    unknown: tuple[str, ...] = ()

    @property
    def choice(self) -> Choice:
        """What is chosen of the season's entries; false when it is everything."""
        zone = ZoneInfo(self.season.time_zone)
        return Choice(
            kind=self.kind,
            since=_begin(self.since, zone),
            until=_begin(_day_after(self.until), zone),
            relay=self.relay,
        )

    @property
    def query(self) -> dict[str, str]:
        """What of it stands in an address, without what could not be understood."""
        told = {
            "season": "" if self.is_current else self.season.slug,
            "kind": self.kind or "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "relay": str(self.relay) if self.relay is not None else "",
            "centre": str(self.centre.id) if self.centre else "",
            "zoom": str(self.zoom) if self.zoom > 1 else "",
        }
        return {name: value for name, value in told.items() if value}

    def link(self, endpoint: str = "public.map_page", **changes: object) -> str:
        """Return the address of this question with changes; None takes a part away."""
        asked: dict[str, Any] = {**self.query, **changes}
        kept = {name: value for name, value in asked.items() if value is not None}
        return url_for(endpoint, **kept)


def read_map_question() -> MapQuestion:
    """Return what the address asks for; what it cannot mean is left out and noted."""
    current, unknown = require_season(), list[str]()
    season = current
    if slug := _text("season"):
        with reading() as connection:
            found = find_season(connection, slug)
        season = found or current
        unknown += [] if found else ["season"]
    typed = _text("centre")
    centre = find_city(typed) if typed else None
    unknown += ["centre"] if typed and not centre else []
    kind, relay = _text("kind"), _number("relay")
    unknown += ["kind"] if kind and kind not in set(Kind) else []
    since, until = _day("since"), _day("until")
    unknown += [
        name
        for name, found_day in (("since", since), ("until", until))
        if _text(name) and found_day is None
    ]
    unknown += ["relay"] if _text("relay") and relay is None else []
    if since and until and until < since:
        since, until = until, since
    question = MapQuestion(
        season=season,
        is_current=season.id == current.id,
        kind=Kind(kind) if kind in set(Kind) else None,
        since=since,
        until=until,
        relay=relay,
        zoom=_zoom(),
        unknown=tuple(unknown),
    )
    return _around(question, centre, typed)


def _around(question: MapQuestion, centre: City | None, typed: str) -> MapQuestion:
    """Put a city in the middle; the season's own needs no name."""
    if centre is None or centre.id == question.season.origin_city:
        return replace(question, typed="" if centre else typed)
    name = the_relay().gazetteer.name(centre.id, current_language().tag) or centre.name
    return replace(question, centre=centre, typed=name)


def _text(name: str) -> str:
    return clean_text(request.args.get(name, "")[:WORDS_MAX])


def _number(name: str) -> int | None:
    text = _text(name)
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        return None
    return int(text) if 0 < int(text) <= NUMBER_MAX else None


def _day(name: str) -> date | None:
    text = _text(name)
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _zoom() -> int:
    """Return the nearest step that is not closer than asked; the script asks between.

    It draws the area itself, so nothing is said of a zoom that is none.
    """
    text = _text("zoom")
    if not _ZOOM.fullmatch(text):
        return 1
    return max((each for each in ZOOMS if each <= float(text)), default=1)


def _begin(day: date | None, zone: ZoneInfo) -> int | None:
    """Return the first moment of a day, in microseconds since 1970."""
    if day is None:
        return None
    begin = datetime.combine(day, time(), UTC)
    offset = zone.utcoffset(datetime.combine(day, time())) or timedelta()
    return (begin - EPOCH - offset) // MICROSECOND


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else None
