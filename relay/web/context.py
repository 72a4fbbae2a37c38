"""What every view reaches for: the open relay, a connection, the current season."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, has_request_context, request

from relay.domain.errors import NotFound
from relay.queries.season import SeasonView, find_current_season

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from relay.bootstrap import Relay

# A season's words change once a month; asking once in a while is enough.
SEASON_SECONDS = 5.0
# Where a request for a page says what its kept form will show: see kept_pages.
SHOWN = "relay.shown"


@dataclass(frozen=True)
class _Kept:
    """The season as it was read last, what pages showed then, and until when it may."""

    season: SeasonView | None = None
    shown: object = None
    until: float = 0.0


def keep_relay(app: Flask, relay: Relay) -> None:
    """Put the open relay where the views find it."""
    app.extensions["relay"] = relay
    app.extensions["relay.season"] = _Kept()


def the_relay() -> Relay:
    """Return the relay that this application was made for."""
    return cast("Relay", current_app.extensions["relay"])


def reading() -> Connection:
    """Return a connection to read from, for a `with` statement."""
    return the_relay().engine.connect()


def find_season() -> SeasonView | None:
    """Return the current season, read again every few seconds.

    A page that will be kept is never made of a season from before its time.
    """
    kept = cast("_Kept", current_app.extensions["relay.season"])
    shown = request.environ.get(SHOWN) if has_request_context() else None
    if time.monotonic() >= kept.until or (shown and shown != kept.shown):
        with reading() as connection:
            season = find_current_season(connection, now=the_relay().clock.now())
        kept = _Kept(season, shown, time.monotonic() + SEASON_SECONDS)
        current_app.extensions["relay.season"] = kept
    return kept.season


def require_season() -> SeasonView:
    """Return the current season; raises NotFound before the first one is made."""
    season = find_season()
    if season is None:
        message = "There is no season yet."
        raise NotFound(message)
    return season
