"""Seasons as data."""

from __future__ import annotations

from relay.queries.season import list_seasons
from relay.web.api import api
from relay.web.api.schemas import SeasonOut, SeasonsOut
from relay.web.context import reading, the_relay
from relay.web.limits import limited


@api.get("/seasons")
@api.output(SeasonsOut)
@limited("api")
def read_seasons() -> SeasonsOut:
    """List the seasons, the newest first."""
    now = the_relay().clock.now()
    with reading() as connection:
        found = list_seasons(connection)
    return SeasonsOut(
        seasons=[
            SeasonOut(
                slug=each.season.slug,
                number=each.season.number,
                titles=dict(each.season.titles),
                statements=dict(each.season.statements),
                symbol_kind=each.season.symbol_kind.value,
                symbol_names=dict(each.season.symbol_names),
                origin_city=each.season.origin_city,
                hashtags=list(each.season.hashtags),
                opens_at=each.season.opens_at,
                closes_at=each.season.closes_at,
                time_zone=each.season.time_zone,
                open=each.season.is_open(now),
                entries=each.entries,
            )
            for each in found
        ]
    )
